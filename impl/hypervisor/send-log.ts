import { assert } from '../assert.ts';
import type { LogEntry } from './entry.ts';
import { bytesOf, EntryRing, type PlaceOf, placeOf } from './entry-ring.ts';

/** Bytes to be sent, and the entries whose last byte is among them. */
export type Taken = { readonly bytes: Uint8Array; readonly sentSeqs: readonly number[] };

/** Bytes that they take in a log buffer. */
export const bytesOfAll = (entries: readonly LogEntry[]): number =>
  entries.reduce((sum, entry) => sum + bytesOf(entry), 0);

/** The primary's log buffer: entries framed for the wire, kept until they are acked (R21-12). */
export class SendLog {
  #ring: EntryRing;
  #sent: number;
  #sentTo: number; // a place in the ring: every byte before it has been taken
  #held = 0; // the backup has said that it has this one
  #leaveByMs: number = Number.POSITIVE_INFINITY; // of what is not sent

  /** `startSeq`: the entry before the first one; of a VM that has moved, else 0. */
  constructor(capacityBytes: number, startSeq = 0, place: PlaceOf = placeOf) {
    this.#ring = new EntryRing(capacityBytes, startSeq, place);
    this.#sent = startSeq;
    this.#sentTo = this.#ring.endOf(startSeq);
  }

  get capacityBytes(): number {
    return this.#ring.capacityBytes;
  }

  get roomBytes(): number {
    return this.#ring.roomBytes;
  }

  get usedBytes(): number {
    return this.#ring.usedBytes;
  }

  /** The newest entry. */
  get logged(): number {
    return this.#ring.last;
  }

  /** Every byte up to the end of this entry has been taken. */
  get sent(): number {
    return this.#sent;
  }

  get freed(): number {
    return this.#ring.freed;
  }

  /** A part of the entry after `sent` has been taken: no other frame may go before its rest. */
  get isMidFrame(): boolean {
    return this.#sentTo > this.#ring.endOf(this.#sent);
  }

  /** When the first of what is not sent has to leave: it may rest until then (R32-2). */
  get leaveByMs(): number {
    return this.#leaveByMs;
  }

  /** Somebody waits for what is not sent: it leaves at once. */
  hurry(): void {
    this.#leaveByMs = Number.NEGATIVE_INFINITY;
  }

  /** Is there room for the group? If not it stalls before its first entry (R32-6, R32-13). */
  fits(entries: readonly LogEntry[]): boolean {
    return bytesOfAll(entries) <= this.roomBytes;
  }

  /** Appends one whole group that fits (R21-9), and that may rest until then. */
  append(entries: readonly LogEntry[], leaveByMs: number = Number.NEGATIVE_INFINITY): void {
    const ends = entries.filter(({ isLast }) => isLast).length;
    assert(ends === 1 && entries.at(-1)?.isLast === true, `a group is whole: it has ${ends} ends`);
    assert(this.fits(entries), `a group fits into the log buffer: ${this.#ring.roomBytes} bytes`);
    for (const entry of entries) this.#ring.append(entry);
    this.#leaveByMs = Math.min(this.#leaveByMs, leaveByMs);
  }

  /** Frees what was sent, up to here; what is free already stays so. */
  free(upTo: number): void {
    assert(upTo <= this.#sent, `what is freed was sent: ${upTo}, but only ${this.#sent} was`);
    this.#ring.free(upTo);
  }

  /** The next byte taken is the first of the entry after this one (R33-11). */
  rewind(afterSeq: number): void {
    this.#sentTo = this.#ring.endOf(afterSeq);
    this.#sent = afterSeq;
    this.hurry();
  }

  /** What the backup has said that it has is not sent; a frame that has begun is ended. */
  skip(upTo: number): void {
    this.#held = upTo;
    if (!this.isMidFrame && this.#held > this.#sent) this.rewind(this.#held);
  }

  /** The next bytes to send, of at most so many entries; they may end inside a frame. */
  take(byteRoom: number, entryCountMax: number = Number.POSITIVE_INFINITY): Taken {
    this.skip(this.#held);
    const from = this.#sentTo;
    const last = Math.min(this.logged, this.#sent + entryCountMax);
    const to = Math.min(from + byteRoom, this.#ring.endOf(last));
    const sentSeqs: number[] = [];
    while (this.#sent < last && this.#ring.endOf(this.#sent + 1) <= to) {
      this.#sent += 1;
      sentSeqs.push(this.#sent);
    }
    this.#sentTo = to;
    if (this.#sent === this.logged) this.#leaveByMs = Number.POSITIVE_INFINITY;
    return { bytes: this.#ring.copy(from, to), sentSeqs };
  }

  /** The pair is over: it is empty, and the next entry is number 1. */
  clear(): void {
    this.#ring = new EntryRing(this.capacityBytes, 0);
    this.#sent = 0;
    this.#sentTo = 0;
    this.#held = 0;
    this.#leaveByMs = Number.POSITIVE_INFINITY;
  }
}
