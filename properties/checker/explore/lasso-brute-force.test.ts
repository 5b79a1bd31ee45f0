import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { owed, type Place, placesOf, type Road, type RoadMap, travel } from '../ladder/road-map.ts';
import type { Obligation } from './obligation.ts';

const places = [0, 1, 2, 3, 4, 5];

const road: fc.Arbitrary<Road> = fc.record({
  from: fc.constantFrom(...places),
  to: fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...places) }, fc.constant(-1)),
  fair: fc.option(
    fc.constantFrom(
      ...(['a', 'b', 'c'] as const).map((name) => ({ name, kind: 'weak' as const })),
      ...(['x', 'y'] as const).map((name) => ({ name, kind: 'strong' as const })),
    ),
    { freq: 4 },
  ),
  pardons: fc.constant(false),
});

const pardoning = fc
  .tuple(road, fc.nat(9))
  .map(([one, dice]): Road => (dice === 0 ? { ...one, fair: null, pardons: true } : one));

const maps: fc.Arbitrary<RoadMap> = fc.record({
  starts: fc.uniqueArray(fc.constantFrom(...places), { minLength: 1, maxLength: 2 }),
  roads: fc.array(pardoning, { maxLength: 14 }),
});

const some = fc.uniqueArray(fc.constantFrom(...places), { maxLength: 3 });
const obligations: fc.Arbitrary<Obligation<Place>> = fc
  .tuple(some, some)
  .map(([begins, ends]) => owed(begins, ends));

type Node = { readonly at: number; readonly isOwed: boolean };

/** Places, with whether it is owed there, by how many roads it takes to come to them. */
const reachedBy = (map: RoadMap, { begins, ends }: Obligation<Place>): readonly Node[][] => {
  const seen = new Set<string>();
  const levels: Node[][] = [];
  const withOwed = (node: Node): readonly Node[] => {
    const isOver = ends({ at: node.at });
    if (isOver) return [{ at: node.at, isOwed: false }];
    return begins({ at: node.at }) ? [node, { at: node.at, isOwed: true }] : [node];
  };
  const isNew = ({ at, isOwed }: Node): boolean => seen.size < seen.add(`${at} ${isOwed}`).size;
  let level = map.starts.flatMap((at) => withOwed({ at, isOwed: false })).filter(isNew);
  while (level.length > 0) {
    levels.push(level);
    level = level
      .flatMap((node) =>
        map.roads
          .filter(({ from, to }) => from === node.at && to >= 0)
          .flatMap(({ to, pardons }) => withOwed({ at: to, isOwed: node.isOwed && !pardons })),
      )
      .filter(isNew);
  }
  return levels;
};

const subsets: readonly (readonly number[])[] = Array.from(
  { length: 2 ** places.length },
  (_, bits) => places.filter((at) => (bits >> at) % 2 === 1),
).filter(({ length }) => length > 0);

/** Whether one can stay in exactly these places for ever, doing all that is fair. */
const isStay = (
  map: RoadMap,
  ends: (place: Place) => boolean,
  stay: readonly number[],
): boolean => {
  if (stay.some((at) => ends({ at }))) return false;
  const inside = map.roads.filter(
    ({ from, to, pardons }) => stay.includes(from) && stay.includes(to) && !pardons,
  );
  const from = (one: number): ReadonlySet<number> => {
    const reached = new Set([one]);
    for (const at of reached) for (const each of inside) if (each.from === at) reached.add(each.to);
    return reached;
  };
  if (!stay.every((one) => stay.every((other) => from(one).has(other)))) return false;
  const isPossible = (at: number, name: string): boolean =>
    map.roads.some((each) => each.from === at && each.fair?.name === name);
  return map.roads.every(({ fair }) => {
    if (fair === null || inside.some((each) => each.fair?.name === fair.name)) return true;
    return fair.kind === 'weak'
      ? !stay.every((at) => isPossible(at, fair.name))
      : !stay.some((at) => isPossible(at, fair.name));
  });
};

/** How many roads at least lead to where one can stay for ever without it ending. */
const nearestStay = (map: RoadMap, obligation: Obligation<Place>): number => {
  const stays = subsets.filter((stay) => isStay(map, obligation.ends, stay));
  return reachedBy(map, obligation).findIndex((level) =>
    level.some(({ at, isOwed }) => isOwed && stays.some((stay) => stay.includes(at))),
  );
};

const runs = { numRuns: 3000 };

describe('on small maps of any kind', () => {
  it('lassos are found where there are any, and their stems are shortest', () => {
    fc.assert(
      fc.property(maps, obligations, (map, obligation) => {
        const found = placesOf(travel(map, obligation));
        expect(found === null ? -1 : found.stem.length - 1).toBe(nearestStay(map, obligation));
      }),
      runs,
    );
  });

  it('what is owed nowhere is said to be', () => {
    fc.assert(
      fc.property(maps, obligations, (map, obligation) => {
        const isOwed = reachedBy(map, obligation).some((level) => level.some((one) => one.isOwed));
        expect(travel(map, obligation).owed > 0).toBe(isOwed);
      }),
      runs,
    );
  });

  it('what does not hold on a part of a map does not hold', () => {
    fc.assert(
      fc.property(maps, obligations, fc.integer({ min: 1, max: 6 }), (map, obligation, states) => {
        const whole = travel(map, obligation).kind;
        const part = travel(map, obligation, states).kind;
        expect(part === whole || part === 'open').toBe(true);
      }),
      runs,
    );
  });
});
