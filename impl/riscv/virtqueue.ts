import type { StateReader, StateWriter } from '../guest/state-bytes.ts';
import { type Ram, ramStart } from './ram.ts';

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

/** Buffers that wait, in their order; what the driver has got wrong ends them. */
export type Waiting = { readonly chains: readonly Chain[]; readonly isBroken: boolean };

const nothing: Waiting = { chains: [], isBroken: false };
const broken: Waiting = { chains: [], isBroken: true };

/** A split virtqueue, as its device sees it. */
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
    return memory.halves[(address - ramStart) >>> 1] ?? 0;
  }

  /**
   * So many, at most, of the buffers that wait to be taken. They are read before a device acts on
   * the first: what it writes meanwhile may be these rings, and changes nothing of what it does.
   * A driver has no more buffers with the device than the queue has places, and none of their
   * descriptors is in two of them: so the work is bounded, whatever the driver says.
   */
  waiting(memory: Ram, most: number = queueMax): Waiting {
    if (!this.isReady) return nothing;
    const index = this.#half(memory, this.available + 2);
    if (index === null || ((index - this.#given) & 0xffff) > this.size) return broken;
    const count = (index - this.#taken) & 0xffff;
    if (count > this.size) return broken;
    const chains: Chain[] = [];
    let left = this.size; // descriptors
    for (let place = 0; place < Math.min(count, most); place++) {
      const slot = (this.#taken + place) % this.size;
      const head = this.#half(memory, this.available + 4 + 2 * slot);
      const chain = head === null ? null : this.#chain(memory, head, left);
      if (chain === null) return { chains, isBroken: true };
      left -= chain.readable.length + chain.writable.length;
      chains.push(chain);
    }
    return { chains, isBroken: false };
  }

  /** The first of them is taken. */
  take(): void {
    this.#taken = (this.#taken + 1) & 0xffff;
  }

  /** `null` if it is none, or has more descriptors than that: it may bite its tail. */
  #chain(memory: Ram, head: number, most: number): Chain | null {
    const readable: Segment[] = [];
    const writable: Segment[] = [];
    let next = head;
    for (let count = 0; count < most; count++) {
      const at = this.descriptors + descriptorBytes * next;
      if (next >= this.size || (at & 3) !== 0 || !memory.holds(at, descriptorBytes)) return null;
      const first = (at - ramStart) >>> 2;
      const [address = 0, far, length = 0, link = 0] = memory.words.subarray(first, first + 4);
      const segment = { address: address >>> 0, byteCount: length >>> 0 };
      if (far !== 0 || (link & isIndirect) !== 0) return null;
      if (!memory.holds(segment.address, segment.byteCount)) return null;
      if ((link & isForDevice) !== 0) writable.push(segment);
      else if (writable.length > 0) return null;
      else readable.push(segment);
      if ((link & hasNext) === 0) return { head, readable, writable };
      next = link >>> 16;
    }
    return null;
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
