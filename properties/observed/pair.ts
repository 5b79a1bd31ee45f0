// What one pairing has shown: what was logged, held, replayed, emitted and executed.

import { holderOf } from '../../model/actions/notation.ts';
import type { Effect } from '../../model/effect.ts';
import { contentOf, type Guest, type Output, sameGuest } from '../../model/guest.ts';
import { type Line, seq } from '../../model/ids.ts';
import type { LogEntry } from '../../model/log.ts';
import type { Recording, Replaying, State, Vm, Withholding } from '../../model/state.ts';
import { inTransit } from '../health.ts';
import { emissionOf, type History, type PairRecord, pairWith, withPair } from '../history.ts';

/** A pairing at its beginning. */
export const pairOf = (primary: Line, backup: Line, cut: Guest): PairRecord => ({
  primary,
  backup,
  cut,
  held: seq(0),
  replayed: seq(0),
  acked: seq(0),
  marked: [],
  emitted: [],
  executed: [],
  digests: [],
  finished: [],
  hasDiverged: false,
  lastEntry: cut.position,
  gap: 0,
});

const packetsSent = (before: Guest, after: Guest): readonly number[] => {
  const count = after.transmitted - before.transmitted;
  return count > before.posted.length ? [...before.posted, after.word] : before.posted;
};

/** What a guest has put out on its way from one state to another, in at most one instruction. */
const outputsBetween = (before: Guest, after: Guest): readonly Output[] => {
  const { sent: ordinal, transmitted, printed } = before;
  if (after.sent <= before.sent) return [];
  if (after.transmitted > transmitted) {
    return packetsSent(before, after).map((content, index) => {
      const number = transmitted + index;
      return { device: 'network', ordinal: ordinal + index, number, content };
    });
  }
  if (after.printed > printed) {
    return [{ device: 'console', ordinal, number: printed, content: after.word }];
  }
  // one instruction may issue several operations where the guest is of any image
  return after.pending.flatMap(({ number, ordinal: written, data }): readonly Output[] =>
    number < before.issued || written === null
      ? []
      : [{ device: 'disk', ordinal: written, number, content: contentOf(data) }],
  );
};

const outputsOf = (before: Vm, after: Vm): readonly Output[] =>
  'guest' in before && 'guest' in after ? outputsBetween(before.guest, after.guest) : [];

type Paired = Recording | Withholding;

const completedBy = (before: Paired, after: Paired): PairRecord['finished'] => {
  if (after.guest.pending.length >= before.guest.pending.length) return [];
  const left = before.guest.pending.filter((io) => !after.guest.pending.includes(io));
  return left.map((io) => ({ io, seq: after.logged }));
};

/** A primary that suspects its backup: what is completed now, the backup never learns (R34-11). */
const withheldFrom = (history: History, before: Withholding, after: Withholding): History => {
  const pair = history.pairs.findLast(({ primary }) => primary === after.line);
  const finished = completedBy(before, after);
  if (pair === undefined || finished.length === 0) return history;
  return withPair(history, { ...pair, finished: [...pair.finished, ...finished] });
};

/** The primary has executed, or something was done to it. */
export const recorded = (history: History, before: Vm, after: Vm): History => {
  if (before.mode === 'withholding' && after.mode === 'withholding') {
    return withheldFrom(history, before, after);
  }
  if (before.mode !== 'recording' || after.mode !== 'recording') return history;
  const pair = pairWith(history, after.backup);
  if (pair === undefined) return history;
  const outputs = outputsOf(before, after);
  const isLonger = after.logged > before.logged;
  const finished = completedBy(before, after);
  if (outputs.length + finished.length === 0 && !isLonger) return history;
  const isMarker = ({ seq: number, kind }: LogEntry) => kind === 'OUT' && number > before.logged;
  const marker = after.buffer.findLast(isMarker)?.seq ?? null;
  const { guest, share, logged } = after;
  return withPair(history, {
    ...pair,
    marked: [...pair.marked, ...outputs.map(({ ordinal }) => ({ ordinal, marker }))],
    digests: isLonger ? [...pair.digests, { seq: logged, guest, share }] : pair.digests,
    finished: [...pair.finished, ...finished],
    lastEntry: isLonger ? guest.position : pair.lastEntry,
    gap: isLonger ? Math.max(pair.gap, guest.position - pair.lastEntry) : pair.gap,
  });
};

const sameOutput = (one: Output, other: Output): boolean =>
  one.ordinal === other.ordinal && one.content === other.content && one.device === other.device;

type Sides = readonly [own: readonly Output[], other: readonly Output[]];

/** The output joins its own side, or finds itself on the other and both are forgotten. */
const paired = ([own, other]: Sides, output: Output): Sides =>
  other.some((one) => sameOutput(one, output))
    ? [own, other.filter((one) => !sameOutput(one, output))]
    : [[...own, output], other];

/** A backup has replayed, or has halted in trying to. */
export const replayed = (history: History, before: Vm, after: Vm): History => {
  const pair = pairWith(history, after.line);
  if (pair === undefined || !('consumed' in before)) return history;
  if (!('consumed' in after)) return withPair(history, { ...pair, hasDiverged: true });
  const outputs = outputsOf(before, after);
  const [executed, emitted] = outputs.reduce<Sides>(paired, [pair.executed, pair.emitted]);
  if (after.consumed === before.consumed) {
    return outputs.length === 0 ? history : withPair(history, { ...pair, executed, emitted });
  }
  const digest = pair.digests.find(({ seq: number }) => number === after.consumed);
  const isSame =
    digest !== undefined && sameGuest(digest.guest, after.guest) && digest.share === after.share;
  return withPair(history, {
    ...pair,
    executed,
    emitted,
    replayed: after.consumed,
    digests: pair.digests.filter(({ seq: number }) => number > after.consumed),
    hasDiverged: pair.hasDiverged || !isSame,
  });
};

/** A backup has read an entry into its log buffer. */
export const received = (history: History, before: Vm, after: Replaying): History => {
  const pair = pairWith(history, after.line);
  const entry = after.buffer.at(-1);
  if (pair === undefined || entry === undefined || before.mode !== 'replaying') return history;
  if (entry.seq !== pair.held + 1) return history;
  const finished = pair.finished.filter(({ seq: number }) => number > entry.seq);
  return withPair(history, { ...pair, held: entry.seq, finished });
};

/** A backup has said what it holds. */
export const acknowledged = (history: History, { line, acked }: Replaying): History => {
  const pair = pairWith(history, line);
  return pair === undefined ? history : withPair(history, { ...pair, acked });
};

/** A new pairing begins. */
export const cut = (history: History, after: Recording): History => ({
  ...history,
  pair: [after.line, after.backup],
  winner: null,
  pairs: [...history.pairs, pairOf(after.line, after.backup, after.guest)],
});

/** A primary has put something out. */
export const shown = (history: History, effects: readonly Effect[], state: State): History => {
  let next = history;
  for (const effect of effects) {
    const emission = emissionOf(effect);
    const copy = emission === null ? undefined : state.copies[emission.copy];
    const pair = next.pairs.findLast(({ primary }) => primary === copy?.line);
    const isPaired = copy?.mode === 'recording' || copy?.mode === 'withholding';
    if (emission === null || pair === undefined || !isPaired) continue;
    const { output } = emission;
    if (output.ordinal < pair.cut.sent) continue; // part of the clone
    const [emitted, executed] = paired([pair.emitted, pair.executed], output);
    const marked = pair.marked.filter(({ ordinal }) => ordinal !== output.ordinal);
    next = withPair(next, { ...pair, emitted, executed, marked });
  }
  return next;
};

/** Whether a pairing may still show something. */
export const canStillEmit = (state: State, pair: PairRecord): boolean => {
  const primary = holderOf(state, pair.primary)?.mode;
  const backup = holderOf(state, pair.backup);
  const isMoving =
    inTransit(state, pair.primary) !== null || inTransit(state, pair.backup) !== null;
  const isPrimaryPaired = isMoving || primary === 'recording' || primary === 'withholding';
  if (backup === undefined) return isPrimaryPaired;
  return isPrimaryPaired || backup.mode === 'cloning' || 'consumed' in backup;
};
