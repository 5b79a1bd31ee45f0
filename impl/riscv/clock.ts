import { assert } from '../assert.ts';
import type { StateReader, StateWriter } from '../guest/state-bytes.ts';
import { timebase } from './platform.ts';

const ticksPerMs = timebase / 1000;
const high = 2 ** 32;
const farTicks = 2 ** 53; // what is to strike later never does

const software = 0;
const compareLow = 0x4000;
const compareHigh = 0x4004;
const timeLow = 0xbff8;
const timeHigh = 0xbffc;

/**
 * The CLINT: the clock, its timer, and the interrupt that software gives itself. The machine has no
 * time of its own. It knows what it was told last, by a reading or by the timer's strike, and never
 * goes back behind that, though the clock of another host may be slow (R21-3).
 */
export class Clock {
  #epochMs: number | null = null; // the reading at which the ticks begin
  #ticks = 0;
  #compareLow = high - 1;
  #compareHigh = high - 1;
  #isSoftware = false;

  get #compare(): number {
    return this.#compareHigh * high + this.#compareLow;
  }

  /** Whether the timer holds its line up. */
  get isDue(): boolean {
    return this.#ticks >= this.#compare;
  }

  get isSoftware(): boolean {
    return this.#isSoftware;
  }

  get ticks(): bigint {
    return BigInt(this.#ticks);
  }

  /** The reading at which the timer has to strike; `null` if it is not set, or has struck. */
  get alarmMs(): number | null {
    const compare = this.#compare;
    if (this.isDue || compare >= farTicks) return null;
    // a timer that is set before the time was ever asked for strikes as soon as it can
    return this.#epochMs === null ? 0 : this.#epochMs + compare / ticksPerMs;
  }

  /** The host's clock was read. */
  read(readingMs: number): void {
    this.#epochMs ??= readingMs;
    this.#ticks = Math.max(this.#ticks, Math.floor((readingMs - this.#epochMs) * ticksPerMs));
  }

  /** The timer strikes: it is as late as that, at least. */
  strike(): void {
    if (this.#compare < farTicks) this.#ticks = Math.max(this.#ticks, this.#compare);
  }

  /** Whether a load from there reads the time. */
  isTime(offset: number): boolean {
    return offset === timeLow || offset === timeHigh;
  }

  load(offset: number, byteCount: number): number | null {
    if (byteCount !== 4) return null;
    switch (offset) {
      case software:
        return Number(this.#isSoftware);
      case compareLow:
        return this.#compareLow;
      case compareHigh:
        return this.#compareHigh;
      case timeLow:
        return this.#ticks % high;
      case timeHigh:
        return Math.floor(this.#ticks / high);
      default:
        return null;
    }
  }

  /** The time itself cannot be set. */
  store(offset: number, byteCount: number, value: number): boolean {
    if (byteCount !== 4) return false;
    switch (offset) {
      case software:
        this.#isSoftware = (value & 1) === 1;
        return true;
      case compareLow:
        this.#compareLow = value >>> 0;
        return true;
      case compareHigh:
        this.#compareHigh = value >>> 0;
        return true;
      default:
        return false;
    }
  }

  write(to: StateWriter): void {
    to.flag(this.#epochMs !== null);
    // a reading is a double: its bits are not lost
    to.bytes(new Uint8Array(Float64Array.of(this.#epochMs ?? 0).buffer));
    for (const field of [this.#ticks, this.#compareLow, this.#compareHigh]) to.number(field);
    to.flag(this.#isSoftware);
  }

  restore(from: StateReader): void {
    const isSet = from.flag();
    const bits = from.bytes();
    assert(bits.length === 8, `a reading has 8 bytes: got ${bits.length}`);
    const [epochMs = 0] = new Float64Array(bits.buffer);
    this.#epochMs = isSet ? epochMs : null;
    this.#ticks = from.number();
    this.#compareLow = from.number();
    this.#compareHigh = from.number();
    this.#isSoftware = from.flag();
  }
}
