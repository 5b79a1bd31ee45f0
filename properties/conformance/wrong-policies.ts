import type { Policies } from '../../impl/hypervisor/policies.ts';
import type { Settings } from '../../model/settings.ts';

/** A program that decides wrongly, as a change of one policy. */
export type WrongPolicy = {
  readonly name: string; // that of the mutant of the specification, where there is one
  readonly mistake: string;
  readonly cites: readonly string[];
  readonly policies: Partial<Policies>;
  readonly fixed?: Partial<Settings>; // what it takes to show
};

const writing: Partial<Settings> = {
  program: ['touch p', 'write x p', 'touch q', 'write x q', 'read x p', 'transmit'],
};
const pressed: Partial<Settings> = { program: ['compute', 'shutdown', 'transmit'] };

const ofOutputs: readonly WrongPolicy[] = [
  {
    name: 'release-off-by-one',
    mistake: 'the ack of the entry before the output entry is thought to be enough',
    cites: ['R22-4'],
    policies: { mayLeave: (requiredSeq, ackedSeq) => requiredSeq <= ackedSeq + 1 },
  },
  {
    name: 'no-wait',
    mistake: 'outputs leave as soon as they are produced',
    cites: ['R22-4'],
    policies: { mayLeave: () => true },
  },
  {
    name: 'disk-writes-exempt',
    mistake: 'only packets wait for the ack',
    cites: ['R22-10'],
    policies: { mayLeave: (required, acked, device) => device === 'disk' || required <= acked },
    fixed: writing,
  },
  {
    name: 'drop-withheld-at-primary-go-live',
    mistake: 'a primary that goes live alone drops what it withheld',
    cites: ['R23-8'],
    policies: { whenLogEnds: () => null },
  },
  {
    name: 'keeps-waiting-for-acks',
    mistake: 'a primary that goes live alone goes on waiting for the acks of its log',
    cites: ['R23-8'],
    policies: { whenLogEnds: (requiredSeq) => requiredSeq },
  },
  {
    name: 'acks-one-more',
    mistake: 'the backup acknowledges an entry that it does not hold',
    cites: ['R22-5', 'R22-6'],
    policies: { ackPoint: ({ completeUpTo }) => completeUpTo + 1 },
  },
  {
    name: 'ack-after-replay',
    mistake: 'the backup acknowledges what it has replayed though the setting says received',
    cites: ['R22-5'],
    policies: { ackPoint: ({ consumed }) => consumed },
    fixed: { ackPoint: 'received' },
  },
  {
    name: 'emits-in-replay',
    mistake: 'the backup puts out what it replays',
    cites: ['R20-5'],
    policies: { emitsInReplay: () => true },
  },
  {
    name: 'emits-while-draining',
    mistake: 'a backup that has won puts out all that it still replays',
    cites: ['R23-12'],
    policies: { emitsInReplay: (mode) => mode === 'draining' },
  },
  {
    name: 'emits-the-last',
    mistake: 'the outputs at the go-live point are emitted though the setting says dropped',
    cites: ['R23-12'],
    policies: { emitsLast: () => true },
    fixed: { goLiveOutput: 'drop' },
  },
];

const notLogged = (kind: string, fixed: Partial<Settings> = {}): WrongPolicy => ({
  name: `${kind.toLowerCase()}-not-logged`,
  mistake: `no entry is made of ${kind}`,
  cites: ['R20-3', 'R21-10'],
  policies: { isLogged: (logged) => logged !== kind },
  fixed,
});

const ofLogAndReplay: readonly WrongPolicy[] = [
  notLogged('TIMER'),
  notLogged('RX'),
  notLogged('ND'),
  notLogged('OUT'),
  notLogged('KEY'),
  notLogged('MOUSE'),
  notLogged('SHARE'),
  notLogged('OFF'),
  notLogged('DONE', writing),
  {
    name: 'drop-when-full',
    mistake: 'an entry that does not fit into the log buffer is dropped, and the guest runs on',
    cites: ['R32-4', 'R32-6'],
    policies: { stallsWhenFull: () => false },
  },
  {
    name: 'backup-runs-ahead',
    mistake: 'the backup runs beyond the next entry',
    cites: ['R21-8'],
    policies: { mayRunTo: (next, position) => (next?.position ?? position) + 1 },
  },
];

const ofFailover: readonly WrongPolicy[] = [
  {
    name: 'no-notify',
    mistake: 'the clustering service is not asked for a backup',
    cites: ['R31-6'],
    policies: { asksForBackup: () => false },
  },
  {
    name: 'never-suspects',
    mistake: 'no silence is a failure',
    cites: ['R23-3'],
    policies: { evidence: () => null },
    fixed: { connectionLoss: 'evidence' },
  },
  {
    name: 'backup-skips-TAS',
    mistake: 'a backup that suspects goes live',
    cites: ['R23-4', 'R23-17'],
    policies: { asksArbiter: (role) => role === 'primary' },
  },
  {
    name: 'primary-skips-TAS',
    mistake: 'a primary that suspects goes live',
    cites: ['R23-7'],
    policies: { asksArbiter: (role) => role === 'backup' },
  },
  {
    name: 'unreachable-is-failure',
    mistake: 'a contender that cannot reach the storage halts',
    cites: ['R23-17'],
    policies: { conclude: (outcome) => (outcome === 'won' ? 'won' : 'lost') },
  },
  {
    name: 'unreachable-is-success',
    mistake: 'a contender that cannot reach the storage thinks that it has won',
    cites: ['R23-17'],
    policies: { conclude: (outcome) => (outcome === 'lost' ? 'lost' : 'won') },
  },
  {
    name: 'loser-returns',
    mistake: 'a copy that has lost does not halt, and asks again',
    cites: ['R23-22'],
    policies: { conclude: (outcome) => (outcome === 'won' ? 'won' : 'ask again') },
  },
  {
    name: 'live-before-drain',
    mistake: 'the backup goes live before it has replayed what it holds',
    cites: ['R23-10'],
    policies: { drainsFirst: () => false },
  },
  {
    name: 'told-and-lives',
    mistake: 'a backup that holds the power-off goes to the arbiter',
    cites: ['R33-2'],
    policies: { stopsWhenTold: () => false },
    fixed: pressed,
  },
  {
    name: 'poweroff-overtaken',
    mistake: 'a primary that is powered off stops before its backup knows',
    cites: ['R33-2'],
    policies: { mayStop: () => true },
    fixed: pressed,
  },
];

const ofMoves: readonly WrongPolicy[] = [
  {
    name: 'stale-snapshot',
    mistake: 'pages written to since they were copied do not go with the cut',
    cites: ['R31-3'],
    policies: { leftAtCut: () => [] },
    fixed: writing,
  },
  {
    name: 'backup-vmotion-without-quiesce',
    mistake: 'a backup switches over while disk operations are outstanding',
    cites: ['R33-7'],
    policies: { maySwitchOver: () => true },
    fixed: writing,
  },
];

const ofTheDisk: readonly WrongPolicy[] = [
  {
    name: 'no-reissue',
    mistake: 'what was outstanding on the disk is not submitted again',
    cites: ['R34-7'],
    policies: { reissues: () => false },
    fixed: writing,
  },
  {
    name: 'races-ignored',
    mistake: 'disk operations that race are submitted together',
    cites: ['R34-1'],
    policies: { races: () => false },
    fixed: writing,
  },
  {
    name: 'overlap-after-physical-completion',
    mistake: 'an overlapping operation goes when the earlier one has physically ended',
    cites: ['R34-11'],
    policies: { holdsUp: (phase) => phase !== 'settled' && phase !== 'arrived' },
    fixed: writing,
  },
  {
    name: 'reads-past-withheld-writes',
    mistake: 'an operation does not wait for a write that is still withheld',
    cites: ['R34-9'],
    policies: { holdsUp: (phase) => phase !== 'withheld' },
    fixed: writing,
  },
];

/** Programs that conformance must refute. */
export const wrongPolicies: readonly WrongPolicy[] = [
  ...ofOutputs,
  ...ofLogAndReplay,
  ...ofFailover,
  ...ofMoves,
  ...ofTheDisk,
];

/** A wrong policy that leaves every run a run of the specification, and why. */
export type Unseen = WrongPolicy & { readonly because: string };

const time = 'it changes when something happens, never what: conformance has no clock';

/** Programs that conformance cannot refute: they are for the soak, the timing and the reviews. */
export const unseenPolicies: readonly Unseen[] = [
  {
    name: 'stop-at-output',
    mistake: 'the guest stands still while an output is withheld',
    cites: ['R22-7'],
    policies: { runsOnWithheld: (withheldCount) => withheldCount === 0 },
    because: 'a guest may be slow',
  },
  {
    name: 'frees-one-more',
    mistake: 'the primary frees an entry beyond those acknowledged',
    cites: ['R21-12'],
    policies: { mayFree: ({ acked, logged }) => Math.min(logged, acked + 1) },
    because:
      'a backup that lacks what was freed is refused when it reconnects: the pair ends early',
  },
  {
    name: 'strangers-heartbeats-count',
    mistake: 'any heartbeat is a sign of life of the peer',
    cites: ['R23-1'],
    policies: { isFromPeer: () => true },
    because: time,
  },
  {
    name: 'throttles-never',
    mistake: 'the primary is not slowed down for its backup',
    cites: ['R32-10'],
    policies: { adjust: ({ limitPercent }) => limitPercent },
    because: time,
  },
  {
    name: 'lag-by-entry-count',
    mistake: 'the lag is measured in entries',
    cites: ['R32-9'],
    policies: { lagOf: ({ entryCount }) => entryCount },
    because: time,
  },
];
