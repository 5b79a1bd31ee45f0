import { type Instruction, transferOf } from './guest.ts';
import { type HostId, hostIds } from './ids.ts';

/**
 * Discrete time. One tick is half a second, long against a message and short against a timeout:
 * whatever the protocol can do at once it does before the next tick. All durations in ticks.
 */
export type Clock = {
  readonly timeout: number; // of silence, "a few seconds"; longer than any pause (R23-3, R23-5)
  readonly stallTimeout: number; // no ack and no consumption though entries wait (Q13)
  readonly heartbeatEvery: number; // at most a sixth of the timeout (Q11)
  readonly keepaliveEvery: number; // at most a quarter of the timeout (Q9)
  readonly retryEvery: number; // between two requests to the arbiter (R23-17)
  readonly switchover: number; // until a clone, or a VM that moves, can run; under a second (R31-2)
  readonly timerEvery: number | null; // the guest's timer interrupt; null is a tickless guest
  readonly speed: number; // instructions per tick at a CPU limit of 100 %
  readonly significantLag: number; // throttling begins beyond it: a second (R32-10)
  readonly slightLag: number; // throttling is undone at or below it (R32-10)
  readonly adjustEvery: number; // between two looks at the limit: a slow loop, over a second (Q21)
  readonly step: number; // one change of the limit, in percent (R32-10)
  readonly floor: number; // the limit never goes below it, in percent (R32-12)
};

/** What besides the core protocol a run has. Without it nobody asks for it, nor does the guest. */
export type Features = {
  readonly console: boolean; // an operator at keyboard and mouse (R20-2)
  readonly control: boolean; // power-off and resource changes (R33-1 to R33-3)
  readonly disk: boolean; // a guest that uses its disk needs it (R34)
  readonly vmotion: boolean; // R33-4 to R33-11
};

/** The constants of a run: sizes, the guest's program, and the variants of the protocol. */
export type Settings = {
  readonly program: readonly Instruction[];
  readonly features: Features;
  readonly hostCount: number; // 3 or 4
  readonly packetGroup: number; // packets that one receive interrupt may hand over (R35-4)
  readonly start: 'protected' | 'unprotected'; // whether the first backup already runs
  readonly primaryCapacity: number; // entries in the primary's log buffer (R32-4)
  readonly wireCapacity: number; // entries on the logging channel
  readonly backupCapacity: number; // likewise; the larger, the longer a takeover (R32-4, R32-8)
  readonly ackPoint: 'received' | 'replayed'; // V1
  readonly connectionLoss: 'evidence' | 'ignored'; // V4
  readonly goLiveOutput: 'drop' | 'emitLast'; // V7
  readonly arbitration: 'testAndSetThenDrain' | 'drainThenTestAndSet'; // V8
  readonly clock: Clock | null; // null: untimed, a suspicion may strike at any moment (Q11)
};

/** Half a second per tick: three seconds of silence are a failure (Q11, Q21). */
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

/** Operator, administrator and balancer of load are all there. */
export const allFeatures: Features = { console: true, control: true, disk: true, vmotion: true };

/** The core protocol: a guest, its clients, and faults. */
export const noFeatures: Features = {
  console: false,
  control: false,
  disk: false,
  vmotion: false,
};

/** The paper's behaviour in every variant, with buffers small enough to fill. */
export const defaultSettings: Settings = {
  program: ['readTime', 'transmit', 'compute', 'stamp'],
  features: allFeatures,
  hostCount: 4,
  packetGroup: 2,
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

/** The hosts of a run. */
export const hostsOf = ({ hostCount }: Settings): readonly HostId[] => hostIds.slice(0, hostCount);

/** Entries of the largest group that can be generated: by one instruction or event (R32-13). */
export const largestGroup = ({ program, packetGroup }: Settings): number =>
  Math.max(program.includes('stamp') ? 2 : 1, packetGroup + (program.includes('post') ? 1 : 0));

/** Whether the guest uses its disk. */
export const hasDisk = ({ program }: Pick<Settings, 'program'>): boolean =>
  program.some((instruction) => transferOf(instruction) !== undefined);
