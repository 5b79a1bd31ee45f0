import { type Print, printOf, relativeInto } from './fingerprint.ts';
import { noParent, type Parents, parents, pathTo } from './parents.ts';
import type { Always, Possible, System, Taken } from './system.ts';
import { type Visited, visited } from './visited.ts';

/** What bounds an exploration besides its scope. */
export type Bounds = {
  readonly depth: number; // levels; the states in which the system begins are the first
  readonly bytes: number; // of memory
};

/** What is asked of every step, and when to stop. */
export type Question<S, E, N> = {
  readonly claims: readonly Always<S, E, N>[];
  readonly witnesses: readonly Possible<S, E, N>[];
  readonly bounds: Bounds;
  /** Whether to go on after a claim has broken, until all have. */
  readonly goesOn: boolean;
  /** Bytes in use for states and the like, besides the arrays that the explorer counts itself. */
  readonly heap: () => number;
  /** Told after every level and now and then on the way; `false` stops the exploration. */
  readonly onProgress: (progress: Progress) => boolean;
};

/** How far it has come. */
export type Progress = {
  readonly depth: number; // levels that are known whole
  readonly distinct: number; // states
  readonly generated: number; // states, one again each time that a step leads to it
  readonly queue: number; // states whose successors are still to come
  readonly bytes: number;
};

/** What was found at the last of some events, none of which can be done without. */
export type Found<E> = { readonly id: string; readonly events: readonly E[] };

/** What became of it: everything was seen, a bound was met, or somebody stopped it. */
export type Extent = 'exhausted' | 'depth' | 'memory' | 'stopped' | 'refuted';

/** What an exploration comes to. */
export type Explored<E> = {
  readonly extent: Extent;
  readonly progress: Progress;
  readonly cutOff: number; // steps that led out of the scope
  readonly refuted: readonly Found<E>[]; // by length: the shortest story of each claim
  readonly reached: readonly Found<E>[]; // the shortest way to each witness
};

type Node<S> = { readonly state: S; readonly print: Print };

/** An exploration in the making. */
type Making<S extends object, E, N> = {
  readonly system: System<S, E, N>;
  readonly seen: Visited;
  readonly tree: Parents;
  readonly lanes: Int32Array;
  readonly open: Set<Always<S, E, N>>;
  readonly unseen: Set<Possible<S, E, N>>;
  readonly refuted: Found<E>[];
  readonly reached: Found<E>[];
  readonly counts: { generated: number; cutOff: number };
};

const judge = <S extends object, E, N>(
  making: Making<S, E, N>,
  step: Taken<S, E, N>,
  parent: number,
): void => {
  const { system, tree, open, unseen, refuted, reached } = making;
  const story = (id: string): Found<E> => ({
    id,
    events: [...pathTo(system, tree, parent), step.event],
  });
  for (const claim of open) {
    if (claim.holds(step)) continue;
    open.delete(claim);
    refuted.push(story(claim.id));
  }
  for (const witness of unseen) {
    if (!witness.holds(step)) continue;
    unseen.delete(witness);
    reached.push(story(witness.id));
  }
};

/** Adds the successors of a state that are new to the next level. */
const expand = <S extends object, E, N>(
  making: Making<S, E, N>,
  node: Node<S>,
  number: number,
  next: Node<S>[],
): void => {
  const { system, seen, tree, lanes, counts } = making;
  const { isWithin } = system;
  let ordinal = -1;
  system.moves(node.state, (event, after, note) => {
    counts.generated++;
    ordinal++;
    judge(making, { before: node.state, event, after, note }, number);
    if (isWithin !== undefined && !isWithin(after)) {
      counts.cutOff++;
      return;
    }
    relativeInto(lanes, after, node.print);
    const size = seen.size();
    if (seen.number(lanes[0] ?? 0, lanes[1] ?? 0) < size) return;
    tree.add(number, ordinal);
    next.push({ state: after, print: printOf(after, node.print) });
  });
};

const beginnings = <S extends object, E, N>(making: Making<S, E, N>): readonly Node<S>[] =>
  making.system.init.flatMap((state, index) => {
    const { seen, tree, counts } = making;
    const print = printOf(state);
    const size = seen.size();
    counts.generated++;
    if (seen.number(print.lo, print.hi) < size) return [];
    tree.add(noParent, index);
    return [{ state, print }];
  });

const looksEvery = 256;

const begun = <S extends object, E, N>(
  system: System<S, E, N>,
  { claims, witnesses }: Question<S, E, N>,
): Making<S, E, N> => ({
  system,
  seen: visited(),
  tree: parents(),
  lanes: new Int32Array(2),
  open: new Set(claims),
  unseen: new Set(witnesses),
  refuted: [],
  reached: [],
  counts: { generated: 0, cutOff: 0 },
});

/**
 * Every state within the scope, breadth first, and every step judged. The first story of a claim or
 * a witness is a shortest one; of several that are equally long it is the first in the order in
 * which `moves` visits.
 */
export const explore = <S extends object, E, N>(
  system: System<S, E, N>,
  question: Question<S, E, N>,
): Explored<E> => {
  const { bounds, goesOn, heap, onProgress } = question;
  const making = begun(system, question);
  const { seen, tree, open, refuted, reached, counts } = making;
  let frontier = beginnings(making);
  let depth = 1;
  let first = 0; // the number of the first state on the frontier
  const progressAt = (queue: number): Progress => ({
    depth,
    distinct: seen.size(),
    generated: counts.generated,
    queue,
    bytes: heap() + seen.bytes() + tree.bytes(),
  });
  const ended = (extent: Extent, queue: number): Explored<E> => {
    return { extent, progress: progressAt(queue), cutOff: counts.cutOff, refuted, reached };
  };
  while (frontier.length > 0) {
    if (depth >= bounds.depth) return ended('depth', frontier.length);
    const next: Node<S>[] = [];
    for (const [index, node] of frontier.entries()) {
      const queue = frontier.length - index + next.length;
      if (index % looksEvery === 0) {
        const progress = progressAt(queue);
        if (progress.bytes > bounds.bytes) return ended('memory', queue);
        if (!onProgress(progress)) return ended('stopped', queue);
      }
      expand(making, node, first + index, next);
      if (refuted.length > 0 && (!goesOn || open.size === 0)) return ended('refuted', queue);
    }
    first += frontier.length;
    frontier = next;
    if (frontier.length > 0) depth++;
  }
  return ended('exhausted', 0);
};
