import type { EntryKind } from '../../impl/hypervisor/entry.ts';
import type { Settings } from '../../impl/hypervisor/settings.ts';
import { counting, msText, type Owing, perTurn, sameMs, type Timely } from './timeliness-claim.ts';
import { channelOf, type End, type Ledger, type Member, standingOf } from './timeliness-ledger.ts';
import type { Turn } from './timeliness-turn.ts';

/** Somebody waits for these, and for all before them (R35-5, R34-11, R33-1; decision 36). */
const awaited: ReadonlySet<EntryKind> = new Set<EntryKind>([
  ...(['OUT', 'DONE', 'OFF', 'SHARE', 'QUIESCE'] as const),
]);

/** So long rests what nobody waits for. Under V1 outputs wait for all before them. */
const restMsOf = ({ ackPoint, flushWithinMs }: Settings): number =>
  ackPoint === 'received' ? flushWithinMs : 0;

/** A primary with entries that are not sent, and room on the channel to send them. */
type Unsent = { readonly member: Member; readonly end: End; readonly dueMs: number };

const unsentOf = (ledger: Ledger, member: Member): Unsent | null => {
  const end = channelOf(ledger, member);
  if (member.role !== 'primary' || member.isOver || end === null || end.room === 0) return null;
  const { logged, loggedAtMs } = member.pair;
  const oldestMs = loggedAtMs[end.sentUpTo + 1] ?? 0;
  return end.sentUpTo >= logged
    ? null
    : { member, end, dueMs: oldestMs + restMsOf(ledger.settings) };
};

/** Why nothing that is logged may rest at the end of this turn; `null` if it may. */
const whyNow = (ledger: Ledger, unsent: Unsent, turn: Turn): string | null => {
  const { member, end, dueMs } = unsent;
  const { commands, status, atMs, copy } = turn;
  const { connection, pair } = member;
  const kinds = pair.kinds.slice(end.sentUpTo + 1, pair.logged + 1);
  const kind = kinds.find((one) => awaited.has(one));
  if (kind !== undefined) return `somebody waits for the entry ${kind} among them`;
  if (dueMs <= atMs) return `the first of them may rest until ${msText(dueMs)}`;
  if (status.isStalled) return 'the log buffer is full';
  if (ledger.waiting.get(copy) === 'quieted') return 'a switchover waits for their acks';
  for (const command of commands) {
    const isHere = command.type === 'send' && command.connection === connection;
    if (isHere) return 'something else has left, and takes them along';
    const isNew = command.type === 'report' && command.report.did === 'connected';
    if (isNew) return 'the connection is new';
  }
  return null;
};

const owingOf = ({ member, end }: Unsent, atMs: number, because: string): Owing => {
  const room = `on the channel, which has room for ${end.room} bytes`;
  const owed = `entries up to ${member.pair.logged} ${room}: ${because}`;
  return { copy: member.copy, atMs, owed, found: `entries up to ${end.sentUpTo} are` };
};

const flushedAtOnce: Timely = {
  name: 'flushed-at-once',
  answersTo: 'T4',
  claim:
    'what somebody waits for is sent in the turn in which it is logged, as far as there is room, ' +
    'and all before it; and nothing rests that could go along with something, or when the log ' +
    'buffer is full, the connection new, or a switchover to come',
  cites: ['R32-2', 'R35-5', 'R34-11', 'R33-11', 'R33-6'],
  reachedWhen: 'an entry that may rest leaves with one that may not',
  watch: (ledger) =>
    perTurn((turn, reach) => {
      const member = ledger.members.get(turn.copy);
      if (member === undefined) return null;
      const { logged, loggedAtMs, kinds } = member.pair;
      const unsent = unsentOf(ledger, member);
      const because = unsent === null ? null : whyNow(ledger, unsent, turn);
      if (unsent !== null && because !== null) return owingOf(unsent, turn.atMs, because);
      const isAlong = unsent === null && awaited.has(kinds[logged] ?? 'TIMER');
      const hasRested = !awaited.has(kinds[logged - 1] ?? 'OUT');
      if (isAlong && hasRested && loggedAtMs[logged] === turn.atMs) reach();
      return null;
    }),
};

const flushedInAWhile: Timely = {
  name: 'flushed-in-a-while',
  answersTo: 'T4',
  claim: 'what nobody waits for is sent before it has rested for longer than it may',
  cites: ['R32-2', 'R22-8'],
  reachedWhen: 'an entry rests for as long as it may, and leaves',
  watch: (ledger) =>
    counting({
      passing: (nowMs) => {
        for (const member of ledger.members.values()) {
          const unsent = unsentOf(ledger, member);
          const { isPaused, resumedAtMs } = standingOf(ledger, member.host);
          if (unsent === null || isPaused) continue;
          const dueMs = Math.max(unsent.dueMs, unsent.end.roomSinceMs, resumedAtMs);
          if (nowMs <= dueMs + sameMs) continue;
          return owingOf(unsent, nowMs, `the first of them may rest until ${msText(dueMs)}`);
        }
        return null;
      },
      turn: ({ input, commands, copy, atMs }, reach) => {
        const restMs = restMsOf(ledger.settings);
        const member = ledger.members.get(copy);
        if (input.type !== 'wake' || member?.role !== 'primary' || restMs === 0) return null;
        for (const command of commands) {
          if (command.type !== 'report' || command.report.did !== 'entrySent') continue;
          const forMs = atMs - (member.pair.loggedAtMs[command.report.seq] ?? 0);
          if (Math.abs(forMs - restMs) <= sameMs) reach();
        }
        return null;
      },
    }),
};

const replayIsTold: Timely = {
  name: 'replay-is-told',
  answersTo: 'L6a',
  claim: 'a backup that has replayed all it holds says so in the time for which entries may rest',
  cites: ['R32-3', 'R32-9'],
  reachedWhen: 'a backup says that it has replayed all, and nothing else',
  watch: (ledger) => {
    const sinceMs = new Map<Member, number>();
    return counting({
      passing: (nowMs) => {
        for (const [member, atMs] of sinceMs) {
          const end = channelOf(ledger, member);
          const isHere = !member.isOver && ledger.members.get(member.copy) === member;
          const { isPaused, resumedAtMs } = standingOf(ledger, member.host);
          if (!isHere || end === null || end.room === 0 || isPaused) continue;
          const byMs = atMs + restMsOf(ledger.settings);
          const dueMs = Math.max(byMs, end.roomSinceMs, member.connectedAtMs, resumedAtMs);
          if (nowMs <= dueMs + sameMs) continue;
          const { copy, saidConsumed, pair } = member;
          const owed = `word by ${msText(dueMs)} that entries up to ${pair.consumed} are consumed`;
          return {
            copy,
            atMs: nowMs,
            owed,
            found: `it has said so of those up to ${saidConsumed}`,
          };
        }
        return null;
      },
      turn: ({ copy, atMs, input }, reach) => {
        const member = ledger.members.get(copy);
        if (member?.role !== 'backup' || member.isOver) return null;
        const { consumed, completeUpTo } = member.pair;
        const isTold = member.saidConsumed >= consumed;
        if (isTold) {
          if (sinceMs.delete(member) && input.type === 'wake') reach();
        } else if (consumed >= completeUpTo && !sinceMs.has(member)) sinceMs.set(member, atMs);
        return null;
      },
    });
  },
};

/** The claims about what leaves when: at once, or in a while. */
export const ofFlush: readonly Timely[] = [flushedAtOnce, flushedInAWhile, replayIsTold];
