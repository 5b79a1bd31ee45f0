import { type Policies, paperPolicies } from '../../impl/hypervisor/policies.ts';

/** A program that does what it does at the wrong time, as a change of one policy. */
export type WrongTiming = {
  readonly name: string; // that of the mutant of the specification, where there is one
  readonly answersTo: string | null; // that mutant; `null`: the specification has none
  readonly mistake: string;
  readonly cites: readonly string[];
  readonly policies: Partial<Policies>;
  readonly seed: string; // of a timed run in which it shows
  readonly killedBy: readonly string[]; // the claims about time that refute it there
};

/** Wrong about the lag, and about the limit that follows it. */
export const ofThrottle: readonly WrongTiming[] = [
  {
    name: 'lag-by-entry-count',
    answersTo: 'lag-by-entry-count',
    mistake: 'the lag is measured in entries',
    cites: ['R32-9'],
    policies: { lagOf: ({ entryCount }) => entryCount },
    seed: '0',
    killedBy: ['lag-is-real'],
  },
  {
    name: 'lag-of-idle-guest',
    answersTo: 'lag-of-idle-guest',
    mistake: 'the lag is the time since the entry consumed last was logged',
    cites: ['R32-9'],
    policies: {
      lagOf: ({ consumedAtMs }, nowMs) => (consumedAtMs === null ? 0 : nowMs - consumedAtMs),
    },
    seed: '0',
    killedBy: ['lag-is-real'],
  },
  {
    name: 'no-lag-control',
    answersTo: 'no-lag-control',
    mistake: 'the primary is not slowed down for its backup',
    cites: ['R32-10'],
    policies: { adjust: ({ limitPercent }) => limitPercent },
    seed: '20',
    killedBy: ['throttled-when-behind', 'lag-falls'],
  },
  {
    name: 'throttle-oscillation',
    answersTo: 'throttle-oscillation',
    mistake: 'the limit is halved, or all of it given back',
    cites: ['R32-10', 'R32-12'],
    policies: {
      adjust: ({ limitPercent, lagMs }, { significantLagMs, floorPercent }) =>
        lagMs > significantLagMs ? Math.max(floorPercent, limitPercent / 2) : 100,
    },
    seed: '0',
    killedBy: ['limit-moves-with-the-lag'],
  },
  {
    name: 'throttle-without-floor',
    answersTo: null,
    mistake: 'the limit goes down to nothing',
    cites: ['R32-12'],
    policies: {
      adjust: ({ limitPercent, lagMs }, { significantLagMs, stepPercent }) =>
        lagMs > significantLagMs ? Math.max(0, limitPercent - stepPercent) : limitPercent,
    },
    seed: '20',
    killedBy: ['limit-moves-with-the-lag'],
  },
  {
    name: 'throttle-in-haste',
    answersTo: null,
    mistake: 'the limit is looked at ten times as often',
    cites: ['R32-10'],
    policies: { lookAfter: ({ adjustEveryMs }) => adjustEveryMs / 10 },
    seed: '0',
    killedBy: ['limit-moves-with-the-lag'],
  },
  {
    name: 'throttle-never-raises',
    answersTo: 'throttle-never-raises',
    mistake: 'the limit is lowered, and never raised again',
    cites: ['R32-10', 'R32-12'],
    policies: {
      adjust: (
        { limitPercent, lagMs, lagBeforeMs },
        { significantLagMs, stepPercent, floorPercent },
      ) =>
        lagMs > significantLagMs && lagMs >= lagBeforeMs
          ? Math.max(floorPercent, limitPercent - stepPercent)
          : limitPercent,
    },
    seed: '20',
    killedBy: ['raised-when-caught-up', 'limit-is-back'],
  },
  {
    name: 'throttles-backup',
    answersTo: 'throttles-backup',
    mistake: 'it is the backup that gets less of the CPU',
    cites: ['R32-10'],
    policies: {
      cpuOf: (role, limitPercent, share) =>
        role === 'backup' ? share / 2 : (limitPercent * share) / 100,
    },
    seed: '0',
    killedBy: ['only-the-primary-is-throttled'],
  },
];

/** As the paper has it, for those that spoil a part of it. */
const { mayRestMs } = paperPolicies;

/** Wrong about what may rest in the log buffer, and for how long. */
export const ofFlush: readonly WrongTiming[] = [
  {
    name: 'lazy-flush',
    answersTo: 'lazy-flush',
    mistake: 'the log is flushed two entries at a time',
    cites: ['R32-2', 'R35-5'],
    policies: { flushes: (waitingCount) => waitingCount !== 1 },
    seed: '0',
    killedBy: ['flushed-at-once'],
  },
  {
    name: 'output-entry-rests',
    answersTo: null,
    mistake: 'an output entry rests in the log buffer like any other',
    cites: ['R35-5'],
    policies: {
      mayRestMs: (what, settings) => mayRestMs(what === 'OUT' ? 'TIMER' : what, settings),
    },
    seed: '1',
    killedBy: ['flushed-at-once'],
  },
  {
    name: 'completion-rests',
    answersTo: null,
    mistake: 'a completion rests, though operations that race wait for its ack',
    cites: ['R34-11', 'R32-2'],
    policies: {
      mayRestMs: (what, settings) => mayRestMs(what === 'DONE' ? 'TIMER' : what, settings),
    },
    seed: '4',
    killedBy: ['flushed-at-once'],
  },
  {
    name: 'order-rests',
    answersTo: null,
    mistake: 'a control operation rests, and the mark of a quiet disk',
    cites: ['R33-1', 'R33-7'],
    policies: {
      mayRestMs: (what, settings) =>
        mayRestMs(['SHARE', 'OFF', 'QUIESCE'].includes(what) ? 'TIMER' : what, settings),
    },
    seed: '1',
    killedBy: ['flushed-at-once'],
  },
  {
    name: 'rests-though-outputs-wait',
    answersTo: null,
    mistake: 'entries rest though an output waits until all before it is replayed',
    cites: ['R22-5', 'R32-2'],
    policies: {
      mayRestMs: (what, settings) => mayRestMs(what, { ...settings, ackPoint: 'received' }),
    },
    seed: '0',
    killedBy: ['flushed-at-once'],
  },
  {
    name: 'rests-for-ever',
    answersTo: null,
    mistake: 'what nobody waits for stays in the log buffer until something else leaves',
    cites: ['R32-2'],
    policies: {
      mayRestMs: (what, settings) =>
        mayRestMs(what, settings) === 0 ? 0 : Number.POSITIVE_INFINITY,
    },
    seed: '4',
    killedBy: ['flushed-in-a-while', 'replay-is-told'],
  },
  {
    name: 'rests-too-long',
    answersTo: null,
    mistake: 'what nobody waits for rests for ten times as long as it may',
    cites: ['R32-2'],
    policies: {
      mayRestMs: (what, settings) => (what === 'replayed' ? 1 : 10) * mayRestMs(what, settings),
    },
    seed: '1',
    killedBy: ['flushed-in-a-while'],
  },
  {
    name: 'replay-told-too-late',
    answersTo: null,
    mistake: 'that all is replayed is said after ten times as long as it may take',
    cites: ['R32-3', 'R32-9'],
    policies: {
      mayRestMs: (what, settings) => (what === 'replayed' ? 10 : 1) * mayRestMs(what, settings),
    },
    seed: '1',
    killedBy: ['replay-is-told'],
  },
];

/** Wrong about when acks and outputs leave. */
export const ofOutputs: readonly WrongTiming[] = [
  {
    name: 'ack-after-replay',
    answersTo: 'ack-after-replay',
    mistake: 'an ack waits until the entry is replayed, though receiving it is enough',
    cites: ['R22-5'],
    policies: { ackPoint: ({ consumed }) => consumed },
    seed: '4',
    killedBy: ['acked-at-once', 'one-round-trip'],
  },
  {
    name: 'waits-for-the-next-entry',
    answersTo: 'waits-for-the-next-entry',
    mistake: 'an output waits for the ack of the entry after its own',
    cites: ['R22-8', 'R35-5'],
    policies: { mayLeave: (requiredSeq, ackedSeq) => requiredSeq === 0 || requiredSeq < ackedSeq },
    seed: '0',
    killedBy: ['released-at-once'],
  },
  {
    name: 'keeps-waiting-for-acks',
    answersTo: 'keeps-waiting-for-acks',
    mistake: 'a primary that goes live alone goes on waiting for the acks of its log',
    cites: ['R23-8'],
    policies: { whenLogEnds: (requiredSeq) => requiredSeq },
    seed: '1',
    killedBy: ['released-at-once'],
  },
  {
    name: 'stop-at-output',
    answersTo: 'stop-at-output',
    mistake: 'the guest stands still while an output is withheld',
    cites: ['R22-7'],
    policies: { runsOnWithheld: (withheldCount) => withheldCount === 0 },
    seed: '0',
    killedBy: ['guest-runs-on'],
  },
];
