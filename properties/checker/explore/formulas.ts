import type { EventType } from '../../../model/event.ts';
import { booted, type Instruction, needsOf } from '../../../model/guest.ts';
import { position } from '../../../model/ids.ts';
import type { Clock, Settings } from '../../../model/settings.ts';
import type { Scope } from './scope.ts';

/** What an extreme may come to: a number with the sum that makes it, or why there is none. */
export type Formula =
  | { readonly value: number; readonly sum: string; readonly cites: readonly string[] }
  | { readonly value: null; readonly because: string };

const none = (because: string): Formula => ({ value: null, because });

const sumOf = (terms: readonly number[]): number => terms.reduce((sum, term) => sum + term, 0);

const inTicks = (value: number): string => `${value} tick${value === 1 ? '' : 's'}`;

/** What the program logs whatever its guest has been given: an input can only add to that. */
const logs = (program: readonly Instruction[], at: number): boolean =>
  needsOf(program, { ...booted, position: position(at) }).length > 0;

/**
 * The most instructions from one log entry to the next that the program leads to by itself; `null`
 * if it may never log anything. It repeats, so every place is also reached a round later.
 */
export const longestGap = ({ program }: Settings): number | null => {
  const rounds = [...program, ...program];
  const places = rounds.flatMap((_, at) => (logs(program, at) ? [at] : []));
  const gaps = places.slice(1).map((place, index) => place - (places[index] ?? 0));
  return gaps.length === 0 ? null : Math.max(...gaps);
};

const silentGuest = none('the guest may log nothing, and then no buffer holds it up');
const untimed = none('it needs a clock');

/**
 * T1, as it is required: the lag, in time that the primary has run, is at most what the buffers and
 * the channel hold times the longest gap between two entries (R32-4, R32-8).
 */
export const lagFormula = ({ settings }: Scope): Formula => {
  const { clock, primaryCapacity, wireCapacity, backupCapacity } = settings;
  if (clock === null) return untimed;
  const gap = longestGap(settings);
  if (gap === null) return silentGuest;
  const entries = primaryCapacity + wireCapacity + backupCapacity;
  return {
    value: (entries * gap) / clock.speed,
    sum:
      `${primaryCapacity} + ${wireCapacity} + ${backupCapacity} entries in buffers and channel, ` +
      `at most ${inTicks(gap / clock.speed)} apart`,
    cites: ['R32-4', 'R32-8'],
  };
};

/**
 * What both log buffers hold. The channel adds nothing to it: an entry stays in the primary's
 * buffer until it is acknowledged (R21-12, R32-4).
 */
export const backlogFormula = ({ settings }: Scope): Formula => {
  const { primaryCapacity, backupCapacity } = settings;
  return {
    value: primaryCapacity + backupCapacity,
    sum:
      `${primaryCapacity} in the primary's log buffer, where an entry stays until it is ` +
      `acknowledged, + ${backupCapacity} in the backup's`,
    cites: ['R32-4', 'R21-12'],
  };
};

const sends: readonly Instruction[] = ['transmit', 'stamp', 'kick'];

/** Packets that can leave behind one output entry (R35-4); `null` if the ring may grow for ever. */
const outputsPerEntry = (program: readonly Instruction[]): number | null => {
  const posted = program.filter((instruction) => instruction === 'post').length;
  if (posted === 0) return 1;
  return program.some((instruction) => sends.includes(instruction)) ? posted + 1 : null;
};

/** An output waits for an entry that is not acknowledged, and so in the buffer (R22-8, R21-12). */
export const withheldFormula = ({ settings }: Scope): Formula => {
  const { program, primaryCapacity } = settings;
  const each = outputsPerEntry(program);
  if (each === null) return none('the guest may post packets for ever before it sends them');
  return {
    value: primaryCapacity * each,
    sum: `the primary's log buffer holds ${primaryCapacity} entries, and ${each} may wait for each`,
    cites: ['R22-8', 'R32-4'],
  };
};

const disabling = ['crash', 'pause', 'wedge', 'cut', 'reset'] as const;

const endless: readonly (readonly [EventType, string])[] = [
  ['loseStorage', 'nobody can arbitrate while the storage is away, however long that is'],
  ['overcommit', 'a copy without CPU time drains nothing, however long that is'],
  ['order', 'a VM that is powered off serves nobody'],
  ['migrate', 'a VMotion has a pause of its own'],
];

const allowed = ({ most }: Scope, types: readonly EventType[]): number =>
  sumOf(types.map((type) => most[type] ?? 0));

const isEndless = (scope: Scope, more: typeof endless = []): string | null => {
  const [, because = null] =
    [...endless, ...more].find(([type]) => allowed(scope, [type]) > 0) ?? [];
  if (because !== null) return because;
  return allowed(scope, disabling) > 1 ? 'one failure may follow on another' : null;
};

const mute: readonly Instruction[] = ['compute', 'reply', 'touch p', 'touch q'];
const inputs: readonly EventType[] = ['send', 'operate', 'order'];

/** Whether nothing is ever logged there: then nothing is ever held. */
const isMute = (scope: Scope): boolean =>
  scope.settings.program.every((instruction) => mute.includes(instruction)) &&
  scope.settings.clock?.timerEvery === null &&
  allowed(scope, inputs) === 0;

/** Replaying what is held, less what is replayed while the peer's silence is borne (R23-10). */
const drainTicks = (scope: Scope, { timeout, speed }: Clock): number | null => {
  if (isMute(scope)) return 0;
  const { settings } = scope;
  const gap = longestGap(settings);
  if (gap === null) return null;
  const held = Math.ceil((settings.backupCapacity * gap) / speed);
  return Math.max(0, held - (settings.connectionLoss === 'evidence' ? 0 : timeout));
};

type Part = readonly [ticks: number, what: string];

const totalled = (parts: readonly Part[], cites: readonly string[]): Formula => ({
  value: sumOf(parts.map(([ticks]) => ticks)),
  sum: parts.map(([ticks, what]) => `${ticks} ${what}`).join(' + '),
  cites,
});

const retries: readonly EventType[] = ['loseRequest', 'loseReply'];

const takeOver = (scope: Scope, clock: Clock): readonly Part[] | null => {
  const drain = drainTicks(scope, clock);
  if (drain === null) return null;
  return [
    [clock.timeout + 1, 'until the silence is a failure'],
    [allowed(scope, retries) * clock.retryEvery, 'to ask the arbiter again'],
    [drain, 'to drain'],
  ];
};

/** While a clone is made, its source serves nobody: it withholds what it puts out (R31-5). */
const cloning = ({ settings, most }: Scope, { switchover }: Clock): Part => {
  const isCloned = most.requestBackup !== 0 && most.place !== 0;
  const clones = settings.start === 'unprotected' ? 2 : 1;
  return [isCloned ? clones * switchover : 0, 'to clone'];
};

/**
 * Detection, arbitration and what is left to drain, after one failure; and the switchover of the
 * clone where one is made at once (R32-8, R31-2, T1c).
 */
export const outageFormula = (scope: Scope): Formula => {
  const { clock } = scope.settings;
  if (clock === null) return untimed;
  const because = isEndless(scope);
  if (because !== null) return none(because);
  const parts = takeOver(scope, clock);
  if (parts === null) return silentGuest;
  const clone = cloning(scope, clock);
  const all = clone[0] > 0 ? [...parts, clone] : parts;
  return totalled(all, ['R23-3', 'R23-10', 'R32-8']);
};

const withoutService: typeof endless = [
  ['loseService', 'nobody picks a host while the clustering service is away'],
];

/** The takeover, and the switchover of the clone that is made then (R31-2, R31-6, R31-7). */
export const unprotectedFormula = (scope: Scope): Formula => {
  const { clock } = scope.settings;
  if (clock === null) return untimed;
  const because = isEndless(scope, withoutService);
  if (because !== null) return none(because);
  const parts = takeOver(scope, clock);
  if (parts === null) return silentGuest;
  return totalled([...parts, cloning(scope, clock)], ['R23-3', 'R31-2', 'R31-7']);
};
