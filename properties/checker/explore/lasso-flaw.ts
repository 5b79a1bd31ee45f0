import { fingerprintInto } from './fingerprint.ts';
import type { Survey } from './graph.ts';
import type { Lasso, Obligation, Stride } from './obligation.ts';
import type { System } from './system.ts';

/** Why something is no lasso. Its events are numbered from 1 on, those of the cycle as well. */
export type Flaw<E> =
  | { readonly kind: 'impossible'; readonly number: number }
  | { readonly kind: 'not owed' } // nothing begins to be owed where it says
  | { readonly kind: 'pardoned' | 'ended'; readonly number: number } // what is owed, by that event
  | { readonly kind: 'open' } // its cycle does not come back
  | {
      readonly kind: 'put off';
      readonly event: E; // it is fair, may happen after the one of that number, and never does
      readonly number: number;
      readonly name: string; // of its class
    };

type Judged<S, E> = Pick<Survey<S, E>, 'fairness' | 'pardons' | 'view'>;

const nameIn = (view: object): string => {
  const lanes = new Int32Array(2);
  fingerprintInto(lanes, view);
  return lanes.join();
};

type Chance<E> = { readonly kind: 'weak' | 'strong'; readonly event: E };

/** What the steps of a state come to, told apart by name. */
type Moves<S, E> = {
  readonly fair: ReadonlyMap<string, Chance<E>>; // classes that can happen, and how
  readonly has: (stride: Stride<S, E>) => boolean;
};

const movesIn = <S extends object, E, N>(
  { moves, isWithin }: System<S, E, N>,
  { fairness, view }: Judged<S, E>,
  state: S,
): Moves<S, E> => {
  const fair = new Map<string, Chance<E>>();
  const strides = new Set<string>();
  const nameOf = (event: E, after: S): string => `${JSON.stringify(event)} ${nameIn(view(after))}`;
  moves(state, (event, after) => {
    const one = fairness(state, event);
    if (one !== null && !fair.has(one.name)) fair.set(one.name, { kind: one.kind, event });
    if (isWithin?.(after) !== false) strides.add(nameOf(event, after));
  });
  return { fair, has: ({ event, after }) => strides.has(nameOf(event, after)) };
};

const lastOf = <S extends object, E>({ start, stem }: Lasso<S, E>): S =>
  stem.at(-1)?.after ?? start;

/** Where a path takes a step that cannot be taken. */
const breakIn = <S extends object, E, N>(
  system: System<S, E, N>,
  judged: Judged<S, E>,
  { start, stem, cycle }: Lasso<S, E>,
): Flaw<E> | null => {
  let state = start;
  for (const [index, stride] of [...stem, ...cycle].entries()) {
    const isPossible = movesIn(system, judged, state).has(stride);
    if (!isPossible) return { kind: 'impossible', number: index + 1 };
    state = stride.after;
  }
  return null;
};

const unowedIn = <S extends object, E>(
  { pardons }: Judged<S, E>,
  { begins, ends }: Obligation<S>,
  { start, stem, begins: at, cycle }: Lasso<S, E>,
): Flaw<E> | null => {
  const from = at === 0 ? start : stem[at - 1]?.after;
  if (from === undefined || !begins(from)) return { kind: 'not owed' };
  if (ends(from)) return { kind: 'ended', number: at };
  let before = from;
  for (const [index, { event, after }] of [...stem.slice(at), ...cycle].entries()) {
    const number = at + index + 1;
    if (pardons(before, event)) return { kind: 'pardoned', number };
    if (ends(after)) return { kind: 'ended', number };
    before = after;
  }
  return null;
};

const unfairIn = <S extends object, E, N>(
  system: System<S, E, N>,
  judged: Judged<S, E>,
  lasso: Lasso<S, E>,
): Flaw<E> | null => {
  const { stem, cycle } = lasso;
  const states = [lastOf(lasso), ...cycle.map(({ after }) => after)];
  const possible = states.map((state) => movesIn(system, judged, state).fair);
  const taken = new Set(
    cycle.map(({ event }, index) => {
      const before = states[index];
      return before === undefined ? undefined : judged.fairness(before, event)?.name;
    }),
  );
  for (const [index, chances] of possible.entries()) {
    for (const [name, { kind, event }] of chances) {
      if (taken.has(name)) continue;
      const isDue = kind === 'strong' || possible.every((one) => one.has(name));
      if (isDue) return { kind: 'put off', event, number: stem.length + index, name };
    }
  }
  return null;
};

/**
 * Why something is no lasso for an obligation: found by taking its steps once more, with nothing of
 * the search that came to it. `null` if it is one.
 */
export const flawOf = <S extends object, E, N>(
  system: System<S, E, N>,
  judged: Judged<S, E>,
  obligation: Obligation<S>,
  lasso: Lasso<S, E>,
): Flaw<E> | null => {
  const nameOf = (state: S): string => nameIn(judged.view(state));
  const end = lasso.cycle.at(-1)?.after;
  const isClosed = end === undefined || nameOf(end) === nameOf(lastOf(lasso));
  return (
    breakIn(system, judged, lasso) ??
    unowedIn(judged, obligation, lasso) ??
    (isClosed ? null : { kind: 'open' }) ??
    unfairIn(system, judged, lasso)
  );
};
