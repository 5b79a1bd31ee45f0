import type { Candidate, Log } from './candidate.ts';
import { allWays } from './forward.ts';
import type { Hidden } from './hidden.ts';
import type { Observed } from './observation.ts';

/** A line that was accepted, and how the specification stood before it. */
export type Kept = { readonly line: Observed; readonly before: readonly Candidate[] };

/** From so many lines back it is tried again; each time from further back. */
const windows: readonly number[] = [4, 12, 32];

/** So many lines are kept to try again from. */
export const windowMax = 32;

/** As many unseen steps are tried at most, each time. */
const mostAgain = 10_000;

const through = (
  log: Log,
  hidden: Hidden,
  kept: readonly Kept[],
  line: Observed,
): readonly Candidate[] => {
  let now = kept[0]?.before ?? [];
  let left = mostAgain;
  for (const one of [...kept.map((before) => before.line), line]) {
    const ways = allWays(log, hidden, now, one, { left, isClosing: true });
    if (ways.candidates.length === 0) return [];
    now = ways.candidates;
    left = ways.left;
  }
  return now;
};

/**
 * A line that cannot be, and the last lines before it once more, with whatever can have happened
 * before each of them: also what does not seem to depend on it.
 */
export const onceMore = (
  log: Log,
  hidden: Hidden,
  kept: readonly Kept[],
  line: Observed,
): readonly Candidate[] => {
  for (const count of windows) {
    const now = through(log, hidden, kept.slice(-count), line);
    if (now.length > 0 || count >= kept.length) return now;
  }
  return [];
};
