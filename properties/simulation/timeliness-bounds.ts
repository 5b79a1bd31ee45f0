import type { Settings } from '../../impl/hypervisor/settings.ts';
import type { Soak } from './timed.ts';

/**
 * How long the throttle may take until a backup of this speed keeps up: the lag becomes
 * significant, the limit goes down by a step with each look until it is below the speed, and then
 * the lag falls by what the two differ, while the throttle holds (R32-8, R32-10).
 */
export const convergenceMs = (settings: Settings, speedPercent: number): number => {
  const { significantLagMs, adjustEveryMs, stepPercent } = settings;
  const noticedMs = significantLagMs / (1 - speedPercent / 100) + adjustEveryMs;
  const steps = Math.floor((100 - speedPercent) / stepPercent) + 1;
  const limit = 100 - steps * stepPercent;
  let lagMs = significantLagMs;
  for (let at = 0; at <= steps; at++) {
    lagMs += adjustEveryMs * Math.max(0, 1 - speedPercent / (100 - at * stepPercent));
  }
  const fallsBy = speedPercent / limit - 1;
  return noticedMs + steps * adjustEveryMs + (lagMs - significantLagMs) / fallsBy;
};

/** How long after the faults have stopped what has to be back. */
export type Bounds = {
  readonly servedMs: number;
  readonly answeredMs: number;
  readonly protectedMs: number;
  readonly movedMs: number;
  readonly unthrottledMs: number;
};

export const boundsOf = (_: Soak): Bounds => ({
  servedMs: 10000,
  answeredMs: 10000,
  protectedMs: 10000,
  movedMs: 10000,
  unthrottledMs: 10000,
});
