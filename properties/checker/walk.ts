import type { Event, EventType } from '../../model/event.ts';
import { enabled, eventTypes, isRefusal, type Spec, step } from '../../model/spec.ts';
import type { State } from '../../model/state.ts';
import type { Chooser } from './chooser.ts';
import type { Weights } from './weights.ts';

/** Picks the next event of a walk; `null` where nothing is enabled. */
export type Strategy = (spec: Spec, state: State) => Event | null;

/** Told of every event that was tried: `refusal` is null if it is enabled. */
export type OnTried = (type: EventType, refusal: string | null) => void;

const slotCount = 512;

export const slotsFor = (weights: Weights, types: readonly EventType[]): readonly EventType[] => {
  const total = types.reduce((sum, type) => sum + weights[type], 0);
  if (total === 0) return [];
  return types.flatMap((type) =>
    Array<EventType>(Math.ceil((weights[type] * slotCount) / total)).fill(type),
  );
};

export const anyEnabled = (
  spec: Spec,
  state: State,
  type: EventType,
  chooser: Chooser,
  onTried: OnTried,
): Event | null => {
  const instances = spec.actions[type].instances(state);
  const from = instances.length > 1 ? chooser.below(instances.length) : 0;
  for (let index = 0; index < instances.length; index++) {
    const event: Event | undefined = instances[(from + index) % instances.length];
    if (event === undefined) continue;
    const outcome = step(spec, state, event);
    onTried(type, isRefusal(outcome) ? outcome : null);
    if (!isRefusal(outcome)) return event;
  }
  return null;
};

const triesMax = 40;

/** Kinds of events by weight; those that are refused are tried again as another kind. */
export const weighted = (weights: Weights, chooser: Chooser, onTried: OnTried): Strategy => {
  let slots: readonly EventType[] | null = null;
  return (spec, state) => {
    slots ??= slotsFor(weights, eventTypes(spec));
    for (let tries = 0; tries < triesMax; tries++) {
      const type = slots[chooser.below(slots.length)];
      if (type === undefined) continue;
      const event = anyEnabled(spec, state, type, chooser, onTried);
      if (event !== null) return event;
    }
    return null;
  };
};

/** Every event that is enabled, in the order of the table. */
export const allEnabled = (spec: Spec, state: State): readonly Event[] =>
  eventTypes(spec).flatMap((type) => enabled(spec, state, type));
