import { paperPolicies } from '../../impl/hypervisor/policies.ts';
import { ofOutputs as scripted } from '../conformance/wrong/of-outputs.ts';
import type { WrongProgram } from '../conformance/wrong/wrong-program.ts';

/** A program that does what it does at the wrong time, and what refutes it. */
export type WrongTiming = WrongProgram & {
  readonly seed: string; // of a timed run in which it shows
  readonly killedBy: readonly string[]; // the claims about time that refute it there
};

/** One of those that scripts refute too. */
export const also = (
  wrongs: readonly WrongProgram[],
  wrongName: string,
  found: Pick<WrongTiming, 'seed' | 'killedBy'>,
): readonly WrongTiming[] =>
  wrongs.filter(({ name }) => name === wrongName).map((wrong) => ({ ...wrong, ...found }));

/** As the paper has it, for those that spoil a part of it. */
const { adjust, lagOf, mayRestMs } = paperPolicies;

/** Wrong about the lag, and about the limit that follows it. */
export const ofThrottle: readonly WrongTiming[] = [
  {
    name: 'lag-by-entry-count',
    mistake: 'the lag is measured in entries',
    cites: ['R32-9'],
    policies: { lagOf: ({ entryCount }) => entryCount },
    seed: '0',
    killedBy: ['lag-is-real'],
  },
  {
    name: 'lag-of-idle-guest',
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
    mistake: 'the primary is not slowed down for its backup',
    cites: ['R32-10'],
    policies: { adjust: ({ limitPercent }) => limitPercent },
    seed: '20',
    killedBy: ['throttled-when-behind', 'lag-falls'],
  },
  {
    name: 'throttle-oscillation',
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
    name: 'throttle-without-a-floor',
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
    answersTo: ['adjusts-at-every-tick'],
    mistake: 'the limit is looked at ten times as often',
    cites: ['R32-10'],
    policies: { lookAfter: ({ adjustEveryMs }) => adjustEveryMs / 10 },
    seed: '0',
    killedBy: ['limit-moves-with-the-lag'],
  },
  {
    name: 'throttle-never-raises',
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
    mistake: 'it is the backup that gets less of the CPU, and not the primary',
    cites: ['R32-10'],
    policies: { cpuOf: (role, _, share) => (role === 'backup' ? share / 2 : share) },
    seed: '0',
    killedBy: ['only-the-primary-is-throttled'],
  },
  {
    name: 'throttles-both',
    mistake: 'the backup gets less of the CPU, as its primary does',
    cites: ['R32-10'],
    policies: {
      cpuOf: (role, limitPercent, share) =>
        role === 'backup' ? share / 2 : (limitPercent * share) / 100,
    },
    seed: '0',
    killedBy: ['only-the-primary-is-throttled'],
  },
  {
    name: 'throttles-when-it-is-late',
    mistake: 'the lag counts as significant at ten times what it should',
    cites: ['R32-10'],
    policies: {
      adjust: (pace, settings) =>
        adjust(pace, { ...settings, significantLagMs: 10 * settings.significantLagMs }),
    },
    seed: '3',
    killedBy: ['throttled-when-behind'],
  },
  {
    name: 'throttle-lags-behind',
    mistake: 'the limit changes by a tenth of a percent at a time',
    cites: ['R32-10'],
    policies: { adjust: (pace, settings) => adjust(pace, { ...settings, stepPercent: 0.1 }) },
    seed: '20',
    killedBy: ['lag-falls', 'limit-is-back'],
  },
  {
    name: 'lag-of-the-newest',
    mistake: 'the lag is nothing while the primary runs, however far the backup trails',
    cites: ['R32-9'],
    policies: { lagOf: (backlog, nowMs) => Math.min(1, lagOf(backlog, nowMs)) },
    seed: '0',
    killedBy: ['lag-is-real'],
  },
];

/** Wrong about what may rest in the log buffer, and for how long. */
export const ofFlush: readonly WrongTiming[] = [
  {
    name: 'lazy-flush',
    mistake: 'the log is flushed two entries at a time',
    cites: ['R32-2', 'R35-5'],
    policies: { flushes: (waitingCount) => waitingCount !== 1 },
    seed: '0',
    killedBy: ['flushed-at-once'],
  },
  {
    name: 'output-entry-rests',
    answersTo: [],
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
    answersTo: [],
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
    answersTo: [],
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
    answersTo: [],
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
    answersTo: ['flushes-for-outputs-only'],
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
    answersTo: [],
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
    answersTo: [],
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
  ...also(scripted, 'ack-after-replay', {
    seed: '4',
    killedBy: ['acked-at-once', 'one-round-trip'],
  }),
  ...also(scripted, 'outputs-wait-for-the-old-log', { seed: '1', killedBy: ['released-at-once'] }),
  {
    name: 'waits-for-the-next-entry',
    answersTo: ['waits-for-the-next-entry', 'acks-one-group-less'],
    mistake: 'an output waits for the ack of the entry after its own',
    cites: ['R22-8', 'R35-5'],
    policies: { mayLeave: (requiredSeq, ackedSeq) => requiredSeq === 0 || requiredSeq < ackedSeq },
    seed: '0',
    killedBy: ['released-at-once'],
  },
  {
    name: 'stop-at-output',
    mistake: 'the guest stands still while an output is withheld',
    cites: ['R22-7'],
    policies: { runsOnWithheld: (withheldCount) => withheldCount === 0 },
    seed: '0',
    killedBy: ['guest-runs-on'],
  },
];
