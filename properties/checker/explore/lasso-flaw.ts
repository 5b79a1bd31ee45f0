import { fingerprintInto } from './fingerprint.ts';
import type { Survey } from './graph.ts';
import type { Lasso, Obligation, Stride } from './obligation.ts';
import type { System } from './system.ts';

type Judged<S, E> = Pick<Survey<S, E>, 'fairness' | 'pardons' | 'view'>;

const nameIn = (view: object): string => {
  const lanes = new Int32Array(2);
  fingerprintInto(lanes, view);
  return lanes.join();
};

/** What the steps of a state come to, told apart by name. */
type Moves<S, E> = {
  readonly fair: ReadonlyMap<string, 'weak' | 'strong'>; // classes that can happen
  readonly has: (stride: Stride<S, E>) => boolean;
};

const movesIn = <S extends object, E, N>(
  { moves, isWithin }: System<S, E, N>,
  { fairness, view }: Judged<S, E>,
  state: S,
): Moves<S, E> => {
  const fair = new Map<string, 'weak' | 'strong'>();
  const strides = new Set<string>();
  const nameOf = (event: E, after: S): string => `${JSON.stringify(event)} ${nameIn(view(after))}`;
  moves(state, (event, after) => {
    const one = fairness(state, event);
    if (one !== null) fair.set(one.name, one.kind);
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
): string | null => {
  let state = start;
  for (const [index, stride] of [...stem, ...cycle].entries()) {
    if (!movesIn(system, judged, state).has(stride)) return `step ${index + 1} cannot be taken`;
    state = stride.after;
  }
  return null;
};

const owedIn = <S extends object, E>(
  { pardons }: Judged<S, E>,
  { begins, ends }: Obligation<S>,
  { start, stem, begins: at, cycle }: Lasso<S, E>,
): string | null => {
  const from = at === 0 ? start : stem[at - 1]?.after;
  if (from === undefined || !begins(from)) return 'nothing begins to be owed';
  const rest = [...stem.slice(at), ...cycle];
  const isPardoned = rest.some(({ event }, index) => {
    const before = index === 0 ? from : rest[index - 1]?.after;
    return before !== undefined && pardons(before, event);
  });
  if (isPardoned) return 'what is owed is pardoned';
  const isOver = ends(from) || rest.some(({ after }) => ends(after));
  return isOver ? 'what is owed ends' : null;
};

const unfairIn = <S extends object, E, N>(
  system: System<S, E, N>,
  judged: Judged<S, E>,
  lasso: Lasso<S, E>,
): string | null => {
  const states = [lastOf(lasso), ...lasso.cycle.map(({ after }) => after)];
  const possible = states.map((state) => movesIn(system, judged, state).fair);
  const taken = new Set(
    lasso.cycle.map(({ event }, index) => {
      const before = states[index];
      return before === undefined ? undefined : judged.fairness(before, event)?.name;
    }),
  );
  for (const [name, kind] of possible.flatMap((one) => [...one])) {
    if (taken.has(name)) continue;
    const isDue = kind === 'strong' || possible.every((one) => one.has(name));
    if (isDue) return `${name} is put off for ever`;
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
): string | null => {
  const nameOf = (state: S): string => nameIn(judged.view(state));
  const end = lasso.cycle.at(-1)?.after;
  const isClosed = end === undefined || nameOf(end) === nameOf(lastOf(lasso));
  return (
    breakIn(system, judged, lasso) ??
    (isClosed ? null : 'its cycle does not come back') ??
    owedIn(judged, obligation, lasso) ??
    unfairIn(system, judged, lasso)
  );
};
