import type { CopyId } from '../model/ids.ts';
import type { State, Vm } from '../model/state.ts';
import { type Breach, copyIn, same, take, type Walk } from './candidate.ts';
import type { CopyDid, Observed } from './observation.ts';

/** How a line of a copy's is judged. */
export type OnCopy<D extends CopyDid> = (
  walk: Walk,
  id: CopyId,
  line: Observed<D>,
) => Breach | null;

const connectionsOf = ({ connections }: State, copy: Vm | undefined) =>
  connections.filter(({ primary }) => primary === copy?.line);

/** The next entry goes to the channel (R32-2). */
export const flush: OnCopy<'flush'> = (walk, id, { seq }) => {
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

/** The backup says what it holds (R22-5). */
export const acknowledge: OnCopy<'acknowledge'> = (walk, id, { upTo }) => {
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
  const saying = own.filter(
    ({ acks, backup }) => acks.length > 0 && (line === undefined || line === backup),
  );
  const fitting = saying.filter(({ acks }) => acks[0]?.upTo === upTo);
  const ofPair = fitting.find(({ backup, generation }) => {
    return copy?.mode === 'recording' && copy.backup === backup && copy.generation === generation;
  });
  return ofPair ?? fitting[0] ?? saying[0] ?? own.at(-1);
};

/**
 * The wishes for a quiet disk in the acknowledgments that a line can be about: more than one where
 * a backup has moved, and has said as much on either of two connections (R33-6, R33-7).
 */
export const wishesIn = (
  state: State,
  id: CopyId,
  { upTo }: Observed<'readAck'>,
): readonly boolean[] =>
  connectionsOf(state, state.copies[id]).flatMap(({ acks: [ack] }) =>
    ack?.upTo === upTo ? [ack.quiesce] : [],
  );

/** The primary reads an acknowledgment (R21-12). */
export const readAck: OnCopy<'readAck'> = (walk, id, line) => {
  const { upTo } = line;
  const connection = readFrom(walk, id, line);
  if (connection === undefined) return { kind: 'senseless', sentence: 'it has no channel' };
  const first = connection.acks[0]?.upTo ?? null;
  const breach = take(walk, { type: 'readAck', copy: id, connection: connection.id });
  return breach ?? same('acknowledgment read', upTo, first, 'readAck');
};
