import { contested, onePair, oneSuspicion, type Scope, small, still } from './frame.ts';

const outputs: readonly Scope[] = [
  {
    name: 'outputs',
    says:
      'a pair whose guest executes three instructions, the first and the last of them an output, ' +
      'and takes two interrupts; both sides may suspect',
    settings: { ...small, program: ['transmit', 'compute', 'transmit'] },
    most: { ...contested, interrupt: 2 },
    instructions: 3,
    ...onePair,
  },
  {
    name: 'output',
    says:
      'a pair whose guest puts something out, computes, and takes an interrupt; both sides may ' +
      'suspect',
    settings: { ...small, program: ['transmit', 'compute'] },
    most: { ...contested, interrupt: 1 },
    instructions: 2,
    ...onePair,
  },
  {
    name: 'tight',
    says: 'a pair with room for one entry in each place, three outputs; both sides may suspect',
    settings: {
      ...small,
      program: ['transmit'],
      primaryCapacity: 1,
      wireCapacity: 1,
      backupCapacity: 1,
    },
    most: contested,
    instructions: 3,
    ...onePair,
  },
  {
    name: 'narrow',
    says:
      'a pair whose backup has room for one entry, three outputs and an interrupt; one side may ' +
      'suspect',
    settings: { ...small, program: ['transmit'], wireCapacity: 1, backupCapacity: 1 },
    most: { ...oneSuspicion, interrupt: 1 },
    instructions: 3,
    ...onePair,
  },
  {
    name: 'groups',
    says:
      'a pair whose guest reads its clock and puts that out, computes, and does the former ' +
      'again; two interrupts, and the clock moves on once; one side may suspect',
    settings: { ...small, program: ['stamp', 'compute'] },
    most: { ...oneSuspicion, interrupt: 2, tick: 1 },
    instructions: 3,
    ...onePair,
  },
];

const faults: readonly Scope[] = [
  {
    name: 'outputs-reconnecting',
    says: 'the same as outputs, and a backup that its primary suspects may open another connection',
    settings: { ...small, program: ['transmit', 'compute', 'transmit'] },
    most: { interrupt: 2, testAndSet: 2, requestBackup: 0 },
    instructions: 3,
    ...onePair,
  },
  {
    name: 'faults',
    says:
      'a pair whose guest computes and puts something out, with a packet, a crash, a lost ' +
      'connection and a cut of the logging network; one side may suspect',
    settings: { ...small, program: ['compute', 'transmit'] },
    most: { ...oneSuspicion, send: 1, crash: 1, reset: 1, cut: 1 },
    instructions: 2,
    ...onePair,
    packets: 1,
  },
  {
    name: 'reconnects',
    says:
      'a pair whose guest reads its clock, puts that out, and computes, with an interrupt; the ' +
      'connection may be lost twice and be opened again as often; one side may suspect',
    settings: { ...small, program: ['stamp', 'compute'] },
    most: { ...oneSuspicion, interrupt: 1, reset: 2, reconnect: 2 },
    instructions: 2,
    ...onePair,
  },
  {
    name: 'groups-resent',
    says:
      'a pair with room for three entries at the primary, whose guest reads its clock and puts ' +
      'that out, with an interrupt; the connection may be lost and opened again; nobody suspects',
    settings: { ...small, program: ['stamp'], primaryCapacity: 3 },
    most: { ...still, interrupt: 1, reset: 1, reconnect: 1 },
    instructions: 1,
    ...onePair,
  },
  {
    name: 'contest',
    says:
      'a pair with an output, of which both sides may suspect; three requests to the arbiter, of ' +
      'which one may be lost, and one reply; a host loses the storage for a while, and one crashes',
    settings: { ...small, program: ['transmit'] },
    most: {
      ...{ ...contested, testAndSet: 3, loseRequest: 1, loseReply: 1 },
      ...{ loseStorage: 1, regainStorage: 1, crash: 1 },
    },
    instructions: 1,
    ...onePair,
  },
  {
    name: 'variants',
    says:
      'a pair that takes the other way in all four variants, with an output, an interrupt and a ' +
      'connection that may be lost; both sides may suspect',
    settings: {
      ...small,
      program: ['transmit', 'compute'],
      ackPoint: 'replayed',
      connectionLoss: 'evidence',
      goLiveOutput: 'emitLast',
      arbitration: 'drainThenTestAndSet',
    },
    most: { ...contested, interrupt: 1, reset: 1, reconnect: 1 },
    instructions: 2,
    ...onePair,
  },
];

/** One pair, its guest and its arbiter (sections 2.1 to 2.3 of the paper). */
export const pairScopes: readonly Scope[] = [...outputs, ...faults];
