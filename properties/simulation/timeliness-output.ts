import {
  counting,
  isFair,
  msText,
  perTurn,
  sameMs,
  silent,
  type Timely,
} from './timeliness-claim.ts';
import { channelOf, type Ledger, type Member } from './timeliness-ledger.ts';
import type { Turn } from './timeliness-turn.ts';
import { clearLegMs } from './weather.ts';

const primaryIn = ({ members }: Ledger, { copy }: Turn): Member | null => {
  const member = members.get(copy);
  return member?.role === 'primary' ? member : null;
};

const isFollowing = (ledger: Ledger, { copy }: Turn): Member | null => {
  const member = ledger.members.get(copy);
  return member?.role === 'backup' && !member.isOver ? member : null;
};

const ackedAtOnce: Timely = {
  name: 'acked-at-once',
  answersTo: 'T4',
  claim: 'the backup says what it holds in the turn in which it has it, however far it lags',
  cites: ['R22-5', 'R32-3'],
  reachedWhen: 'a backup that has not consumed all it holds acknowledges it',
  watch: (ledger) =>
    perTurn((turn, reach) => {
      const member = isFollowing(ledger, turn);
      const end = member === null ? null : channelOf(ledger, member);
      if (member === null || end === null || end.room === 0) return null;
      const { completeUpTo, consumed } = member.pair;
      const heldUpTo = ledger.settings.ackPoint === 'received' ? completeUpTo : consumed;
      if (member.ackedUpTo >= heldUpTo) {
        if (consumed < member.ackedUpTo) reach();
        return null;
      }
      const { copy, atMs } = turn;
      return {
        ...{ copy, atMs, owed: `an ack of entries up to ${heldUpTo}` },
        found: `an ack of entries up to ${member.ackedUpTo}; ${consumed} are consumed`,
      };
    }),
};

const releasedAtOnce: Timely = {
  name: 'released-at-once',
  answersTo: 'L1',
  claim: 'an output leaves in the turn that reads its ack, or in which its holder goes live',
  cites: ['R22-8', 'R23-8'],
  reachedWhen: 'an ack, or a win, sets an output free',
  watch: (ledger) =>
    perTurn((turn, reach) => {
      const member = primaryIn(ledger, turn);
      if (member === null) return null;
      const { commands, copy, atMs } = turn;
      if (commands.some((one) => one.type === 'report' && one.report.did === 'released')) reach();
      const hasWon = turn.status.mode === 'live';
      const upTo = hasWon ? Number.POSITIVE_INFINITY : member.pair.told.upTo;
      const stuck = member.withheld.find(({ seq }) => seq <= upTo);
      if (stuck === undefined || turn.status.mode === 'halted') return null;
      const { put, seq } = stuck;
      const which = `${put.device} output ${put.number}, with entry ${seq}`;
      const because = hasWon ? 'the copy serves alone now' : `entries up to ${upTo} are acked`;
      return { copy, atMs, owed: `release of ${which}: ${because}`, found: 'it is withheld' };
    }),
};

/**
 * The longest round trip in clear weather: entry on the wire and read, ack on the wire and read. To
 * it the program adds nothing, for it answers in the turn in which it is asked (R35-5).
 */
export const roundTripMs: number = 4 * clearLegMs;

const oneRoundTrip: Timely = {
  name: 'one-round-trip',
  answersTo: 'T4',
  claim: 'in fair weather an output is withheld for one round trip at most once its entry is sent',
  cites: ['R22-5', 'R35-5'],
  reachedWhen:
    'an output is released in fair weather after more than half of the longest round trip',
  watch: (ledger, plan) => {
    const isAsked = isFair(plan) && plan.settings.ackPoint === 'received';
    return counting({
      passing: (nowMs, reach) => {
        if (!isAsked) return null;
        for (const { copy, role, withheld, pair } of ledger.members.values()) {
          const [oldest] = role === 'primary' ? withheld : [];
          const sentMs = oldest === undefined ? undefined : pair.sentAtMs[oldest.seq];
          if (oldest === undefined || sentMs === undefined) continue;
          const waitMs = nowMs - sentMs;
          if (waitMs > roundTripMs / 2) reach();
          if (waitMs <= roundTripMs + sameMs) continue;
          const dueText = msText(sentMs + roundTripMs);
          const owed = `release by ${dueText} of what waits for entry ${oldest.seq}`;
          return { copy, atMs: nowMs, owed, found: `it is withheld, ${msText(waitMs)} after that` };
        }
        return null;
      },
      turn: silent,
    });
  },
};

const guestRunsOn: Timely = {
  name: 'guest-runs-on',
  answersTo: 'T2',
  claim: 'the guest of a primary uses the CPU while outputs are withheld and its log has room',
  cites: ['R22-7', 'R32-6'],
  reachedWhen: 'the guest of a primary wants the CPU while an output is withheld',
  watch: (ledger) =>
    perTurn((turn, reach) => {
      const member = primaryIn(ledger, turn);
      if (member === null || member.withheld.length === 0 || member.hasSeenMove) return null;
      const { isOff, isStalled, mode } = turn.status;
      if (isOff || isStalled || mode === 'halted') return null;
      if (turn.core.wantsCpu()) {
        reach();
        return null;
      }
      const { copy, atMs } = turn;
      const owed = 'a guest that runs on: its log has room and its disk is not quiesced';
      return { copy, atMs, owed, found: `it stands still, ${member.withheld.length} withheld` };
    }),
};

/** The claims about outputs. */
export const ofOutputs: readonly Timely[] = [
  ...[ackedAtOnce, releasedAtOnce, oneRoundTrip, guestRunsOn],
];
