import type { Policies } from './policies.ts';
import type { Settings } from './settings.ts';

type Reply = 'won' | 'lost' | 'unreachable';

/**
 * One copy's attempt to leave a generation by test-and-set. It asks until somebody has decided: a
 * request that was applied already is answered in the same way again (R23-17 to R23-21).
 */
export class Arbitration {
  /** The generation to be left. */
  readonly generation: number;
  readonly #settings: Settings;
  readonly #policies: Policies;
  #nextRequestMs: number;
  #outcome: 'won' | 'lost' | null = null;

  constructor(generation: number, settings: Settings, policies: Policies, nowMs: number) {
    this.generation = generation;
    this.#settings = settings;
    this.#policies = policies;
    this.#nextRequestMs = nowMs;
  }

  /** Final once it is known. */
  get outcome(): 'won' | 'lost' | null {
    return this.#outcome;
  }

  /** True if a request is to be made now: at first, and again while nobody has decided. */
  takeRequest(nowMs: number): boolean {
    if (this.#outcome !== null || nowMs < this.#nextRequestMs) return false;
    this.#nextRequestMs = nowMs + this.#settings.retryEveryMs;
    return true;
  }

  /** Does a reply about this generation belong to it? (R23-21) */
  isReply(generation: number): boolean {
    return this.#policies.isReply(generation, this.generation);
  }

  /** A reply; one for another generation is none, and nothing follows from silence (R23-21). */
  decided(generation: number, reply: Reply): 'won' | 'lost' | null {
    if (!this.isReply(generation)) return this.#outcome;
    const conclusion = this.#policies.conclude(reply);
    if (conclusion !== 'ask again') this.#outcome ??= conclusion;
    return this.#outcome;
  }

  /** When to ask again; `null` once it is decided. */
  nextDeadlineMs(): number | null {
    return this.#outcome === null ? this.#nextRequestMs : null;
  }
}
