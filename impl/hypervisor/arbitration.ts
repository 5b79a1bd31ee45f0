import type { Policies } from './policies.ts';
import type { Settings } from './settings.ts';

/** One copy's attempt to leave a generation by test-and-set (R23-17 to R23-21). */
export declare class Arbitration {
  constructor(generation: number, settings: Settings, policies: Policies, nowMs: number);
  readonly generation: number; // to be left
  readonly outcome: 'won' | 'lost' | null; // final; null until it is known
  /** True if a request is to be made now: at first, and again while nobody has decided. */
  takeRequest(nowMs: number): boolean;
  /** A reply; one for another generation is none. Gives what is known now. */
  decided(
    generation: number,
    outcome: 'won' | 'lost' | 'unreachable',
    nowMs: number,
  ): 'won' | 'lost' | null;
  nextDeadlineMs(): number | null;
}
