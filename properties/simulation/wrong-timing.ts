import type { Evidence, Policies } from '../../impl/hypervisor/policies.ts';
import { ofFlush, ofOutputs, ofThrottle, type WrongTiming } from './wrong-timing-flow.ts';

export type { WrongTiming };

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
    seed: '3',
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
    seed: '35',
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
    seed: '3',
    killedBy: ['guest-is-not-left-waiting'],
  },
  {
    name: 'move-without-end',
    answersTo: null,
    mistake: 'a backup never comes to its switchover, and its VMotion is never cancelled',
    cites: ['R33-8', 'R33-9'],
    policies: {
      patienceMs: () => Number.POSITIVE_INFINITY,
      maySwitchOver: () => false,
    },
    seed: '51',
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
  ...[...ofDetection, ...ofThrottle, ...ofFlush, ...ofOutputs, ...ofCalm],
];
