import type { Completion } from './disk.ts';
import type { ConnectionId, Generation, Line, Position, Seq } from './ids.ts';

/**
 * What an entry records. Events: a timer interrupt, a received packet, a key, a movement of the
 * mouse, the completion of a disk operation (R20-3). Of an instruction: a result that cannot be
 * computed, the place of an output operation. Control entries: power-off, a change of the VM's
 * share of the CPU, and that no disk operation is outstanding (R33-1, R33-7).
 */
export type EntryKind =
  | 'TIMER'
  | 'RX'
  | 'KEY'
  | 'MOUSE'
  | 'DONE'
  | 'ND'
  | 'OUT'
  | 'OFF'
  | 'SHARE'
  | 'QUIESCE';

/** One record of the log stream (R21-7). */
export type LogEntry = {
  readonly seq: Seq;
  readonly position: Position;
  readonly kind: EntryKind;
  readonly value: number; // input, reading, share; OFF: 1 if the guest's own; OUT: none (R22-9)
  readonly completion: Completion | null; // of a DONE: status and data (R34-10)
  readonly last: boolean; // the go-live point of its group (R21-9)
  readonly at: number; // when the primary logged it, by its own clock (R32-9)
};

/** Backup to primary: possession of all entries 1..upTo of this connection's pair (R22-6). */
export type Ack = {
  readonly upTo: Seq;
  readonly consumed: Seq; // what the backup has replayed: the lag data (R32-9)
  readonly position: Position; // how far it has come: replaying without entries is progress too
  readonly quiesce: boolean; // it asks the primary to keep its disk quiet, to be moved (R33-7)
};

/** One connection of the logging channel: FIFO both ways, until it is lost or closed (R32-2). */
export type Connection = {
  readonly id: ConnectionId;
  readonly generation: Generation;
  readonly primary: Line;
  readonly backup: Line;
  readonly open: boolean;
  readonly isHandover: boolean; // closed because one end moves: no evidence of a failure (R33-6)
  readonly entries: readonly LogEntry[]; // on the wire, primary to backup
  readonly acks: readonly Ack[]; // on the wire, backup to primary
};

/** The last entry of the last complete group, counting on from what was consumed (R21-9). */
export const completeUpTo = (buffer: readonly LogEntry[], consumed: Seq): Seq =>
  buffer.findLast(({ last }) => last)?.seq ?? consumed;
