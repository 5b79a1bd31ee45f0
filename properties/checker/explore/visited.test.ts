import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Visited, visited } from './visited.ts';

const lane = fc.oneof(
  fc.constantFrom(0, 1, -1, 4096, -(2 ** 31), 2 ** 31 - 1),
  fc.integer({ min: -3, max: 3 }),
  fc.integer(),
);

const fingerprints = fc.array(fc.tuple(lane, lane), { maxLength: 300 });

/** What a map says of each in turn: its number, and how many there are after it. */
const expected = (all: readonly (readonly [number, number])[]): readonly unknown[] => {
  const numbers = new Map<string, number>();
  return all.map((pair) => {
    const key = pair.join();
    const number = numbers.get(key) ?? numbers.size;
    numbers.set(key, number);
    return [number, numbers.size];
  });
};

const observed = (set: Visited, all: readonly (readonly [number, number])[]): readonly unknown[] =>
  all.map(([lo, hi]) => [set.number(lo, hi), set.size()]);

/** Many fingerprints, all different, that go round the slots in no obvious order. */
const many = (count: number): readonly (readonly [number, number])[] =>
  Array.from({ length: count }, (_, index) => [Math.imul(index, 0x9e3779b1), index >> 7]);

describe('the set of fingerprints', () => {
  it('is empty at first', () => {
    expect(visited().size()).toBe(0);
  });

  it('numbers as a map does, whatever comes in whatever order', () => {
    const agrees = fc.property(fingerprints, (all) => {
      expect(observed(visited(), all)).toEqual(expected(all));
    });
    fc.assert(agrees, { numRuns: 300, seed: 1 });
  });

  it('tells apart fingerprints that differ in one lane or have them swapped', () => {
    const all = [0, 1, 2, -1].flatMap((lo) => [0, 1, 2, -1].map((hi) => [lo, hi] as const));
    expect(observed(visited(), all)).toEqual(all.map((_, index) => [index, index + 1]));
  });

  it('keeps every number when it grows', () => {
    const set = visited();
    const all = many(50_000);
    const before = set.bytes();
    expect(observed(set, all)).toEqual(all.map((_, index) => [index, index + 1]));
    expect(set.bytes()).toBeGreaterThan(before);
    expect(all.every(([lo, hi], index) => set.number(lo, hi) === index)).toBe(true);
    expect(set.size()).toBe(all.length);
  });

  it('finds fingerprints that crowd around one slot, past the last one too', () => {
    const all = Array.from({ length: 3_000 }, (_, index) => [(index << 16) - 1, 0] as const);
    const set = visited();
    expect(observed(set, [...all, ...all])).toEqual(expected([...all, ...all]));
  });

  it('takes memory in proportion to what it holds', () => {
    const set = visited();
    for (const [lo, hi] of many(100_000)) set.number(lo, hi);
    expect(set.bytes()).toBeGreaterThan(12 * 100_000);
    expect(set.bytes()).toBeLessThan(48 * 100_000);
    expect(set.bytes(100_000)).toBe(3 * set.bytes()); // the old table is there until all is moved
  });

  it('shares nothing with another one', () => {
    const set = visited();
    expect(set.number(5, 7)).toBe(0);
    expect(visited().number(7, 5)).toBe(0);
    expect(set.number(7, 5)).toBe(1);
  });
});
