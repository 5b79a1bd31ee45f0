import type { Settings } from '../../impl/hypervisor/settings.ts';
import { reportEveryMs } from './cluster.ts';
import { clearLegMs, noAnswerMs, seekMaxMs } from './weather.ts';

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

/** How a scheduler deals out the CPU. */
type Paced = { readonly sliceMs: number; readonly instructionsPerMs: number };

/** How long after the faults have stopped what has to be back. */
export type Bounds = {
  readonly servedMs: number; // L2
  readonly releasedMs: number; // L1
  readonly answeredMs: number;
  readonly completedMs: number;
  readonly protectedMs: number; // L3
  readonly movedMs: number; // L5
  readonly unthrottledMs: number; // L6
  readonly allMs: number;
};

/** The scheduler gives a guest its CPU by slices of this length at most. */
export const sliceMaxMs: number = 20;

/** The least share of a CPU that an administrator leaves a VM (R33-3). */
export const leastSharePercent: number = 50;

/** How often a world in its calm is looked at. */
export const lookEveryMs: number = 10;

/** What is logged is acked, once the backup has replayed it at the latest (V1). */
const clearedMs = ({ flushWithinMs }: Settings): number =>
  flushWithinMs + 2 * clearLegMs + sliceMaxMs;

/**
 * So long the guest of a primary may not move though nothing is wrong: it gets an instruction's
 * worth of its CPU from the scheduler by the least share and the lowest limit (R32-12, R33-3), a
 * slice late, or waits for an ack to make room in the log (R32-6); and who looks comes a look late.
 */
export const stillMs = (settings: Settings, { sliceMs, instructionsPerMs }: Paced): number => {
  const percent = (settings.floorPercent * leastSharePercent) / 100;
  const slowestMs = 100 / percent / instructionsPerMs;
  return Math.max(slowestMs + sliceMs, clearedMs(settings) + sliceMs) + lookEveryMs;
};

/** What the bounds depend on. */
type Given = {
  readonly settings: Settings;
  readonly sendEveryMs: number; // of clients, on average
  readonly lagMs: number; // when the faults stop
};

/**
 * From the settings, and from how long things take in clear weather, where nothing else goes wrong:
 *
 * - *Served.* The last failure is noticed when the timeout is over. Or it was noticed before, and
 *   the arbiter's answer was lost: then the copy knows when its storage client gives up, and asks
 *   again after a retry. A test-and-set is two legs. Then a takeover replays the lag (R32-8): what
 *   had been logged and not consumed when the faults stopped, or a slice of the CPU.
 * - *Released.* The same, for an ack may say what is replayed (V1); but a backup that stands still
 *   while its host lives is noticed after the stall timeout only, and its primary serves while its
 *   outputs are withheld (Q13).
 * - *Completed.* A write may wait for its ack, and for that of the completion of an earlier one
 *   that it races with; then the disk takes its time, and a slice comes to the interrupt.
 * - *Answered.* A guest may have nothing to say before clients write, twice the average at most.
 * - *Protected.* A winner asks for a backup at once, and once more if the service had not heard of
 *   a free host; hosts report meanwhile. Connecting, the clone's image, the cut and the first
 *   message go to and fro: ten round trips with what their reading takes.
 * - *Moved.* A VMotion that does not come on is cancelled after the timeout (Q35), and in clear
 *   weather its first passes and its offer are over soon; its destination has heard of that, or
 *   asks once more and is refused.
 * - *Unthrottled.* One look for each step from the floor, once the lag is slight (R32-12).
 */
export const boundsOf = ({ settings, sendEveryMs, lagMs }: Given): Bounds => {
  const { timeoutMs, stallTimeoutMs, retryEveryMs, significantLagMs } = settings;
  const { adjustEveryMs, stepPercent, floorPercent } = settings;
  const takeOverMs = 2 * clearLegMs + lagMs + sliceMaxMs;
  const knownMs = Math.max(timeoutMs, noAnswerMs + retryEveryMs);
  const servedMs = knownMs + takeOverMs;
  const releasedMs = Math.max(knownMs, stallTimeoutMs) + takeOverMs;
  const answeredMs = releasedMs + 2 * sendEveryMs;
  const completedMs = releasedMs + clearedMs(settings) + 2 * clearLegMs + seekMaxMs + sliceMaxMs;
  const clonedMs = retryEveryMs + 20 * clearLegMs;
  const protectedMs = Math.max(servedMs, reportEveryMs) + clonedMs;
  const movedMs = timeoutMs + retryEveryMs + 8 * clearLegMs;
  const looks = Math.ceil((100 - floorPercent) / stepPercent);
  const unthrottledMs = looks * adjustEveryMs + significantLagMs;
  const allMs = Math.max(answeredMs, completedMs, protectedMs, movedMs, unthrottledMs);
  return {
    ...{ servedMs, releasedMs, answeredMs, completedMs, protectedMs, movedMs },
    ...{ unthrottledMs, allMs },
  };
};
