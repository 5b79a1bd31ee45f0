/** Durations, sizes and the variants of the protocol; the same on all hosts of a VM. */
export type Settings = {
  readonly timeoutMs: number; // of silence, "a few seconds"; longer than any pause (R23-3, R23-5)
  readonly stallTimeoutMs: number; // no ack and no consumption though entries wait; longer (Q13)
  readonly heartbeatEveryMs: number; // at most a sixth of the timeout (Q11)
  readonly keepaliveEveryMs: number; // at most a quarter of the timeout (Q9)
  readonly retryEveryMs: number; // between two requests to the arbiter, or to anybody (R23-17)
  readonly announceEveryMs: number; // until traffic arrives (R23-13)
  readonly flushWithinMs: number; // what nobody waits for; far below the slight lag (R32-2)
  readonly primaryBytes: number; // the primary's log buffer (R32-4)
  readonly backupBytes: number; // likewise; the larger, the longer a takeover (R32-8)
  readonly packetGroupMax: number; // packets that one receive interrupt hands over (R35-4)
  readonly significantLagMs: number; // beyond it the primary is throttled (R32-10)
  readonly slightLagMs: number; // at or below it throttling is undone
  readonly adjustEveryMs: number; // between two looks at the limit: a slow loop (Q21)
  readonly stepPercent: number; // one change of the limit
  readonly floorPercent: number; // the limit never goes below it (R32-12)
  readonly ackPoint: 'received' | 'replayed'; // V1
  readonly connectionLoss: 'evidence' | 'ignored'; // V4
  readonly goLiveOutput: 'drop' | 'emitLast'; // V7
  readonly arbitration: 'testAndSetThenDrain' | 'drainThenTestAndSet'; // V8
};

/** What the paper says, and where it says nothing the usual (Q11, Q21). */
export const defaultSettings: Settings = {
  timeoutMs: 3000,
  stallTimeoutMs: 5000,
  heartbeatEveryMs: 500,
  keepaliveEveryMs: 750,
  retryEveryMs: 500,
  announceEveryMs: 500,
  flushWithinMs: 15,
  primaryBytes: 4 << 20,
  backupBytes: 4 << 20,
  packetGroupMax: 16,
  significantLagMs: 1000,
  slightLagMs: 100,
  adjustEveryMs: 1000,
  stepPercent: 3,
  floorPercent: 10,
  ackPoint: 'received',
  connectionLoss: 'ignored',
  goLiveOutput: 'drop',
  arbitration: 'testAndSetThenDrain',
};
