import { type Graph, hasMark } from './graph.ts';
import { growing } from './growing.ts';
import type { Patience } from './patience.ts';

/** Which of a graph's marks say where something begins to be owed, and where it is no more. */
export type Marks = { readonly begins: number; readonly ends: number };

/**
 * A graph twice over: each state where nothing is owed, and where something is. What is owed is
 * owed until it ends or is pardoned. Nodes are numbered: twice the state's number, and one more
 * where something is owed.
 */
export type Product = {
  readonly order: Int32Array; // the nodes that can be reached, nearest first
  readonly parent: Int32Array; // by node: the node before it on a shortest way; -1 for none
  readonly edge: Int32Array; // by node: the edge from there; -1 where it is owed from here on
  readonly owing: Int32Array; // the states in which something may be owed, nearest first
};

/** The state of a node. */
export const stateOf = (node: number): number => node >> 1;

const isOwed = (node: number): boolean => (node & 1) === 1;

/** The node of a state in which something is owed. */
export const owedIn = (state: number): number => 2 * state + 1;

/** All that can be reached, breadth first: a way to a node is a shortest one. `null`: stopped. */
export const productOf = (
  graph: Graph,
  { begins, ends }: Marks,
  goesOn: Patience,
): Product | null => {
  const order = growing();
  const parent = new Int32Array(2 * graph.size).fill(-2);
  const edge = new Int32Array(2 * graph.size).fill(-1);
  const reach = (node: number, from: number, by: number): void => {
    if (parent[node] !== -2) return;
    parent[node] = from;
    edge[node] = by;
    order.push(node);
    const state = stateOf(node);
    if (isOwed(node) || !hasMark(graph, state, begins) || hasMark(graph, state, ends)) return;
    reach(owedIn(state), node, -1);
  };
  for (let state = 0; state < graph.starts.length; state++) reach(2 * state, -1, -1);
  for (let at = 0; at < order.size(); at++) {
    if (!goesOn()) return null;
    const node = order.at(at);
    const state = stateOf(node);
    const end = graph.first[state + 1] ?? 0;
    for (let by = graph.first[state] ?? 0; by < end; by++) {
      const to = graph.to[by] ?? -1;
      if (to < 0) continue;
      const stays = isOwed(node) && graph.pardoned[by] === 0 && !hasMark(graph, to, ends);
      reach(stays ? owedIn(to) : 2 * to, node, by);
    }
  }
  const all = order.ints();
  return { order: all, parent, edge, owing: all.filter(isOwed).map(stateOf) };
};

/** A way from a beginning to a state in which something is owed. */
export type Way = {
  readonly start: number; // the state where it begins
  readonly edges: readonly number[];
  readonly begins: number; // of the edges are before it is owed
};

/** A shortest one. */
export const wayTo = ({ parent, edge }: Product, state: number): Way => {
  const edges: number[] = [];
  let owed = 0; // edges taken since it is owed
  let start = state;
  for (let node = owedIn(state); node >= 0; node = parent[node] ?? -1) {
    const by = edge[node] ?? -1;
    start = stateOf(node);
    if (by < 0) continue;
    edges.push(by);
    if (isOwed(node)) owed++;
  }
  return { start, edges: edges.reverse(), begins: edges.length - owed };
};
