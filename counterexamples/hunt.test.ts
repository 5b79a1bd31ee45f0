import { describe, expect, it } from 'vitest';
import { checkBlock, suiteOf } from '../properties/checker/check.ts';
import { mutants } from './catalogue.ts';
import type { Mutant } from './mutant.ts';
import { ownMutants } from './mutants/own.ts';

const own = new Set(ownMutants.map(({ spec }) => spec.name));
const catalogued = mutants.filter(({ spec }) => !own.has(spec.name));
const isWrong = ({ breaks }: Mutant): boolean => breaks !== 'nothing';

/** Blocks of 192 random runs under a fixed seed. */
const budget = { wrong: 10, benign: 1 };

const brokenIn = ({ spec, settings: fixed }: Mutant, blocks: number): string | null => {
  const strategies = ['swarm', 'pct', 'novelty'] as const;
  const order = { seed: '1', claims: 'all', strategies, fixed, stopsAtFirst: true } as const;
  const suite = suiteOf(spec, order);
  for (let block = 0; block < blocks; block++) {
    const [found] = checkBlock(suite, block).refutations;
    if (found !== undefined) return found.refutation.claim;
  }
  return null;
};

const named = (all: readonly Mutant[]): readonly [string, Mutant][] =>
  all.map((mutant) => [mutant.spec.name, mutant]);

describe('random search under a fixed seed', () => {
  it.each(named(catalogued.filter(isWrong)))('refutes %s', (_, mutant) => {
    expect(mutant.breaks).toContain(brokenIn(mutant, budget.wrong));
  });

  it.each(named(catalogued.filter((mutant) => !isWrong(mutant))))('spares %s', (_, mutant) => {
    expect(brokenIn(mutant, budget.benign)).toBeNull();
  });
});
