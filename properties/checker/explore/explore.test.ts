import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bruteForce, leadsTo } from '../ladder/brute-force.ts';
import { explore } from './explore.ts';
import type { Explored, Question } from './question.ts';
import type { Always, Possible, System } from './system.ts';

type Kind = 'plain' | 'push' | 'toggle' | 'twist';

/** A small state with parts to share, whose keys come in either order. */
type Small = {
  readonly at: number;
  readonly flags: { readonly [name: string]: boolean };
  readonly log: readonly number[];
};

type Edge = {
  readonly from: number;
  readonly to: number;
  readonly kind: Kind;
  readonly value: number;
};

type Maze = System<Small, number, Kind>;
type Case = Possible<Small, number, Kind>;
type Asked = Partial<Question<Small, number, Kind>>;

const along = (state: Small, { to, kind, value }: Edge): Small => {
  const { flags, log } = state;
  switch (kind) {
    case 'plain':
      return { ...state, at: to };
    case 'push':
      return { ...state, at: to, log: log.length < 2 ? [...log, value] : [] };
    case 'toggle':
      return { ...state, at: to, flags: { ...flags, [`${value}`]: flags[`${value}`] !== true } };
    case 'twist':
      return { log: log.toReversed(), flags, at: to };
  }
};

const place = fc.nat(5);
const edges: fc.Arbitrary<readonly Edge[]> = fc.array(
  fc.record({
    from: place,
    to: place,
    kind: fc.constantFrom<Kind[]>('plain', 'push', 'toggle', 'twist'),
    value: fc.nat(1),
  }),
  { maxLength: 14 },
);

const starts: fc.Arbitrary<readonly number[]> = fc.array(place, { minLength: 1, maxLength: 3 });

const mazeOf = (all: readonly Edge[], from: readonly number[]): Maze => ({
  name: 'a maze',
  init: from.map((at) => ({ at, flags: {}, log: [] })),
  moves: (state, visit) => {
    for (const [index, edge] of all.entries()) {
      if (edge.from === state.at) visit(index, along(state, edge), edge.kind);
    }
  },
});

const mazes: fc.Arbitrary<Maze> = fc.tuple(edges, starts).map(([all, from]) => mazeOf(all, from));

/** The same with a scope: some places and long logs are out of it. */
const scoped: fc.Arbitrary<Maze> = fc
  .tuple(mazes, fc.uniqueArray(place, { maxLength: 2 }), fc.nat(2))
  .map(([maze, out, longest]) => ({
    ...maze,
    isWithin: ({ at, log }: Small) => !out.includes(at) && log.length <= longest,
  }));

const anyMaze = fc.oneof(mazes, scoped);

const cases: readonly Case[] = [
  ...[0, 1, 2, 3, 4, 5].map(
    (at): Case => ({ id: `at ${at}`, holds: (step) => step.after.at === at }),
  ),
  { id: 'full', holds: ({ after }) => after.log.length === 2 },
  { id: 'emptied', holds: ({ before, after }) => before.log.length > after.log.length },
  { id: 'twisted', holds: ({ note, before }) => note === 'twist' && before.log.length > 0 },
  { id: 'late edge', holds: ({ event }) => event > 8 },
  { id: 'never', holds: () => false },
];

const negated = ({ id, holds }: Case): Always<Small, number, Kind> => ({
  id,
  holds: (step) => !holds(step),
});

const unbounded = { depth: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };

const explored = <S extends object, E, N>(
  system: System<S, E, N>,
  asked: Partial<Question<S, E, N>> = {},
): Explored<E> => explore(system, { goesOn: true, ...asked });

const property = <T>(arbitrary: fc.Arbitrary<T>, holds: (value: T) => void): void =>
  fc.assert(fc.property(arbitrary, holds), { numRuns: 400, seed: 1 });

const caseOf = (id: string): Case => {
  const found = cases.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no case ${id}`);
  return found;
};

const byLength = (one: readonly number[], other: readonly number[]): number =>
  one.length - other.length;

/** All that was found is what brute force finds, by length, and replays. */
const expectStories = (maze: Maze, found: Explored<number>['refuted']): void => {
  const { stories } = bruteForce(maze, cases);
  expect(new Map(found.map(({ id, events }) => [id, events]))).toEqual(stories);
  expect(found).toHaveLength(stories.size);
  const events = found.map((one) => one.events);
  expect(events.toSorted(byLength)).toEqual(events);
  for (const { id, events: story } of found) {
    expect(leadsTo(maze, story, caseOf(id))).toBe(true);
  }
};

describe('an exploration comes to what brute force comes to', () => {
  it('states, steps and levels, within a scope or without', () => {
    property(anyMaze, (maze) => {
      const { distinct, generated, depth, cutOff } = bruteForce(maze);
      const { extent, progress, ...rest } = explored(maze);
      expect({ extent, cutOff: rest.cutOff }).toEqual({ extent: 'exhausted', cutOff });
      expect(progress).toMatchObject({ distinct, generated, depth, queue: 0 });
      expect([rest.refuted, rest.reached]).toEqual([[], []]);
    });
  });

  it('to whatever depth it is bound', () => {
    property(fc.tuple(anyMaze, fc.integer({ min: 1, max: 8 })), ([maze, bound]) => {
      const { distinct, generated, depth, cutOff, queue } = bruteForce(maze, [], bound);
      const found = explored(maze, { bounds: { ...unbounded, depth: bound } });
      expect(found.extent).toBe(queue > 0 ? 'depth' : 'exhausted');
      expect(found.progress).toMatchObject({ distinct, generated, depth, queue });
      expect(found.cutOff).toBe(cutOff);
    });
  });

  it('the shortest story of every claim, of equally long ones the first', () => {
    property(anyMaze, (maze) => {
      const { extent, refuted, reached } = explored(maze, { claims: cases.map(negated) });
      expectStories(maze, refuted);
      expect([extent, reached]).toEqual(['exhausted', []]);
    });
  });

  it('the shortest way to every witness, of equally long ones the first', () => {
    property(anyMaze, (maze) => {
      const { extent, refuted, reached } = explored(maze, { witnesses: cases });
      expectStories(maze, reached);
      expect([extent, refuted]).toEqual(['exhausted', []]);
    });
  });

  it('the same whenever it is made', () => {
    property(anyMaze, (maze) => {
      const asked: Asked = { claims: cases.map(negated), witnesses: cases };
      expect(explored(maze, asked)).toEqual(explored(maze, asked));
    });
  });
});
