import type { Event, EventType } from '../model/event.ts';
import type { State } from '../model/state.ts';
import type { Did, Observed } from './observation.ts';

/** A line without its place in the record of its node. */
export type Telling<D extends Did = Did> = {
  [K in D]: Omit<Observed<K>, 'node' | 'n'>;
}[D];

/** A step of the specification. */
export type Told<T extends EventType = EventType> = {
  readonly before: State;
  readonly event: Event<T>;
  readonly after: State;
};

/** What is told of one kind of event: mostly one line, and of some nothing. */
export type Teller<T extends EventType> = (told: Told<T>) => readonly Telling[];

/** The name under which a copy of the specification is told. */
export const nameOf = (id: number): string => `copy${id}`;
