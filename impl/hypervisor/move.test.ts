// A VM goes on where it moves as it was where it left, and stands still for the last pass alone.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Policies, paperPolicies } from './policies.ts';
import { scribbledPages as pages, type Scribbling, scribbler } from './scribbler.ts';
import { defaultSettings } from './settings.ts';
import { Workbench } from './workbench.ts';

type Trip = {
  readonly how: Scribbling;
  readonly runs: readonly number[]; // instructions, in turn, before each step of the world
  readonly stepMs: number; // in which this many bytes cross, at most
  readonly chunkBytes: number;
  readonly silentSteps?: number; // of the destination, from when the VM is on offer
  readonly policies?: Partial<Policies>;
};

type Moved = {
  readonly world: Workbench;
  readonly tookMs: number;
  readonly stillMs: number;
  readonly isSame: boolean; // the VM that was given away and the one that was taken up
};

/** A VM that runs alone and writes, and is moved over a link that has a speed. */
const moved = (trip: Trip): Moved => {
  const { how, runs, stepMs, chunkBytes, silentSteps = 0, policies = {} } = trip;
  const digests: number[] = [];
  const image = scribbler(how, digests);
  const world = new Workbench(image, defaultSettings, { ...paperPolicies, ...policies });
  world.chunkBytes = chunkBytes;
  world.boot('a', 'A');
  world.run('A', 1000);
  const startMs = world.nowMs;
  world.tell('A', { type: 'migrate', copy: 'm', host: 'C' });
  world.destination('m', 'C', 'A', 'arrive');
  let stillMs = 0;
  let silentFrom = Number.POSITIVE_INFINITY;
  for (let at = 0; world.at('C').status().mode === 'arriving'; at++) {
    const [instructionCount = 0] = runs.slice(at % runs.length);
    world.tell('A', { type: 'run', instructionCount, reading: 0 });
    if (!world.at('A').wantsCpu()) {
      stillMs += stepMs;
      silentFrom = Math.min(silentFrom, at);
    }
    if (at >= silentFrom && at < silentFrom + silentSteps) world.held.add('C>A');
    else world.held.delete('C>A');
    if (!world.step() && world.did('a').includes('cancelled')) break;
    world.nowMs += stepMs;
    for (const host of ['A', 'C']) world.tell(host, { type: 'wake' });
  }
  const [offered, resumed, given] = digests.slice(-3);
  const isSame = offered === resumed && resumed === given;
  return { world, tookMs: world.nowMs - startMs, stillMs, isSame };
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

const { timeoutMs } = defaultSettings;
const slow = { stepMs: 50, chunkBytes: 2048 }; // all of its memory in more than three timeouts

describe('a VM that moves', () => {
  it('is the same there, whatever it writes meanwhile, and however often it is offered', () => {
    const offerCounts = new Set<number>();
    const links = fc.record({
      stepMs: fc.integer({ min: 1, max: 60 }),
      chunkBytes: fc.integer({ min: 4000, max: 30_000 }),
      silentSteps: fc.nat({ max: 60 }),
    });
    const run = fc.property(scribblings, runs, links, fc.boolean(), (how, all, link, isHasty) => {
      const policies = isHasty ? { mayCut: impatient } : {};
      const { world, isSame } = moved({ how, runs: all, ...link, policies });
      const [left] = world.all('a', 'switchedOver');
      offerCounts.add(left?.offer ?? 0);
      expect(left === undefined || isSame).toBe(true);
    });
    fc.assert(run, { numRuns: 40 });
    expect(Math.max(...offerCounts)).toBeGreaterThan(1);
  });

  it('moves though its memory takes longer than a timeout, and stands still for little', () => {
    const how = { seed: 1, breadth: 2, forgets: -1, filling: 1 };
    const { world, tookMs, stillMs, isSame } = moved({ how, runs: [5], ...slow });
    expect(tookMs).toBeGreaterThan(3 * timeoutMs);
    expect(world.did('a')).not.toContain('cancelled');
    expect(stillMs).toBeLessThan(timeoutMs / 4);
    expect(isSame).toBe(true);
  });

  it('stays where it is if it writes faster than the network copies, and has mostly run', () => {
    const how = { seed: 1, breadth: pages.count, forgets: -1, filling: 1 };
    const { world, tookMs, stillMs } = moved({ how, runs: [500], ...slow });
    expect(world.all('a', 'cancelled')).toMatchObject([{ copy: 'm' }]);
    expect(stillMs).toBeLessThan(timeoutMs / 2);
    expect(tookMs).toBeGreaterThan(8 * timeoutMs);
  });

  it.each<readonly [string, Partial<Policies>, number]>([
    ['a page that is left does not go along', { leftAtCut: (left) => left.slice(1) }, -1],
    ['the guest does not note a page that it writes to', {}, 3],
  ])('is another machine if %s', (_, policies, forgets) => {
    const outcomes = Array.from({ length: 20 }, (_, seed) => {
      const how = { seed, breadth: 60, forgets, filling: 1 };
      return moved({ how, runs: [1], stepMs: 0, chunkBytes: 30_000, policies }).isSame;
    });
    expect(outcomes).toContain(false);
  });
});
