import type { LogEntry } from './entry.ts';

/** Bytes to be sent, and the entries whose last byte is among them. */
export type Taken = { readonly bytes: Uint8Array; readonly sentSeqs: readonly number[] };

/** The primary's log buffer: entries framed for the wire, kept until they are acked (R21-12). */
export declare class SendLog {
  /** `startSeq`: the entry before the first one; of a VM that has moved, else 0. */
  constructor(capacityBytes: number, startSeq?: number);
  readonly capacityBytes: number;
  readonly usedBytes: number;
  readonly logged: number; // seq of the newest
  readonly sent: number; // up to here every byte has been taken
  readonly freed: number;
  readonly isMidFrame: boolean; // a part of entry `sent` + 1 has been taken
  /** Is there room for the group? It stalls before its first entry otherwise (R32-13). */
  fits(entries: readonly LogEntry[]): boolean;
  /** Appends one whole group that fits. */
  append(entries: readonly LogEntry[]): void;
  /** Frees what was sent, up to here; nothing if it is free already. */
  free(upTo: number): void;
  /** On a new connection: the next byte taken is the first of the entry after this one (R33-11). */
  rewind(afterSeq: number): void;
  /** The next bytes to send, of at most so many entries; may end inside a frame. */
  take(byteRoom: number, entryCountMax?: number): Taken;
  /** The pair is over: empty, and the next entry is number 1. */
  clear(): void;
}
