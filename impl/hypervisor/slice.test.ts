// A slice ends in time, whatever the guest does in it.

import { describe, expect, it } from 'vitest';
import { foldImage } from '../guest/fold.ts';
import type { Guest, Image } from '../guest/guest.ts';
import { protectedOn } from './bench.ts';
import { paperPolicies } from './policies.ts';
import { defaultSettings } from './settings.ts';
import { trapsMax } from './slice.ts';
import { Workbench } from './workbench.ts';

const run = { type: 'run', instructionCount: 10_000, reading: 0 } as const;

/** A guest whose devices have much to do: it comes no further than ten instructions at once. */
const laborious = (guest: Guest): Guest => {
  const { run: runs } = guest;
  return Object.assign(guest, {
    run: (limit: number) => runs.call(guest, Math.min(limit, guest.position + 10)),
  });
};

const laboriousImage = (image: Image): Image => ({
  ...image,
  boot: () => laborious(image.boot()),
  restore: (snapshot) => laborious(image.restore(snapshot)),
  resume: (rest, memory) => laborious(image.resume(rest, memory)),
});

const pairedOn = (image: Image): Workbench =>
  protectedOn(new Workbench(image, defaultSettings, paperPolicies));

describe('a slice', () => {
  it('has so many instructions that trap, on the primary and on its backup', () => {
    const world = pairedOn(foldImage(['print']));
    for (const slice of [1, 2, 3]) {
      world.tell('A', run);
      expect(world.at('A').status().position).toBe(slice * trapsMax);
      world.settle();
    }
    for (const slice of [1, 2, 3]) {
      expect(world.at('B').wantsCpu()).toBe(true);
      world.tell('B', run);
      expect(world.at('B').status().position).toBe(slice * trapsMax);
    }
  });

  it('ends where the guest stops before its limit, on the primary and on its backup', () => {
    const world = pairedOn(laboriousImage(foldImage(['compute'])));
    for (const slice of [1, 2]) {
      world.tell('A', run);
      expect(world.at('A').status().position).toBe(slice * 10);
    }
    world.tell('A', { type: 'timer' });
    world.pass(world.settings.flushWithinMs);
    for (const slice of [1, 2]) {
      expect(world.at('B').wantsCpu()).toBe(true);
      world.tell('B', run);
      expect(world.at('B').status().position).toBe(slice * 10);
    }
    world.tell('B', run);
    expect(world.at('B').status()).toMatchObject({ position: 20, consumed: 1 });
  });
});
