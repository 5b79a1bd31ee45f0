import { type Chooser, oneOf, seeded } from '../checker/chooser.ts';
import { type FoldSoak, foldSoak } from './plan.ts';
import type { Soak } from './timed.ts';
import { convergenceMs } from './timeliness-bounds.ts';

const large = 1 << 16;

/** Nothing goes wrong, and all buffers are large: what is late is late by the program's doing. */
const fair = (plan: Soak): Soak => ({
  ...plan,
  settings: { ...plan.settings, primaryBytes: large, backupBytes: large },
  pace: { ...plan.pace, readsWhole: true },
  ...{ windowBytes: large, strikeEveryMs: 0, isManaged: false, troubledMs: 4000 },
});

const burdenFromMs = 1500; // a pair is there by then

/** More than the slices of the CPU and the ways over the network take. */
const lags = { significantLagMs: 200, slightLagMs: 50 };

/** The backup's host is slow for as long as the throttle needs, and then it is not (R32-10). */
const burdened = (plan: Soak, chooser: Chooser): Soak => {
  const speedPercent = oneOf(chooser, [70, 45, 30]);
  const boundMs = convergenceMs({ ...plan.settings, ...lags }, speedPercent);
  const untilMs = burdenFromMs + Math.ceil(1.1 * boundMs);
  const burden = { speedPercent, fromMs: burdenFromMs, untilMs };
  const eased = fair(plan);
  const buffers = { primaryBytes: 1 << 20, backupBytes: 1 << 20 };
  const settings = { ...plan.settings, ...buffers, ...lags };
  const pace = { ...eased.pace, sliceMs: 5, instructionsPerMs: 2, timerEveryMs: 10 };
  return { ...eased, settings, pace, burden, troubledMs: untilMs };
};

/** The backup's host does nothing for it, and its log buffer is soon full (R32-4). */
const blocked = (plan: Soak): Soak => ({
  ...fair(plan),
  settings: { ...plan.settings, primaryBytes: 1024, backupBytes: 1024 },
  burden: { speedPercent: 0, fromMs: burdenFromMs, untilMs: burdenFromMs + 2000 },
});

/** The VM is powered off while things still go wrong (R33-2). */
const ended = (plan: Soak, chooser: Chooser): Soak => ({
  ...plan,
  powerOffAtMs: plan.troubledMs - 1 - chooser.below(plan.settings.timeoutMs),
});

/** A timed run for the claims about time: mostly storms, and the weathers that some claims need. */
export const timelySoak = (seed: string, troubledMs: number): FoldSoak => {
  const { program, plan } = foldSoak(seed, troubledMs);
  const chooser = seeded(`timely ${seed}`);
  const kind = chooser.below(20);
  if (kind < 10) return { program, plan };
  if (kind < 13) return { program, plan: ended(plan, chooser) };
  if (kind < 16) return { program, plan: fair(plan) };
  return { program, plan: kind < 18 ? blocked(plan) : burdened(plan, chooser) };
};
