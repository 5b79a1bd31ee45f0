import type { LogEntry } from './entry.ts';

/** The backup's log buffer: entries are kept until they are consumed (R21-12). */
export declare class ReceiveLog {
  /** `startSeq`: the entry before the first one that is to come. */
  constructor(capacityBytes: number, startSeq: number);
  /** Of a snapshot; `null` if it is none, or does not fit. */
  static restore(capacityBytes: number, snapshot: Uint8Array): ReceiveLog | null;
  readonly capacityBytes: number;
  readonly usedBytes: number;
  readonly roomBytes: number;
  readonly received: number; // gap-free up to here
  readonly consumed: number;
  readonly completeUpTo: number; // last entry of the last whole group: what may be acked (Q14)
  /** Keeps the entry, for which there is room, if it is the next one. */
  append(entry: LogEntry): 'held' | 'duplicate' | 'gap';
  /** The first entry of the next whole group: replay runs up to its position (R21-8, R21-9). */
  head(): LogEntry | null;
  /** The next whole group (R21-9). */
  peekGroup(): readonly LogEntry[] | null;
  /** Frees the next so many entries, which are whole groups. */
  consume(entryCount: number): void;
  /** All of it, to go along with a backup that moves (R33-10). */
  snapshot(): Uint8Array;
}
