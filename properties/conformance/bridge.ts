import { isCut } from '../../model/actions/notation.ts';
import type { Event } from '../../model/event.ts';
import type { CopyId, HostId } from '../../model/ids.ts';
import type { Cut, State, Vm } from '../../model/state.ts';
import type { Ledger } from './ledger.ts';

/** Events that need a host to go on, in a gap of its pause. */
const goingOn = ({ hosts }: State, host: HostId, events: readonly Event[]): readonly Event[] =>
  hosts[host].up && hosts[host].paused
    ? [{ type: 'resume', host }, ...events, { type: 'pause', host }]
    : events;

/**
 * Events that the specification allows only while two hosts reach each other, though what the one
 * needed of the other had arrived at its host before. The partition, or the pause of the other, has
 * a gap of no length in which they happen: gaps are the world's to make, nobody else acts in this
 * one, and after it all is as it was.
 */
export const bridged = (
  state: State,
  one: HostId | undefined,
  other: HostId,
  events: readonly Event[],
): readonly Event[] => {
  if (one === undefined || events.length === 0) return events;
  const ways: readonly Cut[] = [
    { net: 'log', from: one, to: other },
    { net: 'log', from: other, to: one },
  ];
  const cuts = ways.filter(({ net, from, to }) => isCut(state, net, from, to));
  return [
    ...cuts.map((cut): Event => ({ type: 'heal', ...cut })),
    ...goingOn(state, one, events),
    ...cuts.map((cut): Event => ({ type: 'cut', ...cut })),
  ];
};

/**
 * The first passes, unless they are done: when they are makes no difference to what is handed over,
 * for it is copied again at the cut, or at the switchover (R31-2, R33-5).
 */
export const firstPasses = ({ copies }: State, id: CopyId | null): readonly Event[] => {
  const to = id === null ? undefined : copies[id];
  const isWaiting = to?.mode === 'cloning' || to?.mode === 'arriving';
  return id !== null && isWaiting && to.image === null ? [{ type: 'precopy', copy: id }] : [];
};

/**
 * The program submits to an adapter of its host, which keeps what it cannot bring to the storage;
 * the specification keeps it a step earlier. The way has a gap of no length, and the operation is
 * then held back with the host as well: neither can be done before the storage is reached.
 */
export const submitted = (
  { hosts }: State,
  host: HostId,
  events: readonly Event[],
): readonly Event[] =>
  hosts[host].storage
    ? events
    : [{ type: 'regainStorage', host }, ...events, { type: 'loseStorage', host }];

/**
 * The switchover of a backup closes its channel. In the program its primary does not know that yet,
 * and nobody can tell a switchover from one a moment later: it is put off until somebody could.
 */
export const putOff = (
  state: State,
  { leaving }: Pick<Ledger, 'leaving'>,
  isConcerned: (copy: Vm) => boolean,
): readonly Event[] => {
  const events: Event[] = [];
  for (const [destination, source] of leaving) {
    const [from, to] = [state.copies[source], state.copies[destination]];
    if (from === undefined || to === undefined) continue;
    if (!isConcerned(from) && !isConcerned(to)) continue;
    leaving.delete(destination);
    const handing: readonly Event[] = [
      ...firstPasses(state, destination),
      { type: 'switchOver', copy: source },
    ];
    events.push(...goingOn(state, from.host, bridged(state, to.host, from.host, handing)));
  }
  return events;
};
