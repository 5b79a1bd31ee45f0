import type { Event } from '../../../model/event.ts';
import { connectionId, copyId, type HostId } from '../../../model/ids.ts';
import { isRefusal, type Refusal, type Spec, type Step, step } from '../../../model/spec.ts';
import type { State } from '../../../model/state.ts';

/** Who takes whose place from an event on, where the way to it was replaced by another. */
export type Renaming = {
  readonly from: number; // index of the first event that is renamed
  readonly copies: readonly (readonly [was: number, is: number])[];
  readonly connections: readonly (readonly [was: number, is: number])[];
  readonly hosts: Readonly<Record<HostId, HostId>>;
};

/** The copy or connection that came to be by an event. */
export type Made = { readonly copy: number | null; readonly connection: number | null };

/** What a step has made, if anything. */
export const madeBy = (before: State, after: State): Made | null => {
  const newest = after.connections.at(-1)?.id ?? -1;
  const connection = newest > (before.connections.at(-1)?.id ?? -1) ? newest : null;
  const copy = after.copies.length > before.copies.length ? before.copies.length : null;
  return copy === null && connection === null ? null : { copy, connection };
};

/** Numbers of the original script, and what they are in this one. */
export type Names = {
  readonly copies: Map<number, number>;
  readonly connections: Map<number, number>;
  readonly hosts: Renaming['hosts'] | null;
};

/** The numbers that are known where the events of another script begin. */
export const namesAt = ({ copies, connections }: State, renaming: Renaming | null): Names => {
  const newest = connections.at(-1)?.id ?? -1;
  const known = Array.from({ length: newest + 1 }, (_, id): [number, number] => [id, id]);
  const isStart = renaming?.from === 0;
  return {
    copies: new Map([
      ...(isStart ? [] : copies.map(({ id }): [number, number] => [id, id])),
      ...(renaming?.copies ?? []),
    ]),
    connections: new Map([...(isStart ? [] : known), ...(renaming?.connections ?? [])]),
    hosts: renaming?.hosts ?? null,
  };
};

const onHosts = (event: Event, hosts: Renaming['hosts']): Event => {
  if ('host' in event) return { ...event, host: hosts[event.host] };
  if (event.type !== 'cut' && event.type !== 'heal') return event;
  return { ...event, from: hosts[event.from], to: hosts[event.to] };
};

/** The event in the numbers of this script; `null` if what it is about does not exist in it. */
export const renamed = (event: Event, names: Names): Event | null => {
  let said = names.hosts === null ? event : onHosts(event, names.hosts);
  if ('copy' in said) {
    const copy = names.copies.get(said.copy);
    if (copy === undefined) return null;
    if (copy !== said.copy) said = { ...said, copy: copyId(copy) };
  }
  if ('connection' in said) {
    const connection = names.connections.get(said.connection);
    if (connection === undefined) return null;
    if (connection !== said.connection) said = { ...said, connection: connectionId(connection) };
  }
  return said;
};

/** What was made there is from now on what is made here. */
export const learn = (names: Names, was: Made | undefined, is: Made): void => {
  if (is.copy !== null) names.copies.set(was?.copy ?? is.copy, is.copy);
  if (is.connection !== null) {
    names.connections.set(was?.connection ?? is.connection, is.connection);
  }
};

/** Another disk operation of the same copy, where the one meant is not the same any more. */
const insteadOf = ({ actions }: Spec, state: State, event: Event): readonly Event[] => {
  if (!('io' in event)) return [];
  const instances: readonly Event[] = actions[event.type].instances(state);
  return instances.filter((other) => 'io' in other && other.copy === event.copy);
};

export type Happening = { readonly event: Event; readonly outcome: Step | Refusal };

/** What happens of an event here: its own step, or that of one that can stand for it. */
export const happening = (spec: Spec, state: State, event: Event): Happening => {
  const outcome = step(spec, state, event);
  if (!isRefusal(outcome)) return { event, outcome };
  for (const other of insteadOf(spec, state, event)) {
    const instead = step(spec, state, other);
    if (!isRefusal(instead)) return { event: other, outcome: instead };
  }
  return { event, outcome };
};
