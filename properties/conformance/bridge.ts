import { connectionOf, holderOf, isCut } from '../../model/actions/notation.ts';
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

/** What is known of backups that move. */
type Moved = Pick<Ledger, 'leaving' | 'early'>;

/**
 * The acks on their way to the primary of a backup that moves: in the specification its switchover
 * drops them. To read them before it says the same to the primary, and nothing new but how far it
 * may go: the disk has come to rest by then.
 */
const readBefore = (state: State, { early: known }: Moved, backup: Vm): readonly Event[] => {
  if (backup.mode !== 'replaying') return [];
  const primary = holderOf(state, backup.primary);
  const { connection } = backup;
  const acks = connectionOf(state, connection)?.acks ?? [];
  if (primary?.mode !== 'recording' || primary.wedged) return [];
  // a primary whose disk does not rest may be asked for that by what it has not read yet
  const isQuiet = primary.devices.quiesce !== 'none';
  const asking = acks.findIndex(({ quiesce }) => quiesce);
  const early = isQuiet || asking < 0 ? acks : acks.slice(0, asking);
  const [first] = early;
  const isNew = primary.connection !== connection;
  if (first !== undefined && isNew)
    known.push({ connection, reader: primary.id, from: backup.id, upTo: first.upTo });
  const reads = early.map((): Event => ({ type: 'readAck', copy: primary.id, connection }));
  return bridged(state, primary.host, backup.host, reads);
};

/**
 * The switchover of a backup cuts its channel. In the program what it has said before arrives, and
 * nobody but the primary can tell a switchover from one a moment later: it is put off until
 * somebody else could.
 */
export const putOff = (
  state: State,
  ledger: Moved,
  isConcerned: (copy: Vm) => boolean,
): readonly Event[] => {
  const events: Event[] = [];
  const { leaving } = ledger;
  for (const [destination, source] of leaving) {
    const [from, to] = [state.copies[source], state.copies[destination]];
    if (from === undefined || to === undefined) continue;
    if (!isConcerned(from) && !isConcerned(to)) continue;
    leaving.delete(destination);
    const handing: readonly Event[] = [
      ...firstPasses(state, destination),
      { type: 'switchOver', copy: source },
    ];
    const late = goingOn(state, from.host, bridged(state, to.host, from.host, handing));
    events.push(...readBefore(state, ledger, from), ...late);
  }
  return events;
};
