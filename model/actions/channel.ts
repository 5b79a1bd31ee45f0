import { type ConnectionId, connectionId, type Seq } from '../ids.ts';
import { type Ack, type Connection, completeUpTo, type LogEntry } from '../log.ts';
import type { Action } from '../spec.ts';
import type { Recording, Replaying, State, Vm } from '../state.ts';
import {
  connectionOf,
  holderOf,
  inMode,
  isCut,
  isDue,
  isLinked,
  moved,
  remember,
  silent,
  withConnection,
  withCopy,
  withDevices,
} from './notation.ts';
import { asksForQuiet, type Quieting } from './quiesce.ts';

/** Whether entries may go to the channel now (R32-2). */
export type MayFlush = (copy: Recording) => boolean;

/** As soon as possible: no entry waits for a later one (R35-5). */
export const atOnce: MayFlush = () => true;

/** Whether the backup reads on (R32-4). */
export type HasRoom = (buffer: readonly LogEntry[], capacity: number) => boolean;

/** A backup with a full buffer stops reading. */
export const roomForOne: HasRoom = (buffer, capacity) => buffer.length < capacity;

/** The backup's log buffer with one more entry in it (R32-4). */
export type Enqueue = (
  buffer: readonly LogEntry[],
  entry: LogEntry,
  capacity: number,
) => readonly LogEntry[];

/** Behind all others, in the order of the log (R21-7). */
export const atTheEnd: Enqueue = (buffer, entry) => [...buffer, entry];

/** Whether an entry that arrives is already held (R33-11). */
export type IsDuplicate = (entry: LogEntry, received: Seq) => boolean;

/** What was sent again after a reconnect is dropped. */
export const alreadyReceived: IsDuplicate = ({ seq }, received) => seq <= received;

/** What a backup may acknowledge: never more than it holds, and whole groups only (R22-5, Q14). */
export type AckPoint = (state: State, copy: Replaying) => Seq;

/** What has been read into its log buffer; where the setting says so, what was replayed (V1). */
export const heldOrReplayed: AckPoint = ({ settings }, copy) =>
  settings.ackPoint === 'replayed' ? copy.consumed : completeUpTo(copy.buffer, copy.consumed);

/** Whether an acknowledgment is meant for this primary's present pair (R22-6). */
export type IsOurs = (copy: Recording, connection: Connection) => boolean;

/** Of this generation and this backup, and of no older connection than the present one. */
export const thisPair: IsOurs = (copy, connection) =>
  connection.generation === copy.generation &&
  connection.backup === copy.backup &&
  connection.id >= (copy.connection ?? 0);

/** Which entries the primary may free after an acknowledgment (R21-12). */
export type MayFree = (entry: LogEntry, acked: Seq) => boolean;

/** What the backup has said it holds, and nothing else. */
export const acknowledged: MayFree = (entry, acked) => entry.seq <= acked;

/** From which entry on the primary sends on a new connection (R33-11). */
export type ResumeAt = (copy: Recording, hello: Ack) => Seq;

/** From the one after those that the backup's first message acknowledges. */
export const afterAcknowledged: ResumeAt = (_, hello) => hello.upTo;

/** The decisions about the logging channel (sections 2.2 and 3.2 of the paper). */
export type ChannelRules = {
  readonly mayFlush: MayFlush;
  readonly hasRoom: HasRoom;
  readonly enqueue: Enqueue;
  readonly isDuplicate: IsDuplicate;
  readonly ackPoint: AckPoint;
  readonly isOurs: IsOurs;
  readonly mayFree: MayFree;
  readonly resumeAt: ResumeAt;
  readonly quieting: Quieting;
  readonly ackedOnSend: (acked: Seq, sent: Seq) => Seq;
};

/** Sending proves nothing: only an acknowledgment moves what is known to be held (R22-5). */
export const provesNothing: ChannelRules['ackedOnSend'] = (acked) => acked;

const noConnection = 'the logging channel is not connected';

/** The next entry moves from the primary's log buffer to the channel; it stays until acked. */
export const flush = (rules: ChannelRules): Action<'flush'> =>
  inMode('flush', ['recording'], (state, copy) => {
    const connection = connectionOf(state, copy.connection);
    if (connection === undefined || !connection.open) return noConnection;
    const entry = copy.buffer.find(({ seq }) => seq > copy.sent);
    if (entry === undefined) return 'every entry has been sent';
    if (!rules.mayFlush(copy)) return 'it waits for more entries';
    if (connection.entries.length >= state.settings.wireCapacity) return 'the channel is full';
    const sent = entry.seq;
    const acked = rules.ackedOnSend(copy.acked, sent);
    const watch = remember(state, copy.watch, 'channelSent');
    const entries = [...connection.entries, entry];
    return moved(withConnection(state, { ...connection, entries }), {
      ...copy,
      sent,
      acked,
      watch,
    });
  });

/** The backup reads an entry as soon as it arrives, if it has room for it (R32-2, R32-4). */
export const receive = (rules: ChannelRules): Action<'receive'> =>
  inMode('receive', ['replaying'], (state, copy) => {
    const connection = connectionOf(state, copy.connection);
    const [entry, ...entries] = connection?.entries ?? [];
    if (connection === undefined || entry === undefined) return 'nothing is on the channel';
    const from = holderOf(state, copy.primary)?.host;
    if (from !== undefined && isCut(state, 'log', from, copy.host)) return 'the channel is cut';
    const capacity = state.settings.backupCapacity;
    if (!rules.hasRoom(copy.buffer, capacity)) return 'its log buffer is full';
    const read = withConnection(state, { ...connection, entries });
    const watch = remember(state, copy.watch, 'channelHeard');
    if (rules.isDuplicate(entry, copy.received)) return moved(read, { ...copy, watch });
    const buffer = rules.enqueue(copy.buffer, entry, capacity);
    return moved(read, {
      ...copy,
      buffer,
      received: entry.seq,
      watch,
    });
  });

const ackOf = (rules: ChannelRules, state: State, copy: Replaying): Ack => ({
  upTo: rules.ackPoint(state, copy),
  consumed: copy.consumed,
  position: copy.guest.position,
  quiesce: asksForQuiet(state, copy),
});

/**
 * The backup says what it holds, whenever it has read something (R32-3): entries of every kind are
 * acknowledged, though only outputs wait for it (R22-13). With nothing new to say it speaks only to
 * keep the channel alive (Q9).
 */
export const acknowledge = (rules: ChannelRules): Action<'acknowledge'> =>
  inMode('acknowledge', ['replaying'], (state, copy) => {
    const connection = connectionOf(state, copy.connection);
    if (connection === undefined || !connection.open) return noConnection;
    const ack = ackOf(rules, state, copy);
    const isTimely =
      state.settings.clock !== null &&
      isDue(state, copy.watch.channelSent, ({ keepaliveEvery }) => keepaliveEvery);
    const isNews = ack.upTo > copy.acked || ack.quiesce !== copy.asks;
    if (!isNews && !isTimely) return 'nothing new is to be acknowledged';
    const acks = [...connection.acks, ack];
    const watch = remember(state, copy.watch, 'channelSent');
    return moved(withConnection(state, { ...connection, acks }), {
      ...copy,
      acked: ack.upTo,
      asks: ack.quiesce,
      watch,
    });
  });

const measured = (state: State, { throttle }: Recording, ack: Ack): Recording['throttle'] => {
  if (state.settings.clock === null) return throttle;
  const news = Math.max(0, ack.consumed - throttle.consumed);
  const { consumed, position } = news > 0 ? ack : { ...ack, consumed: throttle.consumed };
  return { ...throttle, consumed, position, stamps: throttle.stamps.slice(news) };
};

const taken = (
  rules: ChannelRules,
  state: State,
  copy: Recording,
  connection: ConnectionId,
  ack: Ack,
): Recording => {
  const acked = ack.upTo > copy.acked ? ack.upTo : copy.acked;
  const isNew = connection !== copy.connection;
  const { consumed, position } = copy.throttle;
  const isNews = acked > copy.acked || ack.consumed > consumed || ack.position > position;
  const settled = copy.devices.settled.filter((one) => one.seq > acked);
  const quiesce = rules.quieting(copy.devices, ack.quiesce, copy.move !== null);
  return {
    ...withDevices(copy, { settled, quiesce }),
    ...{ connection, acked, isAskedForQuiet: ack.quiesce },
    sent: isNew ? rules.resumeAt(copy, ack) : copy.sent,
    buffer: copy.buffer.filter((entry) => !rules.mayFree(entry, acked)),
    throttle: measured(state, copy, ack),
    watch: remember(state, copy.watch, 'channelHeard', ...(isNews ? ['progressed' as const] : [])),
  };
};

const acksFor = ({ connections }: State, copy: Vm): readonly object[] =>
  connections
    .filter(({ primary, acks }) => primary === copy.line && acks.length > 0)
    .map(({ id }) => ({ connection: id }));

/**
 * The primary reads an acknowledgment: it frees what the backup holds (R21-12). The first one of
 * a connection makes it the present one (R33-11); one that is not of this pair is ignored (R22-6).
 */
export const readAck = (rules: ChannelRules): Action<'readAck'> =>
  inMode(
    'readAck',
    ['recording'],
    (state, copy, event) => {
      const connection = connectionOf(state, event.connection);
      if (connection === undefined || connection.primary !== copy.line)
        return 'it has no such channel';
      const [ack, ...acks] = connection.acks;
      if (ack === undefined) return 'no acknowledgment is on the channel';
      const from = holderOf(state, connection.backup)?.host;
      if (from !== undefined && isCut(state, 'log', from, copy.host)) return 'the channel is cut';
      const read = withConnection(state, { ...connection, acks });
      if (!rules.isOurs(copy, connection)) return silent(read);
      return moved(read, taken(rules, state, copy, connection.id, ack));
    },
    { instances: acksFor },
  );

const isOver = (state: State, { primary, backup, id, acks }: Connection): boolean => {
  const reader = holderOf(state, backup);
  const isRead = reader?.mode === 'replaying' && reader.connection === id;
  const isAwaited = acks.length > 0 && holderOf(state, primary)?.mode === 'recording';
  return !isRead && !isAwaited;
};

/**
 * A backup opens a connection; its first message says what it may acknowledge by now, and counts as
 * an acknowledgment (R33-11).
 */
export const connecting = (rules: ChannelRules, state: State, from: Replaying): State => {
  const copy = { ...from, acked: rules.ackPoint(state, from), asks: asksForQuiet(state, from) };
  const newest = state.connections.at(-1);
  const id = connectionId((newest?.id ?? -1) + 1);
  const connected = withCopy(state, { ...copy, connection: id });
  const hello: Ack = {
    upTo: copy.acked,
    consumed: copy.consumed,
    position: copy.guest.position,
    quiesce: copy.asks,
  };
  const opened: Connection = {
    id,
    generation: copy.generation,
    primary: copy.primary,
    backup: copy.line,
    open: true,
    isHandover: false,
    entries: [],
    acks: [hello],
  };
  // the newest stays even when it is over, so that no number is ever used twice
  const kept = connected.connections.filter((old) => old === newest || !isOver(connected, old));
  return { ...connected, connections: [...kept, opened] };
};

/**
 * A backup whose connection is lost opens another one, where the loss is no evidence; where its
 * primary has moved, to the destination (R33-6, R33-11).
 */
export const reconnect = (rules: ChannelRules): Action<'reconnect'> =>
  inMode('reconnect', ['replaying'], (state, copy) => {
    const old = connectionOf(state, copy.connection);
    if (old?.open) return 'the logging channel is connected';
    const isPlanned = old?.isHandover ?? false;
    if (!isPlanned && state.settings.connectionLoss === 'evidence') {
      return 'the loss of the channel is evidence';
    }
    const primary = holderOf(state, copy.primary);
    if (primary === undefined || !isLinked(state, copy.host, primary.host)) {
      return 'its primary cannot be reached';
    }
    if (primary.mode === 'halted' && primary.because === 'moved') return 'its primary is moving';
    const watch = remember(state, copy.watch, 'channelSent');
    return silent(connecting(rules, state, { ...copy, watch }));
  });
