import { seq } from '../../model/ids.ts';
import { completeUpTo } from '../../model/log.ts';
import { paper, rules, specification } from '../../model/paper.ts';
import { type Action, isRefusal } from '../../model/spec.ts';
import type { Mutant } from '../mutant.ts';
import { withRows } from './own-rows.ts';

/** The output leaves, and leaves again. */
const releasedTwice: Action<'release'> = {
  ...paper.actions.release,
  next: (state, event) => {
    const outcome = paper.actions.release.next(state, event);
    if (isRefusal(outcome)) return outcome;
    return { ...outcome, effects: [...outcome.effects, ...outcome.effects] };
  },
};

/** The output is taken for sent and is not. */
const swallowed: Action<'release'> = {
  ...paper.actions.release,
  next: (state, event) => {
    const outcome = paper.actions.release.next(state, event);
    return isRefusal(outcome) ? outcome : { ...outcome, effects: [] };
  },
};

/** Mistakes about outputs and the acknowledgments that they wait for (2.2). */
export const ownOutputCommit: readonly Mutant[] = [
  {
    spec: specification('released-on-suspicion', {
      outputRule: (primary, output) =>
        primary.mode === 'withholding' || rules.outputRule(primary, output),
    }),
    breaks: ['S2', 'S1', 'S3'],
    because:
      'a primary that suspects its backup releases what it withholds at once, before the arbiter ' +
      'has spoken; the backup lives, and has never heard of those outputs',
    cites: ['R23-4', 'R23-8'],
    settings: {},
  },
  {
    spec: specification('keeps-acked-while-arbitrating', {
      outputRule: (primary, output) =>
        primary.mode === 'recording' && rules.outputRule(primary, output),
    }),
    breaks: 'nothing',
    because:
      'nothing at all leaves while the arbiter is asked, not even outputs acknowledged before; ' +
      'they may leave then, and need not',
    cites: ['R23-8'],
    settings: {},
  },
  {
    spec: specification('waits-for-the-next-entry', { markerOf: (logged) => seq(logged + 1) }),
    breaks: ['T4', 'L1'],
    because:
      'an output waits for the acknowledgment of the entry after its own, which comes only when ' +
      'something else happens',
    cites: ['R22-8', 'R35-5'],
    settings: {},
  },
  {
    spec: withRows('released-twice', { release: releasedTwice }),
    breaks: ['S15', 'S2', 'S1'],
    because: 'an output that is released is sent twice, though there has been no failover',
    cites: ['R22-11'],
    settings: {},
  },
  {
    spec: withRows('output-swallowed', { release: swallowed }),
    breaks: ['L1a'],
    because: 'an output is struck off the queue and never sent: nobody withholds it any more',
    cites: ['R22-8', 'R22-11'],
    settings: {},
  },
  {
    spec: specification('acks-one-more', {
      ackPoint: (state, copy) => seq(rules.ackPoint(state, copy) + 1),
    }),
    breaks: ['S5', 'S2', 'S1'],
    because: 'the backup acknowledges the entry that it expects next, and the primary believes it',
    cites: ['R22-5', 'R22-6'],
    settings: {},
  },
  {
    spec: specification('acks-into-a-group', {
      ackPoint: ({ settings }, copy) =>
        settings.ackPoint === 'replayed' ? copy.consumed : copy.received,
    }),
    breaks: ['S5'],
    because:
      'the backup acknowledges part of a group; if the rest never comes it goes live without an ' +
      'entry that it has acknowledged',
    cites: ['R23-11', 'R22-14'],
    settings: { program: ['stamp', 'compute'], ackPoint: 'received' },
  },
  {
    spec: specification('acks-one-group-less', {
      ackPoint: ({ settings }, { buffer, consumed }) =>
        settings.ackPoint === 'replayed' ? consumed : completeUpTo(buffer.slice(0, -1), consumed),
    }),
    breaks: ['T4', 'L1'],
    because:
      'the newest group is not acknowledged before another one follows: the last output of a ' +
      'guest that falls silent never leaves',
    cites: ['R22-5', 'R35-5'],
    settings: { ackPoint: 'received' },
  },
];
