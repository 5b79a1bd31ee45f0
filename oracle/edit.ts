import type { Event } from '../model/event.ts';
import { enabled, eventTypes } from '../model/spec.ts';
import { type Candidate, type Log, take, walkFrom } from './candidate.ts';
import { type Course, followed, type Recent } from './judge.ts';
import type { Observed } from './observation.ts';
import { replayOne } from './on-execution.ts';

/** A change of a log; `at` counts from its first line behind the header, from 0. */
export type Edit =
  | { readonly kind: 'insert'; readonly at: number; readonly event: Event } // before that line
  | { readonly kind: 'leaveOut'; readonly at: number }
  | { readonly kind: 'swap'; readonly at: number } // with the line behind it
  | {
      readonly kind: 'change';
      readonly at: number;
      readonly field: string;
      readonly from: number | string;
      readonly to: number | string;
    };

type Item = { readonly line: Observed } | { readonly event: Event };

/** Names that were given after a moment are not known at it. */
const logAt = (log: Log, { state }: Candidate): Log => ({
  ...log,
  copies: new Map([...log.copies].filter(([, id]) => id < state.copies.length)),
});

const happens = (course: Course, item: Item): boolean => {
  if ('line' in item) return followed(course, item.line) === null;
  const { event } = item;
  const found = course.candidates.flatMap((candidate) => {
    course.tries++;
    const walk = walkFrom(course.log, candidate);
    const breach = event.type === 'replay' ? replayOne(walk, event.copy) : take(walk, event);
    return breach === null ? [walk.candidate] : [];
  });
  course.candidates = found;
  return found.length > 0;
};

/** As much is tried at most for all edits together, as a judge counts it. */
export const mostWork = 500_000;

type Work = { left: number };

type Start = Recent & {
  readonly from: number;
  readonly first: readonly Candidate[];
  readonly work: Work;
};

const courseAt = ({ log, hidden, first }: Start): Course => {
  const [one] = first;
  return {
    log: one === undefined ? log : logAt(log, one),
    hidden,
    candidates: first,
    isCut: false,
    tries: 0,
  };
};

/** All of it can happen, and that was found before the work was at its end. */
const happenAll = ({ work }: Start, course: Course, items: readonly Item[]): boolean =>
  items.every((item) => {
    if (work.left <= 0) return false;
    const { tries } = course;
    const isPossible = happens(course, item);
    work.left -= course.tries - tries;
    return isPossible;
  });

const areAccepted = (start: Start, items: readonly Item[]): boolean =>
  happenAll(start, courseAt(start), items);

/** What the protocol could do there, and a log could have left out. */
const insertions = ({ log }: Recent, candidate: Candidate | undefined, at: number): Edit[] => {
  if (candidate === undefined) return [];
  const { state } = candidate;
  return eventTypes(log.spec)
    .filter((type) => log.spec.actions[type].by === 'protocol' && type !== 'execute')
    .flatMap((type) => enabled(log.spec, state, type))
    .map((event) => ({ kind: 'insert', at, event }));
};

const nearby = (value: number): readonly number[] =>
  [value + 1, value - 1, value + 2, value - 2].filter((one) => one >= 0);

const outcomes: readonly string[] = ['won', 'lost'];

const otherValues = (
  log: Log,
  field: string,
  value: number | string,
): readonly (number | string)[] => {
  if (field === 'n' || field === 'node') return [];
  if (typeof value === 'number') return nearby(value);
  if (field === 'copy') return [...log.copies.keys()].filter((name) => name !== value);
  return field === 'outcome' ? outcomes.filter((one) => one !== value) : [];
};

const changes = ({ log }: Recent, line: Observed, at: number): Edit[] =>
  Object.entries(line).flatMap(([field, from]) =>
    typeof from === 'number' || typeof from === 'string'
      ? otherValues(log, field, from).map((to): Edit => ({ kind: 'change', at, field, from, to }))
      : [],
  );

const changed = (line: Observed, field: string, to: number | string): Observed => ({
  ...line,
  [field]: to,
});

const edited = (items: readonly Item[], edit: Edit, from: number): readonly Item[] => {
  const index = edit.at - from;
  const item = items[index];
  const next = items[index + 1];
  if (item === undefined) return items;
  switch (edit.kind) {
    case 'insert':
      return items.toSpliced(index, 0, { event: edit.event });
    case 'leaveOut':
      return items.toSpliced(index, 1);
    case 'swap':
      return next === undefined ? items : items.toSpliced(index, 2, next, item);
    case 'change':
      return 'line' in item
        ? items.with(index, { line: changed(item.line, edit.field, edit.to) })
        : items;
  }
};

const rank: Readonly<Record<Edit['kind'], number>> = { insert: 0, change: 1, swap: 2, leaveOut: 3 };

/** Edits of one line, the likelier first; the line that was refused comes first of all. */
const editsOf = (recent: Recent, lines: readonly Observed[], from: number, upTo: number): Edit[] =>
  lines
    .flatMap((line, index): Edit[] => {
      const at = from + index;
      if (at > upTo) return [];
      const before = recent.kept[index]?.before ?? recent.now;
      const swap: Edit[] = at < upTo ? [{ kind: 'swap', at }] : [];
      // without the refused line anything is accepted, unless what comes behind it needs it
      const isOwed = at < upTo || lines.length > upTo - from + 1;
      const own: Edit[] = isOwed ? [{ kind: 'leaveOut', at }, ...swap] : swap;
      return [...insertions(recent, before[0], at), ...changes(recent, line, at), ...own];
    })
    .toSorted((one, other) => other.at - one.at || rank[one.kind] - rank[other.kind]);

/** Two things in a row that a log could have left out. */
const insertedTwice = (start: Start, lines: readonly Observed[], single: Edit): Edit[][] => {
  if (single.kind !== 'insert') return [];
  const { at, event } = single;
  const course = courseAt(start);
  const items: readonly Item[] = lines.slice(0, at - start.from).map((line) => ({ line }));
  if (!happenAll(start, course, [...items, { event }])) return [];
  return insertions(start, course.candidates[0], at).map((second) => [single, second]);
};

/** Edits of lines that are next to each other can come to the same as leaving out one of them. */
const areApart = (one: Edit, other: Edit): boolean =>
  (one.kind === 'insert' && other.kind === 'insert') || Math.abs(one.at - other.at) > 1;

/** As many pairs of edits are tried at most. */
const mostPairs = 4000;

/**
 * The smallest edit, of at most two, near the line that was refused, with which it and the lines
 * behind it that are known would be accepted; nothing if there is none, or none is found before
 * `work` is at its end.
 *
 * @param at where the refused line is
 * @param behind lines behind it, as many as are known
 */
export const smallestEdit = (
  recent: Recent,
  at: number,
  refused: Observed,
  behind: readonly Observed[],
  work: Work = { left: mostWork },
): readonly Edit[] => {
  const from = at - recent.kept.length;
  const lines = [...recent.kept.map(({ line }) => line), refused, ...behind];
  const first = recent.kept[0]?.before ?? recent.now;
  const start: Start = { ...recent, from, first, work };
  const items: readonly Item[] = lines.map((line) => ({ line }));
  const singles = editsOf(recent, lines, from, at);
  for (const edit of singles) if (areAccepted(start, edited(items, edit, from))) return [edit];
  const twice = singles.flatMap((edit) => insertedTwice(start, lines, edit));
  for (const [one, other] of twice) {
    if (one === undefined || other === undefined) continue;
    // the second is put before the line first, so that the first comes before it
    if (areAccepted(start, edited(edited(items, other, from), one, from))) return [one, other];
  }
  let tried = 0;
  for (const [index, one] of singles.entries()) {
    for (const other of singles.slice(index + 1)) {
      if (!areApart(one, other)) continue;
      if (++tried > mostPairs || work.left <= 0) return [];
      // the later one first, so that it is where it was
      const both = edited(edited(items, one, from), other, from);
      if (areAccepted(start, both)) return [other, one];
    }
  }
  return [];
};
