/**
 * What an entry records: an event (timer, packet, key, mouse, disk completion), an instruction's
 * value or output, or a control operation (R20-3, R22-3, R33-1).
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

/** What is to be logged; number, position and time are the recorder's. */
export type Draft = Pick<LogEntry, 'kind' | 'payload'>;

/** One record of the log stream of a pair (R21-7). */
export type LogEntry = {
  readonly seq: number; // 1, 2, 3, … without a gap
  readonly position: number; // of the guest: instructions executed (R21-4)
  readonly kind: EntryKind;
  readonly isLast: boolean; // the go-live point of its group (R21-9)
  readonly loggedAtMs: number; // by the primary's clock (R32-9)
  /**
   * RX, KEY, MOUSE: the bytes. DONE: a completion. ND: a reading. SHARE: a share. OFF: one byte, 1
   * if the guest's own (Q17). OUT, TIMER, QUIESCE: nothing (R22-9).
   */
  readonly payload: Uint8Array;
};
