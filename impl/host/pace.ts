const wantedMs = 2; // of a slice: what an input may have to wait
const leastCount = 64;
const mostCount = 1 << 20;
const mostMs = 50; // that a slice counts: if it took longer the process stood still meanwhile
const beatsPerSecond = 100; // slices of a guest whose speed is given

/**
 * How the host gives its CPU to the guest: in slices of about two milliseconds, and with rests
 * between them as long as the limit wants (R32-10); at a given speed, in slices that keep it.
 */
export class Pace {
  readonly #perSecond: number | null; // instructions; null is as fast as it goes
  #instructionCount = 1024;
  #restsUntilMs = 0;

  constructor(perSecond: number | null) {
    this.#perSecond = perSecond;
  }

  /** Instructions of the next slice. */
  get instructionCount(): number {
    if (this.#perSecond === null) return this.#instructionCount;
    return Math.max(1, Math.round(this.#perSecond / beatsPerSecond));
  }

  /** How long the guest has to rest still. */
  restMs(nowMs: number): number {
    return Math.max(0, this.#restsUntilMs - nowMs);
  }

  /** A slice is over. */
  ran(tookMs: number, limitPercent: number, nowMs: number): void {
    const share = Math.min(100, Math.max(1, limitPercent)) / 100;
    const perSecond = this.#perSecond;
    const restMs =
      perSecond === null
        ? Math.min(tookMs, mostMs) * (1 / share - 1)
        : (1000 * this.instructionCount) / perSecond / share;
    // a debt is kept, so that slices shorter than the timers' grain add up
    this.#restsUntilMs = Math.max(this.#restsUntilMs, nowMs - wantedMs) + restMs;
    if (tookMs > 2 * wantedMs) {
      this.#instructionCount = Math.max(leastCount, this.#instructionCount >> 1);
    } else if (tookMs < wantedMs / 2) {
      this.#instructionCount = Math.min(mostCount, this.#instructionCount << 1);
    }
  }
}
