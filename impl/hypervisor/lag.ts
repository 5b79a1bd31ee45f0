import type { Policies } from './policies.ts';

/** How far the backup is behind, in real time, by the primary's clock alone (R32-9). */
export declare class Lag {
  /** `startSeq`: the entry before the first that it will be told of. */
  constructor(policies: Policies, startSeq: number);
  logged(seq: number, loggedAtMs: number): void;
  consumed(upTo: number): void;
  lagMs(nowMs: number): number;
}
