import { type Pace, paperPolicies, type Silence } from '../../../impl/hypervisor/policies.ts';
import type { Settings } from '../../../impl/hypervisor/settings.ts';
import type { WrongProgram } from './wrong-program.ts';

const { evidence, adjust, lagOf } = paperPolicies;

/** The throttle under other settings than those agreed. */
const adjusting =
  (change: (settings: Settings) => Partial<Settings>) =>
  (pace: Pace, settings: Settings): number =>
    adjust(pace, { ...settings, ...change(settings) });

/** The detector under other settings than those agreed. */
const suspecting =
  (change: (settings: Settings) => Partial<Settings>) => (silence: Silence, settings: Settings) =>
    evidence(silence, { ...settings, ...change(settings) });

const ofSuspicion: readonly WrongProgram[] = [
  {
    name: 'suspects-a-tick-of-silence',
    mistake: 'the timeout is as short as the interval between two signs of life',
    cites: ['R23-3', 'R23-5'],
    policies: { evidence: suspecting(({ heartbeatEveryMs }) => ({ timeoutMs: heartbeatEveryMs })) },
    answersTo: ['suspects-a-tick-of-silence', 'heartbeats-too-rare', 'keepalives-too-rare'],
  },
  {
    name: 'timeout-below-pause',
    mistake: 'the timeout is shorter than a switchover may take',
    cites: ['R23-5'],
    policies: { evidence: suspecting(({ timeoutMs }) => ({ timeoutMs: timeoutMs / 4 })) },
  },
  {
    name: 'suspects-late',
    mistake: 'silence is borne for twice as long as the timeout allows',
    cites: ['R23-3', 'R32-8'],
    policies: { evidence: suspecting(({ timeoutMs }) => ({ timeoutMs: 2 * timeoutMs })) },
  },
  {
    name: 'suspects-on-any-loss',
    mistake: 'a lost connection is a failure at once, though it was agreed that it is none',
    cites: ['R23-3'],
    policies: { evidence: suspecting(() => ({ connectionLoss: 'evidence' })) },
    answersTo: ['suspects-on-any-loss', 'handover-looks-like-failure'],
  },
  {
    name: 'full-buffer-is-silence',
    mistake: 'a backup that does not listen, for its log buffer is full, hears a silence',
    cites: ['R23-3', 'R32-4'],
    policies: { causesSilence: () => false },
    answersTo: ['full-buffer-is-silence', 'own-silence-not-forgiven'],
  },
  {
    name: 'idle-is-stalled',
    mistake: 'nothing moves because there is nothing to do, and that counts as a stall',
    cites: ['R23-3'],
    policies: { isOutstanding: () => true },
  },
  {
    name: 'computing-is-stalling',
    mistake: 'a backup that computes for long between two entries counts as stalled',
    cites: ['R23-3', 'R32-7'],
    policies: { isProgress: (before, after) => after.consumed > before.consumed },
  },
  {
    name: 'stall-never-suspected',
    mistake: 'a backup that is heard and consumes nothing is no failure',
    cites: ['R23-3', 'R32-4'],
    policies: {
      evidence: (silence, settings) => evidence({ ...silence, stalledMs: null }, settings),
    },
  },
  {
    name: 'strangers-heartbeats-count',
    mistake: 'any heartbeat is a sign of life of the peer',
    cites: ['R23-1'],
    policies: { isFromPeer: () => true },
    answersTo: [],
  },
];

const ofFlow: readonly WrongProgram[] = [
  {
    name: 'stop-at-output',
    mistake: 'the guest stands still while an output is withheld',
    cites: ['R22-7'],
    policies: { runsOnWithheld: (withheldCount) => withheldCount === 0 },
  },
  {
    name: 'waits-for-the-next-entry',
    mistake: 'an output waits for the ack of the entry after its own',
    cites: ['R22-8', 'R35-5'],
    policies: { mayLeave: (required, acked) => required === 0 || required < acked },
    answersTo: ['waits-for-the-next-entry', 'acks-one-group-less'],
  },
  {
    name: 'buffer-one-short',
    mistake: 'the primary stops where a group would just fit into its log buffer',
    cites: ['R32-6', 'R32-13'],
    policies: { fits: (groupBytes, roomBytes) => groupBytes + 96 <= roomBytes },
  },
  {
    name: 'reads-one-short',
    mistake: 'the backup stops reading with room for one entry free',
    cites: ['R32-4', 'R32-13'],
    policies: { readable: (freeBytes) => Math.max(0, freeBytes - 96) },
  },
];

const ofThrottling: readonly WrongProgram[] = [
  {
    name: 'no-lag-control',
    mistake: 'the primary is not slowed down for its backup',
    cites: ['R32-10'],
    policies: { adjust: ({ limitPercent }) => limitPercent },
  },
  {
    name: 'throttle-oscillation',
    mistake: 'the limit is halved at once, and given back at once',
    cites: ['R32-10'],
    policies: {
      adjust: ({ lagMs }, { significantLagMs }) => (lagMs > significantLagMs ? 50 : 100),
    },
    answersTo: ['throttle-oscillation', 'adjusts-at-every-tick'],
  },
  {
    name: 'throttle-never-raises',
    mistake: 'a limit that was lowered stays so',
    cites: ['R32-10', 'R32-12'],
    policies: { adjust: (pace, settings) => Math.min(pace.limitPercent, adjust(pace, settings)) },
  },
  {
    name: 'throttles-when-it-is-late',
    mistake: 'the lag counts as significant at ten times what it should',
    cites: ['R32-10'],
    policies: {
      adjust: adjusting(({ significantLagMs }) => ({ significantLagMs: 10 * significantLagMs })),
    },
  },
  {
    name: 'throttle-without-a-floor',
    mistake: 'the limit falls below any share of the CPU',
    cites: ['R32-12'],
    policies: { adjust: adjusting(() => ({ floorPercent: 0 })) },
  },
  {
    name: 'throttle-lags-behind',
    mistake: 'the limit changes by a tenth of a percent at a time',
    cites: ['R32-10'],
    policies: { adjust: adjusting(() => ({ stepPercent: 0.1 })) },
  },
  {
    name: 'lag-by-entry-count',
    mistake: 'the lag is measured in entries',
    cites: ['R32-9'],
    policies: { lagOf: ({ entryCount }) => entryCount },
  },
  {
    name: 'lag-of-idle-guest',
    mistake: 'the lag is the age of the newest entry that was consumed',
    cites: ['R32-9'],
    policies: { lagOf: ({ consumedAtMs }, nowMs) => nowMs - (consumedAtMs ?? nowMs) },
  },
  {
    name: 'lag-of-the-newest',
    mistake: 'the lag is nothing while the primary runs, however far the backup trails',
    cites: ['R32-9'],
    policies: { lagOf: (backlog, nowMs) => Math.min(1, lagOf(backlog, nowMs)) },
  },
];

/**
 * Programs that do the right thing at the wrong time, or at another pace. Reports are judged
 * without time, so conformance follows them; claims about time refute them.
 */
export const ofTime: readonly WrongProgram[] = [...ofSuspicion, ...ofFlow, ...ofThrottling];
