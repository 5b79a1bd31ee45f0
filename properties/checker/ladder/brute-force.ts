import type { Possible, System } from '../explore/system.ts';

/** What an exploration comes to, found by the plainest means there are. */
export type Plainly<E> = {
  readonly distinct: number;
  readonly generated: number;
  readonly depth: number;
  readonly cutOff: number;
  readonly queue: number; // states on the last level, if a bound made it the last
  /** The first story of every case that occurs, by its id. */
  readonly stories: ReadonlyMap<string, readonly E[]>;
};

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, part]) => [key, sorted(part)]),
  );
};

/** JSON with its keys in order: equal for equal values and for no others. */
export const canonical = (value: unknown): string => JSON.stringify(sorted(value));

/**
 * Breadth first with nothing that could go wrong unseen: states are remembered as sorted JSON and
 * each carries its whole story. It is there to be compared with.
 */
export const bruteForce = <S extends object, E, N>(
  system: System<S, E, N>,
  cases: readonly Possible<S, E, N>[] = [],
  depthMax: number = Number.POSITIVE_INFINITY,
): Plainly<E> => {
  type Node = { readonly state: S; readonly story: readonly E[] };
  const seen = new Set<string>();
  const stories = new Map<string, readonly E[]>();
  const isNew = (state: S): boolean => seen.size < seen.add(canonical(state)).size;
  let level: readonly Node[] = system.init.filter(isNew).map((state) => ({ state, story: [] }));
  let [generated, depth, cutOff] = [system.init.length, 1, 0];
  while (level.length > 0 && depth < depthMax) {
    const next: Node[] = [];
    for (const { state, story } of level) {
      system.moves(state, (event, after, note) => {
        const node = { state: after, story: [...story, event] };
        const isCase = ({ id, holds }: Possible<S, E, N>): boolean =>
          !stories.has(id) && holds({ before: state, event, after, note });
        for (const { id } of cases.filter(isCase)) stories.set(id, node.story);
        generated++;
        if (system.isWithin?.(after) === false) cutOff++;
        else if (isNew(after)) next.push(node);
      });
    }
    level = next;
    if (level.length > 0) depth++;
  }
  return { distinct: seen.size, generated, depth, cutOff, queue: level.length, stories };
};

/** Whether a story leads from a state in which the system begins to a step of the kind. */
export const leadsTo = <S extends object, E, N>(
  system: System<S, E, N>,
  events: readonly E[],
  { holds }: Possible<S, E, N>,
): boolean => {
  const goesOn = (before: S, from: number): boolean => {
    const wanted = canonical(events[from]);
    const isLast = from === events.length - 1;
    let doesLead = false;
    system.moves(before, (event, after, note) => {
      if (doesLead || canonical(event) !== wanted) return;
      doesLead = isLast ? holds({ before, event, after, note }) : goesOn(after, from + 1);
    });
    return doesLead;
  };
  return events.length > 0 && system.init.some((state) => goesOn(state, 0));
};
