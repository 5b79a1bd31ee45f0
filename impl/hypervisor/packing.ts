const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Writes numbers, texts and bytes one after the other: what a snapshot or a handover is made of. */
export class Packer {
  #parts: Uint8Array[] = [];
  #byteCount = 0;

  number(value: number): this {
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setFloat64(0, value);
    return this.#add(bytes);
  }

  bytes(value: Uint8Array): this {
    return this.number(value.length).#add(value);
  }

  text(value: string): this {
    return this.bytes(encoder.encode(value));
  }

  done(): Uint8Array {
    const all = new Uint8Array(this.#byteCount);
    let at = 0;
    for (const part of this.#parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  #add(bytes: Uint8Array): this {
    this.#parts.push(bytes);
    this.#byteCount += bytes.length;
    return this;
  }
}

/** Reads what a `Packer` wrote. Of other bytes it reads nonsense, and says so by `isSound`. */
export class Unpacker {
  readonly #bytes: Uint8Array;
  #at = 0;
  #isSound = true;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Whether all that was read was there, and nothing is left: asked at the end. */
  isSound(): boolean {
    return this.#isSound && this.#at === this.#bytes.length;
  }

  number(): number {
    const part = this.#next(8);
    return new DataView(part.buffer, part.byteOffset, 8).getFloat64(0);
  }

  /** A number that counts something: whole and not negative. */
  count(): number {
    const value = this.number();
    if (Number.isSafeInteger(value) && value >= 0) return value;
    this.#isSound = false;
    return 0;
  }

  bytes(): Uint8Array {
    return this.#next(this.count());
  }

  text(): string {
    return decoder.decode(this.bytes());
  }

  #next(byteCount: number): Uint8Array {
    if (this.#at + byteCount > this.#bytes.length) {
      this.#isSound = false;
      return new Uint8Array(byteCount === 8 ? 8 : 0);
    }
    const part = this.#bytes.subarray(this.#at, this.#at + byteCount);
    this.#at += byteCount;
    return part;
  }
}
