import type { Io } from '../guest/guest.ts';
import type { LogEntry } from './entry.ts';
import type { Settings } from './settings.ts';

/** What the first passes have come to when one is taken. */
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

/** A primary that is off, or not. */
export type Stopping = {
  readonly isOff: boolean;
  readonly isSuspecting: boolean; // and has not heard from the arbiter
  readonly logged: number;
  readonly acked: number;
  readonly withheldCount: number;
};

/** A primary whose destination waits for it. */
export type HandOver = {
  readonly isMarked: boolean; // the log has the point at which the disk was at rest
  readonly hasDue: boolean; // something has struck that is not delivered
  readonly logged: number;
  readonly acked: number;
  readonly withheldCount: number;
};

/** What goes along with a primary besides the VM. */
export type Carried = { readonly generation: number; readonly logged: number };

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
  /** How long an entry may stay in the log buffer, and word of its replay with the backup. */
  readonly mayRestMs: (what: LogEntry['kind'] | 'replayed', settings: Settings) => number;
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
  readonly drainsFirst: (log: HeldLog) => boolean;
  /** As whom a copy asks the arbiter: a name of its own (R23-21). */
  readonly asksAs: (copy: string) => string;
  /** Which generation it asks to leave (R23-19). */
  readonly asksToLeave: (generation: number) => number;
  /** May a frozen backup ask the arbiter? (R23-15, V8) */
  readonly mayAsk: (hasMore: boolean, settings: Settings) => boolean;
  /** Does a reply belong to this contest? (R23-21) */
  readonly isReply: (repliedTo: number, asked: number) => boolean;
  /** The generation of whoever has left this one by a win (R23-19). */
  readonly wins: (generation: number) => number;
  /** Is pending disk IO of this kind submitted again? (R34-7) */
  readonly reissues: (kind: Io['kind']) => boolean;
  /** Under which generation a disk operation is submitted (R23-20). */
  readonly tagOf: (generation: number) => number;
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
  /** Of the pages that are left, which go with the cut, or with a VM that moves? (R31-3, R33-10) */
  readonly leftAtCut: (left: readonly number[], of: 'clone' | 'move') => readonly number[];
  /** Does a backup that holds a power-off entry go without the arbiter? (R33-2 d, f) */
  readonly stopsWhenTold: (isTold: boolean, isOff: boolean) => boolean;
  /** May a primary be gone for having been powered off? (R33-2 b, c) */
  readonly mayStop: (now: Stopping) => boolean;
  // control operations
  /** Is the disk kept quiet: for the backup's sake, or for one's own? (R33-7, R33-8) */
  readonly keepsQuiet: (isAsked: boolean, isMoving: boolean, isAlone: boolean) => boolean;
  /** May the guest issue a disk operation? (R33-8) */
  readonly mayIssue: (isQuiet: boolean) => boolean;
  /** Is the disk at rest, so that the log may say so? (R33-7) */
  readonly isAtRest: (outstandingCount: number) => boolean;
  /** May a primary that moves switch over here? (R33-5, R33-6, Q20) */
  readonly mayHandOver: (now: HandOver) => boolean;
  /** What its destination goes on with (R33-6). */
  readonly carries: (carried: Carried) => Carried;
  /** How long a source waits for a destination that takes nothing, or is to take the rest (Q35). */
  readonly patienceMs: (settings: Settings) => number;
  /** How long a VM may be on offer, and stand still, at a time (R33-9). */
  readonly offerMs: (settings: Settings) => number;
  /** Does a destination that hears nothing discard itself? (R31-5, R33-9, Q34) */
  readonly discards: (hasImage: boolean, purpose: 'clone' | 'arrive') => boolean;
  /** Does the log buffer of a backup go along with it? (R33-10) */
  readonly movesLog: () => boolean;
  /** May a backup that moves switch over here? (R33-7) */
  readonly maySwitchOver: (now: { isQuiet: boolean; outstandingCount: number }) => boolean;
  /** May a primary give up the VM that it has offered to its destination? (R33-9) */
  readonly mayGiveAway: (hasSaidSo: boolean) => boolean;
};

// What is left then takes a network of 1 Gbit/s two milliseconds. A guest that writes faster than
// the network copies never comes to that: more passes would only copy the same again.
const restBytesMax = 1 << 18;
const passesMax = 8;
/** Outputs wait for none of these, nor does anybody but the guest (R22-8). */
const unawaited: ReadonlySet<LogEntry['kind'] | 'replayed'> = new Set([
  ...(['TIMER', 'RX', 'KEY', 'MOUSE', 'ND'] as const),
  'replayed',
]);

/**
 * What is awaited leaves at once: an output entry (R35-5); a completion, for which operations that
 * race wait (R34-11); a control operation. All else leaves with it, or in a while. Where an output
 * waits until its entry is replayed (V1), it waits for all before it as well.
 */
const mayRestMs: Decisions['mayRestMs'] = (what, { ackPoint, flushWithinMs }) =>
  ackPoint === 'received' && unawaited.has(what) ? flushWithinMs : 0;

/** As the paper has it, or what the requirements make of it. */
export const paperDecisions: Decisions = {
  mayLeave: (requiredSeq, ackedSeq) => requiredSeq <= ackedSeq,
  whenLogEnds: () => 0,
  runsOnWithheld: () => true,
  stallsWhenFull: () => true,
  mayRestMs,
  isLogged: () => true,
  mayRunTo: (next, position) => next?.position ?? position,
  ackPoint: (log, { ackPoint }) => (ackPoint === 'received' ? log.completeUpTo : log.consumed),
  emitsInReplay: () => false,
  takesLocalEvents: () => false,
  isFromPeer: (heard, own) =>
    heard.generation === own.generation && (own.peer === null || heard.copy === own.peer),
  asksArbiter: () => true,
  drainsFirst: () => true,
  asksAs: (copy) => copy,
  asksToLeave: (generation) => generation,
  mayAsk: (hasMore, { arbitration }) => arbitration !== 'drainThenTestAndSet' || !hasMore,
  isReply: (repliedTo, asked) => repliedTo === asked,
  wins: (generation) => generation + 1,
  reissues: () => true,
  tagOf: (generation) => generation,
  emitsLast: ({ goLiveOutput }) => goLiveOutput === 'emitLast',
  mayAnnounce: ({ hasMoved, quietMs }, { timeoutMs }) => hasMoved || quietMs > timeoutMs,
  asksForBackup: () => true,
  mayCut: ({ restBytes, passCount }) => restBytes <= restBytesMax || passCount >= passesMax,
  copiedAt: (begun) => begun,
  leftAtCut: (left) => left,
  stopsWhenTold: (isTold) => isTold,
  mayStop: ({ isOff, isSuspecting, logged, acked, withheldCount }) =>
    isOff && !isSuspecting && acked === logged && withheldCount === 0,
  keepsQuiet: (isAsked, isMoving, isAlone) => isMoving || (isAsked && !isAlone),
  mayIssue: (isQuiet) => !isQuiet,
  isAtRest: (outstandingCount) => outstandingCount === 0,
  mayHandOver: ({ isMarked, hasDue, logged, acked, withheldCount }) =>
    isMarked && !hasDue && acked === logged && withheldCount === 0,
  carries: (carried) => carried,
  patienceMs: ({ timeoutMs }) => timeoutMs,
  // A pair gives a sign of life four times in a timeout (Q9): a pause of that length is usual.
  offerMs: ({ timeoutMs }) => timeoutMs / 4,
  discards: (hasImage, purpose) => !hasImage || purpose === 'clone',
  movesLog: () => true,
  maySwitchOver: ({ isQuiet, outstandingCount }) => isQuiet && outstandingCount === 0,
  mayGiveAway: (hasSaidSo) => hasSaidSo,
};
