import { assert } from '../assert.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** No copy's id and no host's name is longer, in UTF-8. */
export const stringBytesMax: number = 512;

/** Builds a frame or a payload: little endian, in the order of the calls. */
export class ByteWriter {
  #bytes: Uint8Array = new Uint8Array(64);
  #view: DataView = new DataView(this.#bytes.buffer);
  #length = 0;

  /** Where so many bytes are to be written; the array and its view may be others afterwards. */
  #claim(byteCount: number): number {
    const at = this.#length;
    this.#length += byteCount;
    if (this.#length > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(this.#length, 2 * this.#bytes.length));
      grown.set(this.#bytes);
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    return at;
  }

  u8(value: number): this {
    assert(Number.isInteger(value) && value >= 0 && value < 256, `a byte is written: ${value}`);
    const at = this.#claim(1);
    this.#view.setUint8(at, value);
    return this;
  }

  flag(value: boolean): this {
    return this.u8(value ? 1 : 0);
  }

  u32(value: number): this {
    assert(Number.isInteger(value) && value >= 0 && value < 2 ** 32, `u32 is written: ${value}`);
    const at = this.#claim(4);
    this.#view.setUint32(at, value, true);
    return this;
  }

  /** A whole number that a double holds exactly. */
  u64(value: number): this {
    assert(Number.isSafeInteger(value) && value >= 0, `a whole number is written: ${value}`);
    const at = this.#claim(8);
    this.#view.setUint32(at, value % 2 ** 32, true);
    this.#view.setUint32(at + 4, Math.floor(value / 2 ** 32), true);
    return this;
  }

  f64(value: number): this {
    assert(Number.isFinite(value), `a finite number is written: ${value}`);
    const at = this.#claim(8);
    this.#view.setFloat64(at, value, true);
    return this;
  }

  string(value: string): this {
    assert(value.isWellFormed(), `a string is well formed: ${JSON.stringify(value)}`);
    const bytes = encoder.encode(value);
    assert(bytes.length <= stringBytesMax, `a name is short: ${bytes.length} bytes`);
    const at = this.#claim(2);
    this.#view.setUint16(at, bytes.length, true);
    return this.bytes(bytes);
  }

  bytes(value: Uint8Array): this {
    const at = this.#claim(value.length);
    this.#bytes.set(value, at);
    return this;
  }

  done(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }
}

/** Reads what `ByteWriter` wrote. Bytes that are none of it make it bad for good, and 0 or ''. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;
  #isBad = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  /** All was read, and all of it was good. */
  get isDone(): boolean {
    return !this.#isBad && this.#at === this.#bytes.length;
  }

  #bad(): 0 {
    this.#isBad = true;
    return 0;
  }

  /** Where the next so many bytes are; -1 if there are fewer. */
  #claim(byteCount: number): number {
    const at = this.#at;
    if (this.#isBad || at + byteCount > this.#bytes.length) return this.#bad() - 1;
    this.#at += byteCount;
    return at;
  }

  u8(): number {
    const at = this.#claim(1);
    return at < 0 ? 0 : this.#view.getUint8(at);
  }

  flag(): boolean {
    const value = this.u8();
    if (value > 1) this.#bad();
    return value === 1;
  }

  u32(): number {
    const at = this.#claim(4);
    return at < 0 ? 0 : this.#view.getUint32(at, true);
  }

  u64(): number {
    const value = this.u32() + this.u32() * 2 ** 32;
    return Number.isSafeInteger(value) ? value : this.#bad();
  }

  f64(): number {
    const at = this.#claim(8);
    const value = at < 0 ? 0 : this.#view.getFloat64(at, true);
    return Number.isFinite(value) ? value : this.#bad();
  }

  string(): string {
    const lengthAt = this.#claim(2);
    const length = lengthAt < 0 ? 0 : this.#view.getUint16(lengthAt, true);
    const at = length > stringBytesMax ? this.#bad() - 1 : this.#claim(length);
    if (at < 0) return '';
    try {
      return decoder.decode(this.#bytes.subarray(at, at + length));
    } catch {
      this.#bad();
      return '';
    }
  }

  /** One of these, by its place. */
  oneOf<T>(values: readonly [T, ...T[]]): T {
    const value = values[this.u8()];
    if (value !== undefined) return value;
    this.#bad();
    return values[0];
  }

  /** The next so many bytes, as a copy; none if there are fewer. */
  some(byteCount: number): Uint8Array {
    const at = this.#claim(byteCount);
    return at < 0 ? new Uint8Array() : this.#bytes.slice(at, at + byteCount);
  }

  /** All that is left, as a copy. */
  rest(): Uint8Array {
    const rest = this.#bytes.slice(this.#at);
    this.#at = this.#bytes.length;
    return rest;
  }
}
