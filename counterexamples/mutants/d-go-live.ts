import { present, withCopy } from '../../model/actions/notation.ts';
import type { Effect } from '../../model/effect.ts';
import type { Event } from '../../model/event.ts';
import type { Output } from '../../model/guest.ts';
import { seq } from '../../model/ids.ts';
import { paper, specification } from '../../model/paper.ts';
import { defaultClock } from '../../model/settings.ts';
import { type Action, isRefusal, type Refusal, type Step } from '../../model/spec.ts';
import type { Draining, Frozen, Mode, State, Vm, Withheld } from '../../model/state.ts';
import type { Mutant } from '../mutant.ts';
import { withRows } from './own-rows.ts';

const liveBeforeDrain: Mutant = {
  spec: specification('live-before-drain', { mayGoLive: () => true }),
  breaks: ['S1'],
  because:
    'The backup goes live as soon as it has won and discards what it holds. Among that is the ' +
    'entry of an output that has left because the backup held it.',
  cites: ['R23-10', 'R22-14'],
  settings: {},
};

type Then = (copy: Vm, outcome: Step, output: Output) => Step;

/** A replay that does something with the output of an instruction, in the modes named. */
const replayWith = (modes: readonly Mode[], then: Then): Action<'replay'> => ({
  ...paper.actions.replay,
  next: (state: State, event: Event<'replay'>): Step | Refusal => {
    const outcome = paper.actions.replay.next(state, event);
    const before = state.copies[event.copy];
    if (isRefusal(outcome) || before === undefined || !modes.includes(before.mode)) return outcome;
    const after = outcome.state.copies[event.copy];
    if (after === undefined || !('guest' in before) || !('guest' in after)) return outcome;
    if (after.guest.sent === before.guest.sent) return outcome;
    return then(after, outcome, { ordinal: before.guest.sent, content: after.guest.word });
  },
});

/** The output is not dropped: the world sees it, and the switch learns where it came from. */
const emitted: Then = ({ id, host }, { state, effects }, output) => {
  const transmit: Effect = { type: 'transmit', copy: id, host, ...output };
  return {
    state: { ...state, network: { ...state.network, port: host } },
    effects: [...effects, transmit],
  };
};

const outputEnabledDuringDrain: Mutant = {
  spec: withRows('output-enabled-during-drain', {
    replay: replayWith(['frozen', 'draining'], emitted),
  }),
  breaks: ['S6', 'S3'],
  because:
    'The backup drains its log with its outputs switched on. They are old ones of the primary, ' +
    'which may be alive and may yet win.',
  cites: ['R20-5', 'R23-12'],
  settings: {},
};

const outputDuringReplay: Mutant = {
  spec: withRows('output-during-replay', { replay: replayWith(['replaying'], emitted) }),
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

type Repeating = (Frozen | Draining) & { readonly drained: readonly Withheld[] };

const isRepeating = (copy: Vm): copy is Repeating => 'drained' in copy;

/** The output is dropped, and kept to be emitted when the copy goes live. */
const kept: Then = (copy, { state, effects }, output) => {
  if (copy.mode !== 'frozen' && copy.mode !== 'draining') return { state, effects };
  const again = { ...output, needs: seq(0), since: present(state) };
  const drained = isRepeating(copy) ? [...copy.drained, again] : [again];
  const repeating: Repeating = { ...copy, drained };
  return { state: withCopy(state, repeating), effects };
};

const keeping = specification('emit-at-go-live-for-all', {
  onBackupLive: (_, copy) => (isRepeating(copy) ? copy.drained : []),
});

const emitAtGoLiveForAll: Mutant = {
  spec: {
    ...keeping,
    actions: { ...keeping.actions, replay: replayWith(['frozen', 'draining'], kept) },
  },
  breaks: 'nothing',
  because:
    'Each output of the drain may not have been sent, so all are sent again. The network allows ' +
    'duplicates; on a disk the same change would bring back old contents (S7).',
  cites: ['R20-5', 'R22-11'],
  settings: {},
};

const emitLast: Mutant = {
  spec: specification('emit-last', {
    onBackupLive: ({ now }, { lastOutput }) =>
      lastOutput === null ? [] : [{ ...lastOutput, needs: seq(0), since: now }],
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
