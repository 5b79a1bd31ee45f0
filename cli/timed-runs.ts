import { type TimedTrial, timedTrial } from '../properties/simulation/timeliness-check.ts';

/** What the timed runs among the others have come to. */
export type TimedRuns = {
  readonly runs: number;
  readonly lines: number;
  readonly reached: number; // cases
  readonly first: TimedTrial | null;
};

/** So many scripts are tried for each timed run, which takes as long as a dozen of them. */
export const scriptsPerTimed: number = 40;

/** The timed runs of a check, one after the other. */
export const timedRuns = (seed: number): { next: () => boolean; verdict: () => TimedRuns } => {
  const reached = new Set<string>();
  let runs = 0;
  let lines = 0;
  let first: TimedTrial | null = null;
  return {
    next: () => {
      const trial = timedTrial(`${seed}:${runs}`);
      runs++;
      lines += trial.reports.length;
      for (const [{ name }, count] of trial.reached) if (count > 0) reached.add(name);
      if (trial.finding !== null) first = trial;
      return first === null;
    },
    verdict: () => ({ runs, lines, reached: reached.size, first }),
  };
};
