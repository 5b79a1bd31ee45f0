import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { alone } from './crew.ts';
import { type Discovered, discovered, noParent } from './discovered.ts';

type Claim = readonly [lo: number, hi: number, parent: number];

const lane = fc.oneof(
  fc.constantFrom(0, 1, -1, 4096, -(2 ** 31), 2 ** 31 - 1),
  fc.integer({ min: -3, max: 3 }),
  fc.integer(),
);

const oldest = 100;
const claims: fc.Arbitrary<readonly Claim[]> = fc.array(
  fc.tuple(lane, lane, fc.integer({ min: oldest, max: oldest + 5 })),
  { maxLength: 300 },
);

/** What a map of the least parents says of each in turn. */
const expected = (all: readonly Claim[]): readonly unknown[] => {
  const owners = new Map<string, number>();
  return all.map(([lo, hi, parent]) => {
    const key = [lo, hi].join();
    const known = owners.get(key);
    const isOwn = known === undefined || parent < known;
    if (isOwn) owners.set(key, parent);
    return [isOwn, owners.get(key), owners.size];
  });
};

const roomy = (set: Discovered): Discovered => {
  while (set.isCrowded()) set.grow();
  return set;
};

const observed = (set: Discovered, all: readonly Claim[], from = oldest): readonly unknown[] =>
  all.map(([lo, hi, parent]) => {
    const isOwn = roomy(set).claim(lo, hi, parent, from);
    return [isOwn, set.parentOf(lo, hi), set.size()];
  });

const many = (count: number): readonly Claim[] =>
  Array.from({ length: count }, (_, index) => [Math.imul(index, 0x9e3779b1), index >> 7, index]);

describe('the set of what was discovered', () => {
  it('is empty at first', () => {
    expect(discovered(alone).size()).toBe(0);
  });

  it('gives each state to the earliest parent on the level, whoever comes when', () => {
    const agrees = fc.property(claims, (all) => {
      expect(observed(discovered(alone), all)).toEqual(expected(all));
    });
    fc.assert(agrees, { numRuns: 300, seed: 1 });
  });

  it('leaves what was discovered on a level before to whoever has it', () => {
    const set = discovered(alone);
    expect(set.claim(1, 2, noParent, noParent)).toBe(true);
    expect(set.claim(1, 2, noParent, noParent)).toBe(false);
    expect(set.claim(1, 2, 0, 0)).toBe(false);
    expect(set.claim(3, 4, 7, 5)).toBe(true);
    expect(set.claim(3, 4, 6, 5)).toBe(true);
    expect(set.claim(3, 4, 9, 9)).toBe(false);
    expect([set.parentOf(1, 2), set.parentOf(3, 4), set.size()]).toEqual([noParent, 6, 2]);
  });

  it('tells apart fingerprints that differ in one lane or have them swapped', () => {
    const lanes = [0, 1, 2, -1];
    const all = lanes.flatMap((lo) => lanes.map((hi): Claim => [lo, hi, oldest]));
    expect(observed(discovered(alone), all)).toEqual(expected(all));
  });

  it('keeps everything when it grows', () => {
    const set = discovered(alone);
    const all = many(50_000);
    const before = set.memory().byteLength;
    observed(set, all, 0);
    expect(set.memory().byteLength).toBeGreaterThan(before);
    expect(set.size()).toBe(all.length);
    expect(all.every(([lo, hi, parent]) => set.parentOf(lo, hi) === parent)).toBe(true);
  });

  it('is the same in the memory of another one', () => {
    const [one, other] = [discovered(alone), discovered(alone)];
    observed(one, many(2_000), 0);
    other.adopt(one.memory());
    expect(other.size()).toBe(2_000);
    expect(other.claim(0, 0, 5, 5)).toBe(false);
    expect(other.claim(77, 77, 5, 5)).toBe(true);
    expect(one.parentOf(77, 77)).toBe(5);
  });

  it('takes memory in proportion to what it holds', () => {
    const set = discovered(alone);
    observed(set, many(100_000), 0);
    expect(set.memory().byteLength).toBeGreaterThan(12 * 100_000);
    expect(set.memory().byteLength).toBeLessThan(48 * 100_000);
  });
});
