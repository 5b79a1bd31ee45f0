import { describe, expect, it } from 'vitest';
import { mapOf, owed, placesOf, type RoadMap, travel } from '../ladder/road-map.ts';
import type { Fair } from './graph.ts';

const hurry = (from: number): Fair => ({ kind: 'weak', name: `${from}` });

const from1to9 = owed([1], [9]);

const way = (map: RoadMap, obligation = from1to9) => placesOf(travel(map, obligation));
const kindOf = (map: RoadMap, obligation = from1to9) => travel(map, obligation).kind;

describe('a lasso is found', () => {
  it('whose cycle is entered after it began to be owed', () => {
    const map = mapOf('0 1', '1 2 weak a', '2 3', '3 2');
    expect(way(map)).toEqual({ stem: [0, 1, 2], cycle: [] });
    const fair = mapOf('0 1', '1 2 weak a', '2 3 weak b', '3 2 weak c');
    expect(way(fair)).toEqual({ stem: [0, 1, 2], cycle: [3, 2] });
  });

  it('whose cycle was there before it began to be owed', () => {
    const map = mapOf('0 2 weak a', '2 3 weak b', '3 2 weak c', '3 1 weak d', '1 2 weak e');
    expect(way(map)).toEqual({ stem: [0, 2, 3, 1], cycle: [2, 3, 1] });
  });

  it('where a state is come to both with and without it being owed', () => {
    const map = mapOf('0 2', '2 9', '0 1', '1 2', '2 2 weak loop');
    expect(way(map)).toEqual({ stem: [0, 1], cycle: [] });
    const forced = mapOf('0 2 weak a', '2 9', '0 1', '1 2 weak b', '2 2 weak loop');
    expect(way(forced)).toEqual({ stem: [0, 1, 2], cycle: [2] });
  });

  it('in a dead end', () => {
    expect(way(mapOf('0 1 weak a', '1 2 weak b'))).toEqual({ stem: [0, 1, 2], cycle: [] });
  });

  it('where nothing that is fair is left to do: the system may stop', () => {
    expect(way(mapOf('0 1', '1 9'))).toEqual({ stem: [0, 1], cycle: [] });
    expect(kindOf(mapOf('0 1', '1 9 weak a'))).toBe('holds');
  });

  it('in an unfair cycle that is fair once it is left aside', () => {
    // 1 and 2 for ever put off `b`, which can always happen; 3 and 4 do not
    const map = mapOf('0 1', '1 2', '2 1', '1 3 weak b', '2 9 weak b', '3 4 weak c', '4 3 weak c');
    expect(way(map)).toEqual({ stem: [0, 1, 3], cycle: [4, 3] });
  });

  it('that needs a strong class to be kept from being possible', () => {
    const roads = ['0 1', '1 2 weak a', '2 1 weak b', '1 3 weak c', '3 1 weak d'];
    expect(way(mapOf(...roads, '2 9 strong e'))).toEqual({ stem: [0, 1], cycle: [3, 1] });
    expect(way(mapOf(...roads, '2 9 weak e'))).toEqual({ stem: [0, 1], cycle: [2, 1] });
  });

  it('of which the stem is the shortest, not the first that a search in depth would take', () => {
    const map = mapOf('0 5', '5 6', '6 7', '7 1', '0 8', '8 1', '1 1 weak a');
    expect(way(map)).toEqual({ stem: [0, 8, 1], cycle: [1] });
  });
});

describe('no lasso is found', () => {
  it('in a cycle that is unfair', () => {
    expect(kindOf(mapOf('0 1', '1 2', '2 1', '1 9 weak a', '2 9 weak a'))).toBe('holds');
    expect(kindOf(mapOf('0 1', '1 2 weak b', '2 1 weak b', '1 9 strong a'))).toBe('holds');
  });

  it('where every way comes to an end, round a cycle or not', () => {
    expect(kindOf(mapOf('0 1', '1 2 weak a', '2 3 weak b', '2 9 weak b', '3 9 weak a'))).toBe(
      'holds',
    );
  });

  it('in a cycle that is left by what ends it', () => {
    expect(kindOf(mapOf('0 1', '1 2 weak a', '2 9 weak b', '9 1 weak c'))).toBe('holds');
  });

  it('where it has never begun to be owed: that is said', () => {
    expect(kindOf(mapOf('0 2', '2 2 weak a'))).toBe('vacuous');
    expect(kindOf(mapOf('0 1', '1 1 weak a'), owed([1], [1]))).toBe('vacuous');
    expect(kindOf(mapOf('0 2', '2 2 weak a', '3 1'))).toBe('vacuous');
  });

  it('where it is pardoned, unless it begins to be owed once more', () => {
    expect(kindOf(mapOf('0 1', '1 2 weak a', '2 3 pardons', '2 9 weak b', '3 3 weak c'))).toBe(
      'holds',
    );
    const again = mapOf('0 1', '1 2 weak a', '2 3 pardons', '2 9 weak b', '3 3 weak c', '3 1');
    expect(kindOf(again)).toBe('holds');
    const anew = mapOf('0 1', '1 2 weak a', '2 4 pardons', '2 9 weak b', '4 4 weak c');
    expect(way(anew, owed([1, 4], [9]))).toEqual({ stem: [0, 1, 2, 4], cycle: [4] });
  });

  it('round a cycle on which it is pardoned again and again', () => {
    expect(kindOf(mapOf('0 1 weak a', '1 2 weak b', '2 1 pardons', '2 9 weak c'))).toBe('holds');
  });
});

describe('what is cut off', () => {
  it('judges nothing where one can always leave, and that is said', () => {
    expect(kindOf(mapOf('0 1', '1 1 weak b', '1 off weak a'))).toBe('vacuous');
  });

  it('is no dead end if it may be left fairly', () => {
    expect(kindOf(mapOf('0 1', '1 2 weak a', '2 off weak b'))).toBe('holds');
    expect(way(mapOf('0 1', '1 2 weak a', '2 off'))).toEqual({ stem: [0, 1, 2], cycle: [] });
  });

  it('makes a cycle unfair on which one could always leave, and no other', () => {
    expect(kindOf(mapOf('0 1', '1 2 weak c', '2 2 weak b', '2 off weak a'))).toBe('holds');
    const map = mapOf('0 1', '1 2 weak b', '2 1 weak c', '1 off weak a');
    expect(way(map)).toEqual({ stem: [0, 1], cycle: [2, 1] });
  });

  it('is what lies beyond the bound, too: a lasso before it counts, its absence does not', () => {
    const map = mapOf('0 1', '1 2 weak a', '2 3 weak b', '3 4 weak c', '1 5 weak a', '5 5 weak d');
    expect(travel(map, from1to9).kind).toBe('violated');
    expect(travel(map, from1to9, 3).kind).toBe('open');
    expect(placesOf(travel(map, from1to9, 5))).toEqual({ stem: [0, 1, 5], cycle: [5] });
  });
});

describe('a printed lasso', () => {
  it('is a real path through a component that is no simple cycle', () => {
    // two loops through 1: a fair way must go round both, and comes back to where it began
    const map = mapOf('0 1', '1 2 weak a', '2 1 weak b', '1 3 weak c', '3 4 weak d', '4 1 weak e');
    const found = way(map);
    expect(found?.stem).toEqual([0, 1]);
    expect(found?.cycle.at(-1)).toBe(1);
    const strong = mapOf('0 1', '1 2 strong a', '2 1 strong b', '1 3 strong c', '3 1 strong d');
    expect(way(strong)?.cycle.toSorted()).toEqual([1, 1, 2, 3]);
  });

  it('may be longer than a program can call itself deep', () => {
    const length = 20_000;
    const road = (from: number) => ({ from, to: from + 1, fair: null, pardons: false });
    const roads = Array.from({ length }, (_, from) => ({ ...road(from), fair: hurry(from) }));
    const back = { from: length, to: 1, fair: hurry(length), pardons: false };
    const found = way({ starts: [0], roads: [...roads, back] }, owed([1], []));
    expect([found?.stem.length, found?.cycle.length]).toEqual([2, length]);
  });

  it('tells when it began to be owed', () => {
    const answer = travel(mapOf('0 2', '2 1', '1 3 weak a', '3 3 weak b'), from1to9);
    expect(answer.kind === 'violated' && answer.lasso.begins).toBe(2);
  });
});
