import type { ConnectionId, CopyId, Generation, Position, Seq } from './ids.ts';

/**
 * What an entry records: a timer interrupt, a received packet, the result of a non-deterministic
 * operation, or the place of an output operation.
 */
export type EntryKind = 'TIMER' | 'RX' | 'ND' | 'OUT';

/** One record of the log stream (R21-7). */
export type LogEntry = {
  readonly seq: Seq;
  readonly position: Position;
  readonly kind: EntryKind;
  readonly value: number; // packet or clock reading; the payload of an output is not logged (R22-9)
  readonly last: boolean; // the go-live point of its group (R21-9)
  readonly at: number; // when the primary logged it, by its own clock (R32-9)
};

/** Backup to primary: possession of all entries 1..upTo of this connection's pair (R22-6). */
export type Ack = {
  readonly upTo: Seq;
  readonly consumed: Seq; // what the backup has replayed: the lag data (R32-9)
  readonly position: Position; // how far it has come: replaying without entries is progress too
};

/** One connection of the logging channel: FIFO both ways, until it is lost or closed (R32-2). */
export type Connection = {
  readonly id: ConnectionId;
  readonly generation: Generation;
  readonly primary: CopyId;
  readonly backup: CopyId;
  readonly open: boolean;
  readonly entries: readonly LogEntry[]; // on the wire, primary to backup
  readonly acks: readonly Ack[]; // on the wire, backup to primary
};

/** The last entry of the last complete group, counting on from what was consumed (R21-9). */
export const completeUpTo = (buffer: readonly LogEntry[], consumed: Seq): Seq =>
  buffer.findLast(({ last }) => last)?.seq ?? consumed;
