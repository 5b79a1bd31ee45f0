import type { Link } from './link.ts';
import type { Message } from './message.ts';

/** What is sent in parts: first passes, the VM at the cut of a clone, the VM that moves. */
export type Whole = Extract<Message, { type: 'part' }>['of'];

const partBytes = 1 << 16;

/** Something large on its way out, in parts, a few at a time. */
export class PartSender {
  readonly #of: Whole;
  readonly #bytes: Uint8Array;
  #at = 0;
  #isDone = false;

  constructor(of: Whole, bytes: Uint8Array) {
    this.#of = of;
    this.#bytes = bytes;
  }

  /** Adds as many parts as the connection takes now. */
  pump(link: Link): void {
    while (!this.#isDone && link.mayAdd) {
      const end = Math.min(this.#bytes.length, this.#at + partBytes);
      this.#isDone = end === this.#bytes.length;
      const bytes = this.#bytes.subarray(this.#at, end);
      link.push({ type: 'part', of: this.#of, bytes, isLast: this.#isDone });
      this.#at = end;
    }
  }
}

/** Something large on its way in. */
export class PartCollector {
  #parts: Uint8Array[] = [];

  /** The whole, with its last part; else `null`. */
  add(bytes: Uint8Array, isLast: boolean): Uint8Array | null {
    this.#parts.push(bytes);
    if (!isLast) return null;
    let byteCount = 0;
    for (const part of this.#parts) byteCount += part.length;
    const whole = new Uint8Array(byteCount);
    let at = 0;
    for (const part of this.#parts) {
      whole.set(part, at);
      at += part.length;
    }
    this.#parts = [];
    return whole;
  }
}
