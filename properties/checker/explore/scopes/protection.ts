import {
  contested,
  having,
  oneMove,
  onePair,
  oneSuspicion,
  type Scope,
  small,
  still,
} from './frame.ts';

const clones: readonly Scope[] = [
  {
    name: 'clone',
    says:
      'a VM that is alone is cloned, with an output and a packet on the way; a host crashes, one ' +
      'loses the storage, and one side may suspect',
    settings: { ...small, start: 'unprotected', program: ['transmit', 'compute'] },
    most: {
      ...{ ...still, requestBackup: 1, place: 1, suspect: 1 },
      ...{ send: 1, loseStorage: 1, crash: 1 },
    },
    instructions: 2,
    ...onePair,
    packets: 1,
  },
  {
    name: 'clone-takes-over',
    says:
      'a VM that is alone is cloned, with an output; a host crashes, the clustering service goes ' +
      'away for a while, and one side may win',
    settings: { ...small, start: 'unprotected', program: ['transmit'] },
    most: {
      ...{ ...oneSuspicion, requestBackup: 1, place: 1 },
      ...{ crash: 1, loseService: 1, regainService: 1 },
    },
    instructions: 1,
    ...onePair,
  },
  {
    name: 'clone-writes',
    says:
      'a VM that is alone is cloned, and its guest writes a block; a host crashes, the ' +
      'clustering service goes away for a while, and one side may win',
    settings: {
      ...small,
      features: having('disk'),
      start: 'unprotected',
      program: ['write x p'],
    },
    most: {
      ...{ ...oneSuspicion, requestBackup: 1, place: 1 },
      ...{ crash: 1, loseService: 1, regainService: 1 },
    },
    instructions: 1,
    ...onePair,
  },
  {
    name: 'contested-clone',
    says: 'a VM that is alone is cloned, with an output; a host crashes; both sides may suspect',
    settings: { ...small, start: 'unprotected', program: ['transmit'] },
    most: { ...contested, announce: 0, requestBackup: 1, place: 1, crash: 1 },
    instructions: 1,
    ...onePair,
  },
  {
    name: 'clone-reads',
    says: 'a VM that is alone is cloned while its guest reads a block; nobody suspects',
    settings: {
      ...small,
      features: having('disk'),
      start: 'unprotected',
      program: ['read x p'],
    },
    most: { ...still, requestBackup: 1, place: 1 },
    instructions: 1,
    ...onePair,
  },
];

const again = { ...still, requestBackup: 1, place: 1 };

const generations: readonly Scope[] = [
  {
    name: 'generations',
    says:
      'two generations: a pair of which one side wins is protected again, and one side of the ' +
      'new pair wins; an output, a crash and a cut of the logging network',
    settings: { ...small, program: ['transmit'] },
    most: { ...again, suspect: 2, testAndSet: 2, crash: 1, cut: 1 },
    instructions: 1,
    ...oneMove,
    generations: 2,
  },
  {
    name: 'contests',
    says:
      'two generations of a guest that executes nothing, with three suspicions and three ' +
      'requests to the arbiter',
    settings: { ...small, program: ['compute'] },
    most: { ...again, suspect: 3, testAndSet: 3 },
    instructions: 0,
    ...oneMove,
    generations: 2,
  },
  {
    name: 'contests-with-faults',
    says: 'the same as contests, and a host crashes, and one loses the storage',
    settings: { ...small, program: ['compute'] },
    most: { ...again, suspect: 3, testAndSet: 3, crash: 1, loseStorage: 1 },
    instructions: 0,
    ...oneMove,
    generations: 2,
  },
  {
    name: 'contests-of-writers',
    says:
      'the same as contests, of a guest that writes a block; it is protected again on the host ' +
      'that is left, and no clone is given up',
    settings: { ...small, features: having('disk'), program: ['write x p'] },
    most: { ...again, suspect: 3, testAndSet: 3, discard: 0, abandon: 0 },
    instructions: 1,
    ...oneMove,
    generations: 2,
    omits: ['clone where a copy has been'],
  },
  {
    name: 'late-ack',
    says:
      'a primary that has won is protected again, with an output and an interrupt, while its ' +
      'former backup may connect once more',
    settings: { ...small, program: ['transmit'] },
    most: { ...again, suspect: 1, testAndSet: 1, interrupt: 1, reconnect: 1 },
    instructions: 1,
    ...oneMove,
    generations: 1,
  },
];

/** All at once, and as little of everything else as lets it be seen whole. */
const together: readonly Scope[] = [
  {
    name: 'failover-twice',
    says:
      'all at once: two generations, two outputs, two interrupts, a crash and a cut of the ' +
      'logging network; only a backup suspects, and asks once; it is protected on the host that ' +
      'is left, and no clone is given up: the largest of the scopes',
    settings: { ...small, program: ['transmit'] },
    most: {
      ...{ ...again, suspect: 2, testAndSet: 2, discard: 0, abandon: 0 },
      ...{ interrupt: 2, crash: 1, cut: 1 },
    },
    instructions: 2,
    ...oneMove,
    generations: 2,
    omits: [
      'suspicion by a primary',
      'second request while an answer is under way',
      'clone where a copy has been',
      'crash but of a host whose copy serves',
      'cut but between a primary and what it sends its backup',
    ],
  },
];

/** How a VM gets its backup, and the next one (section 3.1 of the paper). */
export const protectionScopes: readonly Scope[] = [...clones, ...generations, ...together];
