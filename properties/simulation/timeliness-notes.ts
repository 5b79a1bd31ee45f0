import type { EntryKind } from '../../impl/hypervisor/entry.ts';
import type { Put, Report } from '../../impl/hypervisor/report.ts';
import type { Happening } from './reported.ts';
import {
  channelOf,
  endOf,
  type Ledger,
  type Member,
  type Pair,
  pairOf,
  standingOf,
} from './timeliness-ledger.ts';
import type { Turn } from './timeliness-turn.ts';

type AckSent = Extract<Report, { did: 'ackSent' }>;
type AckRead = Extract<Report, { did: 'ackRead' }>;

const join = (ledger: Ledger, { copy, host, atMs, status }: Turn, role: Member['role']): void => {
  const pair = pairOf(ledger, status.generation);
  const { members, moving } = ledger;
  // of two that move at once the other may be under way still
  const hasSeenMove = [...members.values()].some(
    (one) => one.pair === pair && moving.has(one.copy),
  );
  members.set(copy, {
    ...{ copy, host, role, pair, sinceMs: atMs },
    ...{ heartbeatAtMs: atMs, trafficAtMs: atMs, progressAtMs: atMs },
    ...{ connection: null, connectedAtMs: atMs, hasLostConnection: false },
    ...{ isDeaf: false, deafSinceMs: atMs, beatAtMs: atMs, saidAtMs: atMs, ackedUpTo: 0 },
    ...{ saidConsumed: 0 },
    ...{ withheld: [], hasSeenMove, isOver: false },
  });
};

const isFromPeer = ({ input, status }: Turn, { pair }: Member): boolean => {
  if (input.type !== 'heartbeat' || input.generation !== pair.generation) return false;
  const { peer } = status;
  return peer === null || peer === input.copy;
};

const noteInput = (ledger: Ledger, turn: Turn): void => {
  const { copy, input, atMs } = turn;
  const member = ledger.members.get(copy);
  if (input.type === 'room') {
    const end = endOf(ledger, copy, input.connection);
    if (end.room === 0) end.roomSinceMs = atMs;
    end.room += input.byteCount;
  }
  if (input.type === 'bytes') {
    endOf(ledger, copy, input.connection).credit -= input.bytes.length;
    if (member?.connection === input.connection) member.trafficAtMs = atMs;
  }
  if (member === undefined) return;
  if (isFromPeer(turn, member)) member.heartbeatAtMs = atMs;
  if (input.type !== 'closed' || member.connection !== input.connection) return;
  member.hasLostConnection = true;
};

const noteAckSent = (ledger: Ledger, member: Member, turn: Turn, report: AckSent): void => {
  const { connection, upTo, isHello } = report;
  const { consumed } = member.pair;
  const now = { upTo, consumed, position: turn.status.position };
  const said = isHello ? (ledger.hellos.get(member.copy) ?? now) : now;
  const queue = ledger.acks.get(connection) ?? [];
  ledger.acks.set(connection, [...queue, { ...said, upTo, sentAtMs: turn.atMs }]);
  if (connection !== member.connection) return;
  Object.assign(member, { ackedUpTo: upTo, saidConsumed: said.consumed });
};

const noteAckRead = (ledger: Ledger, { pair, ...member }: Member, report: AckRead): boolean => {
  const said = ledger.acks.get(report.connection)?.shift();
  if (said === undefined || !report.isOurs) return false;
  const { told } = pair;
  pair.told = {
    upTo: Math.max(said.upTo, told.upTo),
    consumed: Math.max(said.consumed, told.consumed),
    position: said.position,
  };
  if (member.connection === report.connection) {
    const end = endOf(ledger, member.copy, report.connection);
    end.sentUpTo = Math.max(end.sentUpTo, said.upTo);
  }
  const { upTo, consumed, position } = told;
  return said.upTo > upTo || said.consumed > consumed || said.position > position;
};

const noteConnected = (ledger: Ledger, member: Member, turn: Turn, connection: number): void => {
  const { atMs, input, status } = turn;
  Object.assign(member, { connection, connectedAtMs: atMs, saidAtMs: atMs, ackedUpTo: 0 });
  member.saidConsumed = 0;
  if (input.type === 'bytes' && input.connection === connection) member.trafficAtMs = atMs;
  const { consumed, received } = member.pair;
  const { position } = status;
  ledger.hellos.set(member.copy, { upTo: received, consumed, position });
};

const noteLogged = (member: Member, seq: number, kind: EntryKind, atMs: number): void => {
  const { pair } = member;
  if (pair.told.consumed >= pair.logged) member.progressAtMs = atMs;
  pair.logged = seq;
  pair.loggedAtMs[seq] = atMs;
  pair.kinds[seq] = kind;
};

/** What was logged since the last group is one, and what came of it waits for its ack (R22-3). */
const noteGroup = (member: Member, puts: readonly Put[], atMs: number): void => {
  const { pair } = member;
  if (member.role !== 'primary') return;
  pair.groupEnds.add(pair.logged);
  for (const put of puts) member.withheld.push({ put, seq: pair.logged, atMs });
};

const isSame = (one: Put, other: Put): boolean =>
  one.device === other.device && one.ordinal === other.ordinal;

const noteReleased = ({ withheld }: Member, output: Put): void => {
  const at = withheld.findIndex(({ put }) => isSame(put, output));
  if (at >= 0) withheld.splice(at, 1);
};

const noteReceived = (pair: Pair, seq: number): void => {
  pair.received = Math.max(pair.received, seq);
  if (pair.groupEnds.has(seq)) pair.completeUpTo = Math.max(pair.completeUpTo, seq);
};

const begins = (ledger: Ledger, turn: Turn, report: Report): void => {
  const { did } = report;
  const { mode } = turn.status;
  if (report.did === 'cut') {
    join(ledger, turn, 'primary');
    const { pair } = ledger.members.get(turn.copy) ?? {};
    if (pair !== undefined) pair.told = { ...pair.told, position: report.position };
  }
  if (did === 'armed') join(ledger, turn, 'backup');
  if (did !== 'tookUp') return;
  if (mode === 'recording') join(ledger, turn, 'primary');
  if (mode === 'replaying') join(ledger, turn, 'backup');
};

const endings: ReadonlySet<Report['did']> = new Set([
  ...(['wentLive', 'switchedOver', 'halted', 'diverged'] as const),
]);

/** What is said once the entries of a group are logged. */
const groupEnds: ReadonlySet<Report['did']> = new Set([
  ...(['performed', 'delivered', 'interrupted', 'fed'] as const),
  ...(['completed', 'ordered', 'quieted'] as const),
]);

const noteReport = (ledger: Ledger, member: Member, turn: Turn, report: Report): void => {
  const { atMs } = turn;
  if (groupEnds.has(report.did)) noteGroup(member, 'outputs' in report ? report.outputs : [], atMs);
  switch (report.did) {
    case 'connected':
      noteConnected(ledger, member, turn, report.connection);
      break;
    case 'disconnected':
      if (member.connection === report.connection) member.connection = null;
      break;
    case 'logged':
      noteLogged(member, report.seq, report.kind, atMs);
      break;
    case 'entrySent':
      endOf(ledger, member.copy, report.connection).sentUpTo = report.seq;
      member.pair.sentAtMs[report.seq] = atMs;
      break;
    case 'entryReceived':
      if (!report.isDuplicate) noteReceived(member.pair, report.seq);
      break;
    case 'consumed':
      member.pair.consumed = report.upTo;
      break;
    case 'ackSent':
      noteAckSent(ledger, member, turn, report);
      break;
    case 'ackRead':
      if (noteAckRead(ledger, member, report)) member.progressAtMs = atMs;
      break;
    case 'released':
      noteReleased(member, report.output);
      break;
    case 'suspected':
      member.isOver = true;
      break;
    case 'moving':
      for (const one of ledger.members.values()) one.hasSeenMove ||= one.pair === member.pair;
      break;
    default: // nothing that a claim about time asks for
  }
};

const noteDeafness = (ledger: Ledger, member: Member, atMs: number): void => {
  const end = channelOf(ledger, member);
  const isDeaf = member.role === 'backup' && end !== null && end.credit === 0;
  if (isDeaf && !member.isDeaf) member.deafSinceMs = atMs;
  if (!isDeaf && member.isDeaf) member.trafficAtMs = atMs; // it has listened from now on only
  member.isDeaf = isDeaf;
};

const moveEnds: ReadonlySet<Report['did']> = new Set([
  ...(['cancelled', 'switchedOver', 'suspected', 'halted'] as const),
]);

/** A destination waits for a quiet disk when its source quiets it for that. */
const noteMove = ({ moving, waiting }: Ledger, copy: string, { did }: Report): void => {
  if (did === 'moving') moving.add(copy);
  if (did === 'quieting' && moving.has(copy)) waiting.set(copy, did);
  if (did === 'quieted' && waiting.has(copy)) waiting.set(copy, did);
  if (!moveEnds.has(did)) return;
  moving.delete(copy);
  waiting.delete(copy);
};

/** What happened to a copy, and what it did: noted before anybody judges it. */
export const noteTurn = (ledger: Ledger, turn: Turn): void => {
  noteInput(ledger, turn);
  const { copy, host, commands, atMs } = turn;
  ledger.hosts.set(copy, host);
  for (const command of commands) {
    if (command.type === 'allow')
      endOf(ledger, copy, command.connection).credit += command.byteCount;
    const member = ledger.members.get(copy);
    if (command.type === 'send') {
      endOf(ledger, copy, command.connection).room -= command.bytes.length;
      if (member?.connection === command.connection) member.saidAtMs = atMs;
    }
    if (command.type === 'beat' && member !== undefined) member.beatAtMs = atMs;
    if (command.type !== 'report') continue;
    begins(ledger, turn, command.report);
    if (command.report.did === 'completed') ledger.completedAtMs.set(copy, atMs);
    noteMove(ledger, copy, command.report);
    const now = ledger.members.get(copy);
    if (now !== undefined) noteReport(ledger, now, turn, command.report);
  }
  const member = ledger.members.get(copy);
  if (member !== undefined && !member.isOver) noteDeafness(ledger, member, atMs);
};

/** Whoever has ended its watch in this turn is no member any more. */
export const endTurn = ({ members }: Ledger, { copy, commands }: Turn): void => {
  for (const command of commands) {
    if (command.type === 'halt') members.delete(copy);
    if (command.type === 'report' && endings.has(command.report.did)) members.delete(copy);
  }
};

const leave = (
  { members, hosts }: Ledger,
  isGone: (one: { readonly copy: string; readonly host: string }) => boolean,
): void => {
  for (const [copy, host] of [...hosts]) {
    if (!isGone({ copy, host })) continue;
    hosts.delete(copy);
    members.delete(copy);
  }
};

/** What befell the world. */
export const noteHappening = (ledger: Ledger, happening: Happening, atMs: number): void => {
  const { standing } = ledger;
  if (happening.what === 'crashed') {
    leave(ledger, ({ host }) => host === happening.host);
    standing.delete(happening.host);
  }
  if (happening.what === 'wedged') leave(ledger, ({ copy }) => copy === happening.copy);
  if (happening.what === 'paused') {
    standing.set(happening.host, {
      ...standingOf(ledger, happening.host),
      isPaused: true,
      sinceMs: atMs,
    });
  }
  if (happening.what !== 'resumed') return;
  const { sinceMs } = standingOf(ledger, happening.host);
  const forMs = atMs - sinceMs;
  standing.set(happening.host, { isPaused: false, sinceMs, resumedAtMs: atMs, forMs });
};
