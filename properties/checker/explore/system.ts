/**
 * A specification as the explorer sees it: where it begins and every way it can move. States are
 * plain data: objects and arrays of numbers, strings, booleans and null. `moves` is pure; it visits
 * every enabled event, always in the same order, for that order breaks ties between stories.
 */
export type System<S extends object, E, N = undefined> = {
  readonly name: string;
  readonly init: readonly S[];
  readonly moves: (state: S, visit: Visit<S, E, N>) => void;
  /** Whether the scope reaches that far: a state outside is judged, and not gone on from. */
  readonly isWithin?: (state: S) => boolean;
  /**
   * The same state for all that differ only in the names of interchangeable values: one of them is
   * gone on from. Sound if whatever one of them can do the others can under their names, and if no
   * claim, case, measure or bound of the scope tells them apart.
   */
  readonly canonical?: (state: S) => S;
};

/** Takes one event with the state after it, and what else the step has shown. */
export type Visit<S, E, N> = (event: E, after: S, note: N) => void;

/** One step, as claims see it. */
export type Taken<S, E, N = undefined> = {
  readonly before: S;
  readonly event: E;
  readonly after: S;
  readonly note: N;
};

/** What has to hold of every step that can be taken. */
export type Always<S, E, N = undefined> = {
  readonly id: string;
  readonly holds: (step: Taken<S, E, N>) => boolean;
};

/** A figure that a step has: the greatest that occurs is looked for. */
export type Measure<S, E, N = undefined> = {
  readonly id: string;
  /** Negative infinity where a step has none. */
  readonly of: (step: Taken<S, E, N>) => number;
};

/** A case that has to be possible. */
export type Possible<S, E, N = undefined> = {
  readonly id: string;
  readonly holds: (step: Taken<S, E, N>) => boolean;
};
