import type { Io, Range } from '../guest/guest.ts';
import { type ChannelDecisions, paperChannel } from './channel-decisions.ts';
import { type Decisions, paperDecisions } from './decisions.ts';
import type { Settings } from './settings.ts';

/** What makes one side suspect the other (R23-3, Q13, V4). */
export type Evidence = 'heartbeats' | 'log traffic' | 'stall' | 'connection';

/** For how long what has not been heard; `null` where nothing is expected. */
export type Silence = {
  readonly role: 'primary' | 'backup'; // of the one that listens
  readonly heartbeatsMs: number;
  readonly trafficMs: number | null; // null: one's own doing
  readonly stalledMs: number | null; // null: nothing is outstanding
  readonly hasLostConnection: boolean;
};

/** The backup's progress as the primary knows it (Q13). */
export type Followed = {
  readonly upTo: number; // acked
  readonly consumed: number;
  readonly position: number;
};

/** The log as it is when the lag is measured. */
export type Backlog = {
  readonly consumedAtMs: number | null; // when the newest consumed entry was logged
  readonly firstAfterAtMs: number | null; // when the one after it was logged; null: there is none
  readonly entryCount: number; // not consumed
};

/** The throttle at a look: its limit, the lag, and the lag at the look before. */
export type Pace = {
  readonly limitPercent: number;
  readonly lagMs: number;
  readonly lagBeforeMs: number;
};

/** Where a disk operation that the guest has issued is (R34). */
export type IoPhase = 'withheld' | 'queued' | 'submitted' | 'arrived' | 'settled';

type Protocol = Decisions & ChannelDecisions;

/** Each decision of the protocol by its name, so that a wrong one is one line. */
export type Policies = Protocol & {
  /** Whether the peer is suspected, and why (R23-3, Q13). */
  readonly evidence: (silence: Silence, settings: Settings) => Evidence | null;
  /** Whether a backup whose log buffer is full, or not, causes the silence that it hears (Q13). */
  readonly causesSilence: (isFull: boolean) => boolean;
  /** Whether the backup has come on between two acks (Q13). */
  readonly isProgress: (before: Followed, after: Followed) => boolean;
  /** Whether the backup has something left to do (Q13). */
  readonly isOutstanding: (logged: number, followed: Followed) => boolean;
  /** Since when a peer last heard then counts as silent, after a pause of one's own (R23-5). */
  readonly resumeAfter: (heardAtMs: number, nowMs: number, settings: Settings) => number;
  /** What a reply of the arbiter means (R23-17, R23-21). */
  readonly conclude: (outcome: 'won' | 'lost' | 'unreachable') => 'won' | 'lost' | 'ask again';
  /** The time between two heartbeats: far less than the timeout (R23-1, Q11). */
  readonly heartbeatAfter: (settings: Settings) => number;
  /** The time between two keepalives: less than the timeout (Q9). */
  readonly keepaliveAfter: (settings: Settings) => number;
  /** The lag in real time (R32-9). */
  readonly lagOf: (backlog: Backlog, nowMs: number) => number;
  /** The next CPU limit of the primary (R32-10). */
  readonly adjust: (pace: Pace, settings: Settings) => number;
  /** The time between two looks at the limit: the loop is slow (R32-10, Q21). */
  readonly lookAfter: (settings: Settings) => number;
  /** How much of a CPU a copy gets, by its share and the limit: only a primary has one (R32-10). */
  readonly cpuOf: (role: 'serving' | 'backup', limitPercent: number, share: number) => number;
  /** Is what is logged sent at once, or does it wait for more? (R32-2, R35-5) */
  readonly flushes: (waitingCount: number) => boolean;
  /** Whether two disk operations race (R34-1, Q32). */
  readonly races: (earlier: Io, later: Io) => boolean;
  /** Whether an operation in this phase holds up a later one that it races with (R34-11). */
  readonly holdsUp: (phase: IoPhase) => boolean;
  /** Where a disk operation is that the guest has just issued (R22-10, Q22). */
  readonly issuedAs: (kind: Io['kind']) => IoPhase;
  /** Has the backup the completion, so that nothing need wait for it any more? (R34-11) */
  readonly isSettled: (doneSeq: number, ackedSeq: number) => boolean;
};

/** Either silence is enough; the two are independent of each other (R23-3). */
const evidence = (silence: Silence, settings: Settings): Evidence | null => {
  const { heartbeatsMs, trafficMs, stalledMs, hasLostConnection } = silence;
  if (hasLostConnection && settings.connectionLoss === 'evidence') return 'connection';
  if (heartbeatsMs >= settings.timeoutMs) return 'heartbeats';
  if (trafficMs !== null && trafficMs >= settings.timeoutMs) return 'log traffic';
  return stalledMs !== null && stalledMs >= settings.stallTimeoutMs ? 'stall' : null;
};

/** Lower while the lag is significant and does not fall, higher while it is slight (R32-10). */
const adjust = ({ limitPercent, lagMs, lagBeforeMs }: Pace, settings: Settings): number => {
  const { significantLagMs, slightLagMs, stepPercent, floorPercent } = settings;
  if (lagMs > significantLagMs && lagMs >= lagBeforeMs) {
    return Math.max(floorPercent, limitPercent - stepPercent);
  }
  return lagMs <= slightLagMs ? Math.min(100, limitPercent + stepPercent) : limitPercent;
};

const overlap = (some: readonly Range[], others: readonly Range[]): boolean =>
  some.some((one) => others.some((other) => one.start < other.end && other.start < one.end));

/** On blocks that one writes, or in memory that one reads into (Q32). */
const races = (earlier: Io, later: Io): boolean => {
  const isOneOf = (kind: Io['kind']): boolean => earlier.kind === kind || later.kind === kind;
  return (
    (isOneOf('write') && overlap(earlier.blocks, later.blocks)) ||
    (isOneOf('read') && overlap(earlier.memory, later.memory))
  );
};

/** What the paper decides, and where it is silent the requirements. */
export const paperPolicies: Policies = {
  ...paperDecisions,
  ...paperChannel,
  evidence,
  causesSilence: (isFull) => isFull,
  isProgress: (before, after) =>
    after.upTo > before.upTo ||
    after.consumed > before.consumed ||
    after.position > before.position,
  isOutstanding: (logged, { consumed }) => consumed < logged,
  // Half of the timeout is more than the period of anything that a peer sends (Q9, Q11).
  resumeAfter: (heardAtMs, nowMs, { timeoutMs }) => Math.max(heardAtMs, nowMs - timeoutMs / 2),
  heartbeatAfter: ({ heartbeatEveryMs }) => heartbeatEveryMs,
  keepaliveAfter: ({ keepaliveEveryMs }) => keepaliveEveryMs,
  conclude: (outcome) => (outcome === 'unreachable' ? 'ask again' : outcome),
  lagOf: ({ firstAfterAtMs }, nowMs) => (firstAfterAtMs === null ? 0 : nowMs - firstAfterAtMs),
  adjust,
  lookAfter: ({ adjustEveryMs }) => adjustEveryMs,
  cpuOf: (role, limitPercent, share) => (role === 'serving' ? (limitPercent * share) / 100 : share),
  flushes: () => true,
  races,
  holdsUp: () => true,
  issuedAs: (kind) => (kind === 'write' ? 'withheld' : 'queued'),
  isSettled: (doneSeq, ackedSeq) => doneSeq <= ackedSeq,
};
