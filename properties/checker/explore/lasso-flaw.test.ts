import { describe, expect, it } from 'vitest';
import { mapOf, onRoads, owed, type Place, type RoadMap } from '../ladder/road-map.ts';
import { type Flaw, flawOf } from './lasso-flaw.ts';

const map = mapOf(
  '0 1',
  '1 2 weak a',
  '2 1 weak b',
  '2 9 strong c',
  '1 3 weak d',
  '3 1 weak e',
  '3 off weak f',
  '3 4 pardons',
  '4 3',
);

const judged = {
  fairness: (_: Place, road: number) => map.roads[road]?.fair ?? null,
  pardons: (_: Place, road: number) => map.roads[road]?.pardons ?? false,
  view: (place: Place) => place,
};

const along = (roads: readonly number[], from: RoadMap = map) =>
  roads.map((road) => ({ event: road, after: { at: from.roads[road]?.to ?? 0 } }));

/** What is wrong with a lasso of roads, by their places on the map. */
const flaw = (
  stem: readonly number[],
  cycle: readonly number[],
  begins = 1,
  obligation = owed([1], [9]),
): Flaw<number> | null => {
  const lasso = { start: { at: 0 }, stem: along(stem), begins, cycle: along(cycle) };
  return flawOf(onRoads(map), judged, obligation, lasso);
};

describe('a lasso is refused', () => {
  it('not if it is one', () => {
    expect(flaw([0], [4, 5])).toBeNull();
    expect(flaw([0, 1, 2, 4], [5, 4])).toBeNull();
    expect(flaw([0, 4, 5], [4, 5], 3)).toBeNull();
  });

  it('if a step of it cannot be taken', () => {
    expect(flaw([0, 2], [])).toEqual({ kind: 'impossible', number: 2 });
    expect(flaw([0], [4, 1])).toEqual({ kind: 'impossible', number: 3 });
    expect(flaw([0, 4, 6], [])).toEqual({ kind: 'impossible', number: 3 });
  });

  it('if its cycle does not come back', () => {
    expect(flaw([0], [4])).toEqual({ kind: 'open' });
  });

  it('if nothing is owed where it says', () => {
    expect(flaw([0, 4, 5], [4, 5], 0)).toEqual({ kind: 'not owed' });
    expect(flaw([0, 4, 5], [4, 5], 2)).toEqual({ kind: 'not owed' });
    expect(flaw([0], [4, 5], 2)).toEqual({ kind: 'not owed' });
  });

  it('if what is owed ends on the way, at once, or round the cycle', () => {
    expect(flaw([0, 4, 5], [4, 5], 1, owed([1], [3]))).toEqual({ kind: 'ended', number: 2 });
    expect(flaw([0], [4, 5], 1, owed([1], [1]))).toEqual({ kind: 'ended', number: 1 });
    expect(flaw([0], [4, 5], 1, owed([1], [3]))).toEqual({ kind: 'ended', number: 2 });
  });

  it('if it is pardoned after it began', () => {
    expect(flaw([0, 4, 7, 8], [5, 4])).toEqual({ kind: 'pardoned', number: 3 });
    expect(flaw([0, 4], [7, 8])).toEqual({ kind: 'pardoned', number: 3 });
  });

  it('if something that is fair is put off for ever', () => {
    expect(flaw([0], [])).toEqual({ kind: 'put off', event: 1, number: 1, name: 'a' });
    expect(flaw([0], [1, 2])).toEqual({ kind: 'put off', event: 3, number: 2, name: 'c' });
    expect(flaw([0, 4], [])).toEqual({ kind: 'put off', event: 5, number: 2, name: 'e' });
  });
});
