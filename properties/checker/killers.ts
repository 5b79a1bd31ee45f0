import type { Settings } from '../../model/settings.ts';
import type { Spec } from '../../model/spec.ts';
import { claims, witnesses } from '../catalogue.ts';
import type { Claim } from '../property.ts';
import { checkBlock } from './check.ts';

/** The claim, but broken it only says so: the run goes on, for the other claims' sake. */
const noting = (claim: Claim, note: (id: string) => void): Claim => {
  if (claim.kind === 'everyStep') {
    const holds: typeof claim.holds = (sight) => {
      if (!claim.holds(sight)) note(claim.id);
      return true;
    };
    return { ...claim, holds };
  }
  const holds: typeof claim.holds = (rest) => {
    const isKept = claim.holds(rest);
    if (!isKept && rest.isOver) note(claim.id);
    return isKept || rest.isOver;
  };
  return { ...claim, holds };
};

/**
 * Every claim that a number of blocks of random runs breaks, each as if it were the only one, in
 * the order of the catalogue.
 */
export const killersOf = (
  spec: Spec,
  fixed: Partial<Settings>,
  seed: string,
  blocks: number,
): readonly string[] => {
  const broken = new Set<string>();
  const suite = {
    spec,
    seed,
    fixed,
    witnesses,
    strategies: ['swarm', 'pct', 'novelty'] as const,
    claims: claims.map((claim) => noting(claim, (id) => broken.add(id))),
    stopsAtFirst: false,
  };
  for (let block = 0; block < blocks; block++) checkBlock(suite, block);
  return claims.map(({ id }) => id).filter((id) => broken.has(id));
};
