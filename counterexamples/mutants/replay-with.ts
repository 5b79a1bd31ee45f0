import type { Effect } from '../../model/effect.ts';
import type { Event } from '../../model/event.ts';
import type { Guest, Output } from '../../model/guest.ts';
import { paper } from '../../model/paper.ts';
import { type Action, isRefusal, type Refusal, type Step } from '../../model/spec.ts';
import type { Draining, Flight, Frozen, Mode, Replaying, State } from '../../model/state.ts';
import { asIf } from './own-rows.ts';

/** A copy that replays, in whichever part of a backup's life. */
export type Following = Replaying | Frozen | Draining;

/** What else a replay does, given the guest before it and the outputs that it drops. */
export type Then = (step: Step, copy: Following, before: Guest, outputs: readonly Output[]) => Step;

const keepingOutputs: Action<'replay'> = asIf(paper.actions.replay, (settings) => ({
  ...settings,
  goLiveOutput: 'emitLast',
}));

const followingIn = ({ copies }: State, id: number): Following | null => {
  const copy = copies[id];
  return copy !== undefined && 'consumed' in copy ? copy : null;
};

/** A replay that does something more than the paper's, in the modes named. */
export const replayWith = (modes: readonly Mode[], then: Then): Action<'replay'> => ({
  ...paper.actions.replay,
  next: (state: State, event: Event<'replay'>): Step | Refusal => {
    const outcome = paper.actions.replay.next(state, event);
    const before = followingIn(state, event.copy);
    if (isRefusal(outcome) || before === null || !modes.includes(before.mode)) return outcome;
    const after = followingIn(outcome.state, event.copy);
    const kept = keepingOutputs.next(state, event);
    const shown = isRefusal(kept) ? null : followingIn(kept.state, event.copy);
    if (after === null || shown === null) return outcome;
    const isNew = after.guest.sent > before.guest.sent;
    return then(outcome, after, before.guest, isNew ? shown.lastOutputs : []);
  },
});

/** The state with more disk operations on their way to the storage. */
export const withFlights = (state: State, flights: readonly Flight[]): State => ({
  ...state,
  storage: { ...state.storage, flights: [...state.storage.flights, ...flights] },
});

/** One output that should be dropped is seen by the world; a disk write goes to the storage. */
export const emitted = (step: Step, copy: Following, output: Output): Step => {
  const { id, host, generation } = copy;
  const { state, effects } = step;
  if (output.device === 'disk') {
    const io = copy.guest.pending.find(({ number }) => number === output.number);
    if (io === undefined) return step;
    const effect: Effect = {
      type: 'submit',
      ...{ copy: id, host, generation, io: io.number, output },
    };
    const flown = withFlights(state, [{ copy: id, generation, io }]);
    return { state: flown, effects: [...effects, effect] };
  }
  const what = { copy: id, host, ...output };
  if (output.device === 'console') {
    return { state, effects: [...effects, { type: 'print', ...what }] };
  }
  return {
    state: { ...state, network: { ...state.network, port: host } },
    effects: [...effects, { type: 'transmit', ...what }],
  };
};

/** All the outputs of a replay that are of the kind wanted are performed, as they come. */
export const performing =
  (isWanted: (output: Output) => boolean): Then =>
  (step, copy, _, outputs) =>
    outputs.filter(isWanted).reduce((now: Step, output) => emitted(now, copy, output), step);
