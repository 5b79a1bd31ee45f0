import { sharePayload } from '../../../impl/hypervisor/payload.ts';
import { movedWriting, ordered, type WrongProgram, writing } from './wrong-program.ts';

/** A wrong program that leaves every run a run of the specification, and why. */
export type Unseen = WrongProgram & { readonly because: string };

/** Programs that neither conformance nor the soak tells from the right one. */
export const unseen: readonly Unseen[] = [
  {
    name: 'submits-only-writes-again',
    mistake: 'whoever goes live submits its writes again, and waits for its reads',
    cites: ['R34-7'],
    policies: { reissues: (kind) => kind === 'write' },
    fixed: writing,
    because:
      'whoever takes over submits all that its guest waits for as if it had just been issued; a ' +
      'primary that goes live alone with a read under way would be told by disk-comes-back, but ' +
      'in no timed run that was tried is one under way for as long as its backup is suspected',
  },
  {
    name: 'quiet-for-the-backup-alone',
    mistake: 'a primary that is to move keeps its disk quiet only while its backup asks for it',
    cites: ['R33-6', 'R33-8'],
    policies: { keepsQuiet: (isAsked, _, isAlone) => isAsked && !isAlone },
    fixed: movedWriting,
    because:
      'the VMotion of a primary never comes to its switchover and is cancelled, as any may be',
  },
  {
    name: 'generation-not-checked',
    mistake: 'an ack counts on whichever connection of whichever generation it comes',
    cites: ['R22-6'],
    policies: { isOurs: () => true },
    answersTo: ['ack-of-an-earlier-pair'],
    because:
      "a connection that is not the pair's any more is closed, and what still comes on it is not " +
      'read: there is no such ack',
  },
  {
    name: 'logs-the-old-share',
    mistake: 'the entry names the share that a VM has at first, not the one that it is given',
    cites: ['R33-3'],
    policies: {
      written: (drafts) =>
        drafts.map((draft) =>
          draft.kind === 'SHARE' ? { ...draft, payload: sharePayload(100) } : draft,
        ),
    },
    fixed: ordered,
    because: 'which share a backup has is not in its report, and shows in its pace alone',
  },
  {
    name: 'frees-early',
    mistake: 'the primary frees an entry beyond those acknowledged',
    cites: ['R21-12'],
    policies: { mayFree: ({ acked, logged }) => Math.min(logged, acked + 1) },
    answersTo: [],
    because:
      'a backup that lacks what was freed is refused when it reconnects: the pair ends early',
  },
];
