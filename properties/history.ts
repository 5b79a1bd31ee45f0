import type { Effect } from '../model/effect.ts';
import type { Event } from '../model/event.ts';
import type { Guest, Output } from '../model/guest.ts';
import type { CopyId, Generation, Seq } from '../model/ids.ts';
import { copyId, generation, seq } from '../model/ids.ts';
import type { LogEntry } from '../model/log.ts';
import type { Recording, Replaying, State, Vm } from '../model/state.ts';
import { isBereft, isDisturbed, isReadyToGoLive } from './health.ts';

/** An output that the primary has logged: where its output entry is, if there is one. */
type Marked = { readonly ordinal: number; readonly marker: Seq | null };

/** The primary's guest when it had generated a number of entries, at the end of a group. */
type Digest = { readonly seq: Seq; readonly guest: Guest };

/**
 * What was observed of one pairing. What both sides have shown alike is forgotten, so that the
 * record stays as short as the backup's lag.
 */
export type PairRecord = {
  readonly primary: CopyId;
  readonly backup: CopyId;
  readonly cut: Guest; // the source's guest at log position 0 (R31-3)
  readonly held: Seq; // the highest entry that the backup has had in its buffer, without a gap
  readonly replayed: Seq;
  readonly marked: readonly Marked[]; // produced since the cut, not yet emitted
  readonly emitted: readonly Output[]; // seen by the world, not yet executed by the backup
  readonly executed: readonly Output[]; // executed by the backup, not yet seen by the world
  readonly digests: readonly Digest[]; // not yet compared
  readonly hasDiverged: boolean;
  readonly lastEntry: number; // the position of the newest entry
  readonly gap: number; // the most instructions between two entries
};

/** The copy that went live last, and how many outputs its execution had before (S3). */
export type GoneLive = {
  readonly copy: CopyId;
  readonly generation: Generation;
  readonly prefix: number;
};

/** All that the observers remember of a run. It is no part of the state; no action sees it. */
export type History = {
  readonly pairs: readonly PairRecord[];
  readonly gone: GoneLive;
  readonly pair: readonly CopyId[]; // the newest pair: who may serve, unless one of them has won
  readonly winner: CopyId | null; // who has won since that pair was formed
  readonly winners: readonly (CopyId | null)[]; // by the generation that was won
  readonly newest: readonly number[]; // the last input applied, by copy
  readonly invented: boolean; // an input or interrupt was applied that no log and no client sent
  readonly disturbedFor: number; // ticks for which something has not been as it should (T3)
  readonly quietFor: number; // ticks since it was so last
  readonly bereft: readonly number[]; // ticks for which a copy has outlived its peer (T1d)
  readonly waits: readonly number[]; // ticks for which a copy has had all it needs to go live (T1c)
};

const pairOf = (primary: CopyId, backup: CopyId, cut: Guest): PairRecord => ({
  primary,
  backup,
  cut,
  held: seq(0),
  replayed: seq(0),
  marked: [],
  emitted: [],
  executed: [],
  digests: [],
  hasDiverged: false,
  lastEntry: cut.position,
  gap: 0,
});

export const beginning = ({ copies }: State): History => ({
  pairs: copies.flatMap((copy) =>
    copy.mode === 'recording' ? [pairOf(copy.id, copy.backup, copy.guest)] : [],
  ),
  gone: { copy: copyId(0), generation: generation(0), prefix: 0 },
  pair: copies.map(({ id }) => id),
  winner: null,
  winners: [null],
  newest: copies.map(() => -1),
  invented: false,
  disturbedFor: 0,
  quietFor: 0,
  bereft: copies.map(() => 0),
  waits: copies.map(() => 0),
});

export const pairWith = (history: History, backup: CopyId): PairRecord | undefined =>
  history.pairs.find((pair) => pair.backup === backup);

const withPair = (history: History, pair: PairRecord): History => ({
  ...history,
  pairs: history.pairs.map((old) => (old.backup === pair.backup ? pair : old)),
});

const outputOf = (before: Vm, after: Vm): Output | null =>
  'guest' in before && 'guest' in after && after.guest.sent > before.guest.sent
    ? { ordinal: before.guest.sent, content: after.guest.word }
    : null;

const recorded = (history: History, before: Vm, after: Recording): History => {
  const pair = pairWith(history, after.backup);
  if (pair === undefined || before.mode !== 'recording') return history;
  const output = outputOf(before, after);
  const isLonger = after.logged > before.logged;
  if (output === null && !isLonger) return history;
  const isMarker = ({ seq: number, kind }: LogEntry) => kind === 'OUT' && number > before.logged;
  const marker = after.buffer.findLast(isMarker)?.seq ?? null;
  return withPair(history, {
    ...pair,
    marked: output === null ? pair.marked : [...pair.marked, { ordinal: output.ordinal, marker }],
    digests: isLonger ? [...pair.digests, { seq: after.logged, guest: after.guest }] : pair.digests,
    lastEntry: isLonger ? after.guest.position : pair.lastEntry,
    gap: isLonger ? Math.max(pair.gap, after.guest.position - pair.lastEntry) : pair.gap,
  });
};

const sameOutput = (one: Output, other: Output): boolean =>
  one.ordinal === other.ordinal && one.content === other.content;

/** The output joins `own`, or finds itself in `other` and both are forgotten. */
const paired = (
  output: Output,
  own: readonly Output[],
  other: readonly Output[],
): readonly [readonly Output[], readonly Output[]] =>
  other.some((one) => sameOutput(one, output))
    ? [own, other.filter((one) => !sameOutput(one, output))]
    : [[...own, output], other];

const sameState = (one: Guest, other: Guest): boolean =>
  one.word === other.word && one.position === other.position && one.sent === other.sent;

const replayed = (history: History, before: Vm, after: Vm): History => {
  const pair = pairWith(history, after.id);
  if (pair === undefined || !('consumed' in before)) return history;
  if (!('consumed' in after)) return withPair(history, { ...pair, hasDiverged: true });
  const output = outputOf(before, after);
  const [executed, emitted] =
    output === null ? [pair.executed, pair.emitted] : paired(output, pair.executed, pair.emitted);
  if (after.consumed === before.consumed) {
    return output === null ? history : withPair(history, { ...pair, executed, emitted });
  }
  const digest = pair.digests.find(({ seq: number }) => number === after.consumed);
  const differs = digest === undefined || !sameState(digest.guest, after.guest);
  return withPair(history, {
    ...pair,
    executed,
    emitted,
    replayed: after.consumed,
    digests: pair.digests.filter(({ seq: number }) => number > after.consumed),
    hasDiverged: pair.hasDiverged || differs,
  });
};

const inputOf = (event: Event, before: Vm): number | null => {
  if (event.type === 'deliver') return 'nic' in before ? (before.nic[0] ?? null) : null;
  if (event.type !== 'replay' || !('consumed' in before) || !('guest' in before)) return null;
  const [entry] = before.buffer;
  return entry?.kind === 'RX' ? entry.value : null;
};

const fed = (history: History, event: Event, before: Vm, after: Vm): History => {
  if (event.type === 'interrupt' || event.type === 'deliver') {
    const isFollower = 'consumed' in before;
    if (isFollower) return { ...history, invented: true };
  }
  const input = inputOf(event, before);
  const wasApplied =
    'guest' in before && 'guest' in after && after.guest.requests > before.guest.requests;
  if (input === null || !wasApplied) return history;
  const isOld = input <= (history.newest[before.id] ?? -1);
  const newest = history.newest.with(before.id, input);
  return { ...history, newest, invented: history.invented || isOld };
};

const received = (history: History, before: Vm, after: Replaying): History => {
  const pair = pairWith(history, after.id);
  const entry = after.buffer.at(-1);
  if (pair === undefined || entry === undefined || before.mode !== 'replaying') return history;
  return entry.seq === pair.held + 1 ? withPair(history, { ...pair, held: entry.seq }) : history;
};

const cut = (history: History, before: Vm, after: Recording): History => ({
  ...history,
  pair: [after.id, after.backup],
  winner: null,
  pairs: [...history.pairs, pairOf(after.id, after.backup, after.guest)],
  newest: history.newest.with(after.backup, history.newest[before.id] ?? -1),
});

const shown = (history: History, effects: readonly Effect[], state: State): History => {
  let next = history;
  for (const effect of effects) {
    const copy = effect.type === 'transmit' ? state.copies[effect.copy] : undefined;
    const pair = next.pairs.findLast(({ primary }) => primary === copy?.id);
    const isPaired = copy?.mode === 'recording' || copy?.mode === 'withholding';
    if (effect.type !== 'transmit' || pair === undefined || !isPaired) continue;
    const { ordinal, content } = effect;
    if (ordinal < pair.cut.sent) continue; // part of the clone
    const [emitted, executed] = paired({ ordinal, content }, pair.emitted, pair.executed);
    const marked = pair.marked.filter((output) => output.ordinal !== ordinal);
    next = withPair(next, { ...pair, emitted, executed, marked });
  }
  return next;
};

const canStillEmit = (state: State, pair: PairRecord): boolean => {
  const primary = state.copies[pair.primary]?.mode;
  const backup = state.copies[pair.backup];
  const isPrimaryPaired = primary === 'recording' || primary === 'withholding';
  if (backup === undefined) return isPrimaryPaired;
  return isPrimaryPaired || backup.mode === 'cloning' || 'consumed' in backup;
};

const goneLive = (history: History, copy: Vm, after: State): History => {
  if (copy.mode !== 'live') return history;
  const gone = { copy: copy.id, generation: copy.generation, prefix: copy.guest.sent };
  return { ...history, gone, pairs: history.pairs.filter((pair) => canStillEmit(after, pair)) };
};

const won = (history: History, before: State, after: State): History => {
  const winners = [...history.winners];
  const { generation: newest, owner } = after.storage;
  if (newest !== before.storage.generation || owner !== before.storage.owner)
    winners[newest] = owner;
  const told = after.storage.replies.length > before.storage.replies.length;
  const reply = after.storage.replies.at(-1);
  if (told && reply?.outcome === 'won') winners[reply.generation + 1] = reply.copy;
  const isNew = newest !== before.storage.generation || owner !== before.storage.owner;
  return { ...history, winners, winner: isNew ? owner : history.winner };
};

const ofCopy = (history: History, event: Event, before: Vm, after: Vm): History => {
  switch (event.type) {
    case 'execute':
    case 'interrupt':
    case 'deliver': {
      const fedHistory = fed(history, event, before, after);
      return after.mode === 'recording' ? recorded(fedHistory, before, after) : fedHistory;
    }
    case 'replay':
      return replayed(fed(history, event, before, after), before, after);
    case 'receive':
      return after.mode === 'replaying' ? received(history, before, after) : history;
    case 'snapshot':
      return after.mode === 'recording' ? cut(history, before, after) : history;
    default:
      return history;
  }
};

/** A pair that was disturbed needs a few ticks to recover, or the next fault finds it weakened. */
const recoveryTicks = 4;

const aged = (history: History, before: State): History => {
  if (before.settings.clock === null) return history;
  const quietFor = isDisturbed(before) ? 0 : history.quietFor + 1;
  const waits = before.copies.map((copy, id) =>
    isReadyToGoLive(before, copy) ? (history.waits[id] ?? 0) + 1 : 0,
  );
  const bereft = before.copies.map((copy, id) =>
    isBereft(before, copy) ? (history.bereft[id] ?? 0) + 1 : 0,
  );
  const disturbedFor = quietFor >= recoveryTicks ? 0 : history.disturbedFor + 1;
  return { ...history, quietFor, waits, bereft, disturbedFor };
};

/** The history with one step more in it. */
export const observe = (
  history: History,
  before: State,
  event: Event,
  after: State,
  effects: readonly Effect[],
): History => {
  if (event.type === 'arbitrate') return won(history, before, after);
  if (event.type === 'tick') return aged(history, before);
  if (event.type === 'suspect') {
    const bereft = history.bereft.map((ticks, id) => (id === event.copy ? 0 : ticks));
    return { ...history, bereft };
  }
  if (event.type === 'loseRequest' || event.type === 'loseReply') {
    return { ...history, waits: history.waits.with(event.copy, 0) };
  }
  if (event.type === 'place') {
    return { ...history, newest: [...history.newest, -1], waits: [...history.waits, 0] };
  }
  if (!('copy' in event)) return history;
  const was = before.copies[event.copy];
  const is = after.copies[event.copy];
  if (was === undefined || is === undefined || was === is) return history;
  const own = ofCopy(history, event, was, is);
  const seen = effects.length === 0 ? own : shown(own, effects, before);
  return was.mode !== 'live' && is.mode === 'live' ? goneLive(seen, is, after) : seen;
};
