import type { Event, EventType } from '../../model/event.ts';
import { eventTypes, isRefusal, type Spec, type Step, step } from '../../model/spec.ts';
import type { State } from '../../model/state.ts';

type Move = readonly [Event, Step];

/** Shares no rhythm with the protocol's periods: else the same host could be tried for ever. */
const scatter = (turn: number): number => (Math.imul(turn + 1, 0x9e3779b1) >>> 16) % 1024;

/** How many moves of each kind have been made. */
type Made = Map<EventType, number>;

const enabledMove = (spec: Spec, state: State, type: EventType, made: Made): Move | null => {
  const before = made.get(type) ?? 0;
  const from = scatter(before);
  const instances: readonly Event[] = spec.actions[type].instances(state);
  for (let index = 0; index < instances.length; index++) {
    const event = instances[(from + index) % instances.length];
    if (event === undefined) continue;
    const outcome = step(spec, state, event);
    if (isRefusal(outcome)) continue;
    made.set(type, before + 1);
    return [event, outcome];
  }
  return null;
};

/** The protocol's next move: kinds and instances take turns, so that none waits for ever. */
const nextMove = (
  spec: Spec,
  types: readonly EventType[],
  state: State,
  turn: number,
  made: Made,
): Move | null => {
  for (let index = 0; index < types.length; index++) {
    const type = types[(turn + index) % types.length];
    const move = type === undefined ? null : enabledMove(spec, state, type, made);
    if (move !== null) return move;
  }
  return null;
};

const tick: Event<'tick'> = { type: 'tick' };
const send: Event<'send'> = { type: 'send' };

/** Time passes and a client sends: with nothing left to do, a tick is not refused. */
const idle = (spec: Spec, state: State): readonly Move[] => {
  const passed = spec.actions.tick.next(state, tick);
  if (isRefusal(passed)) return [];
  const sent = spec.actions.send.next(passed.state, send);
  return isRefusal(sent)
    ? [[tick, passed]]
    : [
        [tick, passed],
        [send, sent],
      ];
};

/** A protocol that has always something to do lets no time pass: then all that it owes is late. */
const stepsInTickMax = 2000;

/**
 * The protocol left to itself: no fault strikes any more, though what is broken stays broken;
 * nobody orders anything, presses a key or moves the VM, but clients go on sending. `onStep` sees
 * every step and ends the calm by returning true.
 */
export const calm = (
  spec: Spec,
  from: State,
  ticks: number,
  onStep: (event: Event, step: Step) => boolean,
): State => {
  const types = eventTypes(spec).filter((type) => spec.actions[type].by === 'protocol');
  let state = from;
  const made: Made = new Map();
  let turn = 0;
  let inTick = 0;
  const end = from.now + ticks;
  while (state.now < end && inTick++ < stepsInTickMax) {
    const move = nextMove(spec, types, state, turn++, made);
    if (move === null) inTick = 0;
    const moves = move === null ? idle(spec, state) : [move];
    if (moves.length === 0) return state;
    for (const [event, taken] of moves) {
      state = taken.state;
      if (onStep(event, taken)) return state;
    }
  }
  return state;
};
