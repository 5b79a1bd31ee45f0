import type { Report } from '../../impl/hypervisor/report.ts';
import type { Settings } from '../../impl/hypervisor/settings.ts';
import {
  counting,
  isFair,
  msText,
  type Owing,
  perTurn,
  sameMs,
  silent,
  type Timely,
} from './timeliness-claim.ts';
import { channelOf, type Ledger, type Member, standingOf } from './timeliness-ledger.ts';
import type { Turn } from './timeliness-turn.ts';

type Suspected = Extract<Report, { did: 'suspected' }>;

/** A pause of its host so long that a copy cannot have missed it (R23-5). */
const isLong = (forMs: number, { timeoutMs }: Settings): boolean => forMs >= timeoutMs / 2;

/** One so long that it may count as one, given when the copy was last told the time. */
const isLongish = (forMs: number, settings: Settings): boolean =>
  isLong(forMs + settings.heartbeatEveryMs, settings);

type Due = { readonly what: string; readonly sinceMs: number; readonly atMs: number };

/** By when a copy has to suspect the other if it hears nothing more: each silence for itself. */
const duesOf = (ledger: Ledger, member: Member): readonly Due[] => {
  const { timeoutMs, stallTimeoutMs } = ledger.settings;
  const { resumedAtMs, forMs } = standingOf(ledger, member.host);
  const excused = isLongish(forMs, ledger.settings) ? resumedAtMs - timeoutMs / 2 : -1;
  const due = (what: string, sinceMs: number, afterMs: number): Due => {
    const atMs = Math.max(sinceMs, excused) + afterMs;
    return { what, sinceMs, atMs: Math.max(atMs, resumedAtMs) };
  };
  const { heartbeatAtMs, trafficAtMs, progressAtMs, role, pair } = member;
  const isOutstanding = role === 'primary' && pair.told.consumed < pair.logged;
  return [
    due('heartbeat', heartbeatAtMs, timeoutMs),
    ...(member.isDeaf ? [] : [due('log traffic', trafficAtMs, timeoutMs)]),
    ...(isOutstanding ? [due('progress of the backup', progressAtMs, stallTimeoutMs)] : []),
  ];
};

/** The copies that watch over another and are able to. */
const watchers = (ledger: Ledger): readonly Member[] =>
  [...ledger.members.values()].filter(
    (member) => !member.isOver && !standingOf(ledger, member.host).isPaused,
  );

const firstOf = <T, U>(all: Iterable<T>, find: (one: T) => U | null): U | null => {
  for (const one of all) {
    const found = find(one);
    if (found !== null) return found;
  }
  return null;
};

const suspicionOf = ({ commands }: Turn): Suspected | null => {
  for (const command of commands) {
    if (command.type !== 'report' || command.report.did !== 'suspected') continue;
    return command.report;
  }
  return null;
};

const silenceIsSuspected: Timely = {
  name: 'silence-is-suspected',
  answersTo: 'T1d',
  claim: 'whoever hears nothing of its peer for the timeout suspects it then, and not later',
  cites: ['R23-2', 'R23-3', 'R23-5', 'R32-8'],
  reachedWhen: 'a copy suspects the other',
  watch: (ledger) =>
    counting({
      passing: (nowMs) =>
        firstOf(watchers(ledger), (member) =>
          firstOf(duesOf(ledger, member), ({ what, sinceMs, atMs }): Owing | null => {
            if (nowMs <= atMs + sameMs) return null;
            const owed = `suspicion at ${msText(atMs)}: no ${what} since ${msText(sinceMs)}`;
            return { copy: member.copy, atMs: nowMs, owed, found: 'it goes on as if in a pair' };
          }),
        ),
      turn: (turn, reach) => {
        if (suspicionOf(turn) !== null) reach();
        return null;
      },
    }),
};

/** When what was heard last makes the suspicion right, at the earliest. */
const rightFrom = (
  { settings }: Ledger,
  member: Member,
  { evidence }: Suspected,
): { readonly atMs: number; readonly because: string } => {
  const { timeoutMs, stallTimeoutMs, connectionLoss } = settings;
  const { heartbeatAtMs, trafficAtMs, progressAtMs, isDeaf, role, pair } = member;
  const never = (because: string) => ({ atMs: Number.POSITIVE_INFINITY, because });
  const last = (what: string, sinceMs: number, afterMs: number) => {
    const because = `the last ${what} was at ${msText(sinceMs)}: ${msText(afterMs)} are allowed`;
    return { atMs: sinceMs + afterMs, because };
  };
  switch (evidence) {
    case 'heartbeats':
      return last('heartbeat', heartbeatAtMs, timeoutMs);
    case 'log traffic':
      if (isDeaf) return never('its own log buffer is full, so that nothing may come');
      return last('log traffic', trafficAtMs, timeoutMs);
    case 'stall':
      if (role === 'backup') return never('only a primary sees its backup stall');
      if (pair.told.consumed >= pair.logged) return never('nothing is outstanding');
      return last('progress of the backup', progressAtMs, stallTimeoutMs);
    case 'connection':
      if (connectionLoss === 'ignored') return never('a lost connection is no evidence (V4)');
      if (!member.hasLostConnection) return never('the connection was not lost');
      return { atMs: Number.NEGATIVE_INFINITY, because: 'the connection was lost' };
  }
};

const noCauseNoSuspicion: Timely = {
  name: 'no-suspicion-without-cause',
  answersTo: 'T3',
  claim: 'nobody suspects whom it has heard within the timeout, by each of its evidences',
  cites: ['R23-1', 'R23-2', 'R23-3', 'R32-9'],
  reachedWhen: 'a copy suspects the other',
  watch: (ledger) =>
    perTurn((turn, reach) => {
      const { copy, atMs } = turn;
      const member = ledger.members.get(copy);
      const suspected = suspicionOf(turn);
      if (suspected === null || member === undefined) return null;
      reach();
      const right = rightFrom(ledger, member, suspected);
      if (atMs >= right.atMs - sameMs) return null;
      const found = `it suspects the ${otherOf(member)}, for want of ${suspected.evidence}`;
      return { copy, atMs, owed: `no suspicion: ${right.because}`, found };
    }),
};

const otherOf = ({ role }: Member): string => (role === 'primary' ? 'backup' : 'primary');

const pauseIsForgiven: Timely = {
  name: 'own-pause-is-forgiven',
  answersTo: 'T3',
  claim: 'a host that has stood still gives its peer half a timeout before it suspects it',
  cites: ['R23-5'],
  reachedWhen: 'a copy of a pair goes on after its host has stood still for half a timeout',
  watch: (ledger) => {
    const seen = new Set<string>();
    return {
      passing: silent,
      reached: () => seen.size,
      turn: (turn) => {
        const { copy, atMs, host } = turn;
        const member = ledger.members.get(copy);
        if (member === undefined) return null;
        const { resumedAtMs, forMs } = standingOf(ledger, host);
        if (!isLong(forMs, ledger.settings) || member.sinceMs > resumedAtMs) return null;
        seen.add(`${copy} ${resumedAtMs}`);
        const suspected = suspicionOf(turn);
        if (suspected === null || suspected.evidence === 'connection') return null;
        const earliestMs = resumedAtMs + ledger.settings.timeoutMs / 2;
        if (atMs >= earliestMs - sameMs) return null;
        const because = `its host stood still until ${msText(resumedAtMs)}`;
        const owed = `no suspicion before ${msText(earliestMs)}: ${because}`;
        return { copy, atMs, owed, found: `it suspects, for want of ${suspected.evidence}` };
      },
    };
  },
};

const fullIsNotSilence: Timely = {
  name: 'full-buffer-is-no-silence',
  answersTo: 'T3',
  claim: 'a backup does not hold against its primary the silence that its full buffer causes',
  cites: ['R32-4', 'R23-2'],
  reachedWhen:
    'a backup has had no room in its log buffer for half a timeout, and has not suspected',
  watch: (ledger) =>
    perTurn((turn, reach) => {
      const { copy, atMs } = turn;
      const member = ledger.members.get(copy);
      if (member === undefined || member.role !== 'backup' || !member.isDeaf) return null;
      const { timeoutMs } = ledger.settings;
      const deafForMs = atMs - member.deafSinceMs;
      const suspected = suspicionOf(turn);
      if (suspected === null && deafForMs >= timeoutMs / 2) reach();
      if (suspected?.evidence !== 'log traffic') return null;
      const owed = 'no suspicion by the log traffic: nothing may come';
      return {
        copy,
        atMs,
        owed,
        found: `it suspects, after ${msText(deafForMs)} of its own doing`,
      };
    }),
};

type Sign = { readonly what: string; readonly lastMs: number; readonly everyMs: number };

const signsOf = (ledger: Ledger, member: Member): readonly Sign[] => {
  const { heartbeatEveryMs, keepaliveEveryMs } = ledger.settings;
  const { resumedAtMs } = standingOf(ledger, member.host);
  const { beatAtMs, saidAtMs, connectedAtMs } = member;
  const beat = { what: 'heartbeat', lastMs: Math.max(beatAtMs, resumedAtMs) };
  const signs: Sign[] = [{ ...beat, everyMs: heartbeatEveryMs }];
  const end = channelOf(ledger, member);
  if (end === null || end.room === 0) return signs;
  const lastMs = Math.max(saidAtMs, connectedAtMs, end.roomSinceMs, resumedAtMs);
  return [...signs, { what: 'word on the channel', lastMs, everyMs: keepaliveEveryMs }];
};

const signsOfLife: Timely = {
  name: 'signs-of-life',
  answersTo: 'T3',
  claim: 'a copy of a pair sends heartbeats and, where there is room, log traffic without a gap',
  cites: ['R23-1', 'R23-2', 'R23-5'],
  reachedWhen: 'a copy of a pair has had nothing to say but a keepalive',
  watch: (ledger) =>
    counting({
      passing: (nowMs) =>
        firstOf(watchers(ledger), (member) =>
          firstOf(signsOf(ledger, member), ({ what, lastMs, everyMs }): Owing | null => {
            if (nowMs <= lastMs + everyMs + sameMs) return null;
            const owed = `a ${what} at ${msText(lastMs + everyMs)}`;
            const found = `the last chance for one was at ${msText(lastMs)}`;
            return { copy: member.copy, atMs: nowMs, owed, found };
          }),
        ),
      turn: ({ copy, input, commands }, reach) => {
        const isAlone = commands.some(({ type }) => type === 'send') && commands.length === 1;
        if (input.type === 'wake' && isAlone && ledger.members.has(copy)) reach();
        return null;
      },
    }),
};

const fairIsQuiet: Timely = {
  name: 'fair-weather-is-quiet',
  answersTo: 'T3',
  claim: 'nobody suspects where nothing is lost, late or standing still',
  cites: ['R23-3', 'R23-5'],
  reachedWhen: 'a pair lasts for ten timeouts of fair weather',
  watch: (ledger, plan) => {
    const lasting = new Set<string>();
    return {
      passing: silent,
      reached: () => lasting.size,
      turn: (turn) => {
        const { copy, atMs } = turn;
        const member = ledger.members.get(copy);
        if (!isFair(plan) || member === undefined) return null;
        if (atMs - member.sinceMs >= 10 * ledger.settings.timeoutMs) lasting.add(copy);
        const suspected = suspicionOf(turn);
        if (suspected === null) return null;
        const found = `it suspects, for want of ${suspected.evidence}`;
        return { copy, atMs, owed: 'no suspicion: nothing has gone wrong', found };
      },
    };
  },
};

/** The claims about detection. */
export const ofDetection: readonly Timely[] = [
  ...[silenceIsSuspected, fullIsNotSilence, pauseIsForgiven, noCauseNoSuspicion],
  ...[signsOfLife, fairIsQuiet],
];
