import type { Policies } from './policies.ts';
import type { Settings } from './settings.ts';

/** The slow loop that looks for the CPU limit at which the backup keeps up (R32-10, R32-12). */
export class Throttle {
  readonly #settings: Settings;
  readonly #policies: Policies;
  #limitPercent = 100;
  #lagBeforeMs = 0;
  #nextLookMs: number;

  constructor(settings: Settings, policies: Policies, nowMs: number) {
    this.#settings = settings;
    this.#policies = policies;
    this.#nextLookMs = nowMs + policies.lookAfter(settings);
  }

  /** Of its share of the CPU the primary's guest has so much. */
  get limitPercent(): number {
    return this.#limitPercent;
  }

  /** Looks at the lag if it is time to; true if the limit has changed. */
  look(lagMs: number, nowMs: number): boolean {
    if (nowMs < this.#nextLookMs) return false;
    this.#nextLookMs = nowMs + this.#policies.lookAfter(this.#settings);
    const pace = { limitPercent: this.#limitPercent, lagMs, lagBeforeMs: this.#lagBeforeMs };
    this.#limitPercent = this.#policies.adjust(pace, this.#settings);
    this.#lagBeforeMs = lagMs;
    return this.#limitPercent !== pace.limitPercent;
  }

  nextDeadlineMs(): number {
    return this.#nextLookMs;
  }
}
