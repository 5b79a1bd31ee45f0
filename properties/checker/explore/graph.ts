import { fingerprintInto, succeedInto } from './fingerprint.ts';
import { type Growing, growing } from './growing.ts';
import type { System } from './system.ts';
import { visited } from './visited.ts';

/**
 * What must not be put off for ever. Events of one name are one class: `weak`, if from some point
 * on one of them can always happen, then one happens again and again; `strong`, if again and again
 * one of them can, then again and again one does.
 */
export type Fair = { readonly name: string; readonly kind: 'weak' | 'strong' };

/** What is to be known of a system besides its states and steps. */
export type Survey<S, E> = {
  /** The class of an event that can happen in a state; `null` if it may be put off for ever. */
  readonly fairness: (state: S, event: E) => Fair | null;
  /** Whether an event begins everything that is owed anew: what was owed before it is pardoned. */
  readonly pardons: (state: S, event: E) => boolean;
  /** Questions about a state, at most `marksMax`. */
  readonly marks: readonly ((state: S) => boolean)[];
  /** What tells states apart; two that agree in it have the same future. */
  readonly view: (state: S) => object;
};

/** As many as a number has bits. */
export const marksMax = 32;

/** How far a search has come; once nothing is queued, its graph is there and is looked into. */
export type Stage = { readonly states: number; readonly queue: number };

/** How many states to look at, and whether to go on. */
export type GraphBounds = {
  readonly states: number; // at most
  readonly bytes: number; // at most: of heap and graph, and of what it takes to look into that
  readonly heap: () => number; // bytes in use for states and the like
  readonly goesOn: (stage: Stage) => boolean; // asked now and then, also once all is there
};

/** None at all. */
export const unbounded: GraphBounds = {
  states: Number.POSITIVE_INFINITY,
  bytes: Number.POSITIVE_INFINITY,
  heap: () => 0,
  goesOn: () => true,
};

/** Why a graph grows no more; `exhausted`: that is all of it. */
export type GraphExtent = 'exhausted' | 'states' | 'memory' | 'stopped';

/** States by number, breadth first, and what leads where. Edges are numbered by state. */
export type Graph = {
  readonly extent: GraphExtent;
  readonly bytes: number; // as last held against the bound
  readonly size: number; // states
  readonly starts: readonly number[]; // the first states, by place among the beginnings
  readonly expanded: number; // so many of them, the first, have their edges: the rest is unknown
  readonly first: Int32Array; // by state: its first edge; one entry more than states
  readonly to: Int32Array; // by edge: the state that it leads to; `outside` for none within
  readonly classes: readonly Fair[];
  readonly fair: Int32Array; // by edge: the place of its class among those; -1 for none
  readonly pardoned: Uint8Array; // by edge: 1 if what is owed begins anew with it
  readonly marked: Uint32Array; // by state: the questions to which the answer is yes, by bit
};

/** Where an edge leads that leaves the scope. */
export const outside = -1;

/** A mark of a state, by its place among the questions. */
export const hasMark = ({ marked }: Graph, state: number, place: number): boolean =>
  (((marked[state] ?? 0) >>> place) & 1) === 1;

const asksEvery = 256;
const movesMany = 64; // of a state: so much room is seen to before it is asked again

/** What it takes, for each state, to look into a graph: numbers by state and node, and a search. */
const bytesToLookInto = 100;

/** A graph in the making. */
type Making<S> = {
  readonly taken: () => readonly S[]; // the states found since it was asked last
  readonly from: (state: S) => void; // the parent of those that are numbered next
  readonly number: (state: S) => number;
  readonly size: () => number;
  readonly bytes: () => number;
  readonly marked: Growing;
};

const making = <S extends object, E>({ view, marks }: Survey<S, E>): Making<S> => {
  const seen = visited();
  const lanes = new Int32Array(2);
  const marked = growing();
  let found: S[] = [];
  const marksOf = (state: S): number =>
    marks.reduce((bits, mark, place) => (mark(state) ? bits | (1 << place) : bits), 0);
  const known = new Int32Array(2);
  let parent: object | null = null;
  const from = (state: S): void => {
    parent = view(state);
    fingerprintInto(known, parent);
  };
  const number = (state: S): number => {
    if (parent === null) fingerprintInto(lanes, view(state));
    else {
      lanes.set(known);
      succeedInto(lanes, parent, view(state));
    }
    const size = seen.size();
    const place = seen.number(lanes[0] ?? 0, lanes[1] ?? 0);
    if (place === size) {
      found.push(state);
      marked.push(marksOf(state));
    }
    return place;
  };
  const taken = (): readonly S[] => {
    const all = found;
    found = [];
    return all;
  };
  const bytes = (): number => {
    const more = asksEvery * movesMany;
    return seen.bytes(more) + marked.bytes(more) + bytesToLookInto * seen.size();
  };
  return { taken, from, number, size: () => seen.size(), bytes, marked };
};

const classesByName = () => {
  const classes: Fair[] = [];
  const places = new Map<string, number>();
  const place = (fair: Fair | null): number => {
    if (fair === null) return -1;
    const name = `${fair.kind} ${fair.name}`;
    const known = places.get(name);
    if (known !== undefined) return known;
    places.set(name, classes.length);
    classes.push(fair);
    return classes.length - 1;
  };
  return { classes, place };
};

/** The edges of a graph in the making. */
type Edges = {
  readonly first: Growing;
  readonly to: Growing;
  readonly fair: Growing;
  readonly pardoned: Growing;
};

const bytesOf = (edges: Edges): number =>
  Object.values(edges).reduce((sum, list) => sum + list.bytes(asksEvery * movesMany), 0);

/** How far a graph has come, and why no further. */
type Reach = Pick<Graph, 'extent' | 'expanded' | 'bytes'>;

/** Goes on from states until there are none, or no more is wanted. */
const expand = <S extends object, E, N>(
  { moves, isWithin }: System<S, E, N>,
  { fairness, pardons }: Survey<S, E>,
  bounds: GraphBounds,
  made: Making<S>,
  edges: Edges,
  place: (fair: Fair | null) => number,
): Reach => {
  const { taken, from, number, size } = made;
  const { first, to, fair, pardoned } = edges;
  let expanded = 0;
  const bytesNow = (): number => bounds.heap() + made.bytes() + bytesOf(edges);
  const reach = (extent: GraphExtent): Reach => ({ extent, expanded, bytes: bytesNow() });
  for (let level = taken(); level.length > 0; level = taken()) {
    for (const state of level) {
      if (size() > bounds.states) return reach('states');
      if (expanded % asksEvery === 0) {
        if (bytesNow() > bounds.bytes) return reach('memory');
        if (!bounds.goesOn({ states: size(), queue: size() - expanded })) return reach('stopped');
      }
      first.push(to.size());
      from(state);
      expanded++;
      moves(state, (event, after) => {
        to.push(isWithin === undefined || isWithin(after) ? number(after) : outside);
        fair.push(place(fairness(state, event)));
        pardoned.push(pardons(state, event) ? 1 : 0);
      });
    }
  }
  return reach('exhausted');
};

/**
 * The states that a system can come to, with every step between them, also those out of the scope.
 * States are dropped once they have been gone on from; a path is found again by taking its steps.
 */
export const graphOf = <S extends object, E, N>(
  system: System<S, E, N>,
  survey: Survey<S, E>,
  bounds: GraphBounds,
): Graph => {
  const made = making(survey);
  const { classes, place } = classesByName();
  const edges = { first: growing(), to: growing(), fair: growing(), pardoned: growing() };
  const starts = [...system.init.keys()].filter((index) => {
    const [state, size] = [system.init[index], made.size()];
    return state !== undefined && made.number(state) === size;
  });
  const reach = expand(system, survey, bounds, made, edges, place);
  const size = made.size();
  const { first, to, fair, pardoned } = edges;
  for (let rest = reach.expanded; rest <= size; rest++) first.push(to.size());
  const marked = made.marked.ints();
  return {
    ...{ ...reach, size, starts, classes },
    ...{ first: first.ints(), to: to.ints(), fair: fair.ints() },
    pardoned: Uint8Array.from(pardoned.ints()),
    marked: new Uint32Array(marked.buffer, 0, size),
  };
};
