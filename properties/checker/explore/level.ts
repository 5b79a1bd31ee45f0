import { noParent } from './discovered.ts';
import {
  bytesOf,
  type Expedition,
  type Finds,
  isBeyond,
  limitTo,
  meet,
  noFinds,
  stop,
  stopOf,
} from './expedition.ts';
import { fingerprintInto, succeedInto } from './fingerprint.ts';
import type { Progress } from './question.ts';

/** What one has generated on a level, state by state: the sums after each that one went on from. */
export type Course = { readonly generated: number[]; readonly cutOff: number[] };

/** Claims a state, whose fingerprint is in the lanes, for its parent. */
const claim = <S extends object, E, N>(
  making: Expedition<S, E, N>,
  state: S,
  parent: number,
  ordinal: number,
): void => {
  const { found, finds, lanes, board, first } = making;
  while (found.isCrowded()) {
    meet(making, { kind: 'crowded' });
    if (stopOf(board) !== null) return;
  }
  const lo = lanes[0] ?? 0;
  const hi = lanes[1] ?? 0;
  if (!found.claim(lo, hi, parent, parent === noParent ? noParent : first)) return;
  finds.states.push(state);
  finds.parents.push(parent);
  finds.ordinals.push(ordinal);
  finds.lows.push(lo);
  finds.highs.push(hi);
};

/** Puts the states in which the system begins on the first level. */
export const discoverFirst = <S extends object, E, N>(making: Expedition<S, E, N>): void => {
  const { system, lanes } = making;
  for (const [ordinal, state] of system.init.entries()) {
    fingerprintInto(lanes, system.canonical?.(state) ?? state);
    claim(making, state, noParent, ordinal);
  }
};

const expand = <S extends object, E, N>(
  making: Expedition<S, E, N>,
  index: number,
  course: Course,
): void => {
  const { system, question, frontier, broken, cases, peaks, lanes } = making;
  const { isWithin, canonical } = system;
  const hasMeasures = question.measures.length > 0;
  const before = frontier.states[index];
  if (before === undefined || before === null) return;
  frontier.states[index] = null;
  const number = frontier.numbers[index] ?? 0;
  const lo = frontier.lows[index] ?? 0;
  const hi = frontier.highs[index] ?? 0;
  const discover = (after: S): void => {
    if (canonical === undefined) {
      lanes[0] = lo;
      lanes[1] = hi;
      succeedInto(lanes, before, after);
    } else fingerprintInto(lanes, canonical(after));
    claim(making, after, number, ordinal);
  };
  let ordinal = 0;
  let out = 0;
  system.moves(before, (event, after, note) => {
    const step = { before, event, after, note };
    broken.look(step, number, ordinal);
    cases.look(step, number, ordinal);
    if (hasMeasures) peaks.look(step, number, ordinal);
    if (isWithin === undefined || isWithin(after)) discover(after);
    else out++;
    ordinal++;
  });
  course.generated.push((course.generated.at(-1) ?? 0) + ordinal);
  course.cutOff.push((course.cutOff.at(-1) ?? 0) + out);
};

const looksEvery = 256;

const progressOf = <S extends object, E, N>(
  making: Expedition<S, E, N>,
  { generated }: Course,
  bytes: number,
): Progress => {
  const { levels, found, count, crew, first } = making;
  const distinct = found.size();
  const left = Math.max(0, count - generated.length * crew.size);
  return {
    depth: levels.length,
    distinct,
    generated: making.generated + (generated.at(-1) ?? 0) * crew.size,
    queue: left + distinct - first - count,
    bytes,
  };
};

/** Sees to it that memory lasts and that nobody has had enough. */
const lookUp = <S extends object, E, N>(making: Expedition<S, E, N>, course: Course): void => {
  const { board, question } = making;
  const bytes = bytesOf(making);
  if (bytes > question.bounds.bytes) stop(board, 'memory');
  else if (!question.onProgress(progressOf(making, course, bytes))) stop(board, 'stopped');
};

/** Goes on from one's own part of the frontier, to its end or to where that is of no use. */
export const expandAll = <S extends object, E, N>(making: Expedition<S, E, N>): Course => {
  const { board, question, frontier, broken } = making;
  const course: Course = { generated: [], cutOff: [] };
  for (let index = 0; index < frontier.states.length; index++) {
    const number = frontier.numbers[index] ?? 0;
    if (index % looksEvery === 0) lookUp(making, course);
    if (stopOf(board) !== null || isBeyond(board, number)) break;
    expand(making, index, course);
    if (broken.hits.length > 0 && !question.goesOn) limitTo(board, number);
  }
  return course;
};

/** One's own finds from parents up to a last one, if nobody has them from an earlier parent. */
export const keptUpTo = <S extends object, E, N>(
  { found, finds }: Expedition<S, E, N>,
  last: number,
): Finds<S> => {
  const kept = noFinds<S>();
  const { states, parents, ordinals, lows, highs } = finds;
  for (const [index, state] of states.entries()) {
    const parent = parents[index] ?? 0;
    const lo = lows[index] ?? 0;
    const hi = highs[index] ?? 0;
    if (parent > last) break;
    if (found.parentOf(lo, hi) !== parent) continue;
    kept.states.push(state);
    kept.parents.push(parent);
    kept.ordinals.push(ordinals[index] ?? 0);
    kept.lows.push(lo);
    kept.highs.push(hi);
  }
  return kept;
};
