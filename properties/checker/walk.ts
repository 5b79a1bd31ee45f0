import type { Event, EventType } from '../../model/event.ts';
import { enabled, eventTypes, isRefusal, type Spec, step } from '../../model/spec.ts';
import type { State } from '../../model/state.ts';
import { type Chooser, onceIn } from './chooser.ts';
import type { Weights } from './weights.ts';

/** Picks the next event of a walk; `null` where nothing is enabled. */
export type Strategy = (spec: Spec, state: State) => Event | null;

/** Told of every event that was tried: `refusal` is null if it is enabled. */
export type OnTried = (type: EventType, refusal: string | null) => void;

const slotCount = 256;

/** Kinds of events, each as often as its weight says; those of weight 0 are left out. */
export const slotsFor = (weights: Weights, types: readonly EventType[]): readonly EventType[] => {
  let total = 0;
  for (const type of types) total += weights[type];
  const slots: EventType[] = [];
  for (const type of types) {
    const count = total === 0 ? 0 : Math.ceil((weights[type] * slotCount) / total);
    for (let slot = 0; slot < count; slot++) slots.push(type);
  }
  return slots;
};

/** An instance of the kind that is enabled, the first from a place in the list on, or `null`. */
export const enabledFrom = (
  spec: Spec,
  state: State,
  type: EventType,
  place: (count: number) => number,
  onTried: OnTried,
): Event | null => {
  const instances: readonly Event[] = spec.actions[type].instances(state);
  const count = instances.length;
  const from = count > 1 ? place(count) : 0;
  for (let index = 0; index < count; index++) {
    const event = instances[(from + index) % count];
    if (event === undefined) continue;
    const outcome = step(spec, state, event);
    if (!isRefusal(outcome)) {
      onTried(type, null);
      return event;
    }
    onTried(type, outcome);
  }
  return null;
};

const rarely = 8;

/** A power-off ends the run, so that most of those that could be ordered are passed over. */
const isPassedOver = (event: Event | null, chooser: Chooser): boolean =>
  event?.type === 'order' && event.operation === 'powerOff' && !onceIn(chooser, rarely);

/** An instance of the kind that is enabled, any of them, or `null`. */
export const anyEnabled = (
  spec: Spec,
  state: State,
  type: EventType,
  chooser: Chooser,
  onTried: OnTried,
): Event | null => {
  const event = enabledFrom(spec, state, type, chooser.below, onTried);
  return isPassedOver(event, chooser) ? null : event;
};

const drawsMax = 60;

/**
 * Kinds of events by weight, of those that are enabled: what is refused is not tried again in the
 * same state, and once luck has failed all kinds are tried in turn.
 */
export const picker = (
  slots: readonly EventType[],
  chooser: Chooser,
  onTried: OnTried,
): Strategy => {
  const kinds = [...new Set(slots)];
  const kindOf = slots.map((type) => kinds.indexOf(type));
  const triedAt = kinds.map(() => 0);
  let turn = 0;
  return (spec, state) => {
    turn++;
    const attempt = (kind: number): Event | null => {
      const type = kinds[kind];
      if (type === undefined || triedAt[kind] === turn) return null;
      triedAt[kind] = turn;
      return anyEnabled(spec, state, type, chooser, onTried);
    };
    for (let draw = 0; draw < drawsMax && slots.length > 0; draw++) {
      const event = attempt(kindOf[chooser.below(slots.length)] ?? 0);
      if (event !== null) return event;
    }
    for (let kind = 0; kind < kinds.length; kind++) {
      const event = attempt(kind);
      if (event !== null) return event;
    }
    return null;
  };
};

/** Kinds of events by weight, among all. */
export const weighted = (weights: Weights, chooser: Chooser, onTried: OnTried): Strategy => {
  let pick: Strategy | null = null;
  return (spec, state) => {
    pick ??= picker(slotsFor(weights, eventTypes(spec)), chooser, onTried);
    return pick(spec, state);
  };
};

/** Every event that is enabled, in the order of the table. */
export const allEnabled = (spec: Spec, state: State): readonly Event[] =>
  eventTypes(spec).flatMap((type) => enabled(spec, state, type));
