import { contested, having, onePair, oneSuspicion, type Scope, small, still } from './frame.ts';

const alone: readonly Scope[] = [
  {
    name: 'disk',
    says:
      'a pair whose guest writes a block, changes the page it wrote from, and reads the block ' +
      'back; both sides may suspect',
    settings: {
      ...small,
      features: having('disk'),
      program: ['write x p', 'touch p', 'read x q'],
    },
    most: contested,
    instructions: 3,
    ...onePair,
  },
  {
    name: 'lost-writes',
    says:
      'a pair whose guest writes a block twice; a host crashes, with which what it has submitted ' +
      'may be lost, and one side may suspect',
    settings: { ...small, features: having('disk'), program: ['write x p'] },
    most: { ...oneSuspicion, crash: 1, loseIo: 1 },
    instructions: 2,
    ...onePair,
  },
  {
    name: 'reads',
    says:
      'a pair whose guest reads a block twice into one page, with an interrupt; one read may ' +
      'fail, and one side may suspect',
    settings: { ...small, features: having('disk'), program: ['read x p'] },
    most: { ...oneSuspicion, interrupt: 1, failIo: 1 },
    instructions: 2,
    ...onePair,
  },
  {
    name: 'failed-reads',
    says:
      'a pair whose guest reads two blocks at once, with an interrupt; the read may fail or end ' +
      'short; nobody suspects',
    settings: { ...small, features: having('disk'), program: ['read xy pq'] },
    most: { ...still, interrupt: 1, failIo: 1 },
    instructions: 1,
    ...onePair,
  },
  {
    name: 'short-reads',
    says:
      'a pair whose guest looks at a page, reads two blocks, and looks again, with an interrupt; ' +
      'the read may fail or end short; nobody suspects',
    settings: { ...small, features: having('disk'), program: ['touch p', 'read xy pq'] },
    most: { ...still, interrupt: 1, failIo: 1 },
    instructions: 3,
    ...onePair,
  },
];

const withInputs: readonly Scope[] = [
  {
    name: 'stamped-reads',
    says:
      'a pair whose guest reads its clock and puts that out, and reads a block, with an ' +
      'interrupt, and the clock moves on once; the read may fail, the backup may connect once ' +
      'more, and one side may suspect',
    settings: { ...small, features: having('disk'), program: ['stamp', 'read x p'] },
    most: { ...oneSuspicion, interrupt: 1, tick: 1, failIo: 1, reconnect: 1 },
    instructions: 2,
    ...onePair,
  },
  {
    name: 'packets-and-reads',
    says:
      'a pair with room for three entries on both sides, whose guest puts a packet into its ring ' +
      'and reads a block; two packets, which may be handed over together, and an interrupt; the ' +
      'read may fail; nobody suspects',
    settings: {
      ...small,
      features: having('disk'),
      program: ['post', 'read x p'],
      packetGroup: 2,
      primaryCapacity: 3,
      backupCapacity: 3,
    },
    most: { ...still, interrupt: 1, send: 2, failIo: 1 },
    instructions: 2,
    ...onePair,
    packets: 2,
  },
  {
    name: 'keys-and-reads',
    says:
      'a pair whose guest reads a block, with two keys or movements of the mouse; the read may ' +
      'fail; nobody suspects',
    settings: { ...small, features: having('console', 'disk'), program: ['read x p'] },
    most: { ...still, operate: 2, failIo: 1 },
    instructions: 1,
    ...onePair,
  },
];

const takenOver: readonly Scope[] = [
  {
    name: 'late-reads',
    says:
      'a pair whose guest writes a block twice and reads it back; one side may suspect, and the ' +
      'one that takes over reads what its primary has written',
    settings: {
      ...small,
      features: having('disk'),
      program: ['write x p', 'write x p', 'read x q'],
    },
    most: oneSuspicion,
    instructions: 3,
    ...onePair,
  },
  {
    name: 'contested-writes',
    says: 'a pair whose guest writes a block; both sides may suspect, and a host loses the storage',
    settings: { ...small, features: having('disk'), program: ['write x p'] },
    most: { ...contested, loseStorage: 1 },
    instructions: 1,
    ...onePair,
  },
];

/** A guest that uses its disk (section 3.4 of the paper). */
export const diskScopes: readonly Scope[] = [...alone, ...withInputs, ...takenOver];
