import { inMode, moved, silent, withCopy } from '../../model/actions/notation.ts';
import type { Guest } from '../../model/guest.ts';
import { seq } from '../../model/ids.ts';
import { paper, specification } from '../../model/paper.ts';
import { defaultClock } from '../../model/settings.ts';
import { type Action, isRefusal } from '../../model/spec.ts';
import type { Cloning, Frozen } from '../../model/state.ts';
import type { Mutant } from '../mutant.ts';
import { withRows } from './own-rows.ts';

const timed = { clock: defaultClock };

const staleSnapshot: Mutant = {
  spec: specification('stale-snapshot', { cutAt: (_, image) => image }),
  breaks: ['S13', 'S4'],
  because:
    'The clone is what the first pass copied, and recording starts when the copy is done. What ' +
    'the source did in between is in neither.',
  cites: ['R31-3'],
  settings: {},
};

const pendingNotCloned: Mutant = {
  spec: specification('pending-IO-not-cloned', {
    cutAt: (source) => ({ ...source, pending: [] }),
  }),
  breaks: ['S13', 'S4'],
  because:
    'The table of outstanding disk operations stays behind at the cut. The clone has nothing to ' +
    'submit again, and their completions are of operations that it does not know.',
  cites: ['R31-4'],
  settings: { program: ['touch p', 'write x p'] },
};

/** What has been copied so far is taken for the VM. */
const halfCopied = (copy: Cloning, image: Guest): Frozen => {
  const { id, line, host, generation, wedged, watch } = copy;
  const log = { received: seq(0), buffer: [], consumed: seq(0), lastOutputs: [] };
  const kept = { id, line, host, guest: image, generation, share: 1, wedged, watch };
  return { mode: 'frozen', ...kept, ...log };
};

/** The destination of an FT VMotion arbitrates where it should discard itself. */
const suspectsEarly: Action<'suspect'> = inMode(
  'suspect',
  ['recording', 'replaying', 'cloning'],
  (state, copy, event) => {
    if (copy.mode !== 'cloning') return paper.actions.suspect.next(state, event);
    const discarded = paper.actions.discard.next(state, { type: 'discard', copy: copy.id });
    if (copy.image === null) return 'nothing has been copied';
    return isRefusal(discarded) ? discarded : moved(state, halfCopied(copy, copy.image));
  },
);

const halfClone: Mutant = {
  spec: withRows('half-clone-goes-live', { suspect: suspectsEarly }),
  breaks: ['S13', 'S3'],
  because:
    'The source dies when a part of the VM is copied. The destination suspects it, wins the ' +
    'test-and-set, and runs what it has.',
  cites: ['R23-16', 'R31-5'],
  settings: {},
};

/** A primary that has won goes on as before: it withholds, and waits for a backup that is gone. */
const wonInVain: Action<'learn'> = {
  ...paper.actions.learn,
  next: (state, event) => {
    const outcome = paper.actions.learn.next(state, event);
    const before = state.copies[event.copy];
    if (isRefusal(outcome) || before?.mode !== 'withholding') return outcome;
    const isLive = outcome.state.copies[event.copy]?.mode === 'live';
    return isLive ? silent(withCopy(outcome.state, before)) : outcome;
  },
};

const keepsWaiting: Mutant = {
  spec: withRows('keeps-waiting-for-acks', { learn: wonInVain }),
  breaks: ['L1', 'L2', 'L3'],
  because:
    'The primary does not leave recording mode although it has won. The backup is dead, and the ' +
    'outputs wait for its acknowledgments.',
  cites: ['R23-7', 'R23-8'],
  settings: timed,
};

const noNotify: Mutant = {
  spec: specification('no-notify', { tells: () => false }),
  breaks: ['L3'],
  because:
    'Nobody tells the clustering service that a backup is wanted. The VM runs alone until the ' +
    'next crash loses it.',
  cites: ['R31-6', 'R23-23', 'R23-14'],
  settings: timed,
};

const sameHost: Mutant = {
  spec: specification('replacement-on-same-host', {
    isEligible: ({ hosts }, _, host) => hosts[host].up && hosts[host].storage,
  }),
  breaks: ['S10'],
  because:
    'The clustering service takes the host of the primary for as good as any other. It crashes, ' +
    'and both copies are gone.',
  cites: ['R31-6', 'R33-4'],
  settings: {},
};

/** G: starting and restarting. */
export const protectionMutants: readonly Mutant[] = [
  staleSnapshot,
  pendingNotCloned,
  halfClone,
  keepsWaiting,
  noNotify,
  sameHost,
];
