import { type Division, isInside } from './components.ts';
import { enabledIn } from './fair-parts.ts';
import type { Graph } from './graph.ts';
import type { Patience } from './patience.ts';

/** What a closed path still has to show to be fair. */
type Due = {
  readonly weak: Set<number>; // classes that were possible in each state so far, and not taken
  readonly strong: Set<number>; // classes that were possible in a state so far, and not taken
  readonly met: Set<number>; // classes of which nothing more is to be shown
};

/** A state that the path comes to: what is not possible there is not put off. */
const come = (graph: Graph, due: Due, state: number): void => {
  const enabled = enabledIn(graph, state);
  for (const place of due.weak) {
    if (!enabled.has(place)) {
      due.weak.delete(place);
      due.met.add(place);
    }
  }
  for (const place of enabled) {
    if (graph.classes[place]?.kind === 'strong' && !due.met.has(place)) due.strong.add(place);
  }
};

const take = ({ weak, strong, met }: Due, place: number): void => {
  weak.delete(place);
  strong.delete(place);
  if (place >= 0) met.add(place);
};

type Goal = {
  readonly edge: (edge: number) => boolean;
  readonly state: (state: number) => boolean;
};

/** The edges of a shortest way inside a part to an edge, or a state, that is wanted. */
const wayInside = (
  graph: Graph,
  division: Division,
  from: number,
  { edge: isWanted, state: isGoal }: Goal,
  goesOn: Patience,
): readonly number[] | null => {
  const cameBy = new Map<number, readonly [from: number, edge: number]>();
  const wayBack = (state: number): readonly number[] => {
    const edges: number[] = [];
    for (let step = cameBy.get(state); step !== undefined; step = cameBy.get(step[0])) {
      edges.push(step[1]);
      if (step[0] === from) break;
    }
    return edges.reverse();
  };
  const queue = [from];
  for (const state of queue) {
    if (!goesOn()) return null;
    const end = graph.first[state + 1] ?? 0;
    for (let edge = graph.first[state] ?? 0; edge < end; edge++) {
      if (!isInside(graph, division, state, edge)) continue;
      const next = graph.to[edge] ?? 0;
      if (isWanted(edge) || isGoal(next)) {
        return [...(state === from ? [] : wayBack(state)), edge];
      }
      if (next === from || cameBy.has(next)) continue;
      cameBy.set(next, [state, edge]);
      queue.push(next);
    }
  }
  return null;
};

const nearest = (
  graph: Graph,
  division: Division,
  from: number,
  due: Due,
  goesOn: Patience,
): readonly number[] | null => {
  const goal: Goal = {
    edge: (edge) => {
      const place = graph.fair[edge] ?? -1;
      return due.weak.has(place) || due.strong.has(place);
    },
    state: (state) => {
      if (due.weak.size === 0) return false;
      const enabled = enabledIn(graph, state);
      return [...due.weak].some((place) => !enabled.has(place));
    },
  };
  return wayInside(graph, division, from, goal, goesOn);
};

/**
 * A closed path through a state, inside its part, that puts nothing off which is fair: for each
 * class it takes an edge or comes to a state where it need not. No edges: it stands still there.
 * `null`: it was stopped.
 */
export const fairCycle = (
  graph: Graph,
  division: Division,
  from: number,
  goesOn: Patience,
): readonly number[] | null => {
  const cycle: number[] = [];
  const possible = [...enabledIn(graph, from)].filter((place) => place >= 0);
  const weak = possible.filter((place) => graph.classes[place]?.kind === 'weak');
  const due: Due = { weak: new Set(weak), strong: new Set(), met: new Set() };
  come(graph, due, from);
  let at = from;
  const follow = (way: readonly number[]): void => {
    for (const edge of way) {
      cycle.push(edge);
      at = graph.to[edge] ?? at;
      take(due, graph.fair[edge] ?? -1);
      come(graph, due, at);
    }
  };
  while (due.weak.size + due.strong.size > 0) {
    const way = nearest(graph, division, at, due, goesOn);
    if (way === null) break;
    follow(way);
    if (due.weak.size + due.strong.size === 0 && at !== from) {
      const home: Goal = { edge: () => false, state: (state) => state === from };
      follow(wayInside(graph, division, at, home, goesOn) ?? []);
    }
  }
  return goesOn() ? cycle : null;
};
