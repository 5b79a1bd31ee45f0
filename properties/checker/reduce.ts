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
  onlyCalm,
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
import { hurries, shortcuts } from './shrinking/shortcuts.ts';
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
  onlyCalm,
  plainest,
  faultsAlone,
  shortcuts,
  ...parts,
  kinds,
  lanes,
  faults,
  hurries,
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

/** Tells proposals apart; an event of a track it was shown is known by a number. */
export type Memory = {
  readonly show: (track: Track) => void;
  readonly isNew: (proposal: Proposal) => boolean; // no proposal is new twice
};

/** A memory of proposals. Its keys are short, for long scripts have many proposals. */
export const memory = (): Memory => {
  const numbers = new Map<Event, number>();
  const seen = new Set<string>();
  const keyOf = ({ settings, events, calm, renaming }: Proposal): string => {
    const said = events.map((event) => numbers.get(event) ?? JSON.stringify(event));
    const frame = renaming === null ? [settings, calm] : [settings, calm, renaming];
    return `${said.join()} ${JSON.stringify(frame)}`;
  };
  return {
    show: ({ script }) => {
      for (const event of script.events) {
        if (!numbers.has(event)) numbers.set(event, numbers.size);
      }
    },
    isNew: (proposal) => {
      const before = seen.size;
      return seen.add(keyOf(proposal)).size > before;
    },
  };
};

/** The proposals about a track, each once. */
const proposals = function* (spec: Spec, track: Track): Iterable<Proposal> {
  const { show, isNew } = memory();
  show(track);
  for (const move of moves) {
    const choices = move(spec, track);
    for (let index = 0; index < choices.count; index++) {
      const proposal = choices.nth(index);
      if (proposal !== null && isNew(proposal)) yield proposal;
    }
  }
};

const isUnseen = (seen: Set<string>, script: Script): boolean => {
  const before = seen.size;
  return seen.add(JSON.stringify(script)).size > before;
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
      if (isLess(cost(reduced), now) && isUnseen(seen, reduced)) yield reduced;
    }
  }
};
