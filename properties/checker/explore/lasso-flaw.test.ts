import { describe, expect, it } from 'vitest';
import { mapOf, onRoads, owed, type Place, type RoadMap } from '../ladder/road-map.ts';
import { flawOf } from './lasso-flaw.ts';

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
): string | null => {
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
    expect(flaw([0, 2], [])).toBe('step 2 cannot be taken');
    expect(flaw([0], [4, 1])).toBe('step 3 cannot be taken');
    expect(flaw([0, 4, 6], [])).toBe('step 3 cannot be taken');
  });

  it('if its cycle does not come back', () => {
    expect(flaw([0], [4])).toBe('its cycle does not come back');
  });

  it('if nothing is owed where it says', () => {
    expect(flaw([0, 4, 5], [4, 5], 0)).toBe('nothing begins to be owed');
    expect(flaw([0, 4, 5], [4, 5], 2)).toBe('nothing begins to be owed');
    expect(flaw([0], [4, 5], 2)).toBe('nothing begins to be owed');
  });

  it('if what is owed ends on the way, at once, or round the cycle', () => {
    expect(flaw([0, 4, 5], [4, 5], 1, owed([1], [3]))).toBe('what is owed ends');
    expect(flaw([0], [4, 5], 1, owed([1], [1]))).toBe('what is owed ends');
    expect(flaw([0], [4, 5], 1, owed([1], [3]))).toBe('what is owed ends');
  });

  it('if it is pardoned after it began', () => {
    expect(flaw([0, 4, 7, 8], [5, 4])).toBe('what is owed is pardoned');
    expect(flaw([0, 4], [7, 8])).toBe('what is owed is pardoned');
  });

  it('if something that is fair is put off for ever', () => {
    expect(flaw([0], [])).toBe('a is put off for ever');
    expect(flaw([0], [1, 2])).toBe('c is put off for ever');
    expect(flaw([0, 4], [])).toBe('e is put off for ever');
  });
});
