import type { StateReader, StateWriter } from '../guest/state-bytes.ts';
import type { Ram } from './ram.ts';

/** Places in memory: part of a buffer that the driver gave. */
export type Segment = { readonly address: number; readonly byteCount: number };

/** A buffer: what the device may read of it, and what it may write, in order. */
export type Chain = {
  readonly head: number;
  readonly readable: readonly Segment[];
  readonly writable: readonly Segment[];
};

/** Descriptors of a queue, at most. */
export const queueMax = 256;

const descriptorBytes = 16;
const hasNext = 1;
const isForDevice = 2;
const isIndirect = 4;
const wantsNoInterrupt = 1;

/** Bytes of some segments. */
export const lengthOf = (segments: readonly Segment[]): number =>
  segments.reduce((sum, { byteCount }) => sum + byteCount, 0);

/** What is in some segments, one after the other, as a copy. */
export const gathered = (memory: Ram, segments: readonly Segment[]): Uint8Array => {
  const bytes = new Uint8Array(lengthOf(segments));
  let at = 0;
  for (const { address, byteCount } of segments) {
    bytes.set(memory.at(address, byteCount), at);
    at += byteCount;
  }
  return bytes;
};

/** Writes bytes into segments, as far as both go. */
export const scatter = (memory: Ram, segments: readonly Segment[], bytes: Uint8Array): void => {
  let at = 0;
  for (const { address, byteCount } of segments) {
    memory.put(address, bytes.subarray(at, at + byteCount));
    at += byteCount;
  }
};

/** The part of some segments between two places, counted in bytes. */
export const sliced = (
  segments: readonly Segment[],
  start: number,
  end: number,
): readonly Segment[] => {
  const parts: Segment[] = [];
  let at = 0;
  for (const { address, byteCount } of segments) {
    const [from, to] = [Math.max(start - at, 0), Math.min(end - at, byteCount)];
    if (from < to) parts.push({ address: address + from, byteCount: to - from });
    at += byteCount;
  }
  return parts;
};

/** A split virtqueue, as its device sees it. What the driver has got wrong is `null`. */
export class Virtqueue {
  size: number = queueMax;
  isReady = false;
  descriptors = 0;
  available = 0;
  used = 0;
  #taken = 0; // buffers taken from the ring of available ones, modulo 2^16
  #given = 0; // put into the used one, likewise

  #half(memory: Ram, address: number): number | null {
    if ((address & 1) !== 0 || !memory.holds(address, 2)) return null;
    const [low = 0, high = 0] = memory.at(address, 2);
    return low | (high << 8);
  }

  #word(memory: Ram, address: number): number {
    const [a = 0, b = 0, c = 0, d = 0] = memory.at(address, 4);
    return (a | (b << 8) | (c << 16) | (d << 24)) >>> 0;
  }

  /** Buffers that wait to be taken. */
  waiting(memory: Ram): number | null {
    if (!this.isReady) return 0;
    const index = this.#half(memory, this.available + 2);
    const count = index === null ? null : (index - this.#taken) & 0xffff;
    return count === null || count > this.size ? null : count;
  }

  /** One of those that wait, counted from 0. */
  peek(memory: Ram, place: number): Chain | null {
    const slot = (this.#taken + place) % this.size;
    const head = this.#half(memory, this.available + 4 + 2 * slot);
    return head === null ? null : this.#chain(memory, head);
  }

  /** The first of them is taken. */
  take(): void {
    this.#taken = (this.#taken + 1) & 0xffff;
  }

  #chain(memory: Ram, head: number): Chain | null {
    const readable: Segment[] = [];
    const writable: Segment[] = [];
    let next = head;
    for (let count = 0; count < this.size; count++) {
      const at = this.descriptors + descriptorBytes * next;
      if (next >= this.size || !memory.holds(at, descriptorBytes)) return null;
      const segment = { address: this.#word(memory, at), byteCount: this.#word(memory, at + 8) };
      const link = this.#word(memory, at + 12);
      const isFar = this.#word(memory, at + 4) !== 0;
      const { address, byteCount } = segment;
      if (isFar || (link & isIndirect) !== 0 || !memory.holds(address, byteCount)) return null;
      if ((link & isForDevice) !== 0) writable.push(segment);
      else if (writable.length > 0) return null;
      else readable.push(segment);
      if ((link & hasNext) === 0) return { head, readable, writable };
      next = link >>> 16;
    }
    return null; // it bites its tail
  }

  /** Gives a buffer back, with so many bytes written; whether the driver wants to be told. */
  give(memory: Ram, head: number, byteCount: number): boolean | null {
    const slot = this.used + 4 + 8 * (this.#given % this.size);
    if (!memory.holds(slot, 8) || !memory.holds(this.used, 4)) return null;
    memory.put(slot, new Uint8Array(Uint32Array.of(head, byteCount).buffer));
    this.#given = (this.#given + 1) & 0xffff;
    memory.put(this.used + 2, Uint8Array.of(this.#given, this.#given >> 8));
    const flags = this.#half(memory, this.available);
    return flags === null ? null : (flags & wantsNoInterrupt) === 0;
  }

  reset(): void {
    this.size = queueMax;
    this.isReady = false;
    this.descriptors = 0;
    this.available = 0;
    this.used = 0;
    this.#taken = 0;
    this.#given = 0;
  }

  write(to: StateWriter): void {
    to.flag(this.isReady);
    const addresses = [this.descriptors, this.available, this.used];
    for (const field of [this.size, ...addresses, this.#taken, this.#given]) to.number(field);
  }

  restore(from: StateReader): void {
    this.isReady = from.flag();
    this.size = from.number();
    this.descriptors = from.number();
    this.available = from.number();
    this.used = from.number();
    this.#taken = from.number();
    this.#given = from.number();
  }
}
