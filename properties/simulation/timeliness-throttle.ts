import type { Report } from '../../impl/hypervisor/report.ts';
import { convergenceMs } from './timeliness-bounds.ts';
import { msText, perTurn, sameMs, silent, type Timely } from './timeliness-claim.ts';
import { type Ledger, lagOf, type Member, standingOf } from './timeliness-ledger.ts';
import type { Turn } from './timeliness-turn.ts';

type Limited = Extract<Report, { did: 'limited' }>;

const recordingIn = ({ members }: Ledger, { copy, status }: Turn): Member | null => {
  const member = members.get(copy);
  if (member?.role !== 'primary' || member.isOver) return null;
  return status.mode === 'recording' ? member : null;
};

const limitedIn = ({ commands }: Turn): Limited | null => {
  for (const command of commands) {
    if (command.type === 'report' && command.report.did === 'limited') return command.report;
  }
  return null;
};

const lagIsReal: Timely = {
  name: 'lag-is-real',
  answersTo: 'L6a',
  claim: 'the lag is the time since the oldest entry was logged that is not known to be consumed',
  cites: ['R32-9'],
  reachedWhen: 'the backup lags by more than the slight lag',
  watch: (ledger) =>
    perTurn((turn, reach) => {
      const member = recordingIn(ledger, turn);
      if (member === null) return null;
      const { copy, atMs, status } = turn;
      const lagMs = lagOf(member, atMs);
      if (lagMs > ledger.settings.slightLagMs) reach();
      const measuredMs = status.lagMs;
      if (Math.abs(measuredMs - lagMs) <= sameMs) return null;
      const { logged, told } = member.pair;
      const because = `of ${logged} entries ${told.consumed} are consumed`;
      const owed = `a lag of ${msText(lagMs)}: ${because}`;
      return { copy, atMs, owed, found: `a lag of ${msText(measuredMs)}` };
    }),
};

/** The limit of a primary over time, as it shows in its reports. */
type Course = { limit: number; changedAtMs: number };

const courses = (): ((member: Member) => Course) => {
  const known = new Map<Member, Course>();
  return (member) => {
    const course = known.get(member) ?? { limit: 100, changedAtMs: member.sinceMs };
    known.set(member, course);
    return course;
  };
};

/** What is wrong with a change of the limit; `null` if nothing is. */
const whyWrong = (
  { settings }: Ledger,
  { limit, changedAtMs }: Course,
  { limitPercent, lagMs }: Limited,
  atMs: number,
): string | null => {
  const { significantLagMs, slightLagMs, stepPercent, floorPercent, adjustEveryMs } = settings;
  const by = limitPercent - limit;
  if (atMs - changedAtMs < adjustEveryMs - sameMs) return `${msText(atMs - changedAtMs)} apart`;
  if (Math.abs(by) > stepPercent) return `by ${Math.abs(by)} points, and a step has ${stepPercent}`;
  if (limitPercent < floorPercent || limitPercent > 100) return `to ${limitPercent} %`;
  if (by < 0 && lagMs <= significantLagMs) return `down at a lag of ${msText(lagMs)}`;
  return by > 0 && lagMs > slightLagMs ? `up at a lag of ${msText(lagMs)}` : null;
};

const limitMovesWithLag: Timely = {
  name: 'limit-moves-with-the-lag',
  answersTo: 'L6',
  claim: 'the limit goes down for a significant lag, up for a slight one, by steps, and slowly',
  cites: ['R32-10', 'R32-12'],
  reachedWhen: 'the limit changes',
  watch: (ledger) => {
    const courseOf = courses();
    return perTurn((turn, reach) => {
      const member = recordingIn(ledger, turn);
      const limited = limitedIn(turn);
      if (member === null || limited === null) return null;
      const course = courseOf(member);
      const { copy, atMs } = turn;
      const wrong = whyWrong(ledger, course, limited, atMs);
      reach();
      const from = course.limit;
      Object.assign(course, { limit: limited.limitPercent, changedAtMs: atMs });
      if (wrong === null) return null;
      const { stepPercent, adjustEveryMs, floorPercent } = ledger.settings;
      const owed =
        `changes of ${stepPercent} points at most, ${msText(adjustEveryMs)} apart, ` +
        `above ${floorPercent} %, in the direction that the lag asks for`;
      const found = `from ${from} % to ${limited.limitPercent} %: ${wrong}`;
      return { copy, atMs, owed, found };
    });
  },
};

/** The least lag since the limit changed last, while it has been significant throughout. */
type Behind = { leastMs: number; sinceMs: number };

const throttledWhenBehind: Timely = {
  name: 'throttled-when-behind',
  answersTo: 'T1b',
  claim: 'a significant lag that has grown by two periods has lowered the limit, or met the floor',
  cites: ['R32-8', 'R32-10'],
  reachedWhen: 'the limit is lowered',
  watch: (ledger) => {
    const behind = new Map<Member, Behind>();
    return perTurn((turn, reach) => {
      const member = recordingIn(ledger, turn);
      if (member === null) return null;
      const { copy, atMs, status, host } = turn;
      const { significantLagMs, adjustEveryMs, floorPercent } = ledger.settings;
      const lagMs = lagOf(member, atMs);
      const limited = limitedIn(turn);
      const { resumedAtMs } = standingOf(ledger, host);
      if (limited !== null && lagMs > significantLagMs) reach();
      const was = behind.get(member) ?? { leastMs: lagMs, sinceMs: atMs };
      const isNew = limited !== null || lagMs <= significantLagMs || was.sinceMs < resumedAtMs;
      const now = isNew || lagMs < was.leastMs ? { leastMs: lagMs, sinceMs: atMs } : was;
      behind.set(member, now);
      const grownMs = lagMs - now.leastMs;
      const { throttlePercent } = status;
      if (throttlePercent <= floorPercent || grownMs < 2 * adjustEveryMs + sameMs) return null;
      const before = `at ${msText(now.sinceMs)} the lag was ${msText(now.leastMs)}`;
      const owed = `a limit below ${throttlePercent} %: ${before}`;
      return { copy, atMs, owed, found: `a lag of ${msText(lagMs)}, and the limit as it was` };
    });
  },
};

const raisedWhenCaughtUp: Timely = {
  name: 'raised-when-caught-up',
  answersTo: 'L6',
  claim:
    'a limit below 100 % is raised with each look at a lag that has been slight since the last',
  cites: ['R32-10', 'R32-12'],
  reachedWhen: 'the limit is back at 100 %',
  watch: (ledger) => {
    const slightSinceMs = new Map<Member, number>();
    return perTurn((turn, reach) => {
      const member = recordingIn(ledger, turn);
      if (member === null) return null;
      const { copy, atMs, status, host } = turn;
      const { slightLagMs, adjustEveryMs } = ledger.settings;
      const limited = limitedIn(turn);
      const { throttlePercent } = status;
      if (limited !== null && throttlePercent === 100) reach();
      const { resumedAtMs } = standingOf(ledger, host);
      const since = slightSinceMs.get(member) ?? atMs;
      const isOld = since >= resumedAtMs && limited === null && throttlePercent < 100;
      const isSlight = lagOf(member, atMs) <= slightLagMs;
      slightSinceMs.set(member, isOld && isSlight ? since : atMs);
      if (!isOld || !isSlight || atMs - since <= adjustEveryMs + sameMs) return null;
      const because = `the lag has been slight since ${msText(since)}`;
      const owed = `a limit above ${throttlePercent} %: ${because}`;
      return { copy, atMs, owed, found: 'the limit as it was' };
    });
  },
};

const onlyThePrimary: Timely = {
  name: 'only-the-primary-is-throttled',
  answersTo: 'T1b',
  claim:
    'a primary gets what the limit leaves of its share, and all other copies their whole share',
  cites: ['R32-10', 'R33-3'],
  reachedWhen: 'a backup replays while its primary is throttled',
  watch: () => {
    const throttled = new Set<number>();
    return perTurn(({ copy, atMs, core, status }, reach) => {
      const { mode, share, throttlePercent, generation } = status;
      if (mode === 'halted' || mode === 'cloning' || mode === 'arriving') return null;
      if (mode === 'recording' && throttlePercent < 100) throttled.add(generation);
      else if (mode === 'recording') throttled.delete(generation);
      if (mode === 'replaying' && throttled.has(generation)) reach();
      const isPrimary = mode === 'recording' || mode === 'withholding';
      const owed = isPrimary ? (share * throttlePercent) / 100 : share;
      const found = core.limitPercent();
      if (Math.abs(found - owed) <= sameMs) return null;
      return { copy, atMs, owed: `${owed} % of a CPU, being ${mode}`, found: `${found} %` };
    });
  },
};

/** What is left of the lag when the backup has kept up for once, and how the limit swings then. */
const lagFalls: Timely = {
  name: 'lag-falls',
  answersTo: 'T1b',
  claim: 'throttling brings a significant lag down in the time that step, period and speed allow',
  cites: ['R32-8', 'R32-10'],
  reachedWhen: 'a backup that has too little CPU lags significantly',
  watch: (ledger, { burden }) => {
    const speed = burden?.speedPercent ?? 0;
    const boundMs = speed === 0 ? Number.POSITIVE_INFINITY : convergenceMs(ledger.settings, speed);
    const fromMs = burden?.fromMs ?? 0;
    let behindMs = 0;
    let hasFallen = false;
    return {
      passing: silent,
      reached: () => (behindMs > 0 ? 1 : 0),
      used: () => behindMs / boundMs,
      turn: (turn) => {
        const member = recordingIn(ledger, turn);
        const { atMs, copy } = turn;
        if (member === null || hasFallen || speed === 0 || atMs < fromMs) return null;
        const lagMs = lagOf(member, atMs);
        if (lagMs > ledger.settings.significantLagMs) behindMs = atMs - fromMs;
        else hasFallen = behindMs > 0 && lagMs <= ledger.settings.slightLagMs;
        if (behindMs <= boundMs) return null;
        const owed = `no significant lag ${msText(boundMs)} after the burden began`;
        return { copy, atMs, owed, found: `a lag of ${msText(lagMs)}` };
      },
    };
  },
};

/** The claims about the lag and the throttle, turn by turn. */
export const ofThrottle: readonly Timely[] = [
  ...[lagIsReal, limitMovesWithLag, throttledWhenBehind, raisedWhenCaughtUp, onlyThePrimary],
  lagFalls,
];
