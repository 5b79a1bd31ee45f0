import { contested, having, onePair, oneSuspicion, type Scope, small, still } from './frame.ts';

/** A guest that uses its disk (section 3.4 of the paper). */
export const diskScopes: readonly Scope[] = [
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
