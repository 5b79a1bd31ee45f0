import type { Event } from '../model/event.ts';
import type { Connection, LogEntry } from '../model/log.ts';
import type { State, Vm } from '../model/state.ts';
import { type Candidate, copyIn, type Log, take, walkFrom } from './candidate.ts';
import type { Did } from './observation.ts';
import { replayOne } from './on-execution.ts';

const connectionIn = ({ connections }: State, id: number | null): Connection | undefined =>
  id === null ? undefined : connections.find((one) => one.id === id);

/** A backup that replays these can do less than before. */
const ends = ({ kind }: LogEntry): boolean => kind === 'OFF' || kind === 'QUIESCE';

type Offer = (state: State, copy: Vm) => readonly Event[];

const nothing: readonly Event[] = [];

const flush: Offer = (state, copy) => {
  if (copy.mode !== 'recording' || copy.sent >= copy.logged) return nothing;
  const wire = connectionIn(state, copy.connection);
  const hasRoom = wire?.open && wire.entries.length < state.settings.wireCapacity;
  return hasRoom ? [{ type: 'flush', copy: copy.id }] : nothing;
};

const readAck: Offer = (state, copy) => {
  if (copy.mode !== 'recording') return nothing;
  // the first on a new connection makes it the one that a suspicion closes: that is no mere help
  const waiting = state.connections.filter(({ id, primary, acks: [ack] }) => {
    const isKnown = copy.connection !== null && id <= copy.connection;
    return isKnown && primary === copy.line && ack?.quiesce === copy.isAskedForQuiet;
  });
  return waiting.map(({ id }) => ({ type: 'readAck', copy: copy.id, connection: id }));
};

const replay: Offer = ({ settings }, copy) => {
  if (copy.mode !== 'replaying' && copy.mode !== 'frozen' && copy.mode !== 'draining')
    return nothing;
  if (copy.buffer.length === 0 || copy.guest.isOff) return nothing;
  if (copy.mode === 'frozen' && settings.arbitration === 'testAndSetThenDrain') return nothing;
  if (copy.mode === 'replaying') {
    if (settings.ackPoint === 'replayed' || copy.isQuiesced) return nothing;
    const end = copy.buffer.findIndex(({ last }) => last);
    if (end < 0 || copy.buffer.slice(0, end + 1).some(ends)) return nothing;
  }
  return [{ type: 'replay', copy: copy.id }];
};

const requestBackup: Offer = ({ service }, copy) =>
  copy.mode === 'live' && !copy.told && service.up && !copy.guest.isOff
    ? [{ type: 'requestBackup', copy: copy.id }]
    : nothing;

const precopy: Offer = ({ copies }, copy) => {
  if ((copy.mode !== 'cloning' && copy.mode !== 'arriving') || copy.image !== null) return nothing;
  const isOfBackup = copy.mode === 'arriving' && copies[copy.source]?.mode === 'replaying';
  return isOfBackup ? nothing : [{ type: 'precopy', copy: copy.id }];
};

/** What only adds to what is possible later: always, or in most states. */
export const helpful: ReadonlyMap<string, 'always' | 'mostly'> = new Map([
  ['flush', 'always'],
  ['readAck', 'mostly'],
  ['replay', 'mostly'],
  ['requestBackup', 'always'],
  ['precopy', 'mostly'],
]);

const offers: ReadonlyMap<Did, Offer> = new Map<Did, Offer>([
  ['flush', flush],
  ['readAck', readAck],
  ['replay', replay],
  ['requestBackup', requestBackup],
  ['precopy', precopy],
]);

const taken = (log: Log, candidate: Candidate, event: Event): Candidate | null => {
  const walk = walkFrom(log, candidate);
  const breach = event.type === 'replay' ? replayOne(walk, event.copy) : take(walk, event);
  if (breach !== null) return null;
  const isGone = 'copy' in event && copyIn(walk, event.copy)?.mode === 'halted';
  return isGone ? null : walk.candidate;
};

const next = (log: Log, atOnce: ReadonlySet<Did>, candidate: Candidate): Candidate | null => {
  const { state } = candidate;
  for (const did of atOnce) {
    const offer = offers.get(did);
    if (offer === undefined) continue;
    for (const copy of state.copies) {
      for (const event of offer(state, copy)) {
        const after = taken(log, candidate, event);
        if (after !== null) return after;
      }
    }
  }
  return null;
};

/**
 * What nobody can see and what only adds to what is possible later has happened as soon as it
 * could: no line tells that it had not.
 */
export const settled = (log: Log, atOnce: ReadonlySet<Did>, candidate: Candidate): Candidate => {
  let now = candidate;
  for (let more = next(log, atOnce, now); more !== null; more = next(log, atOnce, now)) now = more;
  return now;
};
