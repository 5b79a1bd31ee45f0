import seedrandom from 'seedrandom';

/** The only source of choice in the harness. Where it comes from decides what a run is for. */
export type Chooser = {
  /** A natural number below `bound`, which is at least 1. */
  readonly below: (bound: number) => number;
};

/** A seed is a run, and the seed is all that a report needs to have it again. */
export const seeded = (seed: string): Chooser => {
  const random = seedrandom.alea(seed);
  return { below: (bound) => Math.floor(random() * bound) };
};

/** One of a list that is not empty. */
export const oneOf = <T>(chooser: Chooser, all: readonly [T, ...T[]]): T =>
  all[chooser.below(all.length)] ?? all[0];

/** True once in `times`, on average. */
export const onceIn = (chooser: Chooser, times: number): boolean => chooser.below(times) === 0;
