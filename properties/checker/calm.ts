import type { Event } from '../../model/event.ts';
import type { Settings } from '../../model/settings.ts';
import { eventTypes, isRefusal, type Spec, type Step, step } from '../../model/spec.ts';
import type { State } from '../../model/state.ts';

/**
 * How long, in ticks, everything that is owed after the faults have stopped may take: to notice a
 * failure, to arbitrate, to drain, to clone again should the first host chosen be of no use, and
 * to give back what the throttle has taken (T1, L1 to L4, L6).
 */
export const calmTicks = ({ clock, primaryCapacity, backupCapacity }: Settings): number => {
  if (clock === null) return 0;
  const { timeout, stallTimeout, retryEvery, switchover, adjustEvery, step: change } = clock;
  const detect = Math.max(timeout, stallTimeout) + 1;
  const takeOver = detect + 2 * retryEvery + primaryCapacity + backupCapacity + 2;
  const protect = takeOver + switchover + timeout + 2;
  return 3 * protect + 2 * Math.ceil(100 / change) * adjustEvery;
};

const isProtocol = (spec: Spec, type: Event['type']): boolean =>
  spec.actions[type].by === 'protocol';

/** A turn that shares no rhythm with the protocol's periods. */
const scatter = (turn: number): number => (Math.imul(turn, 0x9e3779b1) >>> 16) % 1024;

/** The protocol's next move: kinds and instances take turns, so that none waits for ever. */
const nextMove = (spec: Spec, state: State, turn: number): readonly [Event, Step] | null => {
  const types = eventTypes(spec).filter((type) => isProtocol(spec, type));
  for (let index = 0; index < types.length; index++) {
    const type = types[(turn + index) % types.length];
    const instances = type === undefined ? [] : spec.actions[type].instances(state);
    for (let other = 0; other < instances.length; other++) {
      const event: Event | undefined = instances[(scatter(turn) + other) % instances.length];
      const outcome = event === undefined ? '' : step(spec, state, event);
      if (event !== undefined && !isRefusal(outcome)) return [event, outcome];
    }
  }
  return null;
};

/** A protocol that has always something to do lets no time pass: then all that it owes is late. */
const stepsInTickMax = 5000;

const tick: Event = { type: 'tick' };

/**
 * The protocol left to itself: no fault strikes any more, though what is broken stays broken;
 * clients go on sending. `onStep` sees every step and ends the calm by returning true.
 */
export const calm = (
  spec: Spec,
  from: State,
  onStep: (event: Event, step: Step) => boolean,
): State => {
  let state = from;
  let turn = 0;
  let inTick = 0;
  const end = from.now + calmTicks(from.settings);
  while (state.now < end && inTick++ < stepsInTickMax) {
    const move = nextMove(spec, state, turn++);
    if (move === null) inTick = 0;
    const events: readonly Event[] = move === null ? [tick, { type: 'send' }] : [move[0]];
    for (const event of events) {
      const outcome = step(spec, state, event);
      if (isRefusal(outcome)) continue;
      state = outcome.state;
      if (onStep(event, outcome)) return state;
    }
  }
  return state;
};
