import { fairCycle } from './cycle.ts';
import { fairParts } from './fair-parts.ts';
import {
  type Graph,
  type GraphBounds,
  type GraphExtent,
  graphOf,
  marksMax,
  outside,
  type Survey,
  unbounded,
} from './graph.ts';
import { flawOf } from './lasso-flaw.ts';
import type { Lasso, Obligation, Stride } from './obligation.ts';
import { type Patience, patient } from './patience.ts';
import { productOf, wayTo } from './pending.ts';
import type { System } from './system.ts';

/** In how many states something was still owed, and what was judged of that. */
export type Counts = {
  readonly owed: number; // states
  readonly judged: number; // of them: from the others a fair step leads out, where it may be met
};

/** What became of one obligation. */
export type Answer<S, E> = { readonly id: string } & (
  | (Counts & {
      readonly kind: 'violated';
      readonly lasso: Lasso<S, E>;
      readonly isShortest: boolean; // all was seen: no stem is shorter
    })
  | (Counts & { readonly kind: 'holds' }) // of all that is within the scope
  | (Counts & { readonly kind: 'vacuous' }) // it is never owed there, or nowhere judged
  | (Counts & { readonly kind: 'open' }) // no lasso in what was seen, which is not all
  | { readonly kind: 'interrupted' } // before it was known whether there is a lasso in that
);

/** What is asked about all that may go on for ever. */
export type Quest<S, E> = Omit<Survey<S, E>, 'marks'> & {
  readonly obligations: readonly Obligation<S>[]; // at most 16
  readonly bounds: Partial<GraphBounds>;
};

/** What a search for lassos comes to. */
export type Lassos<S, E> = {
  readonly states: number;
  readonly edges: number;
  readonly cutOff: number; // edges that lead out of the scope
  readonly bytes: number; // as last held against the bound
  readonly extent: GraphExtent; // exhausted only if everything that was asked is answered, too
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
  goesOn: Patience,
): (Counts & { readonly lasso: Lasso<S, E> | null }) | null => {
  const product = productOf(graph, { begins: 2 * place, ends: 2 * place + 1 }, goesOn);
  if (product === null) return null;
  const { owing } = product;
  const division = fairParts(graph, owing, goesOn);
  if (division === null) return null;
  const knot = owing.find((state) => (division[state] ?? -1) >= 0);
  const counts = { owed: owing.length, judged: judgedOf(graph, owing) };
  if (knot === undefined) return { ...counts, lasso: null };
  const round = fairCycle(graph, division, knot, goesOn);
  if (round === null) return null;
  const { edges, begins, start: from } = wayTo(product, knot);
  const start = system.init[graph.starts[from] ?? -1];
  if (start === undefined) throw new Error(`the system has no beginning ${from}`);
  const stem = stridesAlong(system, graph, start, from, edges);
  const end = stem.at(-1)?.after ?? start;
  const cycle = stridesAlong(system, graph, end, knot, round);
  return { ...counts, lasso: { start, stem, begins, cycle } };
};

const answerTo = <S extends object, E, N>(
  system: System<S, E, N>,
  graph: Graph,
  quest: Quest<S, E>,
  place: number,
  obligation: Obligation<S>,
  goesOn: Patience,
): Answer<S, E> => {
  const { id } = obligation;
  const found = lassoIn(system, graph, place, goesOn);
  if (found === null) return { id, kind: 'interrupted' };
  const { owed, judged, lasso } = found;
  if (lasso !== null) {
    const flaw = flawOf(system, quest, obligation, lasso);
    if (flaw !== null) throw new Error(`the lasso for ${id} is none: ${JSON.stringify(flaw)}`);
    const isShortest = graph.extent === 'exhausted';
    return { id, owed, judged, kind: 'violated', lasso, isShortest };
  }
  if (graph.extent !== 'exhausted') return { id, owed, judged, kind: 'open' };
  return { id, owed, judged, kind: judged === 0 ? 'vacuous' : 'holds' };
};

/**
 * Looks for what may go on for ever without an obligation being met: all states within bounds, and
 * in the part of them where it is owed the strongly connected components that are fair. A cycle
 * that is entered after it began to be owed counts like any other, and so does standing still. What
 * leaves the scope is not judged; but where a fair step can leave it, standing still is unfair. If
 * it is stopped, what is left to be answered was interrupted.
 */
export const lassosIn = <S extends object, E, N>(
  system: System<S, E, N>,
  quest: Quest<S, E>,
): Lassos<S, E> => {
  const marks = quest.obligations.flatMap(({ begins, ends }) => [begins, ends]);
  if (marks.length > marksMax) throw new Error(`${quest.obligations.length} obligations at once`);
  const bounds = { ...unbounded, ...quest.bounds };
  const graph = graphOf(system, { ...quest, marks }, bounds);
  const { size: states, bytes, to } = graph;
  const goesOn = (): boolean => bounds.goesOn({ states, queue: 0 });
  const answers = quest.obligations.map((obligation, place) =>
    answerTo(system, graph, quest, place, obligation, patient(goesOn)),
  );
  return {
    states,
    edges: to.length,
    cutOff: to.reduce((count, next) => count + (next === outside ? 1 : 0), 0),
    bytes,
    extent: answers.some(({ kind }) => kind === 'interrupted') ? 'stopped' : graph.extent,
    answers,
  };
};
