// The cut is exact whatever a guest writes while it is copied (R31-2, R31-3).

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWriter } from './bytes.ts';
import { PageCollector } from './passes.ts';
import { type Policies, paperPolicies } from './policies.ts';
import { scribbledPages as pages, type Scribbling, scribbler } from './scribbler.ts';
import { defaultSettings } from './settings.ts';
import { Workbench } from './workbench.ts';

type Cloned = {
  readonly digests: readonly number[]; // of the source at the cut, and of the destination
  readonly cut: {
    readonly position: number;
    readonly passCount: number;
    readonly pageCount: number;
  };
  readonly byteCount: number; // that have come to the destination
};

/** A clone of a machine that runs so many instructions, in turn, before each step of the world. */
const cloned = (
  how: Scribbling,
  runs: readonly number[],
  policies: Partial<Policies> = {},
  chunkBytes = 30_000,
): Cloned => {
  const digests: number[] = [];
  const image = scribbler(how, digests);
  const world = new Workbench(image, defaultSettings, { ...paperPolicies, ...policies });
  world.chunkBytes = chunkBytes;
  let byteCount = 0;
  const tell = world.tell.bind(world);
  world.tell = (host, input) => {
    if (host === 'B' && input.type === 'bytes') byteCount += input.bytes.length;
    tell(host, input);
  };
  world.boot('a', 'A');
  world.run('A', 1000);
  world.tell('A', { type: 'placed', copy: 'b', host: 'B' });
  world.destination('b', 'B', 'A', 'clone');
  for (let at = 0; world.all('b', 'armed').length === 0; at++) {
    const [instructionCount = 0] = runs.slice(at % runs.length);
    world.tell('A', { type: 'run', instructionCount, reading: 0 });
    if (!world.step()) throw new Error('the clone has stopped');
  }
  const [cut] = world.all('a', 'cut');
  if (cut === undefined) throw new Error('nothing was cut');
  return { digests, cut, byteCount };
};

const scribblings = fc.record({
  seed: fc.nat(),
  breadth: fc.integer({ min: 1, max: pages.count }),
  forgets: fc.constant(-1),
  filling: fc.constantFrom(0, 1),
});
const runs = fc.array(fc.nat({ max: 300 }), { minLength: 1, maxLength: 8 });
const impatient = ({ restBytes, passCount }: { restBytes: number; passCount: number }): boolean =>
  restBytes <= 8 * pages.bytes || passCount >= 4;

describe('a clone', () => {
  it('has at the cut what its source has, whatever that writes meanwhile', () => {
    const passCounts = new Set<number>();
    const run = fc.property(scribblings, runs, fc.boolean(), (how, all, isImpatient) => {
      const policies = isImpatient ? { mayCut: impatient } : {};
      const { digests, cut } = cloned(how, all, policies);
      expect(digests).toHaveLength(2);
      expect(digests[1]).toBe(digests[0]);
      passCounts.add(cut.passCount);
    });
    fc.assert(run, { numRuns: 40 });
    expect(passCounts.size).toBeGreaterThan(1);
  });

  it('is cut with few pages where few are written to, and after some passes at any rate', () => {
    const calm = cloned({ seed: 1, breadth: 20, forgets: -1, filling: 1 }, [5]);
    expect(calm.cut.passCount).toBe(1);
    expect(calm.cut.pageCount).toBeLessThanOrEqual(20);
    const busy = cloned({ seed: 1, breadth: pages.count, forgets: -1, filling: 1 }, [500]);
    expect(busy.cut.passCount).toBe(8);
    const slower = cloned({ seed: 1, breadth: pages.count, forgets: -1, filling: 1 }, [10]);
    expect(slower.cut.passCount).toBeLessThan(8);
    expect(slower.cut.pageCount * pages.bytes).toBeLessThanOrEqual(1 << 18);
  });

  it('takes no bytes for the pages that are blank', () => {
    expect(cloned({ seed: 1, breadth: 2, forgets: -1, filling: 0 }, [5]).byteCount).toBeLessThan(
      6 * pages.bytes,
    );
  });

  it('does not hold up its source, which runs on to the cut', () => {
    expect(
      cloned({ seed: 1, breadth: 9, forgets: -1, filling: 1 }, [7]).cut.position,
    ).toBeGreaterThan(1100);
  });

  it.each<readonly [string, Partial<Policies>, number]>([
    ['a page counts as copied when the pass ends', { copiedAt: (_, ended) => ended() }, -1],
    ['a page that is left does not go with the cut', { leftAtCut: (left) => left.slice(1) }, -1],
    ['the guest does not note a page that it writes to', {}, 3],
  ])('is another machine if %s', (_, policies, forgets) => {
    const outcomes = Array.from({ length: 20 }, (_, seed) => {
      const { digests } = cloned({ seed, breadth: 60, forgets, filling: 1 }, [1], policies);
      return digests[0] === digests[1];
    });
    expect(outcomes).toContain(false);
  });
});

describe('what comes as a page', () => {
  const page = (number: number, byteCount: number): Uint8Array =>
    new ByteWriter().u32(number).bytes(new Uint8Array(byteCount).fill(number)).done();

  it('is taken whole, in its place', () => {
    const collector = new PageCollector({ count: 3, bytes: 2 });
    expect(collector.add(page(2, 2))).toBe(true);
    expect(collector.add(new ByteWriter().bytes(page(0, 2)).bytes(page(1, 2)).done())).toBe(true);
    expect([...collector.whole()]).toEqual([0, 0, 1, 1, 2, 2]);
  });

  it('is blank though it was not in an earlier pass, if it is said to be', () => {
    const collector = new PageCollector({ count: 3, bytes: 2 });
    const blank = new ByteWriter().u32(0x80000001).done();
    const both = new ByteWriter().bytes(page(2, 2)).bytes(blank).bytes(page(1, 2)).done();
    expect(collector.add(both)).toBe(true);
    expect([...collector.whole()]).toEqual([0, 0, 1, 1, 2, 2]);
    expect(collector.add(blank)).toBe(true);
    expect([...collector.whole()]).toEqual([0, 0, 0, 0, 2, 2]);
  });

  it.each([
    ['a blank page that is not there', new ByteWriter().u32(0x80000003).done()],
    ['a page that is not there', page(3, 2)],
    ['a part of a page', page(1, 1)],
    ['more than a page', page(1, 3)],
  ])('is refused where it is %s', (_, bytes) => {
    expect(new PageCollector({ count: 3, bytes: 2 }).add(bytes)).toBe(false);
  });
});
