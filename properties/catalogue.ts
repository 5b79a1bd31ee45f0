import {
  consideredWhenIdle,
  failover,
  liveAlone,
  noStuckOutput,
  protectedAgain,
  replayProgress,
  reprotect,
  stopsForWantOfEntries,
  throttled,
  throttleSettles,
} from './liveness/liveness.ts';
import {
  diskAnswers,
  goesLiveWaiting,
  poweredOffByLog,
  powerOffEnds,
  quiescedForBackup,
  quiesceEnds,
} from './liveness/operations.ts';
import type { AfterCalm, Claim, EveryStep, Sometimes } from './property.ts';
import { arbiter, asksAgain, bothAsk } from './safety/arbiter.ts';
import {
  diskConsistency,
  isFencedOff,
  noRace,
  replaysCompletion,
  submitsAgain,
  waitsForAck,
} from './safety/disk.ts';
import {
  bufferBounds,
  fillsBoth,
  freesAcked,
  logIntegrity,
  replayPrefix,
  replaysEvent,
} from './safety/log.ts';
import {
  backupSwitches,
  clientView,
  overruledPowerOff,
  powerOffFinal,
  primarySwitches,
  quiescedSwitch,
  seesATakeover,
  stopsThoughCutOff,
} from './safety/operations.ts';
import {
  backupSilent,
  emittedLate,
  noLostOutput,
  outputConsistency,
  outputRule,
  releasedAfterWaiting,
  replaysOutput,
  singleLive,
  takesOverWithBacklog,
} from './safety/output.ts';
import {
  antiAffinity,
  clonedWhileRunning,
  cloneExact,
  inputAcrossFailover,
  inputOnce,
  secondGeneration,
} from './safety/protection.ts';
import {
  detectionBound,
  guestNotStopped,
  idleIsNoLag,
  lagBound,
  lagFalls,
  lagsSignificantly,
  noNeedlessFailover,
  outputLatency,
  releasedThoughLagging,
  runsWhileWithheld,
  survivesDisturbance,
  suspectsTheDead,
  takeOverBound,
  takesOverInTime,
} from './timing/timing.ts';

/** The claims about every step, in the order of their ids. */
export const everyStep: readonly EveryStep[] = [
  outputConsistency,
  outputRule,
  singleLive,
  replayPrefix,
  logIntegrity,
  backupSilent,
  diskConsistency,
  noRace,
  bufferBounds,
  powerOffFinal,
  antiAffinity,
  quiescedSwitch,
  arbiter,
  cloneExact,
  inputOnce,
  clientView,
  noLostOutput,
  lagBound,
  takeOverBound,
  detectionBound,
  guestNotStopped,
  noNeedlessFailover,
  outputLatency,
  idleIsNoLag,
];

/** The claims that progress follows once the faults have stopped. */
export const afterCalm: readonly AfterCalm[] = [
  lagFalls,
  noStuckOutput,
  failover,
  diskAnswers,
  reprotect,
  replayProgress,
  quiesceEnds,
  throttleSettles,
  powerOffEnds,
];

/** The cases that must be reached for a verdict to count. */
export const witnesses: readonly Sometimes[] = [
  takesOverWithBacklog,
  releasedAfterWaiting,
  emittedLate,
  replaysOutput,
  replaysEvent,
  freesAcked,
  submitsAgain,
  isFencedOff,
  waitsForAck,
  replaysCompletion,
  fillsBoth,
  stopsThoughCutOff,
  overruledPowerOff,
  secondGeneration,
  backupSwitches,
  primarySwitches,
  bothAsk,
  asksAgain,
  clonedWhileRunning,
  inputAcrossFailover,
  seesATakeover,
  lagsSignificantly,
  takesOverInTime,
  runsWhileWithheld,
  suspectsTheDead,
  survivesDisturbance,
  releasedThoughLagging,
  liveAlone,
  protectedAgain,
  stopsForWantOfEntries,
  throttled,
  consideredWhenIdle,
  goesLiveWaiting,
  quiescedForBackup,
  poweredOffByLog,
];

/** Every claim: the only list. */
export const claims: readonly Claim[] = [...everyStep, ...afterCalm];
