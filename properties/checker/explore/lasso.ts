import { fairCycle } from './cycle.ts';
import { fairParts } from './fair-parts.ts';
import { type Graph, type GraphBounds, graphOf, marksMax, outside, type Survey } from './graph.ts';
import { flawOf } from './lasso-flaw.ts';
import type { Lasso, Obligation, Stride } from './obligation.ts';
import { productOf, wayTo } from './pending.ts';
import type { System } from './system.ts';

/**
 * What became of one obligation, in how many states it was still owed, and in how many of them it
 * was judged: from the others a fair step leads out of the scope, where it may be met.
 */
export type Answer<S, E> = {
  readonly id: string;
  readonly owed: number;
  readonly judged: number;
} & (
  | { readonly kind: 'violated'; readonly lasso: Lasso<S, E> }
  | { readonly kind: 'holds' } // of all that is within the scope
  | { readonly kind: 'vacuous' } // it is never owed there, or nowhere judged
  | { readonly kind: 'open' } // no lasso in what was seen, which is not all
);

/** What is asked about all that may go on for ever. */
export type Quest<S, E> = Omit<Survey<S, E>, 'marks'> & {
  readonly obligations: readonly Obligation<S>[]; // at most 16
  readonly bounds: GraphBounds;
};

/** What a search for lassos comes to. */
export type Lassos<S, E> = {
  readonly states: number;
  readonly edges: number;
  readonly cutOff: number; // edges that lead out of the scope
  readonly isWhole: boolean;
  readonly answers: readonly Answer<S, E>[]; // one for each obligation
};

/** The strides along edges, found again by taking them. */
const stridesAlong = <S extends object, E, N>(
  { moves }: System<S, E, N>,
  graph: Graph,
  start: S,
  from: number,
  edges: readonly number[],
): readonly Stride<S, E>[] => {
  let state = start;
  let at = from;
  return edges.map((edge) => {
    const wanted = edge - (graph.first[at] ?? 0);
    const strides: Stride<S, E>[] = [];
    moves(state, (event, after) => void strides.push({ event, after }));
    const stride = strides[wanted];
    if (stride === undefined) throw new Error(`${strides.length} moves, and none is ${wanted}`);
    state = stride.after;
    at = graph.to[edge] ?? outside;
    return stride;
  });
};

/** How many of the states no fair step leads out of the scope from. */
const judgedOf = ({ first, to, fair }: Graph, states: Int32Array): number => {
  let judged = 0;
  for (const state of states) {
    const end = first[state + 1] ?? 0;
    let edge = first[state] ?? 0;
    while (edge < end && (to[edge] !== outside || (fair[edge] ?? -1) < 0)) edge++;
    if (edge === end) judged++;
  }
  return judged;
};

/** The lasso whose stem is shortest; of several the one that was come to first. */
const lassoIn = <S extends object, E, N>(
  system: System<S, E, N>,
  graph: Graph,
  place: number,
): Omit<Answer<S, E>, 'id' | 'kind'> & { readonly lasso: Lasso<S, E> | null } => {
  const product = productOf(graph, { begins: 2 * place, ends: 2 * place + 1 });
  const { owing } = product;
  const division = fairParts(graph, owing);
  const knot = owing.find((state) => (division[state] ?? -1) >= 0);
  const counts = { owed: owing.length, judged: judgedOf(graph, owing) };
  if (knot === undefined) return { ...counts, lasso: null };
  const { edges, begins, start: from } = wayTo(product, knot);
  const start = system.init[graph.starts[from] ?? -1];
  if (start === undefined) throw new Error(`the system has no beginning ${from}`);
  const stem = stridesAlong(system, graph, start, from, edges);
  const end = stem.at(-1)?.after ?? start;
  const cycle = stridesAlong(system, graph, end, knot, fairCycle(graph, division, knot));
  return { ...counts, lasso: { start, stem, begins, cycle } };
};

const answerTo = <S extends object, E, N>(
  system: System<S, E, N>,
  graph: Graph,
  quest: Quest<S, E>,
  place: number,
  obligation: Obligation<S>,
): Answer<S, E> => {
  const { id } = obligation;
  const { owed, judged, lasso } = lassoIn(system, graph, place);
  if (lasso !== null) {
    const flaw = flawOf(system, quest, obligation, lasso);
    if (flaw !== null) throw new Error(`the lasso for ${id} is none: ${flaw}`);
    return { id, owed, judged, kind: 'violated', lasso };
  }
  if (graph.expanded < graph.size) return { id, owed, judged, kind: 'open' };
  return { id, owed, judged, kind: judged === 0 ? 'vacuous' : 'holds' };
};

/**
 * Looks for what may go on for ever without an obligation being met: all states within bounds, and
 * in the part of them where it is owed the strongly connected components that are fair. A cycle
 * that is entered after it began to be owed counts like any other, and so does standing still. What
 * leaves the scope is not judged; but where a fair step can leave it, standing still is unfair.
 */
export const lassosIn = <S extends object, E, N>(
  system: System<S, E, N>,
  quest: Quest<S, E>,
): Lassos<S, E> => {
  const marks = quest.obligations.flatMap(({ begins, ends }) => [begins, ends]);
  if (marks.length > marksMax) throw new Error(`${quest.obligations.length} obligations at once`);
  const graph = graphOf(system, { ...quest, marks }, quest.bounds);
  return {
    states: graph.size,
    edges: graph.to.length,
    cutOff: graph.to.reduce((count, to) => count + (to === outside ? 1 : 0), 0),
    isWhole: graph.expanded === graph.size,
    answers: quest.obligations.map((obligation, place) =>
      answerTo(system, graph, quest, place, obligation),
    ),
  };
};
