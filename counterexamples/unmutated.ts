import type { EventType } from '../model/event.ts';
import type { Rules } from '../model/paper.ts';

/** The name of a mutant that gets a decision wrong, or the reason why no wrong one can matter. */
export type Cover = string | { readonly reason: string };

const world: Cover = {
  reason: 'the world decides it, not the protocol: no protocol can get it wrong',
};

const nothingThere: Cover = {
  reason: 'there is nothing to do it with: the event would have no meaning',
};

const inVain: Cover = {
  reason: 'it would be done once more to no effect: nothing depends on how often',
};

const away: Cover = {
  reason: 'the clustering service is part of the world: without it nothing can be asked of it',
};

const scheduler: Cover = {
  reason: 'the scheduler of the host is the world; what the protocol asks of it is `limitOf`',
};

const timeless: Cover = {
  reason: 'it separates the two models of time, and is no decision of the protocol',
};

const network: Cover = {
  reason: 'the network is part of the world: what cannot arrive does not arrive',
};

/** A mutant for every rule: a rule is one only because some protocol decides otherwise. */
export const coveredRules: Readonly<Record<keyof Rules, string>> = {
  loggedNeeds: 'nd-op-not-logged',
  loggedPosition: 'logged-one-early',
  runUpTo: 'backup-runs-ahead',
  dueAt: 'timer-one-early',
  mayApply: 'replays-half-a-group',
  take: 'packet-twice',
  outputRule: 'release-off-by-one',
  markerOf: 'waits-for-the-next-entry',
  mayRun: 'stop-at-output',
  ackPoint: 'acks-one-more',
  ackedOnSend: 'ack-on-send',
  isOurs: 'ack-of-an-earlier-pair',
  isFailure: 'and-instead-of-or',
  causesSilence: 'full-buffer-is-silence',
  isStalled: 'stall-never-suspected',
  watches: 'only-primary-watches',
  countsAs: 'heartbeat-of-anybody',
  freeze: 'freezes-one-short',
  arbitrate: 'owner-is-the-vm',
  store: 'stores-the-owner-alone',
  mayAsk: 'asks-when-drained-only',
  whenAway: 'unreachable-is-success',
  whenLost: 'loser-runs-alone',
  isAnswer: 'earlier-reply-believed',
  onPrimaryLive: 'outputs-wait-for-the-old-log',
  mayGoLive: 'live-one-entry-short',
  onBackupLive: 'drops-the-last-output',
  mayAnnounce: 'announces-once',
  tells: 'no-notify',
  isEligible: 'replacement-on-same-host',
  cutAt: 'cut-after-an-interrupt',
  pairsIn: 'pairs-in-the-last-generation',
  onProtect: 'protection-forgets-the-owner',
  knownAborted: 'clone-presumed-aborted',
  admit: 'buffer-one-over',
  mayFlush: 'one-entry-at-a-time',
  hasRoom: 'reads-one-over',
  enqueue: 'newest-entry-first',
  isDuplicate: 'duplicate-accepted',
  mayFree: 'frees-one-more',
  resumeAt: 'resumes-one-late',
  lag: 'lag-of-the-newest',
  adjust: 'throttle-never-raises',
  limitOf: 'throttles-both',
};

/** What guards a row of the table as a whole, and each clause with which it refuses. */
export type CoveredRow = {
  readonly row: Cover;
  readonly refusals: Readonly<Record<string, Cover>>;
};

const recordingRows = {
  execute: {
    row: 'nd-op-not-logged',
    refusals: {
      'it waits for an acknowledgment': 'stop-at-output',
      'its share of the CPU is used up until the next tick': scheduler,
      'the log buffer is full: the primary stops': 'buffer-one-over',
    },
  },
  interrupt: {
    row: 'effect-before-log',
    refusals: {
      'no timer is due': {
        reason: 'without time a timer strikes whenever it likes, and every claim holds all the same',
      },
      'the log buffer is full: the primary stops': 'buffer-one-over',
    },
  },
  deliver: {
    row: 'packet-twice',
    refusals: {
      'no packet has arrived': nothingThere,
      'the log buffer is full: the primary stops': 'buffer-one-over',
    },
  },
  replay: {
    row: 'timer-one-early',
    refusals: {
      'it arbitrates before it drains its log': 'drains-while-it-asks',
      'no entry is in hand: the backup stops': 'backup-runs-ahead',
      'the rest of the group has not arrived': 'replays-half-a-group',
      'its share of the CPU is used up until the next tick': scheduler,
    },
  },
} as const satisfies Partial<Record<EventType, CoveredRow>>;
