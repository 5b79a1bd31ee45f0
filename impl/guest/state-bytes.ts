import { assert } from '../assert.ts';

// Without its values: to write them into a sentence takes longer than to write the number.
const wholeNumbers = 'state is whole numbers from 0 to 2^53 - 1';
const high = 0x100000000;

/** Writes the state of a machine as bytes, field by field. */
export class StateWriter {
  #bytes: Uint8Array<ArrayBuffer> = new Uint8Array(256);
  #view: DataView = new DataView(this.#bytes.buffer);
  #length = 0;

  /** A whole number that is not negative, in eight bytes, the lowest first. */
  number(value: number): void {
    assert(Number.isSafeInteger(value) && value >= 0, wholeNumbers);
    const at = this.#grownBy(8);
    this.#view.setUint32(at, value % high, true);
    this.#view.setUint32(at + 4, Math.floor(value / high), true);
  }

  flag(value: boolean): void {
    const at = this.#grownBy(1);
    this.#bytes[at] = value ? 1 : 0;
  }

  bytes(value: Uint8Array): void {
    this.number(value.length);
    const at = this.#grownBy(value.length);
    this.#bytes.set(value, at);
  }

  text(value: string): void {
    this.bytes(new TextEncoder().encode(value));
  }

  list<T>(items: readonly T[], write: (item: T) => void): void {
    this.number(items.length);
    for (const item of items) write(item);
  }

  /** All that was written. */
  written(): Uint8Array {
    return this.#bytes.slice(0, this.#length);
  }

  /** Where there is room for so many bytes now, perhaps in another array than before. */
  #grownBy(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(2 * this.#length);
      larger.set(this.#bytes);
      this.#bytes = larger;
      this.#view = new DataView(larger.buffer);
    }
    return at;
  }
}

/** Reads what a `StateWriter` wrote, in the same order; anything else is a broken invariant. */
export class StateReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /**
   * A small number comes without arithmetic in floating point: the engine would keep the result as
   * a fraction in the machine's fields, and execute a machine that was restored several times as
   * slowly as the one that it is to keep up with (R32-7).
   */
  number(): number {
    const { buffer, byteOffset } = this.#taken(8);
    const view = new DataView(buffer, byteOffset, 8);
    const [upper, lower] = [view.getUint32(4, true), view.getUint32(0, true)];
    const value = upper === 0 ? lower : upper * high + lower;
    assert(Number.isSafeInteger(value), wholeNumbers);
    return value;
  }

  /** A number of 32 bits, unsigned. */
  word(): number {
    const value = this.number();
    assert(value < high, `a word has 32 bits: got ${value}`);
    return value;
  }

  flag(): boolean {
    const [value] = this.#taken(1);
    assert(value === 0 || value === 1, `a flag is 0 or 1: got ${value}`);
    return value === 1;
  }

  bytes(): Uint8Array {
    return this.#taken(this.number()).slice();
  }

  text(): string {
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.bytes());
  }

  list<T>(read: () => T): T[] {
    const count = this.number();
    assert(count <= this.#bytes.length, `a list fits into its state: ${count} items do not`);
    return Array.from({ length: count }, read);
  }

  /** Nothing may be left over. */
  end(): void {
    const left = this.#bytes.length - this.#at;
    assert(left === 0, `state is read to its end: ${left} bytes are left`);
  }

  #taken(count: number): Uint8Array {
    const start = this.#at;
    this.#at += count;
    assert(
      this.#at <= this.#bytes.length,
      `state has ${this.#bytes.length} bytes, not ${this.#at}`,
    );
    return this.#bytes.subarray(start, this.#at);
  }
}
