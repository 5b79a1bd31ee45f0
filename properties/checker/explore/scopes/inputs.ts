import { having, onePair, oneSuspicion, type Scope, small, still } from './frame.ts';

/** What comes from outside: packets, keys and the mouse (R20-3, section 3.5 of the paper). */
export const inputScopes: readonly Scope[] = [
  {
    name: 'packets',
    says:
      'a pair with room for three entries on both sides; two packets, which may be handed over ' +
      'together, an interrupt, and a guest that puts a packet into its ring; nobody suspects',
    settings: {
      ...small,
      program: ['post', 'compute'],
      packetGroup: 2,
      primaryCapacity: 3,
      backupCapacity: 3,
    },
    most: { ...still, interrupt: 1, send: 2 },
    instructions: 2,
    ...onePair,
    packets: 2,
  },
  {
    name: 'stamps',
    says:
      'a pair whose guest reads its clock and puts that out, twice, with a packet and an ' +
      'interrupt; the clock of one host jumps; nobody suspects',
    settings: { ...small, program: ['stamp'], packetGroup: 2 },
    most: { ...still, interrupt: 1, send: 1, skew: 1 },
    instructions: 2,
    ...onePair,
    packets: 1,
  },
  {
    name: 'requests',
    says:
      'a pair whose guest replies to two packets; one side may suspect, and the one that is left ' +
      'announces itself',
    settings: { ...small, program: ['reply'] },
    most: { ...oneSuspicion, announce: 1, send: 2 },
    instructions: 2,
    ...onePair,
    packets: 2,
  },
  {
    name: 'console',
    says:
      'a pair whose guest shuts down after a key: two keys or movements of the mouse, and an ' +
      'interrupt; nobody suspects',
    settings: { ...small, features: having('console'), program: ['shutdown'] },
    most: { ...still, interrupt: 1, operate: 2 },
    instructions: 1,
    ...onePair,
  },
  {
    name: 'inputs',
    says:
      'a pair whose guest executes nothing and takes a key or a movement of the mouse, an ' +
      'interrupt, and two packets, which may be handed over together; one side may suspect, and ' +
      'the one that is left announces itself',
    settings: { ...small, features: having('console'), program: ['compute'], packetGroup: 2 },
    most: { ...oneSuspicion, announce: 1, interrupt: 1, operate: 1, send: 2 },
    instructions: 0,
    ...onePair,
    packets: 2,
  },
  {
    name: 'shutdown',
    says: 'a pair whose guest shuts down after a key; one side may suspect',
    settings: { ...small, features: having('console'), program: ['shutdown'] },
    most: { ...oneSuspicion, operate: 1 },
    instructions: 1,
    ...onePair,
  },
];
