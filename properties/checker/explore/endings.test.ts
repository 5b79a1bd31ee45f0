import { describe, expect, it } from 'vitest';
import { bruteForce } from '../ladder/brute-force.ts';
import { type Counters, counters, type Increment } from '../ladder/counters.ts';
import { explore } from './explore.ts';
import type { Explored, Progress, Question } from './question.ts';
import type { Always, Possible, System } from './system.ts';
import { systemOf, type Table } from './table.ts';

const unbounded = { depth: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };

const explored = <S extends object, E>(
  system: System<S, E>,
  asked: Partial<Question<S, E, undefined>> = {},
): Explored<E> => explore(system, { goesOn: true, ...asked });

const grid = systemOf(counters(3, 20));

const sum = ({ counts }: Counters): number => counts.reduce((total, count) => total + count, 0);

const below = (bound: number): Always<Counters, Increment> => ({
  id: `below ${bound}`,
  holds: ({ after }) => sum(after) < bound,
});

const has = (counts: readonly number[]): Possible<Counters, Increment> => ({
  id: counts.join(),
  holds: ({ after }) => after.counts.join() === counts.join(),
});

/** Numbers that step to other numbers, in the order given. */
const steps = (
  init: readonly number[],
  all: readonly (readonly [number, number])[],
): System<{ readonly at: number }, string> => ({
  name: 'steps',
  init: init.map((at) => ({ at })),
  moves: ({ at }, visit) => {
    for (const [from, to] of all) if (from === at) visit(`${from}-${to}`, { at: to }, undefined);
  },
});

const never = (at: number): Always<{ readonly at: number }, string> => ({
  id: `never ${at}`,
  holds: ({ after }) => after.at !== at,
});

describe('an exploration ends', () => {
  it('at once if nothing can begin', () => {
    const { extent, progress } = explored(steps([], [[1, 2]]));
    expect([extent, progress.distinct, progress.generated]).toEqual(['exhausted', 0, 0]);
  });

  it('at the bound on its memory, on the way', () => {
    const whole = explored(grid);
    const bytes = whole.progress.bytes - 1;
    const { extent, progress } = explored(grid, { bounds: { ...unbounded, bytes } });
    expect(extent).toBe('memory');
    expect(progress.bytes).toBeLessThanOrEqual(bytes);
    expect(progress.distinct).toBeLessThan(whole.progress.distinct);
    expect(progress.queue).toBeGreaterThan(0);
    const enough = 2 * bytes; // the table is there twice while it grows
    expect(explored(grid, { bounds: { ...unbounded, bytes: enough } })).toEqual(whole);
  });

  it('at the bound on its memory if the heap fills', () => {
    let heap = 0;
    const { extent, progress } = explored(grid, {
      bounds: { ...unbounded, bytes: 1e9 },
      heap: () => heap,
      onProgress: ({ depth }) => {
        heap = depth * 1e8;
        return true;
      },
    });
    expect([extent, progress.depth]).toEqual(['memory', 11]);
    expect(progress.distinct).toBe(bruteForce(grid, [], 11).distinct);
  });

  it('when it is stopped, with what is known by then', () => {
    const { extent, progress } = explored(grid, { onProgress: ({ depth }) => depth < 5 });
    const { distinct, generated, depth, queue } = bruteForce(grid, [], 5);
    expect(extent).toBe('stopped');
    expect(progress).toMatchObject({ distinct, generated, depth, queue });
  });

  it('at the first claim that breaks, with its shortest story', () => {
    const claims = [below(9), below(4), below(30)];
    const { extent, refuted, progress } = explored(grid, { claims, goesOn: false });
    expect([extent, refuted.map(({ id }) => id)]).toEqual(['refuted', ['below 4']]);
    expect(refuted[0]?.events).toEqual(Array(4).fill({ counter: 0 }));
    expect(progress.depth).toBe(4);
  });

  it('once all claims have broken, if it goes on', () => {
    const claims = [below(9), below(4), below(6)];
    const { extent, refuted, progress } = explored(grid, { claims });
    expect([extent, progress.depth]).toEqual(['refuted', 9]);
    expect(refuted.map(({ id, events }) => [id, events.length])).toEqual([
      ['below 4', 4],
      ['below 6', 6],
      ['below 9', 9],
    ]);
  });

  it('with everything seen if one claim holds', () => {
    const { extent, refuted, progress } = explored(grid, { claims: [below(4), below(61)] });
    expect([extent, progress.distinct]).toEqual(['exhausted', 21 ** 3]);
    expect(refuted.map(({ id }) => id)).toEqual(['below 4']);
  });
});

describe('the progress', () => {
  it('is told for every level, and never goes back', () => {
    const told: Progress[] = [];
    const onProgress = (progress: Progress): boolean => told.push(progress) > 0;
    const { progress: last } = explored(grid, { onProgress });
    expect(new Set(told.map(({ depth }) => depth)).size).toBe(61);
    expect(told.length).toBeGreaterThan(61);
    for (const key of ['depth', 'distinct', 'generated', 'bytes'] as const) {
      const values = [...told, last].map((progress) => progress[key]);
      expect(values.toSorted((one, other) => one - other)).toEqual(values);
    }
  });

  it('counts in the queue the states whose successors are to come', () => {
    const fork = steps(
      [0],
      [
        [0, 1],
        [0, 2],
        [0, 3],
        [1, 4],
      ],
    );
    const { progress } = explored(fork, { claims: [never(3)], goesOn: false });
    expect(progress).toMatchObject({ depth: 1, distinct: 4, generated: 4, queue: 3 });
    const whole = explored(fork, { claims: [never(4)], goesOn: false }).progress;
    expect(whole).toMatchObject({ depth: 2, distinct: 5, generated: 5, queue: 3 });
  });
});

describe('the scope', () => {
  const small: Table<Counters, Increment> = {
    ...counters(2, 9),
    isWithin: (state) => sum(state) <= 2,
  };

  it('cuts off steps that lead out of it, each time', () => {
    const { extent, cutOff, progress } = explored(systemOf(small));
    expect([extent, cutOff]).toEqual(['exhausted', 6]);
    expect(progress).toMatchObject({ distinct: 6, generated: 1 + 6 + 6, depth: 3 });
  });

  it('reaches as far as judging the step that leaves it, and no further', () => {
    const claims = [below(3), below(4)];
    const witnesses = [has([1, 2]), has([2, 2])];
    const { refuted, reached } = explored(systemOf(small), { claims, witnesses });
    expect(refuted).toMatchObject([{ id: 'below 3', events: Array(3).fill({ counter: 0 }) }]);
    expect(refuted[0]?.events).toHaveLength(3);
    expect(reached.map(({ id, events }) => [id, events.length])).toEqual([['1,2', 3]]);
  });
});

describe('a story', () => {
  it('begins where it is shortest from, if there are several beginnings', () => {
    const system = steps(
      [1, 2, 2, 3],
      [
        [1, 4],
        [4, 9],
        [3, 9],
        [2, 5],
      ],
    );
    const { refuted, progress } = explored(system, { claims: [never(9), never(0)] });
    expect(refuted).toMatchObject([{ id: 'never 9', events: ['3-9'] }]);
    expect(progress).toMatchObject({ distinct: 6, generated: 4 + 4, depth: 2 });
  });

  it('is the first that is visited of those that are equally long', () => {
    const diamond = [
      [0, 2],
      [0, 1],
      [1, 3],
      [2, 3],
      [3, 9],
      [1, 8],
      [8, 9],
    ] as const;
    const { refuted } = explored(steps([0], diamond), { claims: [never(9)] });
    expect(refuted).toMatchObject([{ id: 'never 9', events: ['0-2', '2-3', '3-9'] }]);
  });

  it('is found again among more successors than sixteen bits can count', () => {
    const fan = Array.from({ length: 70_000 }, (_, to) => [-1, to] as const);
    const system = steps([-1], [...fan, [69_999, -2]]);
    const moves: typeof system.moves = (state, visit) => {
      if (state.at === -1 || state.at === 69_999) system.moves(state, visit);
    };
    const { refuted } = explored({ ...system, moves }, { claims: [never(-2)] });
    expect(refuted).toMatchObject([{ id: 'never -2', events: ['-1-69999', '69999--2'] }]);
  });
});

describe('a table', () => {
  it('moves row by row, instance by instance, where none refuses', () => {
    const table: Table<{ readonly at: number }, string> = {
      name: 'a table',
      init: [{ at: 0 }],
      actions: {
        second: { instances: () => ['b', 'a'], next: ({ at }, by) => ({ at: at + by.length }) },
        first: { instances: () => ['c', 'd'], next: (state, by) => (by === 'c' ? 'no' : state) },
      },
    };
    const seen: unknown[] = [];
    systemOf(table).moves({ at: 3 }, (event, { at }) => seen.push([event, at]));
    expect(seen).toEqual([
      ['b', 4],
      ['a', 4],
      ['d', 3],
    ]);
  });
});

describe('the causes of a violation', () => {
  type Fall = { readonly at: number; readonly faults: readonly string[] };

  // ways to 9, with the faults on them; one has more of them than a shorter way
  const falls: System<Fall, string> = {
    name: 'falls',
    init: [{ at: 0, faults: [] }],
    moves: ({ at, faults }, visit) => {
      const go = (to: number, fault: string | null): void =>
        visit(
          `${at}-${to}`,
          { at: to, faults: fault === null ? faults : [...faults, fault] },
          undefined,
        );
      if (at === 0) {
        go(1, 'crash');
        go(2, 'cut');
        go(3, null);
      }
      if (at === 1) go(9, null);
      if (at === 2) {
        go(9, null);
        go(4, 'crash');
      }
      if (at === 4) go(9, null);
      if (at === 3) go(5, 'pause');
      if (at === 5) go(9, null);
    },
  };

  const question = {
    claims: [{ id: 'never 9', holds: ({ after }: { readonly after: Fall }) => after.at !== 9 }],
    causeOf: ({ before, after }: { readonly before: Fall; readonly after: Fall }) => ({
      faults: after.faults,
      phase: before.at === 5 ? 'late' : 'early',
    }),
  };

  it('are told apart by their faults and phase, each with its shortest story', () => {
    const { extent, refuted } = explored(falls, question);
    expect(extent).toBe('exhausted');
    expect(refuted).toEqual([
      { id: 'never 9', events: ['0-1', '1-9'], cause: { faults: ['crash'], phase: 'early' } },
      { id: 'never 9', events: ['0-2', '2-9'], cause: { faults: ['cut'], phase: 'early' } },
      { id: 'never 9', events: ['0-3', '3-5', '5-9'], cause: { faults: ['pause'], phase: 'late' } },
    ]);
  });

  it('are not looked for if the exploration ends with the first violation', () => {
    const { extent, refuted } = explored(falls, { ...question, goesOn: false });
    expect(extent).toBe('refuted');
    expect(refuted).toEqual([{ id: 'never 9', events: ['0-1', '1-9'], cause: null }]);
  });
});
