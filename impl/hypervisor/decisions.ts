import type { LogEntry } from './entry.ts';
import type { Settings } from './settings.ts';

/** What the first passes of a clone have come to when one is taken. */
export type Copied = {
  readonly restBytes: number; // of the pages written to since that pass began
  readonly passCount: number;
};

/** What a backup's log holds, by sequence numbers. */
export type HeldLog = {
  readonly received: number;
  readonly completeUpTo: number; // of what is received: the last entry of the last whole group
  readonly consumed: number;
};

/** The decisions of the modes. */
export type Decisions = {
  // output commit
  /** The Output Rule (R22-4). */
  readonly mayLeave: (
    requiredSeq: number,
    ackedSeq: number,
    device: 'network' | 'console' | 'disk',
  ) => boolean;
  /** What an output waits for whose log is over; `null` drops it (R22-8, R23-8). */
  readonly whenLogEnds: (requiredSeq: number) => number | null;
  /** Does the guest run on while outputs are withheld? (R22-7) */
  readonly runsOnWithheld: (withheldCount: number) => boolean;
  // recording
  /** Does an entry that does not fit stop the primary? (R32-6) */
  readonly stallsWhenFull: () => boolean;
  /** Is this logged? (R20-3) */
  readonly isLogged: (kind: LogEntry['kind']) => boolean;
  // replay
  /** How far the backup may execute, given the next whole group (R21-8). */
  readonly mayRunTo: (next: LogEntry | null, position: number) => number;
  /** What an ack certifies (R22-5, Q14, V1). */
  readonly ackPoint: (log: HeldLog, settings: Settings) => number;
  /** Do packets leave that are replayed? (R20-5, R23-12) */
  readonly emitsInReplay: (mode: 'replaying' | 'frozen' | 'draining') => boolean;
  /** Do events of the backup's own host reach its guest? (R20-4) */
  readonly takesLocalEvents: () => boolean;
  // failover
  /** Does a heartbeat count as a sign of life of the peer? (R23-1) */
  readonly isFromPeer: (
    heard: { readonly copy: string; readonly generation: number },
    own: { readonly peer: string | null; readonly generation: number },
  ) => boolean;
  /** Suspicion leads to the arbiter, and to nothing else (R23-4, R23-17). */
  readonly asksArbiter: (role: 'primary' | 'backup') => boolean;
  /** Does a backup go live only when the frozen log is consumed? (R23-10) */
  readonly drainsFirst: () => boolean;
  /** Is pending disk IO submitted again? (R34-7) */
  readonly reissues: () => boolean;
  /** Are the outputs of the group emitted that was consumed last? (V7, Q1) */
  readonly emitsLast: (settings: Settings) => boolean;
  /** Does it announce itself again, given since when no traffic has come? (R23-13) */
  readonly mayAnnounce: (
    now: { readonly hasMoved: boolean; readonly quietMs: number },
    settings: Settings,
  ) => boolean;
  /** Is the clustering service asked for a backup? (R31-6) */
  readonly asksForBackup: () => boolean;
  /** Are the first passes over? Else another copies what has changed (R31-2). */
  readonly mayCut: (copied: Copied) => boolean;
  /** Pages written to since when does a pass not have as they are? It has begun, and ends now. */
  readonly copiedAt: (begun: number, ended: () => number) => number;
  /** Of the pages that are left at the cut, which go with it? (R31-3) */
  readonly leftAtCut: (left: readonly number[]) => readonly number[];
  /** Does a backup that holds a power-off entry go without the arbiter? (R33-2 d, f) */
  readonly stopsWhenTold: (isTold: boolean) => boolean;
  /** May a primary that was powered off be gone? (R33-2 b) */
  readonly mayStop: (now: { logged: number; acked: number; withheldCount: number }) => boolean;
  // control operations
  /** Is the disk kept quiet: for the backup's sake, or for one's own? (R33-7, R33-8) */
  readonly keepsQuiet: (isAsked: boolean, isMoving: boolean, isAlone: boolean) => boolean;
  /** Does the log buffer of a backup go along with it? (R33-10) */
  readonly movesLog: () => boolean;
  /** May a backup that moves switch over here? (R33-7) */
  readonly maySwitchOver: (now: { isQuiet: boolean; outstandingCount: number }) => boolean;
};

// What is left then takes a network of 1 Gbit/s two milliseconds. A guest that writes faster than
// the network copies never comes to that: more passes would only copy the same again.
const restBytesMax = 1 << 18;
const passesMax = 8;

/** As the paper has it, or what the requirements make of it. */
export const paperDecisions: Decisions = {
  mayLeave: (requiredSeq, ackedSeq) => requiredSeq <= ackedSeq,
  whenLogEnds: () => 0,
  runsOnWithheld: () => true,
  stallsWhenFull: () => true,
  isLogged: () => true,
  mayRunTo: (next, position) => next?.position ?? position,
  ackPoint: (log, { ackPoint }) => (ackPoint === 'received' ? log.completeUpTo : log.consumed),
  emitsInReplay: () => false,
  takesLocalEvents: () => false,
  isFromPeer: (heard, own) =>
    heard.generation === own.generation && (own.peer === null || heard.copy === own.peer),
  asksArbiter: () => true,
  drainsFirst: () => true,
  reissues: () => true,
  emitsLast: ({ goLiveOutput }) => goLiveOutput === 'emitLast',
  mayAnnounce: ({ hasMoved, quietMs }, { timeoutMs }) => hasMoved || quietMs > timeoutMs,
  asksForBackup: () => true,
  mayCut: ({ restBytes, passCount }) => restBytes <= restBytesMax || passCount >= passesMax,
  copiedAt: (begun) => begun,
  leftAtCut: (left) => left,
  stopsWhenTold: (isTold) => isTold,
  mayStop: ({ logged, acked, withheldCount }) => acked === logged && withheldCount === 0,
  keepsQuiet: (isAsked, isMoving, isAlone) => isMoving || (isAsked && !isAlone),
  movesLog: () => true,
  maySwitchOver: ({ isQuiet, outstandingCount }) => isQuiet && outstandingCount === 0,
};
