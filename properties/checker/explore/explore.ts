import { alone, type Crew } from './crew.ts';
import { noParent } from './discovered.ts';
import {
  bytesOf,
  type Expedition,
  type Finds,
  meet,
  noFinds,
  setOut,
  shared,
  stopOf,
} from './expedition.ts';
import type { Hit, Peak } from './hits.ts';
import { type Course, discoverFirst, expandAll, keptUpTo } from './level.ts';
import { eventsOf, pathTo } from './parents.ts';
import type { Explored, Extent, Found, Question } from './question.ts';
import { rebalanced } from './rebalance.ts';
import type { System } from './system.ts';

export type { Asked, Explored, Question } from './question.ts';

/** What the crew has found so far; each of them knows it. */
type Findings = { readonly refuted: Hit[]; readonly reached: Hit[]; worst: readonly Peak[] };

/** What one has made of a level. */
type Part = {
  readonly expanded: number; // states
  readonly generated: number;
  readonly cutOff: number;
  readonly parents: readonly number[]; // of the states that are new and one's own, in order
};

type End = { readonly extent: Extent; readonly distinct: number; readonly queue: number };

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0);

/** The new states' numbers: by parent, whoever has them. */
const numbersOf = (from: number, mine: Part, parts: readonly Part[]): readonly number[] => {
  const others = parts
    .filter((part) => part !== mine)
    .map(({ parents }) => ({ parents, passed: 0 }));
  return mine.parents.map((parent, index) => {
    let number = from + index;
    for (const other of others) {
      while ((other.parents[other.passed] ?? Number.POSITIVE_INFINITY) < parent) other.passed++;
      number += other.passed;
    }
    return number;
  });
};

/** Makes what all have found on a level the next one. */
const advance = <S extends object, E, N>(
  making: Expedition<S, E, N>,
  finds: Finds<S>,
  parts: readonly Part[],
): void => {
  const { crew, tree, first, count, levels } = making;
  const from = first + count;
  const mine = parts[crew.index];
  const numbers = mine === undefined ? [] : numbersOf(from, mine, parts);
  const lengths = parts.map(({ parents }) => parents.length);
  const end = from + sumOf(lengths);
  if (!tree.fits(end)) tree.adopt(shared(crew, () => tree.grow(end)));
  for (const [index, number] of numbers.entries()) {
    tree.set(number, finds.parents[index] ?? noParent, finds.ordinals[index] ?? 0);
  }
  making.finds = noFinds();
  making.first = from;
  making.count = end - from;
  making.frontier = rebalanced(crew, { ...finds, numbers }, lengths);
  if (making.count > 0) levels.push(making.count);
};

const begin = <S extends object, E, N>(making: Expedition<S, E, N>): void => {
  const { system, crew } = making;
  if (crew.index === 0) discoverFirst(making);
  meet(making, { kind: 'done', refuted: [], reached: [], peaks: [] });
  const finds = making.finds;
  const part = { expanded: 0, generated: 0, cutOff: 0, parents: finds.parents };
  making.generated = system.init.length;
  advance(making, finds, crew.meet<Part>(part));
};

/** Tells all what one has found, and gives the last state whose steps count, if one is. */
const report = <S extends object, E, N>(
  making: Expedition<S, E, N>,
  findings: Findings,
): number | null => {
  const { broken, cases, peaks, question } = making;
  const mine = { refuted: broken.hits, reached: cases.hits, peaks: peaks.peaks() };
  const words = meet(making, { kind: 'done', ...mine });
  const all = words.flatMap((word) => (word.kind === 'done' ? [word] : []));
  const refuted = broken.settle(all.flatMap((word) => word.refuted));
  const [first] = refuted;
  const last = first === undefined || question.goesOn ? null : first.parent;
  const isIn = ({ parent }: Hit): boolean => last === null || parent <= last;
  findings.refuted.push(...(last === null ? refuted : refuted.slice(0, 1)));
  findings.reached.push(...cases.settle(all.flatMap((word) => word.reached).filter(isIn)));
  findings.worst = peaks.settle(all.flatMap((word) => word.peaks).filter(isIn));
  return last;
};

const partOf = <S extends object, E, N>(
  { frontier }: Expedition<S, E, N>,
  { generated, cutOff }: Course,
  { parents }: Finds<S>,
  last: number,
): Part => {
  const later = frontier.numbers.findIndex((number) => number > last);
  const expanded = Math.min(generated.length, later < 0 ? generated.length : later);
  const at = expanded - 1;
  return { expanded, generated: generated[at] ?? 0, cutOff: cutOff[at] ?? 0, parents };
};

/** Goes one level further; says how it has ended if that was the last. */
const goOn = <S extends object, E, N>(
  making: Expedition<S, E, N>,
  findings: Findings,
): End | null => {
  const { crew, board, broken, found, first, count } = making;
  const course = expandAll(making);
  const limit = report(making, findings);
  const last = limit ?? Number.POSITIVE_INFINITY;
  const stopped = stopOf(board);
  const finds = stopped === null ? keptUpTo(making, last) : noFinds<S>();
  const parts = crew.meet(partOf(making, course, finds, last));
  making.generated += sumOf(parts.map(({ generated }) => generated));
  making.cutOff += sumOf(parts.map(({ cutOff }) => cutOff));
  const known = first + count;
  const fresh =
    stopped === null ? sumOf(parts.map(({ parents }) => parents.length)) : found.size() - known;
  const queue = count - sumOf(parts.map(({ expanded }) => expanded)) + fresh;
  if (stopped !== null) return { extent: stopped, distinct: known + fresh, queue };
  const isRefuted = limit !== null || (findings.refuted.length > 0 && broken.isDone());
  if (isRefuted) return { extent: 'refuted', distinct: known + fresh, queue };
  advance(making, finds, parts);
  return null;
};

const untilTheEnd = <S extends object, E, N>(
  making: Expedition<S, E, N>,
  findings: Findings,
): End => {
  const { bounds } = making.question;
  begin(making);
  for (;;) {
    const { count, first, levels } = making;
    const distinct = first + count;
    if (count === 0) return { extent: 'exhausted', distinct, queue: 0 };
    if (levels.length >= bounds.depth) return { extent: 'depth', distinct, queue: count };
    const end = goOn(making, findings);
    if (end !== null) return end;
  }
};

/**
 * Every state within the scope, breadth first, and every step judged. The first story of a claim or
 * a witness is a shortest one; of several that are equally long it is the first in the order in
 * which `moves` visits. Whatever the crew, it comes to the same, but for where memory ends or it is
 * stopped. All of a crew call it, with the same system and question.
 */
export const explore = <S extends object, E, N>(
  system: System<S, E, N>,
  question: Question<S, E, N> = {},
  crew: Crew = alone,
): Explored<E> => {
  const making = setOut(system, question, crew);
  const findings: Findings = { refuted: [], reached: [], worst: [] };
  const { extent, distinct, queue } = untilTheEnd(making, findings);
  const { levels, generated, cutOff, tree } = making;
  const found = ({ id, parent, ordinal, cause }: Hit): Found<E> => {
    const { from, ordinals } = pathTo(tree, parent);
    return { id, events: eventsOf(system, { from, ordinals: [...ordinals, ordinal] }), cause };
  };
  return {
    extent,
    progress: { depth: levels.length, distinct, generated, queue, bytes: bytesOf(making) },
    levels,
    cutOff,
    refuted: findings.refuted.map(found),
    reached: findings.reached.map(found),
    worst: findings.worst.map((peak) => ({ ...found(peak), value: peak.value })),
  };
};
