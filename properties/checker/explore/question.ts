import type { Cause } from './hits.ts';
import type { Always, Measure, Possible, Taken } from './system.ts';

/** What bounds an exploration besides its scope. */
export type Bounds = {
  readonly depth: number; // levels; the states in which the system begins are the first
  readonly bytes: number; // of memory
};

/** What is asked of every step, and when to stop. */
export type Asked<S, E, N> = {
  readonly claims: readonly Always<S, E, N>[];
  readonly witnesses: readonly Possible<S, E, N>[];
  readonly measures: readonly Measure<S, E, N>[];
  readonly bounds: Bounds; // infinite unless they are given
  /** Whether to go on after a claim has broken, until all have. */
  readonly goesOn: boolean;
  /** Unless it is null, an exploration that goes on looks for each cause of each violation. */
  readonly causeOf: ((step: Taken<S, E, N>) => Cause) | null;
  /** Bytes in use for states and the like, besides the arrays that the explorer counts itself. */
  readonly heap: () => number;
  /** Told now and then, once a level at least; `false` stops the exploration. */
  readonly onProgress: (progress: Progress) => boolean;
};

/** The same, of which all may be left out: then nothing is asked, and it goes on to the end. */
export type Question<S, E, N = undefined> = Partial<Asked<S, E, N>>;

/** The question with what was left out. */
export const asked = <S, E, N>(question: Question<S, E, N>): Asked<S, E, N> => ({
  claims: [],
  witnesses: [],
  measures: [],
  bounds: { depth: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY },
  goesOn: false,
  causeOf: null,
  heap: () => 0,
  onProgress: () => true,
  ...question,
});

/** How far it has come. */
export type Progress = {
  readonly depth: number; // levels that are known whole
  readonly distinct: number; // states
  readonly generated: number; // states, one again each time that a step leads to it
  readonly queue: number; // states whose successors are still to come
  readonly bytes: number;
};

/** What was found at the last of some events, none of which can be done without. */
export type Found<E> = {
  readonly id: string;
  readonly events: readonly E[];
  readonly cause: Cause | null; // null if none was asked for
};

/** The greatest value of a measure, and a shortest story that attains it. */
export type Worst<E> = Found<E> & { readonly value: number };

/** What became of it: everything was seen, a bound was met, or somebody stopped it. */
export type Extent = 'exhausted' | 'depth' | 'memory' | 'stopped' | 'refuted';

/** What an exploration comes to. */
export type Explored<E> = {
  readonly extent: Extent;
  readonly progress: Progress;
  readonly levels: readonly number[]; // distinct states on each that is known whole
  readonly cutOff: number; // steps that led out of the scope
  readonly refuted: readonly Found<E>[]; // by length: the shortest story of each claim, or cause
  readonly reached: readonly Found<E>[]; // the shortest way to each witness
  readonly worst: readonly Worst<E>[]; // of each measure that has a value
};
