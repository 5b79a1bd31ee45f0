import type { Measure, Taken } from './system.ts';

/** On what a violation rests: two with the same cause are variations of one story. */
export type Cause = {
  readonly faults: readonly string[]; // the kinds on the way, in a fixed order
  readonly phase: string;
};

/** What is asked of each step: a claim, whether it breaks, or a witness, whether it is there. */
export type Case<S, E, N> = {
  readonly id: string;
  readonly occurs: (step: Taken<S, E, N>) => boolean;
};

/** The step from that parent by its event with that ordinal, at which something was found. */
export type Hit = {
  readonly id: string;
  readonly parent: number;
  readonly ordinal: number;
  readonly cause: Cause | null; // null if the first of all is looked for
};

/** The same with a value of a measure. */
export type Peak = Hit & { readonly value: number };

/** The order in which one who explores alone comes upon them. */
export const inOrder = (one: Hit, other: Hit): number =>
  one.parent - other.parent || one.ordinal - other.ordinal;

/** Whether what is known explains a hit: by fewer faults, or by the same ones in the same phase. */
const explains = ({ id, cause: known }: Hit, hit: Hit): boolean => {
  if (id !== hit.id) return false;
  if (known === null || hit.cause === null) return true;
  const { faults, phase } = hit.cause;
  if (!known.faults.every((fault) => faults.includes(fault))) return false;
  return known.faults.length < faults.length || known.phase === phase;
};

/** The cases that are still looked for, and where they were found. */
export type Lookout<S, E, N> = {
  /** Those found on the level that is being explored, the first of each. */
  readonly hits: readonly Hit[];
  readonly look: (step: Taken<S, E, N>, parent: number, ordinal: number) => void;
  /** What everybody has found on the level: the first of each, in order. */
  readonly settle: (hits: readonly Hit[]) => readonly Hit[];
  /** Whether nothing is left to be found. */
  readonly isDone: () => boolean;
};

/** For the first occurrence of each case or, where causes are told apart, of each cause of it. */
export const lookout = <S, E, N>(
  cases: readonly Case<S, E, N>[],
  causeOf: ((step: Taken<S, E, N>) => Cause) | null = null,
): Lookout<S, E, N> => {
  let open = [...cases];
  const hits: Hit[] = [];
  const known: Hit[] = [];
  const enter = (hit: Hit, into: Hit[]): void => {
    const isExplained = (one: Hit): boolean => explains(one, hit);
    if (!known.some(isExplained) && !into.some(isExplained)) into.push(hit);
  };
  return {
    hits,
    look: (step, parent, ordinal) => {
      for (let index = 0; index < open.length; index++) {
        const one = open[index];
        if (one === undefined || !one.occurs(step)) continue;
        enter({ id: one.id, parent, ordinal, cause: causeOf?.(step) ?? null }, hits);
        if (causeOf === null) open.splice(index--, 1);
      }
    },
    settle: (all) => {
      const found: Hit[] = [];
      for (const hit of all.toSorted(inOrder)) enter(hit, found);
      const first = found.filter((hit) => !found.some((one) => one !== hit && explains(one, hit)));
      known.push(...first);
      if (causeOf === null) open = open.filter(({ id }) => !first.some((hit) => hit.id === id));
      hits.length = 0;
      return first;
    },
    isDone: () => open.length === 0,
  };
};

/** The greatest values of some measures. */
export type Peaks<S, E, N> = {
  /** Greater ones than all levels before have had, found on this level. */
  readonly peaks: () => readonly Peak[];
  readonly look: (step: Taken<S, E, N>, parent: number, ordinal: number) => void;
  /** What everybody has found on the level; gives the greatest of each measure so far. */
  readonly settle: (peaks: readonly Peak[]) => readonly Peak[];
};

const isHigher = (one: Peak, other: Peak | undefined): boolean =>
  other === undefined || one.value > other.value;

/** Of each of the measures. */
export const peaksOf = <S, E, N>(measures: readonly Measure<S, E, N>[]): Peaks<S, E, N> => {
  const known = new Map<string, Peak>();
  const onLevel = new Map<string, Peak>();
  const rising: Peak[] = []; // all of them: a claim that breaks may leave out the last ones
  return {
    peaks: () => rising,
    look: (step, parent, ordinal) => {
      for (const { id, of } of measures) {
        const value = of(step);
        if (value === Number.NEGATIVE_INFINITY) continue;
        const peak = { id, parent, ordinal, value, cause: null };
        if (!isHigher(peak, known.get(id)) || !isHigher(peak, onLevel.get(id))) continue;
        onLevel.set(id, peak);
        rising.push(peak);
      }
    },
    settle: (all) => {
      for (const peak of all.toSorted(inOrder)) {
        if (isHigher(peak, known.get(peak.id))) known.set(peak.id, peak);
      }
      onLevel.clear();
      rising.length = 0;
      return measures.flatMap(({ id }) => known.get(id) ?? []);
    },
  };
};
