import type { Settings } from '../model/settings.ts';

/**
 * How long, in ticks, the protocol may take to recover once the faults have stopped: to notice a
 * failure, to arbitrate, to drain, to clone again should the first hosts chosen be of no use, and
 * to end the VMotions under way, one after the other, or give them up (T1, L1, L2, L4, L5, L7).
 */
export const recoveryTicks = (settings: Settings): number => {
  const { clock, primaryCapacity, backupCapacity, features } = settings;
  if (clock === null) return 0;
  const { timeout, stallTimeout, retryEvery, switchover } = clock;
  const detect = Math.max(timeout, stallTimeout) + 1;
  const takeOver = detect + 2 * retryEvery + primaryCapacity + backupCapacity + 2;
  const protect = takeOver + switchover + timeout + 2;
  const move = features.vmotion ? timeout + switchover + primaryCapacity + backupCapacity + 2 : 0;
  return 3 * protect + 2 * move;
};

/**
 * How long, in ticks, until it has settled as well: the throttle has taken and given, and a host
 * for the backup is found among those that cannot be reached (L3, L6, T1b).
 */
export const settlingTicks = (settings: Settings): number => {
  const { clock } = settings;
  if (clock === null) return 0;
  return recoveryTicks(settings) + 2 * Math.ceil(100 / clock.step) * clock.adjustEvery;
};
