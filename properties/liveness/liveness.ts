import { holderOf, reaches } from '../../model/actions/notation.ts';
import { type HostId, hostIds } from '../../model/ids.ts';
import { largestGroup, type Settings } from '../../model/settings.ts';
import type { Recording, State, Vm, Withheld } from '../../model/state.ts';
import { recoveryTicks, settlingTicks } from '../bounds.ts';
import { isFed, isHealthy, isLinked, isProtected, serves } from '../health.ts';
import type { History } from '../history.ts';
import type { AfterCalm, Rest, Sometimes } from '../property.ts';

const withheldBy = (copy: Vm | undefined): readonly Withheld[] =>
  copy !== undefined && 'withheld' in copy ? copy.withheld : [];

const isAwayFromStorage = (state: State, copy: Vm): boolean => !state.hosts[copy.host].storage;

/** A primary that cannot ask the arbiter waits (R23-21). */
const waitsForStorage = (state: State, copy: Vm): boolean =>
  copy.mode === 'withholding' && isAwayFromStorage(state, copy);

const stillHolds = ({ begun, state }: Rest, copy: Vm): boolean => {
  const oldest = withheldBy(begun.copies[copy.id]).at(-1)?.ordinal;
  const now = withheldBy(copy)[0]?.ordinal;
  const isStuck = oldest !== undefined && now !== undefined && now <= oldest;
  return isStuck && isHealthy(state, copy) && !waitsForStorage(state, copy);
};

export const noStuckOutput: AfterCalm = {
  id: 'L1',
  kind: 'afterCalm',
  within: recoveryTicks,
  claim: 'an output that is withheld is emitted in the end, or its holder halts',
  cites: ['R22-8', 'R23-3', 'R23-8', 'R35-5'],
  excuse: () => null,
  holds: (rest) => !rest.state.copies.some((copy) => stillHolds(rest, copy)),
};

/** The winner, who may not know yet; while nobody has won, the newest pair (R23-19, R23-21). */
const isNewest = ({ pair, winner }: History, copy: Vm): boolean =>
  winner === null ? pair.includes(copy.line) : copy.line === winner;

/** A replica, or the destination to which one is on its way and can still come. */
const isReplica = (state: State, history: History, copy: Vm): boolean => {
  if ('guest' in copy) return isNewest(history, copy);
  if (copy.mode !== 'arriving' || state.copies[copy.source]?.mode === 'crashed') return false;
  return copy.handed !== null && isNewest(history, copy.handed);
};

/** Its last copy is on the way, and does not arrive. */
const isUnderway = (state: State, copy: Vm): boolean => {
  if (copy.mode !== 'arriving') return false;
  const source = state.copies[copy.source];
  return source !== undefined && !reaches(state, source.host, copy.host);
};

/** Copies of the newest pair that could serve: whole replicas that can do their work. */
const candidates = (state: State, history: History): readonly Vm[] =>
  state.copies.filter(
    (copy) =>
      isReplica(state, history, copy) &&
      isHealthy(state, copy) &&
      (isFed(state, copy) || copy.mode === 'recording' || copy.mode === 'live'),
  );

/** The VM was powered off, or has shut itself down (R33-2). */
const isPoweredOff = (history: History): boolean =>
  history.poweredOff.some((line) =>
    history.winner === null ? history.pair.includes(line) : line === history.winner,
  );

/** A copy has given up although no other has won over it: that loses the VM needlessly. */
const hasGivenUp = ({ copies }: State, history: History): boolean =>
  copies.some(
    (copy) =>
      copy.mode === 'halted' &&
      (copy.because === 'lost' || copy.because === 'diverged') &&
      isNewest(history, copy),
  );

/** Why nobody need serve when the calm begins (R20-7, R20-9, R23-17). */
const lost = (state: State, history: History): string | null => {
  if (isPoweredOff(history)) return 'the VM is powered off';
  if (hasGivenUp(state, history)) return null;
  const able = candidates(state, history);
  if (able.length === 0) return 'the VM is lost: no copy of the newest generation can run';
  return able.every((copy) => isAwayFromStorage(state, copy))
    ? 'the storage is away from every copy that could serve'
    : null;
};

/**
 * In a calm nothing breaks: what could be saved when it began is owed, but for what it waits for.
 */
const hindered = ({ begun, past, state, history }: Rest): string | null => {
  if (isPoweredOff(history)) return 'the VM is powered off';
  if (hasGivenUp(state, history)) return null;
  const isNew = history.winner !== null && history.winner !== past.winner;
  const couldRun = candidates(begun, past).some(({ line }) => line === history.winner);
  if (isNew && !couldRun) return 'a copy that had asked before it failed has won the arbiter';
  const able = candidates(state, history);
  const isAway = able.length > 0 && able.every((copy) => isAwayFromStorage(state, copy));
  if (isAway) return 'the storage is away from every copy that could serve';
  return able.some((copy) => isUnderway(state, copy))
    ? 'the VM is on its way over a network that is cut'
    : null;
};

export const failover: AfterCalm = {
  id: 'L2',
  kind: 'afterCalm',
  within: recoveryTicks,
  claim: 'a copy serves in the end: live, or recording with a backup that answers',
  cites: ['R23-7', 'R23-10', 'R23-13', 'R23-17'],
  excuse: (rest) => lost(rest.begun, rest.past) ?? hindered(rest),
  holds: ({ state }) => state.copies.some((copy) => serves(state, copy)),
};

/** Hosts on which a backup of the copy could live and be reached (R31-6). */
const isSpare = (state: State, copy: Vm, id: (typeof hostIds)[number]): boolean => {
  const host = state.hosts[id];
  const isFit = host.up && !host.paused && host.storage && host.speed > 0;
  return id !== copy.host && isFit && isLinked(state, copy.host, id);
};

const isParted = (state: State): boolean =>
  hostIds.some((one) =>
    hostIds.some(
      (other) => one !== other && areUp(state, one, other) && !isLinked(state, one, other),
    ),
  );

/** The service chooses by resources, not by networks (R31-6): it may try in vain for long. */
const triesInVain = ({ begun, state }: Rest): boolean =>
  isParted(state) && state.storage.generation > begun.storage.generation + 1;

const areUp = ({ hosts }: State, one: HostId, other: HostId): boolean =>
  hosts[one].up && hosts[other].up;

const cannotProtect = (rest: Rest): string | null => {
  const { state, history } = rest;
  if (!state.service.up) return 'the clustering service is away';
  if (triesInVain(rest)) return 'hosts that cannot reach each other are tried again and again';
  const hasSpare = candidates(state, history).some(
    (copy) =>
      (copy.mode === 'recording' || copy.mode === 'withholding' || copy.mode === 'live') &&
      !isAwayFromStorage(state, copy) &&
      hostIds.some((host) => isSpare(state, copy, host)),
  );
  return hasSpare ? null : 'no eligible host is left';
};

export const reprotect: AfterCalm = {
  id: 'L3',
  kind: 'afterCalm',
  within: settlingTicks, // hosts may be tried in vain
  claim: 'a copy that serves is protected in the end, where a host is left for its backup',
  cites: ['R31-6', 'R23-23'],
  excuse: (rest) => {
    const { begun, past, isOver } = rest;
    return lost(begun, past) ?? (isOver ? (hindered(rest) ?? cannotProtect(rest)) : null);
  },
  holds: ({ state }) => state.copies.some((copy) => isProtected(state, copy)),
};

const isIdle = ({ begun, state }: Rest, copy: Vm): boolean => {
  const before = begun.copies[copy.id];
  if (before?.mode !== 'replaying' || before.buffer.length === 0) return false;
  if (copy.mode !== 'replaying' || copy.consumed > before.consumed) return false;
  const primary = holderOf(state, copy.primary);
  return primary?.mode === 'recording' && primary.backup === copy.line && isHealthy(state, primary);
};

export const replayProgress: AfterCalm = {
  id: 'L4',
  kind: 'afterCalm',
  within: recoveryTicks,
  claim: 'a backup that holds entries consumes them, or is suspected',
  cites: ['R32-5', 'R32-6'],
  excuse: () => null,
  holds: (rest) => !rest.state.copies.some((copy) => isIdle(rest, copy)),
};

const isThrottled = (state: State): boolean =>
  state.copies.some((copy) => isProtected(state, copy) && copy.throttle.limit < 100);

const isOvercommitted = ({ hosts }: State): boolean =>
  hostIds.some((id) => hosts[id].up && hosts[id].speed < 100);

const swing = (limits: readonly number[]): number => Math.max(...limits) - Math.min(...limits);

/** Whether each buffer holds so much that the throttle acts before it is full (R32-8). */
const holdsLag = (settings: Settings): boolean => {
  const { clock, primaryCapacity, backupCapacity } = settings;
  if (clock === null) return false;
  const entriesPerTick = clock.speed * largestGroup(settings) + 1;
  return Math.min(primaryCapacity, backupCapacity) >= clock.significantLag * entriesPerTick;
};

const hasLasted = (begun: State, state: State): boolean =>
  begun.copies.some((copy) => isProtected(begun, copy) && isSamePair(copy, state.copies[copy.id]));

const isSamePair = (copy: Recording, now: Vm | undefined): boolean =>
  now?.mode === 'recording' && now.backup === copy.backup;

/** The lag is known to a tick only, so the search for the right limit overshoots a little. */
const bandSteps = 9;

export const throttleSettles: AfterCalm = {
  id: 'L6',
  kind: 'afterCalm',
  within: settlingTicks,
  claim: 'the CPU limit returns to 100 % when load allows, and else swings by nine steps at most',
  cites: ['R32-10', 'R32-12'],
  excuse: ({ begun, state }) => {
    if (!holdsLag(begun.settings)) return 'the buffers are full before the lag is significant';
    return hasLasted(begun, state) ? null : 'no pair has lasted, so the load was not constant';
  },
  holds: ({ begun, state, course, isOver }) => {
    const step = state.settings.clock?.step ?? 0;
    if (!isOvercommitted(begun)) return !isThrottled(state);
    const limits = course.slice(Math.floor(course.length / 2)).map(({ limit }) => limit);
    return isOver && swing(limits) <= bandSteps * step;
  },
};

export const liveAlone: Sometimes = {
  id: 'W31',
  kind: 'sometimes',
  guards: ['L1', 'L1a', 'L2'],
  claim: 'a primary goes live alone while it withholds outputs',
  cites: ['R23-8'],
  holds: ({ event, before, after }) => {
    if (event.type !== 'learn') return false;
    const was = before.copies[event.copy];
    return (
      was?.mode === 'withholding' &&
      was.withheld.length > 0 &&
      after.copies[event.copy]?.mode === 'live'
    );
  },
};

export const protectedAgain: Sometimes = {
  id: 'W32',
  kind: 'sometimes',
  guards: ['L3'],
  claim: 'a copy that went live is protected again',
  cites: ['R31-1', 'R31-7'],
  holds: ({ event, after }) => {
    if (event.type !== 'readAck') return false;
    const copy = after.copies[event.copy];
    return copy?.mode === 'recording' && copy.generation > 0 && copy.connection !== null;
  },
};

export const stopsForWantOfEntries: Sometimes = {
  id: 'W33',
  kind: 'sometimes',
  guards: ['L4'],
  claim: 'a backup that had stopped for want of an entry goes on',
  cites: ['R32-5'],
  holds: ({ event, before }) => {
    if (event.type !== 'receive') return false;
    const copy = before.copies[event.copy];
    return copy?.mode === 'replaying' && copy.buffer.length === 0;
  },
};

export const throttled: Sometimes = {
  id: 'W34',
  kind: 'sometimes',
  guards: ['L6'],
  claim: 'the primary is throttled, and gets its CPU back',
  cites: ['R32-10'],
  holds: ({ event, before, after }) => {
    if (event.type !== 'throttle') return false;
    const was = before.copies[event.copy];
    const is = after.copies[event.copy];
    return (
      was?.mode === 'recording' &&
      is?.mode === 'recording' &&
      is.throttle.limit > was.throttle.limit
    );
  },
};

export const consideredWhenIdle: Sometimes = {
  id: 'W35',
  kind: 'sometimes',
  guards: ['L6a'],
  claim: 'the CPU limit is considered while the backup has consumed every entry',
  cites: ['R32-9'],
  holds: ({ event, before }) => {
    if (event.type !== 'throttle') return false;
    const copy = before.copies[event.copy];
    return copy?.mode === 'recording' && copy.logged > 0 && copy.throttle.consumed === copy.logged;
  },
};
