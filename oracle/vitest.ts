import { describe, expect, test } from 'vitest';
import { type Adapter, campaign } from './suite.ts';

/** How much a suite plays. */
export type SuiteOptions = {
  readonly scripts?: number; // of each length; 200 if nothing is said
  readonly seed?: number;
};

const lengths = [5, 15, 50] as const;

/**
 * Registers the whole suite of the core profile against a program: one call, inside a test file.
 * A program that is refuted fails with the shortest story that was found and its requirement.
 *
 * @param make a program before anything has happened; each test makes its own
 */
export const ftSuite = (
  name: string,
  make: () => Adapter,
  { scripts = 200, seed = 1 }: SuiteOptions = {},
): void => {
  describe(name, () => {
    for (const length of lengths) {
      test(`${scripts} scripts of ${length} events are runs of the protocol`, async () => {
        const { story } = await campaign(make(), { seed, count: scripts, length });
        expect(story, story ?? '').toBeNull();
      });
    }
  });
};
