import { assert } from '../assert.ts';
import type { LogEntry } from './entry.ts';
import { Fifo } from './fifo.ts';
import { decode, encode, entryHeaderBytes } from './wire.ts';

/** Bytes that an entry takes in a log buffer and on the logging channel. */
export const bytesOf = (entry: LogEntry): number => entryHeaderBytes + entry.payload.length;

/** Where in a ring the byte lies that is so many from the first ever held. */
export type PlaceOf = (byteCount: number, ringBytes: number) => number;

export const placeOf: PlaceOf = (byteCount, ringBytes) => byteCount % ringBytes;

/** A ring of bytes in which consecutive entries lie as framed; never more than its capacity. */
export class EntryRing {
  readonly capacityBytes: number;
  readonly #placeOf: PlaceOf;
  #ring: Uint8Array;
  #freed: number; // seq
  #last: number; // seq
  // Places are counted from the first byte ever held; the ring holds them modulo its length.
  #from = 0;
  #to = 0;
  readonly #ends: Fifo<number> = new Fifo<number>(); // of the entries held

  constructor(capacityBytes: number, startSeq: number, place: PlaceOf = placeOf) {
    assert(capacityBytes > 0, `a log buffer holds something: ${capacityBytes} bytes`);
    this.capacityBytes = capacityBytes;
    this.#placeOf = place;
    this.#ring = new Uint8Array(Math.min(capacityBytes, 4096));
    this.#freed = startSeq;
    this.#last = startSeq;
  }

  get usedBytes(): number {
    return this.#to - this.#from;
  }

  get roomBytes(): number {
    return this.capacityBytes - this.usedBytes;
  }

  get freed(): number {
    return this.#freed;
  }

  get last(): number {
    return this.#last;
  }

  append(entry: LogEntry): void {
    assert(entry.seq === this.#last + 1, `entry ${this.#last + 1} is next: got ${entry.seq}`);
    const frame = encode({ type: 'entry', entry });
    assert(frame.length <= this.roomBytes, `${frame.length} bytes fit into ${this.roomBytes}`);
    this.#grow(this.usedBytes + frame.length);
    const at = this.#placeOf(this.#to, this.#ring.length);
    const straight = Math.min(frame.length, this.#ring.length - at);
    this.#ring.set(frame.subarray(0, straight), at);
    this.#ring.set(frame.subarray(straight), 0);
    this.#to += frame.length;
    this.#last = entry.seq;
    this.#ends.push(this.#to);
  }

  #grow(neededBytes: number): void {
    if (neededBytes <= this.#ring.length) return;
    const held = this.copy(this.#from, this.#to);
    const length = Math.min(this.capacityBytes, Math.max(neededBytes, 2 * this.#ring.length));
    this.#ring = new Uint8Array(length);
    const at = this.#from % length;
    this.#ring.set(held.subarray(0, length - at), at);
    this.#ring.set(held.subarray(length - at), 0);
  }

  /** The place behind an entry that is held, or behind the last one that was freed. */
  endOf(seq: number): number {
    const end = seq === this.#freed ? this.#from : this.#ends.at(seq - this.#freed - 1);
    assert(end !== undefined, `entry ${seq} is held: ${this.#freed + 1} to ${this.#last} are`);
    return end;
  }

  entryAt(seq: number): LogEntry {
    const message = decode(this.copy(this.endOf(seq - 1), this.endOf(seq)));
    assert('type' in message && message.type === 'entry', `entry ${seq} is held as it was framed`);
    return message.entry;
  }

  /** The bytes between two places that are held. */
  copy(from: number, to: number): Uint8Array {
    const bytes = new Uint8Array(to - from);
    const at = from % this.#ring.length;
    const straight = Math.min(bytes.length, this.#ring.length - at);
    bytes.set(this.#ring.subarray(at, at + straight));
    bytes.set(this.#ring.subarray(0, bytes.length - straight), straight);
    return bytes;
  }

  free(upTo: number): void {
    assert(upTo <= this.#last, `what is freed is held: ${upTo}, but the last is ${this.#last}`);
    while (this.#freed < upTo) {
      this.#from = this.#ends.shift() ?? this.#to;
      this.#freed += 1;
    }
  }
}
