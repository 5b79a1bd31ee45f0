import { describe, expect, it } from 'vitest';
import { explore } from '../explore/explore.ts';
import type { Explored } from '../explore/question.ts';
import type { Always, Possible, System } from '../explore/system.ts';
import { systemOf, type Table } from '../explore/table.ts';
import { bruteForce, leadsTo } from './brute-force.ts';
import { counters } from './counters.ts';
import { hanoi, isSolved, type Towers } from './hanoi.ts';
import { type Jugs, jugs } from './jugs.ts';
import { hastyPeterson, isExclusive, peterson } from './mutual-exclusion.ts';
import {
  type Dinner,
  type DinnerEvent,
  isStuck,
  orderedPhilosophers,
  philosophers,
} from './philosophers.ts';
import { type Commit, isConsistent, rashCommit, twoPhaseCommit } from './two-phase-commit.ts';

type Asked<S, E> = {
  readonly claims?: readonly Always<S, E>[];
  readonly witnesses?: readonly Possible<S, E>[];
};

const explored = <S extends object, E>(
  system: System<S, E>,
  { claims = [], witnesses = [] }: Asked<S, E> = {},
): Explored<E> => explore(system, { claims, witnesses });

/** The state with its managers in order: of these only the number is seen. */
const unnamed = (state: Commit): Commit => {
  const { managers, heard, prepared } = state;
  const order = managers
    .map((is, place) => ({ place, key: [is, heard[place], prepared[place]].join() }))
    .sort((one, other) => (one.key < other.key ? -1 : 1))
    .map(({ place }) => place);
  return {
    ...state,
    managers: order.map((place) => managers[place] ?? 'working'),
    heard: order.map((place) => heard[place] ?? false),
    prepared: order.map((place) => prepared[place] ?? false),
  };
};

type Counts = readonly [distinct: number, generated: number, depth: number];

const countsOf = <S extends object, E>(table: Table<S, E>): Counts => {
  const { extent, progress, cutOff } = explored(systemOf(table));
  expect([extent, progress.queue, cutOff]).toEqual(['exhausted', 0, 0]);
  return [progress.distinct, progress.generated, progress.depth];
};

const plainCountsOf = <S extends object, E>(table: Table<S, E>): Counts => {
  const { distinct, generated, depth } = bruteForce(systemOf(table));
  return [distinct, generated, depth];
};

const always = <S, E>(id: string, isSo: (state: S) => boolean): Always<S, E> => ({
  id,
  holds: ({ after }) => isSo(after),
});

/** The one story that refutes the claim, the first of its length; it has been replayed. */
const refutationOf = <S extends object, E>(
  table: Table<S, E>,
  claim: Always<S, E>,
): readonly E[] => {
  const system = systemOf(table);
  const { extent, refuted } = explored(system, { claims: [claim] });
  const broken: Possible<S, E> = { id: claim.id, holds: (step) => !claim.holds(step) };
  const [first] = refuted;
  if (first === undefined) throw new Error(`${claim.id} was not refuted`);
  expect([extent, refuted.length, first.id]).toEqual(['refuted', 1, claim.id]);
  expect(leadsTo(system, first.events, broken)).toBe(true);
  expect(first.events).toEqual(bruteForce(system, [broken]).stories.get(claim.id));
  return first.events;
};

const extentOf = <S extends object, E>(table: Table<S, E>, claim: Always<S, E>): string =>
  explored(systemOf(table), { claims: [claim] }).extent;

describe('two-phase commit', () => {
  const consistent = always('consistent', isConsistent);

  it.each([
    [3, 288, 1_146, 11],
    [5, 8_832, 58_146, 17],
    [6, 50_816, 402_306, 20],
  ])('with %i managers comes to what TLC counts', (managers, ...counts) => {
    expect(countsOf(twoPhaseCommit(managers))).toEqual(counts);
  });

  it.each([1, 2, 3, 4, 5])('with %i managers comes to what is derived by hand', (n) => {
    const [before, toCommit, toAbort] = [4 ** n, 2 ** n, 6 ** n];
    const steps =
      n * before +
      before +
      1 + // prepare, give up or be heard; decide
      n * toCommit +
      (n * toAbort + 2 * n * 6 ** (n - 1)); // be told; prepare or give up all the same
    const counts = [before + toCommit + toAbort, 1 + steps, 3 * n + 2];
    expect(countsOf(twoPhaseCommit(n))).toEqual(counts);
  });

  it('with four managers comes to what brute force counts', () => {
    expect(plainCountsOf(twoPhaseCommit(4))).toEqual([1_568, 8_258, 14]);
    expect(countsOf(twoPhaseCommit(4))).toEqual([1_568, 8_258, 14]);
  });

  it.each([2, 3, 4, 5])('of %i managers without names comes to as many multisets', (n) => {
    const choose = (of: number, some: number): number =>
      some === 0 ? 1 : (choose(of - 1, some - 1) * of) / some;
    const multisets = (kinds: number): number => choose(kinds + n - 1, n);
    const { extent, progress } = explored(systemOf({ ...twoPhaseCommit(n), canonical: unnamed }));
    expect(extent).toBe('exhausted');
    expect(progress.distinct).toBe(multisets(4) + multisets(2) + multisets(6));
    expect(progress.depth).toBe(3 * n + 2);
  });

  it('breaks after as many steps if its managers have no names', () => {
    const broken = { ...rashCommit(4), canonical: unnamed };
    const { refuted } = explored(systemOf(broken), { claims: [consistent] });
    expect(refuted[0]?.events).toHaveLength(refutationOf(rashCommit(4), consistent).length);
  });

  it('is consistent', () => {
    expect(extentOf(twoPhaseCommit(5), consistent)).toBe('exhausted');
  });

  it('is not if a manager commits without being told', () => {
    expect(refutationOf(rashCommit(3), consistent)).toEqual([
      { type: 'prepare', manager: 0 },
      { type: 'giveUp', manager: 1 },
      { type: 'toldToCommit', manager: 0 },
    ]);
  });
});

describe('the Towers of Hanoi', () => {
  it.each([1, 2, 3, 4, 5, 6, 7])('with %i discs have 3ⁿ states on 2ⁿ levels', (n) => {
    expect(countsOf(hanoi(n))).toEqual([3 ** n, 1 + 3 ** (n + 1) - 3, 2 ** n]);
  });

  it.each([1, 2, 3, 4, 5, 6])('with %i discs are solved in 2ⁿ - 1 moves', (n) => {
    const unsolved = always('unsolved', (towers: Towers) => !isSolved(towers));
    expect(refutationOf(hanoi(n), unsolved)).toHaveLength(2 ** n - 1);
  });
});

describe('the jugs', () => {
  it('can be in 16 states', () => {
    expect(countsOf(jugs)).toEqual([16, 1 + 16 * 6, 8]);
  });

  it('measure four litres in six steps', () => {
    const never = always('never four', ({ big }: Jugs) => big !== 4);
    expect(refutationOf(jugs, never)).toEqual([
      'fillBig',
      'bigToSmall',
      'emptySmall',
      'bigToSmall',
      'fillBig',
      'bigToSmall',
    ]);
  });

  it('hold every amount up to eight litres at some time', () => {
    const witnesses = Array.from({ length: 9 }, (_, litres): Possible<Jugs, string> => {
      return { id: `${litres}`, holds: ({ after }) => after.small + after.big === litres };
    });
    const system = systemOf(jugs);
    const { extent, reached } = explored(system, { witnesses });
    expect(extent).toBe('exhausted');
    const { stories } = bruteForce(system, witnesses);
    expect(new Map(reached.map(({ id, events }) => [id, events]))).toEqual(stories);
    expect(stories.size).toBe(9);
  });
});

describe('counters', () => {
  it.each([
    [1, 1],
    [1, 9],
    [2, 5],
    [3, 4],
    [4, 3],
    [6, 2],
    [10, 1],
  ])('%i of them up to %i fill their grid', (count, bound) => {
    const distinct = (bound + 1) ** count;
    const steps = count * bound * (bound + 1) ** (count - 1);
    expect(countsOf(counters(count, bound))).toEqual([distinct, 1 + steps, count * bound + 1]);
  });
});

describe("Peterson's algorithm", () => {
  const exclusive = always('exclusive', isExclusive);

  it('comes to what is derived by hand and what brute force counts', () => {
    expect(countsOf(peterson)).toEqual([8 + 8 + 2 + 2, 35, 7]);
    expect(plainCountsOf(peterson)).toEqual([20, 35, 7]);
  });

  it('lets one process in at a time', () => {
    expect(extentOf(peterson, exclusive)).toBe('exhausted');
  });

  it('lets both in if its two assignments are swapped', () => {
    expect(countsOf(hastyPeterson)).toEqual(plainCountsOf(hastyPeterson));
    expect(refutationOf(hastyPeterson, exclusive)).toEqual([
      { to: 'asks', by: 0 },
      { to: 'asks', by: 1 },
      { to: 'waits', by: 1 },
      { to: 'critical', by: 1 },
      { to: 'waits', by: 0 },
      { to: 'critical', by: 0 },
    ]);
  });
});

describe('the philosophers', () => {
  const goOn = (table: Table<Dinner, DinnerEvent>): Always<Dinner, DinnerEvent> => {
    const system = systemOf(table);
    return always('go on', (state) => !isStuck(system, state));
  };

  it.each([
    [2, 6],
    [3, 14],
    [4, 34],
    [5, 82],
    [6, 198],
    [7, 478],
  ])('are in as many states as the Pell-Lucas numbers say: %i in %i', (count, distinct) => {
    expect(Math.round((1 + Math.SQRT2) ** count + (1 - Math.SQRT2) ** count)).toBe(distinct);
    const counts = countsOf(philosophers(count));
    expect(counts).toEqual(plainCountsOf(philosophers(count)));
    expect(counts[0]).toBe(distinct);
  });

  it('starve once each holds a fork', () => {
    const table = philosophers(3);
    expect(refutationOf(table, goOn(table))).toEqual(
      [0, 1, 2].map((philosopher) => ({ type: 'take', philosopher })),
    );
  });

  it.each([2, 3, 4, 5])('%i of them eat for ever if the lower fork is taken first', (count) => {
    const table = orderedPhilosophers(count);
    expect(countsOf(table)).toEqual(plainCountsOf(table));
    expect(extentOf(table, goOn(table))).toBe('exhausted');
  });
});
