import { componentsOf, type Division, isInside, nowhere, roomFor } from './components.ts';
import type { Graph } from './graph.ts';
import type { Patience } from './patience.ts';

/** How often each class of events can happen within a part, and which do. */
type Tally = {
  readonly enabled: Int32Array; // by class: in so many states of the part
  readonly taken: Uint8Array; // by class: whether an edge inside is of it
};

/** Whether the graph says what can happen in a state, or stops short of it. */
const isKnown = ({ expanded }: Graph, state: number): boolean => state < expanded;

const tallyOf = (graph: Graph, division: Division, part: Int32Array): Tally => {
  const { classes, first, fair } = graph;
  const enabled = new Int32Array(classes.length);
  const taken = new Uint8Array(classes.length);
  const last = new Int32Array(classes.length).fill(-1); // the state that was counted last
  for (const state of part) {
    const end = first[state + 1] ?? 0;
    for (let edge = first[state] ?? 0; edge < end; edge++) {
      const place = fair[edge] ?? -1;
      if (place < 0) continue;
      if (last[place] !== state) enabled[place] = (enabled[place] ?? 0) + 1;
      last[place] = state;
      if (isInside(graph, division, state, edge)) taken[place] = 1;
    }
  }
  return { enabled, taken };
};

/** The classes that can happen in a state, also by edges that leave its part or the scope. */
export const enabledIn = ({ first, fair }: Graph, state: number): ReadonlySet<number> =>
  new Set(fair.subarray(first[state] ?? 0, first[state + 1] ?? 0));

const putOff = (
  { classes }: Graph,
  { enabled, taken }: Tally,
  kind: 'weak' | 'strong',
  atLeast: number,
): readonly number[] =>
  classes.flatMap((fair, place) =>
    fair.kind === kind && (enabled[place] ?? 0) >= atLeast && taken[place] === 0 ? [place] : [],
  );

const assign = (division: Division, states: Int32Array, part: number): void => {
  for (const state of states) division[state] = part;
};

/**
 * Divides states into the largest parts in which one can stay for ever, all that is fair being
 * done: strongly connected, no weak class possible in all of a part and never taken inside, no
 * strong class possible anywhere in it and never taken inside. To stand still is to stay. Where a
 * strong class is put off, the states in which it can happen are left out and the rest is looked
 * at again. Edges that leave the scope are never taken inside. `null`: it was stopped.
 */
export const fairParts = (graph: Graph, states: Int32Array, goesOn: Patience): Division | null => {
  const division: Division = new Int32Array(graph.size).fill(nowhere);
  const known = states.filter((state) => isKnown(graph, state));
  assign(division, known, 0);
  let parts = 1;
  const work: Int32Array[] = [known];
  const room = roomFor(graph);
  for (let states = work.pop(); states !== undefined; states = work.pop()) {
    const components = componentsOf(graph, division, states, room, goesOn);
    if (components === null) return null;
    for (const component of components) assign(division, component, parts++);
    for (const component of components) {
      if (!goesOn()) return null;
      const tally = tallyOf(graph, division, component);
      const strong = putOff(graph, tally, 'strong', 1);
      if (strong.length === 0) {
        const isFair = putOff(graph, tally, 'weak', component.length).length === 0;
        if (!isFair) assign(division, component, nowhere);
        continue;
      }
      assign(division, component, nowhere);
      const rest = component.filter((state) => {
        const enabled = enabledIn(graph, state);
        return !strong.some((place) => enabled.has(place));
      });
      assign(division, rest, parts++);
      if (rest.length > 0) work.push(rest);
    }
  }
  return division;
};
