import { describe, expect, it } from 'vitest';
import { type GraphBounds, graphOf, unbounded } from './graph.ts';
import type { System } from './system.ts';

type Point = { readonly at: number };

/** Without end, and with so many edges for each state. */
const endless = (ways: number): System<Point, number> => ({
  name: 'endless',
  init: [{ at: 0 }],
  moves: ({ at }, visit) => {
    for (let way = 1; way <= ways; way++) visit(way, { at: at + way }, undefined);
  },
});

const grown = (bounds: Partial<GraphBounds>, ways = 20) =>
  graphOf(
    endless(ways),
    { fairness: () => null, pardons: () => false, marks: [() => true], view: (point) => point },
    { ...unbounded, states: 200_000, ...bounds },
  );

describe('a graph that is bound in memory', () => {
  const bytes = 4_000_000;

  it('counts its own arrays, which are not on the heap, and never has more than that', () => {
    const { extent, size, first, to, fair, marked, pardoned } = grown({ bytes });
    expect(extent).toBe('memory');
    const arrays = [first, to, fair, marked].map(({ buffer }) => buffer.byteLength);
    const held = arrays.reduce((sum, one) => sum + one, 4 * pardoned.length);
    expect(held).toBeLessThan(bytes);
    expect(size).toBeGreaterThan(5000);
  });

  it('has room left to be looked into, and counts the table of what is new', () => {
    for (const some of [6_000_000, 9_000_000, 13_000_000]) {
      const { size, to, extent } = grown({ bytes: some }, 1);
      expect(extent).toBe('memory');
      const table = 12 * 2 ** Math.ceil(Math.log2(size / 0.6));
      expect(100 * size + table + 16 * to.length).toBeLessThan(some);
      expect(200 * size).toBeGreaterThan(some / 2);
    }
  });

  it('counts the heap as well', () => {
    const half = grown({ bytes, heap: () => bytes / 2 });
    expect(half.extent).toBe('memory');
    expect(half.size).toBeLessThan(grown({ bytes }).size);
    expect(half.bytes).toBeGreaterThan(bytes);
    expect(grown({ bytes, heap: () => 2 * bytes })).toMatchObject({ size: 1, expanded: 0 });
  });
});

describe('a graph', () => {
  it('says why it is not whole', () => {
    expect(grown({ states: 100 }).extent).toBe('states');
    const stopped = grown({ goesOn: ({ states, queue }) => states < 1000 || queue === 0 });
    expect(stopped.extent).toBe('stopped');
    expect(stopped.expanded).toBeLessThan(stopped.size);
    expect(stopped.first).toHaveLength(stopped.size + 1);
    expect(stopped.marked).toHaveLength(stopped.size);
  });
});
