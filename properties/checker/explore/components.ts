import type { Graph } from './graph.ts';
import type { Patience } from './patience.ts';

/**
 * A division of a graph's states: each that is looked at belongs to one part, the others to none.
 * An edge is inside if it joins two states of one part and pardons nothing.
 */
export type Division = Int32Array; // by state: the number of its part; `nowhere` for none

/** The part of a state that is not looked at. */
export const nowhere = -1;

/** Whether an edge of a state stays within its part. */
export const isInside = (
  { to, pardoned }: Graph,
  division: Division,
  from: number,
  edge: number,
): boolean => {
  const next = to[edge] ?? -1;
  return next >= 0 && pardoned[edge] === 0 && division[next] === division[from];
};

/** Room for searches in a graph, one after the other. */
export type Room = {
  readonly order: Int32Array; // by state: when it was found; 0 if it was not
  readonly low: Int32Array; // the earliest state still open that it leads to
  readonly isOpen: Uint8Array;
  readonly edge: Int32Array; // the next of its edges to be looked at
};

type Search = Room & {
  readonly graph: Graph;
  readonly division: Division;
  readonly path: number[]; // from the root of the search to where it is
  readonly open: number[]; // found, and in no component yet
  readonly found: (component: Int32Array) => void;
  count: number;
};

const enter = (search: Search, state: number): void => {
  const { order, low, isOpen, edge, path, open, graph } = search;
  order[state] = low[state] = ++search.count;
  isOpen[state] = 1;
  edge[state] = graph.first[state] ?? 0;
  path.push(state);
  open.push(state);
};

const leave = ({ order, low, isOpen, path, open, found }: Search, state: number): void => {
  path.pop();
  const parent = path.at(-1);
  const lowest = low[state] ?? 0;
  if (parent !== undefined) low[parent] = Math.min(low[parent] ?? 0, lowest);
  if (lowest !== order[state]) return;
  const component = open.splice(open.lastIndexOf(state));
  for (const member of component) isOpen[member] = 0;
  found(Int32Array.from(component));
};

const advance = (search: Search, state: number): void => {
  const { graph, division, order, low, isOpen, edge } = search;
  const end = graph.first[state + 1] ?? 0;
  for (let at = edge[state] ?? 0; at < end; at++) {
    if (!isInside(graph, division, state, at)) continue;
    const next = graph.to[at] ?? 0;
    if (order[next] === 0) {
      edge[state] = at + 1;
      enter(search, next);
      return;
    }
    if (isOpen[next] === 1) low[state] = Math.min(low[state] ?? 0, order[next] ?? 0);
  }
  leave(search, state);
};

/** As many places as the graph has states. */
export const roomFor = ({ size }: Graph): Room => ({
  order: new Int32Array(size),
  low: new Int32Array(size),
  isOpen: new Uint8Array(size),
  edge: new Int32Array(size),
});

/**
 * The strongly connected components of each part: largest sets of states that lead to each other
 * by edges inside. A state that leads nowhere is one of its own. By Tarjan's algorithm, with a
 * stack of its own: a path may be longer than the program's stack is deep. `null`: it was stopped.
 */
export const componentsOf = (
  graph: Graph,
  division: Division,
  states: Int32Array,
  room: Room,
  goesOn: Patience,
): readonly Int32Array[] | null => {
  const components: Int32Array[] = [];
  for (const state of states) room.order[state] = 0;
  const search: Search = {
    graph,
    division,
    ...room,
    path: [],
    open: [],
    found: (component) => void components.push(component),
    count: 0,
  };
  for (const root of states) {
    if (search.order[root] !== 0) continue;
    enter(search, root);
    for (let at = search.path.at(-1); at !== undefined; at = search.path.at(-1)) {
      if (!goesOn()) return null;
      advance(search, at);
    }
  }
  return components;
};
