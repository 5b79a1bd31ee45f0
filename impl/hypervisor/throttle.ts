import type { Policies } from './policies.ts';
import type { Settings } from './settings.ts';

/** The slow loop that looks for the CPU limit at which the backup keeps up (R32-10). */
export declare class Throttle {
  constructor(settings: Settings, policies: Policies, nowMs: number);
  readonly limitPercent: number; // 100 at first
  /** Looks at the lag if it is time to; true if the limit has changed. */
  look(lagMs: number, nowMs: number): boolean;
  nextDeadlineMs(): number;
}
