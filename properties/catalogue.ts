import type { AfterCalm, Claim, EveryStep, Sometimes } from './property.ts';
import { arbiter, asksAgain, bothAsk } from './safety/arbiter.ts';
import { bufferBounds, fillsBoth, freesAcked } from './safety/log.ts';
import { logIntegrity, replayPrefix, replaysEvent } from './safety/log.ts';
import { backupSilent, emittedLate, outputConsistency, outputRule } from './safety/output.ts';
import { releasedAfterWaiting, replaysOutput, singleLive } from './safety/output.ts';
import { takesOverWithBacklog } from './safety/output.ts';
import { antiAffinity, cloneExact, clonedWhileRunning } from './safety/protection.ts';
import { inputAcrossFailover, inputOnce, secondGeneration } from './safety/protection.ts';

/** The claims about every step, in the order of their ids. */
export const everyStep: readonly EveryStep[] = [
  outputConsistency,
  outputRule,
  singleLive,
  replayPrefix,
  logIntegrity,
  backupSilent,
  bufferBounds,
  antiAffinity,
  arbiter,
  cloneExact,
  inputOnce,
];

/** The claims that progress follows once the faults have stopped. */
export const afterCalm: readonly AfterCalm[] = [];

/** The cases that must be reached for a verdict to count. */
export const witnesses: readonly Sometimes[] = [
  takesOverWithBacklog,
  releasedAfterWaiting,
  emittedLate,
  replaysOutput,
  replaysEvent,
  freesAcked,
  fillsBoth,
  secondGeneration,
  bothAsk,
  asksAgain,
  clonedWhileRunning,
  inputAcrossFailover,
];

/** Every claim: the only list. */
export const claims: readonly Claim[] = [...everyStep, ...afterCalm];
