import type { Explored } from './question.ts';

/** What an exploration that has met a bound would need to go on, if its levels go on as before. */
export type Forecast = {
  readonly growth: number; // from the last whole level but one to the last
  readonly states: number; // on the next level; while levels shrink, on all that are left
  readonly bytes: number;
};

/** From the last levels; null if there are too few of them to tell. */
export const forecastOf = ({
  levels,
  progress: { distinct, bytes },
}: Pick<Explored<unknown>, 'levels' | 'progress'>): Forecast | null => {
  const [before, last] = levels.slice(-2);
  if (before === undefined || last === undefined) return null;
  const growth = last / before;
  const states = Math.round(growth < 1 ? (last * growth) / (1 - growth) : last * growth);
  return { growth, states, bytes: (states * bytes) / distinct };
};
