import type { Crew, Memory } from './crew.ts';
import { type Discovered, discovered } from './discovered.ts';
import {
  type Case,
  type Hit,
  type Lookout,
  lookout,
  type Peak,
  type Peaks,
  peaksOf,
} from './hits.ts';
import { type Parents, parents } from './parents.ts';
import { type Asked, asked, type Question } from './question.ts';
import type { System } from './system.ts';

/** States that one of the crew is to go on from, with their numbers, which rise. */
export type Frontier<S> = {
  readonly states: (S | null)[]; // null once it was gone on from: nobody needs it any more
  readonly numbers: readonly number[];
  readonly lows: readonly number[]; // of their fingerprints
  readonly highs: readonly number[];
};

/** States that one of the crew has discovered on a level, in order, and where from. */
export type Finds<S> = {
  readonly states: S[];
  readonly parents: number[];
  readonly ordinals: number[];
  readonly lows: number[];
  readonly highs: number[];
};

/** Nothing yet. */
export const noFinds = <S>(): Finds<S> => {
  return { states: [], parents: [], ordinals: [], lows: [], highs: [] };
};

/** What is said when the crew meets in the course of a level. */
export type Word =
  | { readonly kind: 'crowded' }
  | {
      readonly kind: 'done';
      readonly refuted: readonly Hit[];
      readonly reached: readonly Hit[];
      readonly peaks: readonly Peak[];
    };

/** Why the crew stops in the course of a level: as a number on the board. */
const stops = [null, 'memory', 'stopped'] as const;

// The words of the board, on which all write.
const stopWord = 0;
const limitWord = 1;
const heapWords = 2;

/** An exploration in the making, as one of the crew has it. */
export type Expedition<S extends object, E, N> = {
  readonly system: System<S, E, N>;
  readonly question: Asked<S, E, N>;
  readonly crew: Crew;
  readonly board: Int32Array;
  readonly found: Discovered;
  readonly tree: Parents;
  readonly broken: Lookout<S, E, N>;
  readonly cases: Lookout<S, E, N>;
  readonly peaks: Peaks<S, E, N>;
  readonly lanes: Int32Array;
  finds: Finds<S>;
  frontier: Frontier<S>;
  first: number; // the number of the first state on the level
  count: number; // of states on the level, the whole crew's
  readonly levels: number[]; // states on each
  generated: number; // the whole crew's, up to the level
  cutOff: number;
};

const isRefuting = <S, E, N>(claims: Asked<S, E, N>['claims']): readonly Case<S, E, N>[] =>
  claims.map(({ id, holds }) => ({ id, occurs: (step) => !holds(step) }));

const isReaching = <S, E, N>(cases: Asked<S, E, N>['witnesses']): readonly Case<S, E, N>[] =>
  cases.map(({ id, holds }) => ({ id, occurs: holds }));

/** The first one's memory, for all. */
export const shared = (crew: Crew, mine: () => Memory): Memory => {
  const [memory] = crew.meet(crew.index === 0 ? mine() : null);
  return memory ?? mine();
};

/** Before the first step. */
export const setOut = <S extends object, E, N>(
  system: System<S, E, N>,
  given: Question<S, E, N>,
  crew: Crew,
): Expedition<S, E, N> => {
  const question = asked(given);
  const bytes = (heapWords + crew.size) * Int32Array.BYTES_PER_ELEMENT;
  const [found, tree] = [discovered(crew), parents(crew)];
  found.adopt(shared(crew, found.memory));
  tree.adopt(shared(crew, tree.memory));
  return {
    system,
    question,
    crew,
    board: new Int32Array(shared(crew, () => crew.memory(bytes))),
    found,
    tree,
    broken: lookout(isRefuting(question.claims), question.goesOn ? question.causeOf : null),
    cases: lookout(isReaching(question.witnesses)),
    peaks: peaksOf(question.measures),
    lanes: new Int32Array(2),
    finds: noFinds(),
    frontier: { states: [], numbers: [], lows: [], highs: [] },
    first: 0,
    count: 0,
    levels: [],
    generated: 0,
    cutOff: 0,
  };
};

const heapUnit = 1024;

/** Bytes in use, one's own heap as it is, and the others' as they last were. */
export const bytesOf = <S extends object, E, N>(making: Expedition<S, E, N>): number => {
  const { board, crew, question, found, tree } = making;
  Atomics.store(board, heapWords + crew.index, question.heap() / heapUnit);
  let heaps = 0;
  for (let index = 0; index < crew.size; index++) heaps += Atomics.load(board, heapWords + index);
  return heapUnit * heaps + found.memory().byteLength + tree.memory().byteLength;
};

/** Why all are to stop where they are, if they are. */
export const stopOf = (board: Int32Array): (typeof stops)[number] =>
  stops[Atomics.load(board, stopWord)] ?? null;

/** Has all stop; the first reason counts. */
export const stop = (board: Int32Array, why: (typeof stops)[number]): void => {
  Atomics.compareExchange(board, stopWord, 0, stops.indexOf(why));
};

/** No step from a later state is of interest: one from this breaks a claim. */
export const limitTo = (board: Int32Array, number: number): void => {
  let known = Atomics.load(board, limitWord);
  while (known === 0 || known > number + 1) {
    const found = Atomics.compareExchange(board, limitWord, known, number + 1);
    if (found === known) return;
    known = found;
  }
};

/** Whether a state is later than one from which a step breaks a claim. */
export const isBeyond = (board: Int32Array, number: number): boolean => {
  const limit = Atomics.load(board, limitWord);
  return limit > 0 && number >= limit;
};

/** Gives the table more room, as all have agreed to, or has all stop for want of memory. */
const enlarge = <S extends object, E, N>(making: Expedition<S, E, N>): void => {
  const { board, crew, question, found } = making;
  const grown = (): Memory | null => {
    const bytes = bytesOf(making) + 2 * found.memory().byteLength;
    if (bytes <= question.bounds.bytes) return found.grow();
    stop(board, 'memory');
    return null;
  };
  const [memory] = crew.meet(crew.index === 0 ? grown() : null);
  if (memory !== null && memory !== undefined) found.adopt(memory);
};

/** Meets until nobody wants more room, or, if one wants it oneself, until there is some. */
export const meet = <S extends object, E, N>(
  making: Expedition<S, E, N>,
  word: Word,
): readonly Word[] => {
  for (;;) {
    const all = making.crew.meet(word);
    if (all.every(({ kind }) => kind === 'done')) return all;
    enlarge(making);
    if (word.kind === 'crowded') return all;
  }
};
