import type { Evidence, Policies } from '../../impl/hypervisor/policies.ts';

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

const byRole =
  (listens: 'primary' | 'backup', evidence: Policies['evidence']): Policies['evidence'] =>
  (silence, settings) =>
    silence.role === listens ? evidence(silence, settings) : null;

/** The paper's own, for those that spoil a part of it. */
const evidence: Policies['evidence'] = (silence, settings): Evidence | null => {
  if (silence.hasLostConnection && settings.connectionLoss === 'evidence') return 'connection';
  if (silence.heartbeatsMs >= settings.timeoutMs) return 'heartbeats';
  if ((silence.trafficMs ?? 0) >= settings.timeoutMs) return 'log traffic';
  return (silence.stalledMs ?? 0) >= settings.stallTimeoutMs ? 'stall' : null;
};

const ofDetection: readonly WrongTiming[] = [
  {
    name: 'and-instead-of-or',
    answersTo: 'and-instead-of-or',
    mistake: 'heartbeats and log traffic must both have stopped',
    cites: ['R23-3'],
    policies: {
      evidence: (silence, settings) => {
        const { heartbeatsMs, trafficMs } = silence;
        const isBoth = Math.min(heartbeatsMs, trafficMs ?? 0) >= settings.timeoutMs;
        return isBoth ? evidence(silence, settings) : null;
      },
    },
    seed: '0',
    killedBy: ['silence-is-suspected'],
  },
  {
    name: 'heartbeats-only',
    answersTo: 'heartbeats-only',
    mistake: 'only heartbeats count',
    cites: ['R23-2', 'R23-3'],
    policies: {
      evidence: (silence, settings) =>
        silence.heartbeatsMs >= settings.timeoutMs ? 'heartbeats' : null,
    },
    seed: '0',
    killedBy: ['silence-is-suspected'],
  },
  {
    name: 'one-way-detector',
    answersTo: 'one-way-detector',
    mistake: 'only the backup looks for failures',
    cites: ['R23-2'],
    policies: { evidence: byRole('backup', evidence) },
    seed: '1',
    killedBy: ['silence-is-suspected', 'nothing-stays-withheld'],
  },
  {
    name: 'suspects-too-late',
    answersTo: null,
    mistake: 'the peer is given a tenth of the timeout more',
    cites: ['R23-3'],
    policies: {
      evidence: (silence, settings) =>
        evidence(silence, { ...settings, timeoutMs: 1.1 * settings.timeoutMs }),
    },
    seed: '0',
    killedBy: ['silence-is-suspected'],
  },
  {
    name: 'timeout-below-pause',
    answersTo: 'timeout-below-pause',
    mistake: 'a sixth of the timeout is thought to be enough',
    cites: ['R23-5'],
    policies: {
      evidence: (silence, settings) =>
        evidence(silence, { ...settings, timeoutMs: settings.timeoutMs / 6 }),
    },
    seed: '4',
    killedBy: ['no-suspicion-without-cause', 'fair-weather-is-quiet'],
  },
  {
    name: 'stall-is-failure',
    answersTo: 'stall-is-failure',
    mistake: 'a backup that has no room holds the silence that follows against its primary',
    cites: ['R23-3', 'R32-5'],
    policies: { causesSilence: () => false },
    seed: '3',
    killedBy: ['full-buffer-is-no-silence'],
  },
  {
    name: 'pause-is-not-forgiven',
    answersTo: null,
    mistake: 'after a pause of its own a host takes what it has not heard meanwhile for silence',
    cites: ['R23-5'],
    policies: { resumeAfter: (heardAtMs) => heardAtMs },
    seed: '65',
    killedBy: ['own-pause-is-forgiven'],
  },
  {
    name: 'heartbeats-too-rare',
    answersTo: null,
    mistake: 'heartbeats are sent twice in a timeout',
    cites: ['R23-1'],
    policies: { heartbeatAfter: ({ timeoutMs }) => timeoutMs / 2 },
    seed: '0',
    killedBy: ['signs-of-life'],
  },
  {
    name: 'no-keepalives',
    answersTo: null,
    mistake: 'a copy that has nothing to say says nothing',
    cites: ['R23-2'],
    policies: { keepaliveAfter: () => Number.POSITIVE_INFINITY },
    seed: '0',
    killedBy: ['signs-of-life'],
  },
];

const ofThrottle: readonly WrongTiming[] = [
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

const ofOutputs: readonly WrongTiming[] = [
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
    seed: '7',
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

const ofCalm: readonly WrongTiming[] = [
  {
    name: 'unreachable-is-failure',
    answersTo: 'unreachable-is-failure',
    mistake: 'a contender that cannot reach the storage halts',
    cites: ['R23-17'],
    policies: { conclude: (outcome) => (outcome === 'won' ? 'won' : 'lost') },
    seed: '33',
    killedBy: ['service-is-back', 'clients-are-answered'],
  },
  {
    name: 'no-notify',
    answersTo: 'no-notify',
    mistake: 'the clustering service is never asked for a backup',
    cites: ['R31-6', 'R23-23'],
    policies: { asksForBackup: () => false },
    seed: '1',
    killedBy: ['redundancy-is-back'],
  },
  {
    name: 'quiesce-never-released',
    answersTo: 'quiesce-never-released',
    mistake: 'the disk is kept quiet for good',
    cites: ['R33-8'],
    policies: { keepsQuiet: () => true },
    seed: '1',
    killedBy: ['guest-is-not-left-waiting'],
  },
  {
    name: 'move-without-end',
    answersTo: null,
    mistake: 'a backup never comes to its switchover, and its VMotion is never cancelled',
    cites: ['R33-8', 'R33-9'],
    policies: {
      passageWithin: () => Number.POSITIVE_INFINITY,
      maySwitchOver: () => false,
    },
    seed: '299',
    killedBy: ['moves-end'],
  },
  {
    name: 'poweroff-waits-forever',
    answersTo: 'poweroff-waits-forever',
    mistake: 'a primary that is powered off waits for more acks than there will be',
    cites: ['R33-2'],
    policies: { mayStop: () => false },
    seed: '0',
    killedBy: ['power-off-ends'],
  },
];

/** Programs that a claim about time must refute, each by its own. */
export const wrongTiming: readonly WrongTiming[] = [
  ...[...ofDetection, ...ofThrottle, ...ofOutputs, ...ofCalm],
];
