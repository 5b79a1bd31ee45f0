import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { explore } from './explore.ts';
import type { Explored, Question, Worst } from './question.ts';
import { withStopwatch } from './stopwatch.ts';
import type { System } from './system.ts';

const unbounded = { depth: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };

const asked = <S, E, N>(more: Partial<Question<S, E, N>>): Question<S, E, N> => ({
  claims: [],
  witnesses: [],
  goesOn: true,
  bounds: unbounded,
  heap: () => 0,
  onProgress: () => true,
  ...more,
});

type Edge = { readonly from: number; readonly to: number; readonly isTick: boolean };
type Place = { readonly at: number };

const place = fc.nat(3);
const mazes: fc.Arbitrary<readonly Edge[]> = fc.array(
  fc.record({ from: place, to: place, isTick: fc.boolean() }),
  { maxLength: 7 },
);

const mazeOf = (edges: readonly Edge[]): System<Place, Edge> => ({
  name: 'a maze',
  init: [{ at: 0 }],
  moves: ({ at }, visit) => {
    for (const edge of edges) if (edge.from === at) visit(edge, { at: edge.to }, undefined);
  },
});

/** Every path of so many events at most, however often it comes back to a place. */
const pathsIn = (edges: readonly Edge[], length: number, at = 0): readonly (readonly Edge[])[] =>
  length === 0
    ? []
    : edges
        .filter(({ from }) => from === at)
        .flatMap((edge) => [
          [edge],
          ...pathsIn(edges, length - 1, edge.to).map((path) => [edge, ...path]),
        ]);

type Best = Pick<Worst<Edge>, 'value' | 'events'>;

const bestOf = (paths: Best['events'][], worth: (path: Best['events']) => number): Best | null =>
  paths
    .toSorted((one, other) => one.length - other.length)
    .reduce<Best | null>((best, events) => {
      const value = worth(events);
      return value > (best?.value ?? Number.NEGATIVE_INFINITY) ? { value, events } : best;
    }, null);

const property = <T>(arbitrary: fc.Arbitrary<T>, holds: (value: T) => void): void =>
  fc.assert(fc.property(arbitrary, holds), { numRuns: 300, seed: 1 });

const length = 5;
const bounds = { ...unbounded, depth: length + 1 };

const expectBest = (found: Explored<Edge>, best: Best | null): void => {
  const [{ value, events } = { value: null, events: [] }] = found.worst;
  expect([value, events.length]).toEqual([best?.value ?? null, best?.events.length ?? 0]);
};

describe('the worst of a system', () => {
  it('is the greatest value on any path, by a shortest one', () => {
    const scores = [3, 1, 4, Number.NEGATIVE_INFINITY];
    const score = ({ from, to }: Edge): number => (scores[to] ?? 0) + from;
    property(mazes, (edges) => {
      const measures = [{ id: 'score', of: ({ event }: { event: Edge }) => score(event) }];
      const found = explore(mazeOf(edges), asked({ bounds, measures }));
      const best = bestOf([...pathsIn(edges, length)], (path) =>
        Math.max(...path.slice(-1).map(score)),
      );
      expectBest(found, best);
    });
  });

  it('is the longest time, by a stopwatch that only runs while it is so', () => {
    const isSo = ({ at }: Place): boolean => at % 2 === 1;
    const lasting = (path: readonly Edge[]): number =>
      path.reduce((ticks, { from, to, isTick }) => {
        if (!isSo({ at: to })) return 0;
        return isSo({ at: from }) && isTick ? ticks + 1 : ticks;
      }, 0);
    property(mazes, (edges) => {
      const timed = withStopwatch(mazeOf(edges), { isSo, isTick: ({ isTick }) => isTick });
      const measures = [
        { id: 'time', of: ({ after }: { after: { ticks: number } }) => after.ticks },
      ];
      const found = explore(timed, asked({ bounds, measures }));
      expectBest(found, bestOf([...pathsIn(edges, length)], lasting));
    });
  });
});
