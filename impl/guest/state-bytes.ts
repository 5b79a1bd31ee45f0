import { assert } from '../assert.ts';

const high = 0x100000000;

/** Writes the state of a machine as bytes, field by field. */
export class StateWriter {
  #bytes: Uint8Array = new Uint8Array(256);
  #length = 0;

  /** A whole number that is not negative, in eight bytes, the lowest first. */
  number(value: number): void {
    assert(Number.isSafeInteger(value) && value >= 0, `state is whole numbers: got ${value}`);
    let rest = value;
    const at = this.#grownBy(8);
    for (let index = 0; index < 8; index += 1) {
      this.#bytes[at + index] = rest % 256;
      rest = Math.floor(rest / 256);
    }
  }

  flag(value: boolean): void {
    this.#bytes[this.#grownBy(1)] = value ? 1 : 0;
  }

  bytes(value: Uint8Array): void {
    this.number(value.length);
    this.#bytes.set(value, this.#grownBy(value.length));
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

  #grownBy(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const larger = new Uint8Array(2 * this.#length);
      larger.set(this.#bytes);
      this.#bytes = larger;
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

  number(): number {
    const bytes = this.#taken(8);
    const value = bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
    assert(value < 2 ** 21 * high, `state is whole numbers below 2^53: got ${value}`);
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
