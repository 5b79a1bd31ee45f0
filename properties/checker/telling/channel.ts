import { match } from 'ts-pattern';
import { holderOf } from '../../../model/actions/notation.ts';
import type { Event } from '../../../model/event.ts';
import type { Ack, Connection, LogEntry } from '../../../model/log.ts';
import type { State, Vm, Watch } from '../../../model/state.ts';
import { entriesText, entryText, holderIn, listed } from './names.ts';
import { bufferOf, type Change, changeOf, gone, type Scene } from './scene.ts';

/** The logging channel, and what shows that a peer is alive: sections 2.2, 2.3 and 3.2. */
export type ChannelType =
  | 'flush'
  | 'receive'
  | 'acknowledge'
  | 'readAck'
  | 'reconnect'
  | 'heartbeat'
  | 'keepalive';

/** The connection of that number, in a state. */
export const connectionIn = (state: State, id: number | null): Connection | undefined =>
  state.connections.find((connection) => connection.id === id);

const ownConnection = (state: State, copy: Vm | undefined): Connection | undefined =>
  connectionIn(state, copy !== undefined && 'connection' in copy ? copy.connection : null);

/** The entry that goes to the wire. */
export const flushed = ({ after }: Scene, { is }: Change): LogEntry | null =>
  ownConnection(after, is)?.entries.at(-1) ?? null;

/** The entry that is taken from the wire. */
export const taken = ({ before }: Scene, { was }: Change): LogEntry | null =>
  ownConnection(before, was)?.entries[0] ?? null;

/** The acknowledgment that goes to the wire. */
export const acked = ({ after }: Scene, { is }: Change): Ack | null =>
  ownConnection(after, is)?.acks.at(-1) ?? null;

/** The acknowledgment that is taken from the wire. */
export const ackRead = ({ before }: Scene, { connection }: Event<'readAck'>): Ack | null =>
  connectionIn(before, connection)?.acks[0] ?? null;

const ackUpTo = (copy: Vm | undefined): number =>
  copy !== undefined && 'acked' in copy ? copy.acked : 0;

/** Whether a copy asks for a quiet disk, or keeps its own quiet. */
const quietness = (copy: Vm | undefined): string => {
  if (copy?.mode === 'replaying') return copy.asks ? 'asked' : 'none';
  return copy !== undefined && 'devices' in copy ? copy.devices.quiesce : 'none';
};

/** Whether an ack tells its reader, or a further one its writer, nothing that was not said. */
export const isNoNews = ({ was, is }: Change): boolean =>
  ackUpTo(was) === ackUpTo(is) &&
  quietness(was) === quietness(is) &&
  gone({ was, is }).length === 0;

const receives = (scene: Scene, change: Change): string => {
  const entry = taken(scene, change);
  if (entry === null) return 'reads the logging channel';
  const text = entryText(entry);
  if (bufferOf(change.was).some(({ seq }) => seq === entry.seq))
    return `drops ${text}, a duplicate`;
  const isHeld = bufferOf(change.is).some(({ seq }) => seq === entry.seq);
  const upTo = change.was?.mode === 'replaying' ? change.was.received : 0;
  if (!isHeld && entry.seq <= upTo) return `drops ${text}, a duplicate`;
  const lost = [...gone(change), ...(isHeld ? [] : [entry])];
  return lost.length === 0 ? `receives ${text}` : `receives ${text} and loses ${entriesText(lost)}`;
};

const asking = [', asks for a quiet disk', ', needs no quiet disk any more'] as const;
const asked = [', is to keep its disk quiet', ', may use its disk again'] as const;

/** What of a message is about the disk of the primary (R33-7). */
const quietText = ({ was, is }: Change, words: readonly [string, string]): string => {
  const [before, after] = [quietness(was), quietness(is)];
  if (before === after) return '';
  return after === 'none' ? words[1] : words[0];
};

const acknowledges = (scene: Scene, change: Change): string => {
  const ack = acked(scene, change);
  if (ack === null) return 'acknowledges what it holds';
  const consumed = scene.before.settings.clock === null ? '' : `, has consumed ${ack.consumed}`;
  const again = ackUpTo(change.was) === ack.upTo ? ' again' : '';
  return `acknowledges up to ${ack.upTo}${again}${consumed}${quietText(change, asking)}`;
};

const freed = (entries: readonly LogEntry[]): string => {
  const names = entries.map(({ seq }) => `e${seq}`);
  if (names.length === 0) return '';
  return `, frees ${names.length < 3 ? listed(names) : `${names[0]} to ${names.at(-1)}`}`;
};

const readsAck = (scene: Scene, change: Change, event: Event<'readAck'>): string => {
  const ack = ackRead(scene, event);
  const { was, is } = change;
  if (ack === null || was?.mode !== 'recording' || is?.mode !== 'recording') return 'reads an ack';
  const read = `reads ack ${ack.upTo}`;
  if (is.connection !== event.connection) {
    const { generation } = connectionIn(scene.before, event.connection) ?? is;
    const where = generation === is.generation ? 'an old connection' : 'an old pair';
    return `ignores ack ${ack.upTo} of ${where}`;
  }
  const rest = `${freed(gone(change))}${quietText(change, asked)}`;
  if (was.connection === is.connection) return `${read}${rest}`;
  if (was.connection === null && was.acked === 0) {
    return `${read} on its first connection: ${holderIn(scene.after, is.backup)} is armed${rest}`;
  }
  return `${read} on a new connection, goes on with e${is.sent + 1}${rest}`;
};

const peerIn = (state: State, copy: Vm | undefined): Vm | undefined => {
  if (copy?.mode === 'recording') return holderOf(state, copy.backup);
  if (copy?.mode === 'replaying') return holderOf(state, copy.primary);
  return copy?.mode === 'cloning' ? holderOf(state, copy.source) : undefined;
};

/** Whether the peer takes note in this tick. */
const isHeard = ({ after }: Scene, { is }: Change, what: keyof Watch): boolean => {
  const peer = peerIn(after, is);
  return peer !== undefined && 'watch' in peer && peer.watch[what] === after.now;
};

/** What goes over the wires between the two hypervisors. */
export const tellChannel = (event: Event<ChannelType>, scene: Scene): string => {
  const change = changeOf(scene, event.copy);
  const unheard = (what: keyof Watch): string =>
    isHeard(scene, change, what) ? '' : ', nobody hears it';
  return match(event)
    .with({ type: 'flush' }, () => {
      const entry = flushed(scene, change);
      return entry === null ? 'sends an entry' : `sends ${entryText(entry)}`;
    })
    .with({ type: 'receive' }, () => receives(scene, change))
    .with({ type: 'acknowledge' }, () => acknowledges(scene, change))
    .with({ type: 'readAck' }, (reading) => readsAck(scene, change, reading))
    .with({ type: 'reconnect' }, () => `opens a new connection, holds up to ${ackUpTo(change.is)}`)
    .with({ type: 'heartbeat' }, () => `sends a heartbeat${unheard('heartbeatHeard')}`)
    .with({ type: 'keepalive' }, () => `sends a keepalive${unheard('channelHeard')}`)
    .exhaustive();
};
