import { foldImage } from '../guest/fold.ts';
import type { Instruction } from '../guest/program.ts';
import { type Policies, paperPolicies } from './policies.ts';
import { defaultSettings, type Settings } from './settings.ts';
import { Workbench } from './workbench.ts';

/** A workbench on which the fold machine of a program runs; nobody is there yet. */
export const bench = (
  program: readonly Instruction[],
  settings: Partial<Settings> = {},
  policies: Partial<Policies> = {},
): Workbench =>
  new Workbench(
    foldImage(program),
    { ...defaultSettings, ...settings },
    { ...paperPolicies, ...policies },
  );

/** Copy `a` has booted on host A, and was cloned to `b` on B. */
export const paired = (...how: Parameters<typeof bench>): Workbench => protectedOn(bench(...how));

/** The same on a workbench on which nobody is yet. */
export const protectedOn = (world: Workbench): Workbench => {
  world.boot('a', 'A');
  world.tell('A', { type: 'placed', copy: 'b', host: 'B' });
  world.destination('b', 'B', 'A', 'clone');
  world.settle();
  return world;
};
