import { parentPort } from 'node:worker_threads';
import type { Bundle } from '../counterexamples/bundle.ts';
import { mutants } from '../counterexamples/catalogue.ts';
import { dyingScopeOf } from '../counterexamples/dying-scope.ts';
import { lassoGroups } from '../counterexamples/lasso-groups.ts';
import type { Mutant } from '../counterexamples/mutant.ts';
import { everyStep } from '../properties/catalogue.ts';
import { checkBlock, suiteOf } from '../properties/checker/check.ts';
import { livenessScopes } from '../properties/checker/explore/liveness-scopes.ts';
import { obligations } from '../properties/checker/explore/obligations.ts';
import { lassosUnder } from '../properties/checker/explore/protocol-lassos.ts';
import type { Scope } from '../properties/checker/explore/scope.ts';
import { type Shortest, shortestOf } from '../properties/checker/explore/shortest.ts';
import { killersOf } from '../properties/checker/killers.ts';
import { cost, isLess } from '../properties/checker/shrinking/cost.ts';
import { type Located, type StrategyName, strategyNames } from '../properties/checker/verdict.ts';
import { noted, shrunkWithin } from './failures.ts';
import { bundleOf, claimNamed, scriptOf } from './refutation.ts';

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
    readonly shrunk: number | null; // events that shrinking leaves of a story of the claim
    readonly scope: string | null; // in which the bundle's story is a shortest one
  } | null;
  readonly lasso: Lasso | null; // of a mutant that one catches
};

/** The lengths of a lasso: to what goes on for ever, and once round it; 0 if it stops. */
export type Lasso = {
  readonly scope: string;
  readonly claim: string;
  readonly stem: number;
  readonly cycle: number;
};

const shrinkSeconds = 30;

type Killed = NonNullable<Row['killed']>;

const killedBy = ({ spec }: Mutant, { script, refutation, strategy }: Located): Killed | null => {
  const claim = claimNamed(refutation.claim);
  if (claim === null) return null;
  const shrunk = shrunkWithin(shrinkSeconds, spec, claim, script, refutation);
  return {
    claim: claim.id,
    strategy,
    events: script.events.length,
    shrinkSeconds: shrunk.seconds,
    bundle: bundleOf(spec, claim, shrunk.script, shrunk.refutation, noted(shrunk)),
    others: [],
    shrunk: shrunk.script.events.length,
    scope: null,
  };
};

const [firstStrategy = 'swarm', ...otherStrategies] = strategyNames;

type Hunted = { readonly runs: number; readonly seconds: number; readonly found: Located | null };

/** Runs block after block until a claim breaks or the time is up. */
const chase = ({ spec, settings }: Mutant, seed: string, seconds: number): Hunted => {
  const strategies = [firstStrategy, ...otherStrategies] as const;
  const order = { seed, claims: 'all', strategies, fixed: settings, stopsAtFirst: true } as const;
  const suite = suiteOf(spec, order);
  const began = performance.now();
  const passed = (): number => (performance.now() - began) / 1000;
  let runs = 0;
  for (let block = 0; passed() < seconds; block++) {
    const { timed, untimed, refutations } = checkBlock(suite, block);
    runs += timed.runs + untimed.runs;
    const [found] = refutations;
    if (found !== undefined) return { runs, seconds: passed(), found };
  }
  return { runs, seconds: passed(), found: null };
};

const furtherSeeds = ['a', 'b', 'c'];
const furtherSeconds = 3;

/** A benign change never ends its hunt, which is to find out whether it ends a claim instead. */
const benignSeconds = 8;

const isShorter = (one: Killed, other: Killed): boolean =>
  isLess(cost(scriptOf(one.bundle)), cost(scriptOf(other.bundle)));

/** A story shrinks to what lies near it, so the least of several is told. */
const leastOf = (mutant: Mutant, { seed }: Hunt, first: Killed): Killed => {
  let least = first;
  for (const further of furtherSeeds) {
    const { found } = chase(mutant, `${seed}${further}`, furtherSeconds);
    const killed = found === null ? null : killedBy(mutant, found);
    const isNamed = killed !== null && mutant.breaks !== 'nothing';
    if (isNamed && mutant.breaks.includes(killed.claim) && isShorter(killed, least)) least = killed;
  }
  const broken = killersOf(mutant.spec, mutant.settings, seed, 1);
  return { ...least, others: broken.filter((id) => id !== least.claim) };
};

/** A shortest story of the claim in the mutant's scope; of any claim, if that one holds there. */
const provenOf = ({ spec }: Mutant, claim: string, scope: Scope): Shortest | null => {
  const asked = everyStep.filter(
    ({ needs }) => needs === 'nothing' || scope.settings.clock !== null,
  );
  const own = asked.filter(({ id }) => id === claim);
  return (own.length === 0 ? null : shortestOf(spec, scope, own)) ?? shortestOf(spec, scope, asked);
};

/** The same with a story that is known to be the shortest, if the mutant has a scope. */
const withShortest = (mutant: Mutant, killed: Killed): Killed => {
  const scope = dyingScopeOf(mutant.spec.name);
  const found = scope === null ? null : provenOf(mutant, killed.claim, scope);
  const claim = found === null ? null : claimNamed(found.claim);
  if (scope === null || found === null || claim === null) return killed;
  const { events, distinct: states } = found;
  const script = { settings: scope.settings, events, calm: false };
  const refutation = { claim: claim.id, at: events.length - 1 };
  const certificate = { kind: 'globally shortest', scope: scope.name, states } as const;
  const others = [killed.claim, ...killed.others].filter((id) => id !== claim.id);
  const bundle = bundleOf(mutant.spec, claim, script, refutation, certificate);
  const shrunk = claim.id === killed.claim ? killed.shrunk : null;
  return { ...killed, claim: claim.id, others, shrunk, bundle, scope: scope.name };
};

/** The lasso that catches the mutant, in the scope in which one is known to. */
const lassoOf = ({ spec }: Mutant): Lasso | null => {
  const [found] = Object.entries(lassoGroups).filter(([, group]) => spec.name in group);
  const scope = livenessScopes.find(({ name }) => name === found?.[0]);
  const claim = found?.[1][spec.name];
  const owed = obligations.filter(({ id }) => id === claim);
  if (scope === undefined || owed.length === 0) return null;
  const { answers } = lassosUnder(spec, scope, owed, { states: 30_000 });
  const [answer] = answers;
  if (answer?.kind !== 'violated') return null;
  const { stem, cycle } = answer.lasso;
  return { scope: scope.name, claim: answer.id, stem: stem.length, cycle: cycle.length };
};

/** Hunts one mutant; of those to be written down, the shortest story of several is kept. */
export const hunted = (mutant: Mutant, hunt: Hunt): Row => {
  const limit = mutant.breaks === 'nothing' ? Math.min(hunt.seconds, benignSeconds) : hunt.seconds;
  const { runs, seconds, found } = chase(mutant, hunt.seed, limit);
  const first = found === null ? null : killedBy(mutant, found);
  const killed =
    first !== null && hunt.all ? withShortest(mutant, leastOf(mutant, hunt, first)) : first;
  const lasso = hunt.all ? lassoOf(mutant) : null;
  return { name: mutant.spec.name, breaks: mutant.breaks, runs, seconds, killed, lasso };
};

if (parentPort !== null) {
  const port = parentPort;
  port.on('message', (hunt: Hunt) => {
    const mutant = mutants.find(({ spec }) => spec.name === hunt.name);
    if (mutant === undefined) throw new Error(`There is no mutant named ${hunt.name}.`);
    port.postMessage(hunted(mutant, hunt));
  });
}
