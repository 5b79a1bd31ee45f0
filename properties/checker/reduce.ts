import type { Event } from '../../model/event.ts';
import type { Spec } from '../../model/spec.ts';
import type { Script } from './script.ts';
import { type Cost, cost, isLess } from './shrinking/cost.ts';
import {
  chunks,
  faults,
  faultsAlone,
  kinds,
  lanes,
  type Move,
  noCalm,
  oneFault,
  order,
  pairs,
  plainest,
  rotation,
  settings,
  singles,
  substitutes,
  swaps,
  values,
  variants,
} from './shrinking/moves.ts';
import { shortcuts } from './shrinking/shortcuts.ts';
import {
  courtOf,
  follow,
  followFilled,
  type Proposal,
  type Track,
  trackOf,
} from './shrinking/track.ts';

const fractions = [2, 4, 8, 16, 32] as const;
const sizes = [5, 4, 3, 2] as const;

/** A part of the events, unless it is so small that the fixed sizes are larger. */
const parts: readonly Move[] = fractions.map((fraction) =>
  chunks((count) => {
    const size = Math.floor(count / fraction);
    return size > sizes[0] ? size : 0;
  }),
);

/** Every way to make a script smaller or calmer, the most aggressive first. */
export const moves: readonly Move[] = [
  noCalm,
  plainest,
  faultsAlone,
  shortcuts,
  ...parts,
  kinds,
  lanes,
  faults,
  settings,
  ...sizes.map((size) => chunks((count) => (count > size ? size : 0))),
  singles,
  oneFault,
  rotation,
  values,
  variants,
  pairs,
  substitutes,
  swaps,
  order,
];

/** What tells one proposal about a track from another. */
export const keyOf = ({ settings, events, calm, renaming }: Proposal, { made }: Track): string => {
  const from = (event: Event) => made.get(event)?.copy ?? made.get(event)?.connection ?? null;
  const parents = events.map(from).filter((id) => id !== null);
  return JSON.stringify([settings, events, calm, renaming, parents]);
};

/** The proposals about a track, each once. */
const proposals = function* (spec: Spec, track: Track): Iterable<Proposal> {
  const seen = new Set<string>();
  for (const move of moves) {
    const choices = move(spec, track);
    for (let index = 0; index < choices.count; index++) {
      const proposal = choices.nth(index);
      if (proposal === null) continue;
      const key = keyOf(proposal, track);
      if (!seen.has(key)) yield proposal;
      seen.add(key);
    }
  }
};

const isNew = (seen: Set<string>, script: Script): boolean => {
  const key = JSON.stringify(script);
  const isFirst = !seen.has(key);
  seen.add(key);
  return isFirst;
};

/**
 * Every smaller or calmer script worth trying, the most aggressive first. Each costs less than the
 * script, so that taking one after the other ends, and all of its events happen.
 */
export const reductions = function* (spec: Spec, script: Script): Iterable<Script> {
  const court = courtOf(spec, []);
  const track = trackOf(court, script);
  const now: Cost = cost(script);
  const seen = new Set<string>();
  if (isLess(cost(track.script), now)) yield track.script;
  for (const proposal of proposals(spec, track)) {
    const plain = follow(court, proposal, track);
    const both = plain.isStarved ? [plain, followFilled(court, proposal, track)] : [plain];
    for (const { script: reduced } of both) {
      if (isLess(cost(reduced), now) && isNew(seen, reduced)) yield reduced;
    }
  }
};
