import type { Io } from '../guest/guest.ts';
import type { Settings } from './settings.ts';

/** What makes one side suspect the other (R23-3, Q13, V4). */
export type Evidence = 'heartbeats' | 'log traffic' | 'stall' | 'connection';

/** How long what has not been heard; `null` where one does not listen for it. */
export type Silence = {
  readonly role: 'primary' | 'backup'; // whose silence counts the other
  readonly heartbeatsMs: number;
  readonly trafficMs: number | null; // null: one's own doing
  readonly stalledMs: number | null; // null: nothing is outstanding
  readonly hasLostConnection: boolean;
};

/** Where a disk operation that the guest has issued is (R34). */
export type IoPhase = 'withheld' | 'queued' | 'submitted' | 'arrived' | 'settled';

/** The backup's progress as the primary sees it (Q13). */
export type Followed = {
  readonly upTo: number; // acked
  readonly consumed: number;
  readonly position: number;
};

/** The log as it is when the lag is measured. */
export type Backlog = {
  readonly consumedAtMs: number | null; // when the newest consumed one was logged
  readonly firstAfterAtMs: number | null; // when the one after it was logged; null: there is none
  readonly entryCount: number; // not consumed
};

/** Each decision of the protocol by name, so that a wrong one is one line. */
export type Policies = {
  /** Entries up to here may be freed by the primary (R21-12). */
  readonly mayFree: (log: { logged: number; sent: number; acked: number }) => number;
  /** A disjunction: either silence is enough (R23-3). */
  readonly evidence: (silence: Silence, settings: Settings) => Evidence | null;
  /** A backup that cannot read is not told by silence of anything (Q13). */
  readonly causesSilence: (isFull: boolean) => boolean;
  readonly isProgress: (before: Followed, after: Followed) => boolean;
  readonly isOutstanding: (logged: number, followed: Followed) => boolean;
  /** After one's own pause: since when the peer counts as silent. */
  readonly resumeAfter: (heardAtMs: number, nowMs: number, settings: Settings) => number;
  /** What a reply of the arbiter means (R23-17, R23-21). */
  readonly conclude: (outcome: 'won' | 'lost' | 'unreachable') => 'won' | 'lost' | 'ask again';
  readonly lagOf: (backlog: Backlog, nowMs: number) => number;
  /** The next limit (R32-10). */
  readonly adjust: (
    now: { limitPercent: number; lagMs: number; lagBeforeMs: number },
    settings: Settings,
  ) => number;
  /** Do two operations race? (R34-1, Q32) */
  readonly races: (earlier: Io, later: Io) => boolean;
  /** Does an operation in this phase hold up a later one that races with it? (R34-9, R34-11) */
  readonly holdsUp: (phase: IoPhase) => boolean;
};

export declare const paperPolicies: Policies;
