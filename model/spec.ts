import type { Effect } from './effect.ts';
import type { Event, EventType } from './event.ts';
import type { Settings } from './settings.ts';
import type { State } from './state.ts';

/** What an event does: the state after it, and what the outside notices of it. */
export type Step = { readonly state: State; readonly effects: readonly Effect[] };

/** Why an event cannot happen now: a clause for people; no code branches on it. */
export type Refusal = string;

/** Whose choice an event is: on a program only the world's can be imposed. */
export type Actor = 'world' | 'protocol';

/** Guard and effect of one kind of event, never apart. */
export type Action<T extends EventType> = {
  readonly by: Actor;
  /** The events worth trying in a state: it may name too many, never too few. */
  readonly instances: (state: State) => readonly Event<T>[];
  readonly next: (state: State, event: Event<T>) => Step | Refusal;
};

/** One action for each kind of event. */
export type Actions = { readonly [T in EventType]: Action<T> };

/** A protocol, right or wrong: where it begins and every way it can move. */
export type Spec = {
  readonly name: string;
  readonly init: (settings: Settings) => State;
  readonly actions: Actions;
};

/** The event types in the order of the table. */
export const eventTypes = (spec: Spec): readonly EventType[] =>
  // `Object.keys` is typed `string[]`; the mapped type of `actions` makes these the event types.
  Object.keys(spec.actions) as EventType[];

/** The next-state function; a refusal (a clause that says why) where `event` is not enabled. */
export const step = <T extends EventType>(
  spec: Spec,
  state: State,
  event: Event<T>,
): Step | Refusal => {
  if (event.type === 'tick' && state.settings.clock !== null && isUrgent(spec, state)) {
    return 'something can be done at once: time does not pass before it is done';
  }
  return spec.actions[event.type].next(state, event);
};

/** Whether an outcome is a refusal. */
export const isRefusal = <T>(outcome: T | Refusal): outcome is Refusal =>
  typeof outcome === 'string';

/** The instances of one kind of event that are enabled. */
export const enabled = <T extends EventType>(
  spec: Spec,
  state: State,
  type: T,
): readonly Event<T>[] =>
  spec.actions[type].instances(state).filter((event) => !isRefusal(step(spec, state, event)));

/** Whether the protocol has anything to do: a tick is long against a message (`Clock`). */
export const isUrgent = (spec: Spec, state: State): boolean =>
  eventTypes(spec).some(
    (type) => spec.actions[type].by === 'protocol' && enabled(spec, state, type).length > 0,
  );
