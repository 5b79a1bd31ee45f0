import type { Claim, Sometimes } from '../property.ts';
import { addCounts, mergeTables, type Table } from './coverage.ts';
import {
  type Census,
  chanceOfNew,
  marginOfChance,
  mergeCensus,
  newShare,
  unseenMass,
} from './novelty.ts';
import type { Refutation, Script } from './script.ts';
import type { VerdictKind } from './verdict-kind.ts';

/** How events are chosen: by weights, with few preemptions, or towards situations not seen. */
export type StrategyName = 'swarm' | 'pct' | 'novelty';

export const strategyNames: readonly [StrategyName, ...StrategyName[]] = [
  'swarm',
  'pct',
  'novelty',
];

/** A refutation, and which run of a check found it. */
export type Located = {
  readonly block: number;
  readonly run: number; // counted from the start of the check
  readonly strategy: StrategyName;
  readonly script: Script;
  readonly refutation: Refutation;
};

/** How much was done. */
export type Effort = { readonly runs: number; readonly steps: number };

/** What one strategy did and what it found. */
export type Tried = Effort & {
  readonly refuting: number; // runs that broke a claim
  readonly discoveries: number; // situations that were new to their block
};

/** What one block came to, or several together: plain data, the same whoever ran them. */
export type BlockResult = {
  readonly blocks: number;
  readonly untimed: Effort;
  readonly timed: Effort;
  readonly strategies: Readonly<Record<StrategyName, Tried>>;
  readonly witnessed: readonly string[]; // ids of the witnesses that were seen, in order
  readonly refutations: readonly Located[]; // the first of each claim, by number of the run
  readonly coverage: Table; // action by outcome
  readonly phases: Table; // phase by kind of fault
  readonly combinations: Readonly<Record<string, number>>; // runs under each
  readonly owed: Readonly<Record<string, number>>; // calms without an excuse, by claim
  readonly census: Census; // the situations reached
};

export type Stance = 'holds' | 'refuted' | 'inconclusive';

export type ClaimVerdict = {
  readonly id: string;
  readonly claim: string;
  readonly cites: readonly string[];
  readonly stance: Stance;
  readonly runs: number; // in which it was judged, and had no excuse
  readonly steps: number;
  readonly refutation: Located | null; // the first
  readonly unseen: readonly Sometimes[]; // witnesses that guard it and were not seen
};

/** What a check says, and on what grounds. */
export type Verdict = {
  readonly kind: Extract<VerdictKind, 'sampled' | 'refuted'>;
  readonly overall: Stance;
  readonly claims: readonly ClaimVerdict[];
  readonly first: Located | null; // of all refutations
  readonly runs: number;
  readonly steps: number;
  readonly situations: number; // distinct ones, by their signature
  readonly newLately: number; // share of the last quarter of runs that reached a new one
  readonly chanceOfNew: number; // Good-Turing: that one more run reaches a new one
  readonly marginOfChance: number; // of the chance, on either side
  readonly unseenMass: number; // Good-Turing: the share that is new of what that run reaches
  readonly strategies: Readonly<Record<StrategyName, Tried>>;
  readonly combinations: Readonly<Record<string, number>>;
  readonly coverage: Table;
  readonly phases: Table;
};

const plus = (one: Effort, other: Effort): Effort => ({
  runs: one.runs + other.runs,
  steps: one.steps + other.steps,
});

const bothTried = (one: Tried, other: Tried): Tried => ({
  ...plus(one, other),
  refuting: one.refuting + other.refuting,
  discoveries: one.discoveries + other.discoveries,
});

const firsts = (all: readonly Located[]): readonly Located[] => {
  const ordered = all.toSorted((one, other) => one.run - other.run);
  const claims = new Set<string>();
  return ordered.filter(({ refutation: { claim } }) => {
    const isFirst = !claims.has(claim);
    claims.add(claim);
    return isFirst;
  });
};

const nothing: Effort = { runs: 0, steps: 0 };
const untried: Tried = { ...nothing, refuting: 0, discoveries: 0 };

/** Before the first block. */
export const noResult: BlockResult = {
  blocks: 0,
  untimed: nothing,
  timed: nothing,
  strategies: { swarm: untried, pct: untried, novelty: untried },
  witnessed: [],
  refutations: [],
  coverage: {},
  phases: {},
  combinations: {},
  owed: {},
  census: { signatures: [], runs: [], firsts: [] },
};

/** Two results as one; the order of merging makes no difference. */
export const both = (one: BlockResult, other: BlockResult): BlockResult => ({
  blocks: one.blocks + other.blocks,
  untimed: plus(one.untimed, other.untimed),
  timed: plus(one.timed, other.timed),
  strategies: {
    swarm: bothTried(one.strategies.swarm, other.strategies.swarm),
    pct: bothTried(one.strategies.pct, other.strategies.pct),
    novelty: bothTried(one.strategies.novelty, other.strategies.novelty),
  },
  witnessed: [...new Set([...one.witnessed, ...other.witnessed])].toSorted(),
  refutations: firsts([...one.refutations, ...other.refutations]),
  coverage: mergeTables(one.coverage, other.coverage),
  phases: mergeTables(one.phases, other.phases),
  combinations: addCounts(one.combinations, other.combinations),
  owed: addCounts(one.owed, other.owed),
  census: mergeCensus(one.census, other.census),
});

const judged = (result: BlockResult, claim: Claim): Effort => {
  if (claim.kind === 'afterCalm') {
    return { runs: result.owed[claim.id] ?? 0, steps: result.timed.steps };
  }
  return claim.needs === 'clock' ? result.timed : plus(result.timed, result.untimed);
};

const verdictOn = (
  result: BlockResult,
  claim: Claim,
  witnesses: readonly Sometimes[],
): ClaimVerdict => {
  const { id, cites } = claim;
  const refutation = result.refutations.find((one) => one.refutation.claim === id) ?? null;
  const guards = witnesses.filter((witness) => witness.guards.includes(id));
  const unseen = guards.filter((witness) => !result.witnessed.includes(witness.id));
  const effort = judged(result, claim);
  const isGrounded = effort.runs > 0 && unseen.length === 0;
  const stance = refutation !== null ? 'refuted' : isGrounded ? 'holds' : 'inconclusive';
  return { id, claim: claim.claim, cites, stance, ...effort, refutation, unseen };
};

const overallOf = (claims: readonly ClaimVerdict[]): Stance => {
  if (claims.some(({ stance }) => stance === 'refuted')) return 'refuted';
  const isWhole = claims.length > 0 && claims.every(({ stance }) => stance === 'holds');
  return isWhole ? 'holds' : 'inconclusive';
};

/** What the blocks that were run say about each claim: nothing is held for want of trying. */
export const verdictOf = (
  result: BlockResult,
  judgedClaims: readonly Claim[],
  witnesses: readonly Sometimes[],
): Verdict => {
  const claims = judgedClaims.map((claim) => verdictOn(result, claim, witnesses));
  const { runs, steps } = plus(result.timed, result.untimed);
  const { strategies, combinations, coverage, phases, census } = result;
  const overall = overallOf(claims);
  return {
    kind: overall === 'refuted' ? 'refuted' : 'sampled',
    overall,
    claims,
    first: result.refutations[0] ?? null,
    runs,
    steps,
    situations: census.signatures.length,
    newLately: newShare(census, runs),
    chanceOfNew: chanceOfNew(census, runs),
    marginOfChance: marginOfChance(runs),
    unseenMass: unseenMass(census),
    strategies,
    combinations,
    coverage,
    phases,
  };
};
