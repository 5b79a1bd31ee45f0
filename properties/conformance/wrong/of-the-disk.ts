import { paperPolicies } from '../../../impl/hypervisor/policies.ts';
import { type WrongProgram, writing } from './wrong-program.ts';

const { races } = paperPolicies;

const programs: readonly WrongProgram[] = [
  {
    name: 'no-reissue',
    mistake: 'what was outstanding on the disk is not submitted again',
    cites: ['R34-7'],
    policies: { reissues: () => false },
  },
  {
    name: 'winner-does-not-retag',
    mistake: 'whoever wins submits under the generation that is over',
    cites: ['R23-20'],
    policies: { tagOf: (generation) => Math.max(0, generation - 1) },
  },
  {
    name: 'no-race-serialization',
    mistake: 'disk operations that race are submitted together',
    cites: ['R34-1'],
    policies: { races: () => false },
  },
  {
    name: 'races-in-memory-only',
    mistake: 'overlapping pages are looked for and overlapping blocks are not',
    cites: ['R34-1'],
    policies: { races: (one, other) => races({ ...one, blocks: [] }, other) },
  },
  {
    name: 'races-on-the-disk-only',
    mistake: 'overlapping blocks are looked for and overlapping pages are not',
    cites: ['R34-1'],
    policies: { races: (one, other) => races({ ...one, memory: [] }, other) },
    fixed: { program: ['read x p', 'read y p', 'touch p', 'write x p'] },
  },
  {
    name: 'reads-never-wait',
    mistake: 'a read is never made to wait',
    cites: ['R34-9', 'R34-1'],
    policies: { races: (earlier, later) => later.kind === 'write' && races(earlier, later) },
  },
  {
    name: 'overlap-after-physical-completion',
    mistake: 'an overlapping operation goes when the earlier one has physically ended',
    cites: ['R34-11'],
    policies: { holdsUp: (phase) => phase !== 'settled' && phase !== 'arrived' },
  },
  {
    name: 'waits-for-delivery-only',
    mistake: 'an overlapping operation goes when the guest has the completion of the earlier one',
    cites: ['R34-11'],
    policies: { holdsUp: (phase) => phase !== 'settled' },
  },
  {
    name: 'settled-one-entry-early',
    mistake: 'the ack of the entry before the completion is thought to be enough',
    cites: ['R34-11'],
    policies: { isSettled: (doneSeq, ackedSeq) => doneSeq <= ackedSeq + 1 },
  },
  {
    name: 'reads-overtake-withheld-writes',
    mistake: 'an operation does not wait for a write that is still withheld',
    cites: ['R34-9'],
    policies: { holdsUp: (phase) => phase !== 'withheld' },
  },
];

/** Disk operations: which wait for which, and what is submitted again. */
export const ofTheDisk: readonly WrongProgram[] = programs.map((wrong) => ({
  fixed: writing,
  ...wrong,
}));
