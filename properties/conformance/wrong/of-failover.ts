import type { Command } from '../../../impl/hypervisor/command.ts';
import { type Policies, paperPolicies, type Silence } from '../../../impl/hypervisor/policies.ts';
import { doing, withCores } from './wrong-parts.ts';
import { ordered, pressed, type WrongProgram } from './wrong-program.ts';

const heard = { heartbeatsMs: 0, trafficMs: 0, stalledMs: 0, hasLostConnection: false };

/** Only so much of a silence counts. */
const listening = (only: (silence: Silence) => Partial<Silence>): Partial<Policies> => ({
  evidence: (silence, settings) =>
    paperPolicies.evidence({ ...silence, ...heard, ...only(silence) }, settings),
});

/** The command of that type, or the report that it was given. */
const isOf = (command: Command, type: Command['type'], did: string): boolean =>
  command.type === type || (command.type === 'report' && command.report.did === did);

const ofDetection: readonly WrongProgram[] = [
  {
    name: 'one-way-detector',
    mistake: 'the primary never suspects',
    cites: ['R23-2', 'R23-3'],
    policies: listening((silence) => (silence.role === 'backup' ? silence : {})),
  },
  {
    name: 'only-primary-watches',
    mistake: 'the backup never suspects',
    cites: ['R23-2', 'R23-3'],
    policies: listening((silence) => (silence.role === 'primary' ? silence : {})),
  },
  {
    name: 'and-instead-of-or',
    mistake: 'only when neither heartbeats nor log traffic come is it a failure',
    cites: ['R23-3'],
    policies: listening(({ heartbeatsMs, trafficMs }) => ({
      heartbeatsMs: Math.min(heartbeatsMs, trafficMs ?? 0),
    })),
  },
  {
    name: 'heartbeats-only',
    mistake: 'silence on the logging channel, and a stall, are no failure',
    cites: ['R23-2', 'R23-3'],
    policies: listening(({ heartbeatsMs }) => ({ heartbeatsMs })),
  },
  {
    name: 'channel-only',
    mistake: 'heartbeats are not listened for',
    cites: ['R23-3'],
    policies: listening(({ trafficMs, stalledMs }) => ({ trafficMs, stalledMs })),
  },
];

const ofArbitration: readonly WrongProgram[] = [
  {
    name: 'backup-skips-TAS',
    mistake: 'a backup that suspects goes live',
    cites: ['R23-4', 'R23-17'],
    policies: { asksArbiter: (role) => role === 'primary' },
  },
  {
    name: 'announces-on-suspicion',
    mistake: "whoever suspects turns the switch towards itself, before the arbiter's answer",
    cites: ['R23-4', 'R23-13', 'R20-2'],
    wraps: doing((command) =>
      command.type === 'report' && command.report.did === 'suspected'
        ? [command, { type: 'announce' }, { type: 'report', report: { did: 'announced' } }]
        : [command],
    ),
  },
  {
    name: 'primary-skips-TAS',
    mistake: 'a primary that suspects goes live',
    cites: ['R23-7'],
    policies: { asksArbiter: (role) => role === 'backup' },
    answersTo: ['primary-skips-TAS', 'released-on-suspicion'],
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
    name: 'loser-stays',
    mistake: 'a copy that has lost does not halt, and asks again',
    cites: ['R23-22'],
    policies: { conclude: (outcome) => (outcome === 'won' ? 'won' : 'ask again') },
  },
  {
    name: 'loser-runs-alone',
    mistake: 'a copy that has lost serves all the same',
    cites: ['R23-17', 'R23-22'],
    policies: { conclude: (outcome) => (outcome === 'unreachable' ? 'ask again' : 'won') },
  },
  {
    name: 'owner-is-the-vm',
    mistake: 'both copies ask in the name of the VM',
    cites: ['R23-21'],
    policies: { asksAs: () => 'the VM' },
  },
  {
    name: 'never-reset',
    mistake: 'the generation that is contested is always the first',
    cites: ['R23-19'],
    policies: { asksToLeave: () => 0 },
  },
  {
    name: 'asks-when-drained-only',
    mistake: 'the backup waits to be drained before it asks, and may not drain before it has won',
    cites: ['R23-15', 'R23-10'],
    policies: { mayAsk: (hasMore) => !hasMore },
    fixed: { arbitration: 'testAndSetThenDrain' },
  },
  {
    name: 'asks-before-drained',
    mistake: 'the backup asks before it has drained though the setting says otherwise',
    cites: ['R23-15'],
    policies: { mayAsk: () => true },
    answersTo: [],
    fixed: { arbitration: 'drainThenTestAndSet' },
  },
  {
    name: 'earlier-reply-believed',
    mistake: 'any reply of the arbiter is taken for that of the contest of the moment',
    cites: ['R23-19', 'R23-21'],
    policies: { isReply: () => true },
  },
  {
    name: 'reply-of-the-next-contest',
    mistake: 'replies are matched with the generation to be won, not the one that is left',
    cites: ['R23-21'],
    policies: { isReply: (repliedTo, asked) => repliedTo === asked + 1 },
  },
  {
    name: 'pairs-in-the-last-generation',
    mistake: 'whoever wins stays in the generation that is over',
    cites: ['R23-19'],
    policies: { wins: (generation) => generation },
  },
  {
    name: 'pairs-in-the-next-generation',
    mistake: 'whoever wins counts one generation too many',
    cites: ['R23-19'],
    policies: { wins: (generation) => generation + 2 },
    answersTo: ['pairs-in-the-next-generation', 'skips-a-generation'],
  },
];

const ofGoingLive: readonly WrongProgram[] = [
  {
    name: 'live-before-drain',
    mistake: 'the backup goes live before it has replayed what it holds',
    cites: ['R23-10'],
    policies: { drainsFirst: () => false },
    answersTo: ['live-before-drain', 'freezes-nothing'],
  },
  {
    name: 'live-one-entry-short',
    mistake: 'the backup goes live before the last entry that it holds',
    cites: ['R23-10', 'R22-14'],
    policies: { drainsFirst: ({ consumed, completeUpTo }) => consumed < completeUpTo - 1 },
    answersTo: ['live-one-entry-short', 'freezes-one-short'],
  },
  {
    name: 'no-mac-announce',
    mistake: 'the backup goes live in silence',
    cites: ['R23-13'],
    wraps: doing((one) => (isOf(one, 'announce', 'announced') ? [] : [one])),
  },
  {
    name: 'no-notify',
    mistake: 'the clustering service is not asked for a backup',
    cites: ['R31-6'],
    wraps: doing((one) => (isOf(one, 'askForBackup', 'askedForBackup') ? [] : [one])),
  },
  {
    name: 'tells-once',
    mistake: 'the clustering service is told of the first failure only',
    cites: ['R31-6', 'R23-23', 'R31-1'],
    wraps: withCores((core) => ({
      handle: (input, nowMs) => {
        const isFirst = core.status().generation < 2;
        const isSaid = (one: Command): boolean =>
          isFirst || !isOf(one, 'askForBackup', 'askedForBackup');
        return core.handle(input, nowMs).filter(isSaid);
      },
    })),
  },
  {
    name: 'told-and-goes-live',
    mistake: 'a backup that holds the power-off goes to the arbiter',
    cites: ['R33-2'],
    policies: { stopsWhenTold: () => false },
    fixed: pressed,
  },
  {
    name: 'told-when-replayed',
    mistake: 'a backup counts as told when it has replayed the power-off, not when it holds it',
    cites: ['R33-2'],
    policies: { stopsWhenTold: (_, isOff) => isOff },
    fixed: { ...ordered, clock: null, packetGroup: 1 },
  },
];

/** Suspicion, arbitration and both go-lives. */
export const ofFailover: readonly WrongProgram[] = [
  ...ofDetection,
  ...ofArbitration,
  ...ofGoingLive,
];
