import { assert } from '../assert.ts';

/** Where RAM begins, as in QEMU's `virt` machine. */
export const ramStart = 0x80000000;

/** Bytes of a page: what is copied, and digested, as one. */
export const pageBytes = 4096;

/**
 * The memory of a machine, from `ramStart` on; offsets count from there. Little endian, as the
 * hosts are on which this runs. Whoever writes marks the pages: a digest or a copy looks at those.
 */
export class Ram {
  readonly size: number;
  readonly bytes: Uint8Array;
  readonly halves: Uint16Array;
  readonly words: Int32Array;
  /** By page: 1 if it was written since somebody last looked. */
  readonly written: Uint8Array;

  /** Takes the bytes over; they are whole pages. */
  constructor(bytes: Uint8Array) {
    const { buffer, byteOffset, length: size } = bytes;
    assert(size > 0 && size % pageBytes === 0, `memory is whole pages: got ${size} bytes`);
    assert(byteOffset % 4 === 0, `memory begins at a word: got ${byteOffset}`);
    this.size = size;
    this.bytes = bytes;
    this.halves = new Uint16Array(buffer, byteOffset, size / 2);
    this.words = new Int32Array(buffer, byteOffset, size / 4);
    this.written = new Uint8Array(size / pageBytes);
  }

  get pageCount(): number {
    return this.written.length;
  }

  /** Whether so many bytes from an address on are all in RAM. */
  holds(address: number, byteCount: number): boolean {
    const offset = address - ramStart;
    return offset >= 0 && byteCount >= 0 && offset + byteCount <= this.size;
  }

  /** A view, not a copy, of bytes that it holds. */
  at(address: number, byteCount: number): Uint8Array {
    assert(this.holds(address, byteCount), `it is in RAM: ${address.toString(16)}`);
    const offset = address - ramStart;
    return this.bytes.subarray(offset, offset + byteCount);
  }

  /** Writes bytes to where it holds them all. */
  put(address: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.at(address, bytes.length).set(bytes);
    const offset = address - ramStart;
    const last = Math.floor((offset + bytes.length - 1) / pageBytes);
    this.written.fill(1, Math.floor(offset / pageBytes), last + 1);
  }

  /** A page, as a view. */
  page(index: number): Uint8Array {
    return this.bytes.subarray(index * pageBytes, (index + 1) * pageBytes);
  }
}
