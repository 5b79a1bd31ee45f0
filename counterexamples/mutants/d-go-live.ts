import { withCopy } from '../../model/actions/notation.ts';
import type { Io } from '../../model/disk.ts';
import { seq } from '../../model/ids.ts';
import { specification } from '../../model/paper.ts';
import { defaultClock } from '../../model/settings.ts';
import { type Action, isRefusal } from '../../model/spec.ts';
import type { Vm, Withheld } from '../../model/state.ts';
import type { Mutant } from '../mutant.ts';
import { withRows } from './own-rows.ts';
import { type Following, performing, replayWith, type Then, withFlights } from './replay-with.ts';

const liveBeforeDrain: Mutant = {
  spec: specification('live-before-drain', { mayGoLive: () => true }),
  breaks: ['S1'],
  because:
    'The backup goes live as soon as it has won and discards what it holds. Among that is the ' +
    'entry of an output that has left because the backup held it.',
  cites: ['R23-10', 'R22-14'],
  settings: {},
};

const outputEnabledDuringDrain: Mutant = {
  spec: withRows('output-enabled-during-drain', {
    replay: replayWith(
      ['frozen', 'draining'],
      performing(() => true),
    ),
  }),
  breaks: ['S6', 'S3', 'S7'],
  because:
    'The backup drains its log with its outputs switched on. They are old ones of the primary, ' +
    'which may be alive and may yet win.',
  cites: ['R20-5', 'R23-12'],
  settings: {},
};

const outputDuringReplay: Mutant = {
  spec: withRows('output-during-replay', {
    replay: replayWith(
      ['replaying'],
      performing(() => true),
    ),
  }),
  breaks: ['S6', 'S3'],
  because:
    'The backup performs the outputs that it replays. The world sees each of them twice, though ' +
    'nothing has failed.',
  cites: ['R20-5'],
  settings: {},
};

const noMacAnnounce: Mutant = {
  spec: specification('no-mac-announce', { mayAnnounce: () => false }),
  breaks: ['L2'],
  because:
    'The backup goes live in silence. The switch forwards to the host that is dead, and clients ' +
    'wait for a server that never hears them.',
  cites: ['R23-13'],
  settings: { clock: defaultClock, program: ['compute', 'reply'] },
};

/** A backup that remembers the outputs of its drain, and its disk operations. */
type Repeating = Following & {
  readonly drained: readonly Withheld[];
  readonly written: readonly Io[];
};

const isRepeating = (copy: Vm | undefined): copy is Repeating =>
  copy !== undefined && 'drained' in copy;

/** The output is dropped, and kept to be emitted when the copy goes live. */
const kept: Then = ({ state, effects }, copy, _, outputs) => {
  const { drained, written } = isRepeating(copy) ? copy : { drained: [], written: [] };
  const again = outputs
    .filter(({ device }) => device !== 'disk')
    .map((output): Withheld => ({ ...output, needs: seq(0) }));
  const numbers = outputs.filter(({ device }) => device === 'disk').map(({ number }) => number);
  const ios = copy.guest.pending.filter(({ number }) => numbers.includes(number));
  const repeating: Repeating = {
    ...copy,
    drained: [...drained, ...again],
    written: [...written, ...ios],
  };
  return { state: withCopy(state, repeating), effects };
};

const keeping = specification('emit-at-go-live-for-all', {
  onBackupLive: (_, copy) => (isRepeating(copy) ? copy.drained : []),
});

/** All the disk writes of the drain go to the storage once more, completed or not. */
const writingAll: Action<'goLive'> = {
  ...keeping.actions.goLive,
  next: (state, event) => {
    const before = state.copies[event.copy];
    const outcome = keeping.actions.goLive.next(state, event);
    if (isRefusal(outcome) || !isRepeating(before)) return outcome;
    const { id: copy, generation } = before;
    const flights = before.written.map((io) => ({ copy, generation, io }));
    return { ...outcome, state: withFlights(outcome.state, flights) };
  },
};

const emitAtGoLiveForAll: Mutant = {
  spec: {
    ...keeping,
    actions: {
      ...keeping.actions,
      replay: replayWith(['frozen', 'draining'], kept),
      goLive: writingAll,
    },
  },
  breaks: ['S7', 'S7a'],
  because:
    'Each output of the drain may not have been performed, so all are performed again. The ' +
    'network allows duplicates; on the disk a write that was completed comes back over a newer ' +
    'one.',
  cites: ['R20-5', 'R34-7'],
  settings: { program: ['touch p', 'write x p'] },
};

const emitLast: Mutant = {
  spec: specification('emit-last', {
    onBackupLive: (_, { lastOutputs }) =>
      lastOutputs
        .filter(({ device }) => device !== 'disk')
        .map((output) => ({ ...output, needs: seq(0) })),
  }),
  breaks: 'nothing',
  because:
    'The output exactly at the go-live point is emitted, for the primary may have died before ' +
    'it did so. At worst the world sees it twice.',
  cites: ['R22-11'],
  settings: { goLiveOutput: 'emitLast' },
};

/** D: the backup goes live. */
export const goLiveMutants: readonly Mutant[] = [
  liveBeforeDrain,
  outputEnabledDuringDrain,
  outputDuringReplay,
  noMacAnnounce,
  emitAtGoLiveForAll,
  emitLast,
];
