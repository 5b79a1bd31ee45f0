import { assert } from '../assert.ts';
import type { StateReader, StateWriter } from '../guest/state-bytes.ts';

const sourceCount = 32; // source 0 is none
const pendingAt = 0x1000;
const enableAt = 0x2000;
const thresholdAt = 0x200000;
const claimAt = 0x200004;

/** The interrupt controller: the lines of devices, for machine mode of the one hart. */
export class Plic {
  readonly #priorities: Uint8Array = new Uint8Array(sourceCount);
  #enabled = 0;
  #threshold = 0;
  #claimed = 0; // and not completed: not pending meanwhile
  #lines = 0; // that devices hold up

  /** A device holds its line up, or does not. */
  set(source: number, isUp: boolean): void {
    const bit = 1 << source;
    this.#lines = isUp ? this.#lines | bit : this.#lines & ~bit;
  }

  /** Whether it interrupts the hart. */
  get isPending(): boolean {
    const first = this.#first();
    return (this.#priorities[first] ?? 0) > this.#threshold;
  }

  /** Of those pending and enabled that of the highest priority, the lowest number first; else 0. */
  #first(): number {
    const candidates = this.#lines & ~this.#claimed & this.#enabled;
    let first = 0;
    for (let source = 1; candidates >>> source !== 0 && source < sourceCount; source++) {
      const isOne = ((candidates >>> source) & 1) === 1;
      if (isOne && (this.#priorities[source] ?? 0) > (this.#priorities[first] ?? 0)) first = source;
    }
    return first;
  }

  #claim(): number {
    const source = this.#first();
    if (source !== 0) this.#claimed |= 1 << source;
    return source;
  }

  load(offset: number, byteCount: number): number | null {
    if (byteCount !== 4 || (offset & 3) !== 0) return null;
    if (offset < 4 * sourceCount) return this.#priorities[offset >> 2] ?? 0;
    switch (offset) {
      case pendingAt:
        return this.#lines & ~this.#claimed;
      case enableAt:
        return this.#enabled;
      case thresholdAt:
        return this.#threshold;
      case claimAt:
        return this.#claim();
      default:
        return 0; // of sources and contexts that there are none of
    }
  }

  store(offset: number, byteCount: number, value: number): boolean {
    if (byteCount !== 4 || (offset & 3) !== 0) return false;
    if (offset > 0 && offset < 4 * sourceCount) this.#priorities[offset >> 2] = value & 7;
    else if (offset === enableAt) this.#enabled = value & ~1;
    else if (offset === thresholdAt) this.#threshold = value & 7;
    else if (offset === claimAt && value > 0 && value < sourceCount) {
      this.#claimed &= ~((1 << value) & this.#enabled); // of one that is not enabled it is ignored
    }
    return true;
  }

  write(to: StateWriter): void {
    to.bytes(this.#priorities);
    const fields = [this.#enabled, this.#threshold, this.#claimed, this.#lines];
    for (const field of fields) to.number(field >>> 0);
  }

  restore(from: StateReader): void {
    const priorities = from.bytes();
    assert(priorities.length === sourceCount, `there are ${sourceCount} priorities`);
    this.#priorities.set(priorities);
    this.#enabled = from.word() | 0;
    this.#threshold = from.word();
    this.#claimed = from.word() | 0;
    this.#lines = from.word() | 0;
  }
}
