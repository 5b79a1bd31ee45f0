import { parentPort } from 'node:worker_threads';
import type { Bundle } from '../counterexamples/bundle.ts';
import { mutants } from '../counterexamples/catalogue.ts';
import type { Mutant } from '../counterexamples/mutant.ts';
import { checkBlock, suiteOf } from '../properties/checker/check.ts';
import { killersOf } from '../properties/checker/killers.ts';
import { type Located, type StrategyName, strategyNames } from '../properties/checker/verdict.ts';
import { noted, shrunkWithin } from './failures.ts';
import { bundleOf, claimNamed } from './refutation.ts';

/** One mutant to be hunted. */
export type Hunt = {
  readonly name: string;
  readonly seed: string;
  readonly seconds: number;
  readonly all: boolean; // whether to look for every claim that the first block breaks
};

/** What came of the hunt for one mutant. */
export type Row = {
  readonly name: string;
  readonly breaks: Mutant['breaks'];
  readonly runs: number; // that were made; the last one found it
  readonly seconds: number;
  readonly killed: {
    readonly claim: string;
    readonly strategy: StrategyName;
    readonly events: number; // of the story when it was found
    readonly shrinkSeconds: number;
    readonly bundle: Bundle;
    readonly others: readonly string[]; // claims that it breaks too, each as if it were alone
  } | null;
};

const shrinkSeconds = 30;

const killedBy = (
  { spec, settings }: Mutant,
  { seed, all }: Hunt,
  { script, refutation, strategy }: Located,
): Row['killed'] => {
  const claim = claimNamed(refutation.claim);
  if (claim === null) return null;
  const shrunk = shrunkWithin(shrinkSeconds, spec, claim, script, refutation);
  return {
    claim: claim.id,
    strategy,
    events: script.events.length,
    shrinkSeconds: shrunk.seconds,
    bundle: bundleOf(spec, claim, shrunk.script, shrunk.refutation, noted(shrunk)),
    others: all ? killersOf(spec, settings, seed, 1).filter((id) => id !== claim.id) : [],
  };
};

const [firstStrategy = 'swarm', ...otherStrategies] = strategyNames;

/** Runs block after block until a claim breaks or the time is up, and shrinks what broke. */
export const hunted = (mutant: Mutant, hunt: Hunt): Row => {
  const { seed, seconds } = hunt;
  const { spec, breaks, settings } = mutant;
  const strategies = [firstStrategy, ...otherStrategies] as const;
  const suite = suiteOf(spec, {
    seed,
    claims: 'all',
    strategies,
    fixed: settings,
    stopsAtFirst: true,
  });
  const began = performance.now();
  const passed = (): number => (performance.now() - began) / 1000;
  let runs = 0;
  for (let block = 0; passed() < seconds; block++) {
    const { timed, untimed, refutations } = checkBlock(suite, block);
    runs += timed.runs + untimed.runs;
    const [found] = refutations;
    if (found === undefined) continue;
    const after = passed();
    return { name: spec.name, breaks, runs, seconds: after, killed: killedBy(mutant, hunt, found) };
  }
  return { name: spec.name, breaks, runs, seconds: passed(), killed: null };
};

if (parentPort !== null) {
  const port = parentPort;
  port.on('message', (hunt: Hunt) => {
    const mutant = mutants.find(({ spec }) => spec.name === hunt.name);
    if (mutant === undefined) throw new Error(`There is no mutant named ${hunt.name}.`);
    port.postMessage(hunted(mutant, hunt));
  });
}
