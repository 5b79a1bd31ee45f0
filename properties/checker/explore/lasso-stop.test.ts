import { describe, expect, it } from 'vitest';
import { onRoads, owed, type Place, type Road, type RoadMap, travels } from '../ladder/road-map.ts';
import { componentsOf, roomFor } from './components.ts';
import { fairCycle } from './cycle.ts';
import { fairParts } from './fair-parts.ts';
import { graphOf, unbounded } from './graph.ts';
import { productOf } from './pending.ts';

const length = 9000;

const along = (from: number): Road => ({
  from,
  to: from === length ? 1 : from + 1,
  fair: { kind: 'weak', name: `${from % 7}` },
  pardons: false,
});

/** One large circle: each part of the work on it takes many steps. */
const circle: RoadMap = {
  starts: [0],
  roads: Array.from({ length: length + 1 }, (_, at) => along(at)),
};

const survey = {
  fairness: (_: Place, road: number) => circle.roads[road]?.fair ?? null,
  pardons: () => false,
  marks: [({ at }: Place) => at === 1, () => false],
  view: (place: Place) => place,
};

const obligations = [owed([1], []), owed([2], [1]), owed([3], [])];

describe('a search that is stopped while its graph grows', () => {
  it('has answered nothing, and says so', () => {
    const bounds = { goesOn: ({ states }: { readonly states: number }) => states < 300 };
    const { answers, states, extent } = travels(circle, obligations, bounds);
    expect(extent).toBe('stopped');
    expect(states).toBeLessThan(length);
    expect(answers.map(({ kind }) => kind)).toEqual(obligations.map(() => 'interrupted'));
  });
});

describe('a search that is stopped once its graph is there', () => {
  it('has seen all of it, and has answered nothing', () => {
    const bounds = { goesOn: ({ queue }: { readonly queue: number }) => queue > 0 };
    const { answers, states, extent } = travels(circle, obligations, bounds);
    expect([states, extent]).toEqual([length + 1, 'stopped']);
    expect(answers.map(({ kind }) => kind)).toEqual(obligations.map(() => 'interrupted'));
  });

  it('keeps what it has answered, whenever that is, and ends soon', () => {
    const kinds = ['violated', 'holds', 'violated'];
    const stoppedAt = (last: number) => {
      let asked = 0;
      const goesOn = ({ queue }: { readonly queue: number }): boolean =>
        queue > 0 || asked++ < last;
      const lassos = travels(circle, obligations, { goesOn });
      return { ...lassos, asked };
    };
    const { asked: whole, ...all } = stoppedAt(Number.POSITIVE_INFINITY);
    expect(all.answers.map(({ kind }) => kind)).toEqual(kinds);
    expect(whole).toBeGreaterThan(15);
    const seen = new Set<number>();
    for (let last = 0; last < whole; last++) {
      const { answers, asked, extent } = stoppedAt(last);
      const answered = answers.filter(({ kind }) => kind !== 'interrupted').length;
      seen.add(answered);
      expect(extent).toBe('stopped');
      expect(answers.slice(0, answered)).toEqual(all.answers.slice(0, answered));
      expect(asked - last).toBe(obligations.length - answered); // once for each that is left
    }
    expect([...seen]).toEqual([0, 1, 2]);
  });

  it('asks at each step of each part of the work, and gives nothing if it is stopped', () => {
    const graph = graphOf(onRoads(circle), survey, unbounded);
    const states = Int32Array.from({ length: graph.size }, (_, state) => state);
    const halt = () => false;
    const asksOf = (work: (goesOn: () => boolean) => unknown): number => {
      let asked = 0;
      expect(work(() => asked++ >= 0)).not.toBeNull();
      expect(work(halt)).toBeNull();
      return asked;
    };
    const room = roomFor(graph);
    const whole = new Int32Array(graph.size);
    const division = fairParts(graph, states, () => true) ?? whole;
    const product = asksOf((goesOn) => productOf(graph, { begins: 0, ends: 1 }, goesOn));
    const components = asksOf((goesOn) => componentsOf(graph, whole, states, room, goesOn));
    const parts = asksOf((goesOn) => fairParts(graph, states, goesOn));
    const cycle = asksOf((goesOn) => fairCycle(graph, division, 1, goesOn));
    expect(Math.min(product, components, cycle)).toBeGreaterThan(length);
    expect(parts).toBe(components + 2); // the circle, and the way to it
  });
});
