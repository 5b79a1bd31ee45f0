import type { Instruction } from './guest.ts';

/**
 * Discrete time. One tick is half a second, long against a message and short against a timeout:
 * whatever the protocol can do at once it does before the next tick. All durations in ticks.
 */
export type Clock = {
  readonly timeout: number; // silence after which a peer is suspected; "a few seconds" (R23-3)
  readonly stallTimeout: number; // no ack and no consumption though entries wait (Q13)
  readonly heartbeatEvery: number; // at most a sixth of the timeout (Q11)
  readonly keepaliveEvery: number; // at most a quarter of the timeout (Q9)
  readonly retryEvery: number; // between two requests to the arbiter (R23-17)
  readonly switchover: number; // from the cut until the clone can run; under a second (R31-2)
  readonly timerEvery: number | null; // the guest's timer interrupt; null is a tickless guest
  readonly speed: number; // instructions per tick at a CPU limit of 100 %
  readonly significantLag: number; // throttling begins beyond it: a second (R32-10)
  readonly slightLag: number; // throttling is undone at or below it (R32-10)
  readonly adjustEvery: number; // between two looks at the limit: a slow loop, over a second (Q21)
  readonly step: number; // one change of the limit, in percent (R32-10)
  readonly floor: number; // the limit never goes below it, in percent (R32-12)
};

/** The constants of a run: sizes, the guest's program, and the variants of the protocol. */
export type Settings = {
  readonly program: readonly Instruction[];
  readonly start: 'protected' | 'unprotected'; // whether the first backup already runs
  readonly primaryCapacity: number; // entries in the primary's log buffer (R32-4)
  readonly wireCapacity: number; // entries on the logging channel
  readonly backupCapacity: number; // entries in the backup's log buffer (R32-4)
  readonly ackPoint: 'received' | 'replayed'; // V1
  readonly connectionLoss: 'evidence' | 'ignored'; // V4
  readonly goLiveOutput: 'drop' | 'emitLast'; // V7
  readonly arbitration: 'testAndSetThenDrain' | 'drainThenTestAndSet'; // V8
  readonly clock: Clock | null; // null: untimed, a suspicion may strike at any moment (Q11)
};

export const defaultClock: Clock = {
  timeout: 6,
  stallTimeout: 10,
  heartbeatEvery: 1,
  keepaliveEvery: 1,
  retryEvery: 2,
  switchover: 2,
  timerEvery: 1,
  speed: 2,
  significantLag: 2,
  slightLag: 1,
  adjustEvery: 4,
  step: 5,
  floor: 10,
};

/** The paper's behaviour in every variant, with buffers small enough to fill. */
export const defaultSettings: Settings = {
  program: ['readTime', 'transmit', 'compute', 'stamp'],
  start: 'protected',
  primaryCapacity: 3,
  wireCapacity: 3,
  backupCapacity: 3,
  ackPoint: 'received',
  connectionLoss: 'ignored',
  goLiveOutput: 'drop',
  arbitration: 'testAndSetThenDrain',
  clock: null,
};

/** Entries of the largest group that the program can generate (R32-13). */
export const largestGroup = (program: readonly Instruction[]): number =>
  program.includes('stamp') ? 2 : 1;
