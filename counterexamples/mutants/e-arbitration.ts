import {
  type Arbitrate,
  compareAndSwap,
  halts,
  liveAlone,
  winning,
} from '../../model/actions/arbitration.ts';
import { inMode, moved, withCopy, withDevices } from '../../model/actions/notation.ts';
import type { Io } from '../../model/disk.ts';
import { generation } from '../../model/ids.ts';
import { paper, rules, specification } from '../../model/paper.ts';
import { defaultClock } from '../../model/settings.ts';
import { type Action, isRefusal } from '../../model/spec.ts';
import type { Frozen, Vm, Withholding } from '../../model/state.ts';
import type { Mutant } from '../mutant.ts';
import { withRows } from './own-rows.ts';
import { withFlights } from './replay-with.ts';

const timed = { clock: defaultClock };

/** A contender that reads that the generation is won by another has lost; else it writes. */
const readFirst: Action<'testAndSet'> = inMode(
  'testAndSet',
  ['withholding', 'frozen'],
  (state, copy, event) => {
    const asked = paper.actions.testAndSet.next(state, event);
    const { storage } = state;
    const isWon = storage.generation > copy.generation && storage.owner !== copy.id;
    return isRefusal(asked) || !isWon ? asked : moved(state, halts(copy));
  },
);

const written = specification('read-then-write', { arbitrate: () => 'won' });

const readThenWrite: Mutant = {
  spec: { ...written, actions: { ...written.actions, testAndSet: readFirst } },
  breaks: ['S12', 'S3'],
  because:
    'The test and the set are two requests. Both sides read that nobody has won, both write ' +
    'their own name, and both go live.',
  cites: ['R23-17'],
  settings: {},
};

/** `side` goes live on its suspicion alone, under the generation that it would have asked for. */
const skipping = (side: 'withholding' | 'frozen'): Action<'testAndSet'> =>
  inMode('testAndSet', ['withholding', 'frozen'], (state, copy, event) => {
    if (copy.mode !== side) return paper.actions.testAndSet.next(state, event);
    const next = generation(copy.generation + 1);
    return moved(
      state,
      copy.mode === 'frozen' ? winning(copy, next) : liveAlone(rules, copy, next),
    );
  });

const backupSkips: Mutant = {
  spec: withRows('backup-skips-TAS', { testAndSet: skipping('frozen') }),
  breaks: ['S3', 'S1', 'L2'],
  because:
    'The backup goes live on its suspicion. The link was cut and the primary lives: it wins the ' +
    'test-and-set that nobody contested, and both serve.',
  cites: ['R23-17', 'R23-4', 'R20-6'],
  settings: {},
};

const primarySkips: Mutant = {
  spec: withRows('primary-skips-TAS', { testAndSet: skipping('withholding') }),
  breaks: ['S3', 'S1'],
  because:
    'The primary thinks that the VM is its own anyway. It leaves recording mode and releases ' +
    'what it withheld after the backup has won.',
  cites: ['R23-7', 'R23-17'],
  settings: {},
};

const unreachableIsFailure: Mutant = {
  spec: specification('unreachable-is-failure', { whenAway: halts }),
  breaks: ['L2'],
  because:
    'A contender that cannot reach the storage halts instead of waiting. The primary crashes ' +
    'while the path flaps, and nobody is left when it returns.',
  cites: ['R23-17', 'R23-18'],
  settings: timed,
};

/** A primary that has lost goes on without a backup, as if it had been told to find another. */
const goesOn = (copy: Withholding | Frozen): Vm =>
  copy.mode === 'withholding' ? liveAlone(rules, copy, copy.generation) : halts(copy);

const loserReturns: Mutant = {
  spec: specification('loser-returns', { whenLost: goesOn }),
  breaks: ['S3'],
  because:
    'A primary that has lost takes itself for one that lacks a backup: it runs on, asks the ' +
    'clustering service for another, and emits again beside the winner.',
  cites: ['R23-17', 'R23-22'],
  settings: {},
};

/** The first to ask wins it, for whatever generation: an owner is all that is stored. */
const plainFlag: Arbitrate = ({ owner }, { copy }) =>
  owner === null || owner === copy ? 'won' : 'lost';

const flagReset: Mutant = {
  spec: specification('flag-reset-without-generation', {
    arbitrate: plainFlag,
    onProtect: (storage) => ({ ...storage, owner: null }),
  }),
  breaks: ['S12', 'S3', 'S1'],
  because:
    'The arbiter is a flag, cleared when protection starts again. A primary that waits for the ' +
    'storage asks for the old contest after the flag was cleared, and wins it a second time.',
  cites: ['R23-19'],
  settings: {},
};

const neverReset: Mutant = {
  spec: specification('never-reset', { arbitrate: plainFlag }),
  breaks: ['L2'],
  because:
    'The arbiter is a flag that the first failover sets for good. The pair formed after it ' +
    'loses its primary, and its backup loses the test-and-set to the dead.',
  cites: ['R23-19'],
  settings: timed,
};

const retryKillsWinner: Mutant = {
  spec: specification('retry-kills-winner', {
    arbitrate: (storage, request) => (storage.generation === request.generation ? 'won' : 'lost'),
  }),
  breaks: ['L2'],
  because:
    'The arbiter does not know whose the generation is. The backup wins, the reply is lost, it ' +
    'asks again, hears that the generation is taken, and halts.',
  cites: ['R23-21'],
  settings: timed,
};

const nonLinearizable: Mutant = {
  spec: specification('non-linearizable-arbiter', {
    arbitrate: (storage, request) => {
      const isUnderWay = storage.replies.some(
        (reply) => reply.outcome === 'won' && reply.generation === request.generation,
      );
      return isUnderWay ? 'won' : compareAndSwap(storage, request);
    },
  }),
  breaks: ['S12', 'S3'],
  because:
    'The storage is mirrored after the fact. While the answer to one side is on its way, the ' +
    'replica that the other side asks has not heard of it and grants it too.',
  cites: ['R23-17'],
  settings: {},
};

const preAcquire: Mutant = {
  spec: specification('pre-acquire', {
    onProtect: (storage, copy) => ({
      ...storage,
      generation: generation(copy.generation + 1),
      owner: copy.id,
    }),
  }),
  breaks: ['L2', 'L2a'],
  because:
    'The primary takes the test-and-set as a lock when protection starts. It crashes holding ' +
    'it, and its backup can only lose.',
  cites: ['R23-17', 'R23-19'],
  settings: { ...timed, start: 'unprotected' },
};

const zombieWrite: Mutant = {
  spec: specification('zombie-write', { isFenced: () => false }),
  breaks: ['S7', 'S3'],
  because:
    'The storage takes writes of whoever sends them. One of the old primary lay in the adapter ' +
    'of a host that stood still; it arrives after the winner has submitted it again and has ' +
    'written something newer.',
  cites: ['R23-20'],
  settings: { program: ['touch p', 'write x p'] },
};

/** What the primary has handed to its adapter stays there as it is, with the tag that it has. */
const leavesTags: Action<'learn'> = {
  ...paper.actions.learn,
  next: (state, event) => {
    const outcome = paper.actions.learn.next(state, event);
    const before = state.copies[event.copy];
    const after = isRefusal(outcome) ? undefined : outcome.state.copies[event.copy];
    if (isRefusal(outcome) || before?.mode !== 'withholding' || after?.mode !== 'live') {
      return outcome;
    }
    const isWithheld = ({ number }: Io): boolean =>
      before.withheld.some((output) => output.device === 'disk' && output.number === number);
    const isDone = ({ number }: Io): boolean =>
      before.devices.arrived.some((completion) => completion.io === number);
    const handed = before.guest.pending.filter((io) => !isWithheld(io) && !isDone(io));
    const submitted = handed.map(({ number }) => number);
    const queued = handed.filter(({ number }) => !before.devices.submitted.includes(number));
    const { id: copy, generation: old } = before;
    const flights = queued.map((io) => ({ copy, generation: old, io }));
    const won = withCopy(outcome.state, withDevices(after, { submitted }));
    return { ...outcome, state: withFlights(won, flights) };
  },
};

const doesNotRetag: Mutant = {
  spec: withRows('winner-does-not-retag', { learn: leavesTags }),
  breaks: ['L2a'],
  because:
    'A primary that has won leaves what it has under way as it is. The storage refuses it by its ' +
    'old generation, and the guest waits for ever.',
  cites: ['R23-20'],
  settings: { ...timed, program: ['touch p', 'write x p'] },
};

const testAndSetAtAnyTime: Mutant = {
  spec: specification('test-and-set-while-draining', { mayAsk: () => true }),
  breaks: 'nothing',
  because:
    'The backup drains and arbitrates at once, in either order. Its log is frozen, so that ' +
    'nothing depends on which is done first.',
  cites: ['R23-15', 'R22-14'],
  settings: { arbitration: 'drainThenTestAndSet' },
};

/** E: arbitration. */
export const arbitrationMutants: readonly Mutant[] = [
  readThenWrite,
  backupSkips,
  primarySkips,
  unreachableIsFailure,
  loserReturns,
  flagReset,
  neverReset,
  retryKillsWinner,
  nonLinearizable,
  preAcquire,
  zombieWrite,
  doesNotRetag,
  testAndSetAtAnyTime,
];
