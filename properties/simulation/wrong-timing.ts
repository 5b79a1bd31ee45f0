import type { Command } from '../../impl/hypervisor/command.ts';
import { type Policies, paperPolicies } from '../../impl/hypervisor/policies.ts';
import type { Settings } from '../../impl/hypervisor/settings.ts';
import { ofFailover as scripted } from '../conformance/wrong/of-failover.ts';
import { withCores } from '../conformance/wrong/wrong-parts.ts';
import { also, ofFlush, ofOutputs, ofThrottle, type WrongTiming } from './wrong-timing-flow.ts';

export type { WrongTiming };

const { evidence } = paperPolicies;

/** The detector under other settings than those agreed. */
const suspecting =
  (change: (settings: Settings) => Partial<Settings>): Policies['evidence'] =>
  (silence, settings) =>
    evidence(silence, { ...settings, ...change(settings) });

const ofDetection: readonly WrongTiming[] = [
  ...also(scripted, 'and-instead-of-or', { seed: '0', killedBy: ['silence-is-suspected'] }),
  ...also(scripted, 'heartbeats-only', { seed: '3', killedBy: ['silence-is-suspected'] }),
  ...also(scripted, 'one-way-detector', {
    seed: '1',
    killedBy: ['silence-is-suspected', 'nothing-stays-withheld'],
  }),
  {
    name: 'suspects-late',
    mistake: 'the peer is given a tenth of the timeout more',
    cites: ['R23-3', 'R32-8'],
    policies: { evidence: suspecting(({ timeoutMs }) => ({ timeoutMs: 1.1 * timeoutMs })) },
    seed: '0',
    killedBy: ['silence-is-suspected'],
  },
  {
    name: 'suspects-a-tick-of-silence',
    mistake: 'the timeout is as short as the interval between two signs of life',
    cites: ['R23-3', 'R23-5'],
    policies: { evidence: suspecting(({ heartbeatEveryMs }) => ({ timeoutMs: heartbeatEveryMs })) },
    seed: '0',
    killedBy: ['no-suspicion-without-cause'],
  },
  {
    name: 'timeout-below-pause',
    mistake: 'a sixth of the timeout is thought to be enough, and a switchover may take longer',
    cites: ['R23-5'],
    policies: { evidence: suspecting(({ timeoutMs }) => ({ timeoutMs: timeoutMs / 6 })) },
    seed: '4',
    killedBy: ['no-suspicion-without-cause', 'fair-weather-is-quiet'],
  },
  {
    name: 'suspects-on-any-loss',
    mistake: 'a lost connection is a failure at once, though it was agreed that it is none',
    cites: ['R23-3'],
    policies: { evidence: suspecting(() => ({ connectionLoss: 'evidence' })) },
    answersTo: ['suspects-on-any-loss', 'handover-looks-like-failure'],
    seed: '0',
    killedBy: ['no-suspicion-without-cause'],
  },
  {
    name: 'full-buffer-is-silence',
    mistake: 'a backup that does not listen, for its log buffer is full, hears a silence',
    cites: ['R23-3', 'R32-4', 'R32-5'],
    policies: { causesSilence: () => false },
    answersTo: ['full-buffer-is-silence', 'own-silence-not-forgiven', 'stall-is-failure'],
    seed: '3',
    killedBy: ['full-buffer-is-no-silence'],
  },
  {
    name: 'computing-is-stalling',
    mistake: 'a backup that computes for long between two entries counts as stalled',
    cites: ['R23-3', 'R32-7'],
    policies: { isProgress: (before, after) => after.consumed > before.consumed },
    seed: '3',
    killedBy: ['no-suspicion-without-cause'],
  },
  {
    name: 'stall-never-suspected',
    mistake: 'a backup that is heard and consumes nothing is no failure',
    cites: ['R23-3', 'R32-4'],
    policies: {
      evidence: (silence, settings) => evidence({ ...silence, stalledMs: null }, settings),
    },
    seed: '3',
    killedBy: ['silence-is-suspected'],
  },
  {
    name: 'strangers-heartbeats-count',
    mistake: 'any heartbeat is a sign of life of the peer',
    cites: ['R23-1'],
    policies: { isFromPeer: () => true },
    answersTo: [],
    seed: '84',
    killedBy: ['silence-is-suspected'],
  },
  {
    name: 'heartbeats-too-rare',
    mistake: 'heartbeats are sent twice in a timeout',
    cites: ['R23-1'],
    policies: { heartbeatAfter: ({ timeoutMs }) => timeoutMs / 2 },
    seed: '0',
    killedBy: ['signs-of-life'],
  },
  {
    name: 'no-keepalives',
    answersTo: ['keepalives-too-rare'],
    mistake: 'a copy that has nothing to say says nothing',
    cites: ['R23-2'],
    policies: { keepaliveAfter: () => Number.POSITIVE_INFINITY },
    seed: '0',
    killedBy: ['signs-of-life'],
  },
  {
    name: 'pause-is-not-forgiven',
    answersTo: [],
    mistake: 'after a pause of its own a host takes what it has not heard meanwhile for silence',
    cites: ['R23-5'],
    policies: { resumeAfter: (heardAtMs) => heardAtMs },
    seed: '35',
    killedBy: ['own-pause-is-forgiven'],
  },
];

const isAnnouncement = (command: Command): boolean =>
  command.type === 'announce' || (command.type === 'report' && command.report.did === 'announced');

const ofAnnouncing: readonly WrongTiming[] = [
  {
    name: 'announces-only-alone',
    mistake: 'a copy that has a backup announces nothing',
    cites: ['R23-13', 'R31-7'],
    wraps: withCores((core) => ({
      handle: (input, nowMs) =>
        core
          .handle(input, nowMs)
          .filter((one) => core.status().mode !== 'recording' || !isAnnouncement(one)),
    })),
    seed: '1',
    killedBy: ['unheard-announces'],
  },
];

const ofCalm: readonly WrongTiming[] = [
  ...also(scripted, 'unreachable-is-failure', {
    seed: '33',
    killedBy: ['service-is-back', 'clients-are-answered'],
  }),
  ...also(scripted, 'no-notify', { seed: '1', killedBy: ['redundancy-is-back'] }),
  {
    name: 'quiet-for-good',
    answersTo: [],
    mistake: 'the disk is kept quiet for good',
    cites: ['R33-8'],
    policies: { keepsQuiet: () => true },
    seed: '3',
    killedBy: ['guest-is-not-left-waiting'],
  },
  {
    name: 'move-without-end',
    answersTo: [],
    mistake: 'a backup never comes to its switchover, and its VMotion is never cancelled',
    cites: ['R33-8', 'R33-9'],
    policies: {
      patienceMs: () => Number.POSITIVE_INFINITY,
      maySwitchOver: () => false,
    },
    seed: '81',
    killedBy: ['moves-end'],
  },
  {
    name: 'settled-for-ever',
    mistake: 'an operation waits for an earlier one although the backup knows that it is done',
    cites: ['R34-11'],
    policies: { isSettled: () => false },
    seed: '3',
    killedBy: ['disk-comes-back'],
  },
  {
    name: 'poweroff-waits-forever',
    mistake: 'a primary that is powered off waits for more acks than there will be',
    cites: ['R33-2'],
    policies: { mayStop: () => false },
    seed: '0',
    killedBy: ['power-off-ends'],
  },
];

/** Programs that a claim about time must refute, each by its own. */
export const wrongTiming: readonly WrongTiming[] = [
  ...[...ofDetection, ...ofThrottle, ...ofFlush, ...ofOutputs, ...ofAnnouncing, ...ofCalm],
];
