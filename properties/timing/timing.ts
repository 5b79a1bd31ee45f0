import { issuesNext } from '../../model/guest.ts';
import { hostIds } from '../../model/ids.ts';
import { largestGroup, type Settings } from '../../model/settings.ts';
import type { Recording, State, Vm } from '../../model/state.ts';
import { settlingTicks } from '../bounds.ts';
import { backupOf, isBereft, isDisturbed, isHealthy, isProtected, lagOf } from '../health.ts';
import { type History, type PairRecord, pairWith } from '../history.ts';
import type { AfterCalm, EveryStep, Rest, Sight, Sometimes } from '../property.ts';

const primaries = ({ copies }: State): readonly Recording[] =>
  copies.filter((copy) => copy.mode === 'recording');

/** Entries that can be logged and not consumed, at most (R32-4). */
const entriesMax = ({ primaryCapacity, wireCapacity, backupCapacity }: Settings): number =>
  primaryCapacity + wireCapacity + backupCapacity;

const isLagBounded = (state: State, primary: Recording, pair: PairRecord): boolean => {
  const backup = backupOf(state, primary);
  if (backup === null) return true;
  const now = primary.guest.position - pair.lastEntry;
  const gap = Math.max(1, pair.gap, now);
  return primary.guest.position - backup.guest.position <= (entriesMax(state.settings) + 1) * gap;
};

export const lagBound: EveryStep = {
  id: 'T1a',
  kind: 'everyStep',
  needs: 'clock',
  claim: 'the backup trails by no more than the entries that the buffers and the channel can hold',
  cites: ['R32-4', 'R32-8'],
  holds: ({ event, before, past }) =>
    event.type !== 'tick' ||
    primaries(before).every((primary) => {
      const pair = pairWith(past, primary.backup);
      return pair === undefined || isLagBounded(before, primary, pair);
    }),
};

/** What has been consumed is no lag, however long ago it was logged. */
export const idleIsNoLag: EveryStep = {
  id: 'L6a',
  kind: 'everyStep',
  needs: 'clock',
  claim: 'the CPU limit is lowered only while an entry is not known to be consumed',
  cites: ['R32-9'],
  holds: ({ event, before, after }) => {
    if (event.type !== 'throttle') return true;
    const was = before.copies[event.copy];
    const is = after.copies[event.copy];
    if (was?.mode !== 'recording' || is?.mode !== 'recording') return true;
    return is.throttle.limit >= was.throttle.limit || was.throttle.consumed < was.logged;
  },
};

/** In the second half of the calm, while there was a pair whose lag can fall. */
const lagsLately = ({ course }: Rest): readonly number[] =>
  course.slice(Math.floor(course.length / 2)).flatMap(({ lag }) => lag ?? []);

export const lagFalls: AfterCalm = {
  id: 'T1b',
  kind: 'afterCalm',
  within: settlingTicks,
  claim: 'a lag beyond the significant one falls below it, by throttling the primary',
  cites: ['R32-8', 'R32-10'],
  excuse: (rest) =>
    rest.isOver && (rest.course.at(-1)?.lag ?? null) === null
      ? 'no pair is left whose backup can run at the floor of the throttle'
      : null,
  holds: (rest) => {
    const { begun, state, isOver } = rest;
    const significant = state.settings.clock?.significantLag ?? 0;
    const lags = lagsLately(rest);
    const isOvercommitted = hostIds.some((id) => begun.hosts[id].speed < 100);
    return (isOver || !isOvercommitted) && Math.min(...lags) <= significant;
  },
};

const takeOverMax = ({ clock, backupCapacity }: Settings, gap: number): number =>
  clock === null ? 0 : clock.retryEvery + Math.ceil((backupCapacity * gap) / clock.speed) + 2;

export const takeOverBound: EveryStep = {
  id: 'T1c',
  kind: 'everyStep',
  needs: 'clock',
  claim: 'a backup with nothing in its way is live once it has arbitrated and replayed its lag',
  cites: ['R32-8', 'R23-10'],
  holds: ({ event, before, history }) =>
    event.type !== 'tick' ||
    history.waits.every((ticks, id) => {
      const line = before.copies[id]?.line;
      const gap = line === undefined ? 0 : (pairWith(history, line)?.gap ?? 0);
      return ticks <= takeOverMax(before.settings, Math.max(1, gap));
    }),
};

export const detectionBound: EveryStep = {
  id: 'T1d',
  kind: 'everyStep',
  needs: 'clock',
  claim: 'a copy whose peer has crashed suspects it as soon as the timeout is over',
  cites: ['R23-3', 'R32-8'],
  holds: ({ event, before, history }) =>
    event.type !== 'tick' ||
    history.bereft.every((ticks) => ticks <= (before.settings.clock?.timeout ?? 0) + 1),
};

const isHeldUp = (state: State, copy: Recording): boolean => {
  const room = state.settings.primaryCapacity - copy.buffer.length;
  const { guest, devices } = copy;
  const isQuiesced = devices.quiesce !== 'none' && issuesNext(state.settings.program, guest);
  if (guest.isOff || isQuiesced) return false;
  const isIdle = copy.watch.credit >= 100 && state.hosts[copy.host].speed > 0;
  const mayRun = isIdle && room >= largestGroup(state.settings);
  return isHealthy(state, copy) && mayRun;
};

export const guestNotStopped: EveryStep = {
  id: 'T2',
  kind: 'everyStep',
  needs: 'clock',
  claim: 'a primary uses its CPU time while its buffer has room and its disk is not quiesced',
  cites: ['R22-7', 'R32-6', 'R32-12', 'R33-8'],
  holds: ({ event, before }) =>
    event.type !== 'tick' ||
    !primaries(before).some(
      (copy) => isHeldUp(before, copy) || copy.throttle.limit < (before.settings.clock?.floor ?? 0),
    ),
};

/**
 * Its connection was lost, or closed by a peer that suspects or stops; a planned end is no such.
 */
const isClosed = ({ lostConnections }: History, copy: Vm): boolean =>
  'connection' in copy && copy.connection !== null && lostConnections.includes(copy.connection);

export const noNeedlessFailover: EveryStep = {
  id: 'T3',
  kind: 'everyStep',
  needs: 'clock',
  claim: 'nobody suspects while every pause, stall and loss is shorter than its timeout',
  cites: ['R23-3', 'R23-5'],
  holds: ({ event, before, past }) => {
    const { clock, connectionLoss } = before.settings;
    if (event.type !== 'suspect' || clock === null) return true;
    const copy = before.copies[event.copy];
    if (copy === undefined) return true;
    if (connectionLoss === 'evidence' && isClosed(past, copy)) return true;
    return past.disturbedFor + 2 > clock.timeout;
  },
};

/** A backup whose host has fallen behind may have no room for the entry that is waited for. */
const mustBeReleased = (state: State, copy: Recording): boolean => {
  const backup = backupOf(state, copy);
  if (!isProtected(state, copy) || backup === null) return false;
  return backup.buffer.length + largestGroup(state.settings) <= state.settings.backupCapacity;
};

export const outputLatency: EveryStep = {
  id: 'T4',
  kind: 'everyStep',
  needs: 'clock',
  claim: 'without loss an output is released in one round trip, however far the backup lags',
  cites: ['R22-5', 'R32-2', 'R35-5'],
  holds: ({ event, before, past }) =>
    event.type !== 'tick' ||
    before.settings.ackPoint === 'replayed' ||
    isDisturbed(before) ||
    past.disturbedFor > 0 ||
    !primaries(before).some((copy) => copy.withheld.length > 0 && mustBeReleased(before, copy)),
};

const onTick =
  (holds: (sight: Sight) => boolean) =>
  (sight: Sight): boolean =>
    sight.event.type === 'tick' && sight.before.settings.clock !== null && holds(sight);

export const lagsSignificantly: Sometimes = {
  id: 'W21',
  kind: 'sometimes',
  guards: ['T1a', 'T1b'],
  claim: 'a backup lags by more than the significant lag',
  cites: ['R32-10'],
  holds: onTick(({ before }) =>
    primaries(before).some(
      (copy) => lagOf(before, copy) > (before.settings.clock?.significantLag ?? 0),
    ),
  ),
};

export const runsWhileWithheld: Sometimes = {
  id: 'W22',
  kind: 'sometimes',
  guards: ['T2'],
  claim: 'time passes with outputs withheld',
  cites: ['R22-7'],
  holds: onTick(({ before }) => primaries(before).some(({ withheld }) => withheld.length > 0)),
};

export const survivesDisturbance: Sometimes = {
  id: 'W23',
  kind: 'sometimes',
  guards: ['T3'],
  claim: 'a pair is disturbed for half its timeout and goes on',
  cites: ['R23-5'],
  holds: onTick(
    ({ before, past }) =>
      past.disturbedFor >= (before.settings.clock?.timeout ?? 0) / 2 &&
      primaries(before).some((copy) => isProtected(before, copy)),
  ),
};

export const releasedThoughLagging: Sometimes = {
  id: 'W24',
  kind: 'sometimes',
  guards: ['T4'],
  claim: 'an output is released while the backup lags by a tick or more',
  cites: ['R22-5'],
  holds: ({ event, before }) => {
    if (event.type !== 'release' || before.settings.clock === null) return false;
    const copy = before.copies[event.copy];
    return copy?.mode === 'recording' && lagOf(before, copy) >= 1;
  },
};

export const takesOverInTime: Sometimes = {
  id: 'W25',
  kind: 'sometimes',
  guards: ['T1c'],
  claim: 'a backup drains for at least a tick before it is live',
  cites: ['R23-10'],
  holds: onTick(({ before }) =>
    before.copies.some((copy) => copy.mode === 'draining' && copy.buffer.length > 0),
  ),
};

export const suspectsTheDead: Sometimes = {
  id: 'W26',
  kind: 'sometimes',
  guards: ['T1d'],
  claim: 'a copy whose peer has crashed suspects it, with nothing but the timeout to go by',
  cites: ['R23-3'],
  holds: ({ event, before, past }) => {
    if (event.type !== 'suspect' || before.settings.clock === null) return false;
    const copy = before.copies[event.copy];
    return copy !== undefined && isBereft(before, copy) && !isClosed(past, copy);
  },
};
