import { heldOrReplayed } from '../model/actions/channel.ts';
import {
  connectionOf,
  holderOf,
  isAble,
  withConnection,
  withCopy,
} from '../model/actions/notation.ts';
import { asksForQuiet } from '../model/actions/quiesce.ts';
import type { CopyId, Seq } from '../model/ids.ts';
import type { Connection } from '../model/log.ts';
import type { Replaying, State, Vm } from '../model/state.ts';
import {
  type Breach,
  type Candidate,
  copyIn,
  same,
  take,
  type Walk,
  walkFrom,
} from './candidate.ts';
import type { CopyDid, Observed } from './observation.ts';

/** How a line of a copy's is judged. */
export type OnCopy<D extends CopyDid> = (
  walk: Walk,
  id: CopyId,
  line: Observed<D>,
) => Breach | null;

const connectionsOf = ({ connections }: State, copy: Vm | undefined) =>
  connections.filter(({ primary }) => primary === copy?.line);

/** The connection that the copy speaks on. */
const spokenOn = ({ candidate }: Walk, copy: Vm | undefined): Connection | undefined =>
  copy !== undefined && 'connection' in copy
    ? connectionOf(candidate.state, copy.connection)
    : undefined;

/** Lost, or closed by the peer: what this side says before it hears of that reaches nobody. */
const isClosed = (connection: Connection | undefined): boolean => connection?.open === false;

/** What a primary sends next on a connection of whose end it has not heard. */
const nextToNobody = (walk: Walk, copy: Vm | undefined): Seq | undefined =>
  copy?.mode === 'recording' && isClosed(spokenOn(walk, copy)) && isAble(walk.candidate.state, copy)
    ? copy.buffer.find((one) => one.seq > copy.sent)?.seq
    : undefined;

/** The next entry goes to the channel (R32-2), or to nobody. */
export const flush: OnCopy<'flush'> = (walk, id, { seq }) => {
  const was = copyIn(walk, id);
  const next = nextToNobody(walk, was);
  if (was?.mode === 'recording' && next !== undefined) {
    const { candidate } = walk;
    walk.candidate = { ...candidate, state: withCopy(candidate.state, { ...was, sent: next }) };
    return same('entry sent', seq, next, 'flush');
  }
  const breach = take(walk, { type: 'flush', copy: id });
  const copy = copyIn(walk, id);
  return breach ?? same('entry sent', seq, copy?.mode === 'recording' ? copy.sent : null, 'flush');
};

/** An entry is read from the channel (R32-2). */
export const receive: OnCopy<'receive'> = (walk, id, { seq }) => {
  const copy = copyIn(walk, id);
  const { connections } = walk.candidate.state;
  const own = copy?.mode === 'replaying' ? copy.connection : null;
  const arrived = connections.find((connection) => connection.id === own)?.entries[0]?.seq;
  const breach = take(walk, { type: 'receive', copy: id });
  return breach ?? same('entry received', seq, arrived ?? null, 'receive');
};

const ackedBy = (copy: Vm | undefined): number | null =>
  copy !== undefined && 'acked' in copy ? copy.acked : null;

const sayAgain = (walk: Walk, copy: Replaying, connection: Connection): void => {
  const { acked: upTo, consumed, guest, asks: quiesce } = copy;
  const acks = [...connection.acks, { upTo, consumed, position: guest.position, quiesce }];
  const { candidate } = walk;
  const state = withConnection(candidate.state, { ...connection, acks });
  walk.candidate = { ...candidate, state };
};

/** Whether the backup has to say anything that it has not said before (R32-3). */
const hasNews = (state: State, copy: Replaying): boolean =>
  heldOrReplayed(state, copy) > copy.acked || asksForQuiet(state, copy) !== copy.asks;

/** Unless it can have opened another connection unseen: then that is what it speaks on (R33-11). */
const isToNobody = (walk: Walk, id: CopyId, connection: Connection): boolean => {
  if (!isClosed(connection)) return false;
  if (walk.log.tellsReading) return true;
  return take(walkFrom(walk.log, walk.candidate), { type: 'reconnect', copy: id }) !== null;
};

/**
 * The backup says what it holds (R22-5). What it has said before it may say again, as if it kept
 * the channel alive (Q9): that travels like any other acknowledgment.
 */
export const acknowledge: OnCopy<'acknowledge'> = (walk, id, { upTo }) => {
  const was = copyIn(walk, id);
  const { state } = walk.candidate;
  const connection = spokenOn(walk, was);
  if (was?.mode === 'replaying' && connection !== undefined && isAble(state, was)) {
    if (isToNobody(walk, id, connection)) {
      return same('acknowledged up to', upTo, heldOrReplayed(state, was), 'acknowledge');
    }
    if (connection.open && upTo === was.acked && !hasNews(state, was)) {
      if (walk.log.tellsReading) sayAgain(walk, was, connection);
      return null;
    }
  }
  const breach = take(walk, { type: 'acknowledge', copy: id });
  return breach ?? same('acknowledged up to', upTo, ackedBy(copyIn(walk, id)), 'acknowledge');
};

/** A first message says what is held (R33-11). */
export const reconnect: OnCopy<'reconnect'> = (walk, id, { upTo }) => {
  const breach = take(walk, { type: 'reconnect', copy: id });
  return breach ?? same('acknowledged up to', upTo, ackedBy(copyIn(walk, id)), 'reconnect');
};

/** Of several connections on which an acknowledgment waits, that of its sender, or of its pair. */
const readFrom = (walk: Walk, id: CopyId, { upTo, from }: Observed<'readAck'>) => {
  const copy = copyIn(walk, id);
  const own = connectionsOf(walk.candidate.state, copy);
  const sender = from === undefined ? undefined : walk.log.copies.get(from);
  const line = sender === undefined ? undefined : copyIn(walk, sender)?.line;
  const heard = own.filter(
    ({ acks, backup }) => acks.length > 0 && (line === undefined || line === backup),
  );
  // the destination of a backup speaks on a connection of its own (R33-6)
  const isSource = line !== undefined && holderOf(walk.candidate.state, line)?.id !== sender;
  const its = line === undefined ? [] : heard.filter(({ isHandover }) => isHandover === isSource);
  const saying = its.length > 0 ? its : heard;
  const fitting = saying.filter(({ acks }) => acks[0]?.upTo === upTo);
  const ofPair = fitting.find(({ backup, generation }) => {
    return copy?.mode === 'recording' && copy.backup === backup && copy.generation === generation;
  });
  return ofPair ?? fitting[0] ?? saying[0] ?? own.at(-1);
};

/**
 * Where an acknowledgment that is read can have come by several connections: what it leads to by
 * each. A backup has moved, or has opened one after the other, and has said as much on either
 * (R33-6, R33-11).
 */
export const readings = (
  walk: Walk,
  id: CopyId,
  { upTo, from }: Observed<'readAck'>,
): readonly Candidate[] => {
  const { candidate, log } = walk;
  const sender = from === undefined ? undefined : log.copies.get(from);
  const line = sender === undefined ? undefined : copyIn(walk, sender)?.line;
  const fitting = connectionsOf(candidate.state, copyIn(walk, id)).filter(
    ({ acks, backup }) => acks[0]?.upTo === upTo && (line === undefined || line === backup),
  );
  if (fitting.length < 2) return [];
  return fitting.flatMap(({ id: connection }) => {
    const way = walkFrom(log, candidate);
    return take(way, { type: 'readAck', copy: id, connection }) === null ? [way.candidate] : [];
  });
};

/** An acknowledgment that says nothing new is read before the next, whether that is told or not. */
const readAgain = (walk: Walk, id: CopyId, line: Observed<'readAck'>): void => {
  for (;;) {
    const copy = copyIn(walk, id);
    const connection = readFrom(walk, id, line);
    const [first, next] = connection?.acks ?? [];
    if (copy?.mode !== 'recording' || connection === undefined || first === undefined) return;
    const isAgain = first.upTo === copy.acked && first.quiesce === copy.isAskedForQuiet;
    if (!isAgain || next === undefined || first.upTo === line.upTo) return;
    if (connection.id !== copy.connection) return;
    if (take(walk, { type: 'readAck', copy: id, connection: connection.id }) !== null) return;
  }
};

/** The primary reads an acknowledgment (R21-12). */
export const readAck: OnCopy<'readAck'> = (walk, id, line) => {
  const { upTo } = line;
  readAgain(walk, id, line);
  const connection = readFrom(walk, id, line);
  if (connection === undefined) return { kind: 'senseless', sentence: 'it has no channel' };
  const first = connection.acks[0]?.upTo ?? null;
  const breach = take(walk, { type: 'readAck', copy: id, connection: connection.id });
  return breach ?? same('acknowledgment read', upTo, first, 'readAck');
};
