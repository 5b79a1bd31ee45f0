import type { Event } from '../../model/event.ts';
import type { Settings } from '../../model/settings.ts';
import { isRefusal, type Spec, step } from '../../model/spec.ts';
import type { State } from '../../model/state.ts';
import { claims as allClaims, witnesses as allWitnesses } from '../catalogue.ts';
import type { Claim, Sometimes } from '../property.ts';
import { seeded } from './chooser.ts';
import { type Counter, counter, outcomesInto } from './coverage.ts';
import { isFault } from './faults.ts';
import { follow, type OnStep, type Outcome, type Plan, plan, type Quarry } from './hunt.ts';
import { type Surveyor, signatureOf, surveyor } from './novelty.ts';
import { phaseOf } from './phases.ts';
import { combinationNamed, combinations, type Range } from './profile.ts';
import {
  type BlockResult,
  both,
  type Located,
  noResult,
  type StrategyName,
  type Tried,
  type Verdict,
  verdictOf,
} from './verdict.ts';

/** What is to be checked, and how. With it, a block is determined by its number. */
export type Suite = {
  readonly spec: Spec;
  readonly seed: string;
  readonly claims: readonly Claim[];
  readonly witnesses: readonly Sometimes[];
  readonly strategies: readonly [StrategyName, ...StrategyName[]];
  readonly fixed: Partial<Settings>; // settings that do not vary
  readonly stopsAtFirst: boolean; // whether a refutation ends the block, and the check
};

/** A suite as plain data, for a worker: it finds the specification by name. */
export type Order = {
  readonly seed: string;
  readonly claims: readonly string[] | 'all'; // ids
  readonly strategies: readonly [StrategyName, ...StrategyName[]];
  readonly fixed: Partial<Settings>;
  readonly stopsAtFirst: boolean;
};

/** The claims with the ids given, and the witnesses that guard them. */
export const suiteOf = (spec: Spec, order: Order): Suite => {
  const { claims: ids } = order;
  if (ids === 'all') return { ...order, spec, claims: allClaims, witnesses: allWitnesses };
  const claims = allClaims.filter(({ id }) => ids.includes(id));
  const witnesses = allWitnesses.filter(({ guards }) => guards.some((id) => ids.includes(id)));
  return { ...order, spec, claims, witnesses };
};

/** Runs of a block: what a strategy learns, it learns within one. */
export const runsPerBlock = 192;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

type Notes = {
  readonly quarry: Quarry;
  readonly ranges: { readonly timed: readonly Range[]; readonly untimed: readonly Range[] };
  readonly outcomes: Counter;
  readonly faults: Counter;
  readonly combinations: Map<string, number>;
  readonly owed: Map<string, number>;
  readonly situations: Surveyor;
  readonly timed: { runs: number; steps: number };
  readonly untimed: { runs: number; steps: number };
  readonly strategies: Readonly<Record<StrategyName, Mutable<Tried>>>;
  readonly refutations: Located[];
  readonly probe: Probe;
};

const none = (): Mutable<Tried> => ({ runs: 0, steps: 0, refuting: 0, discoveries: 0 });

const notesFor = ({ spec, claims, witnesses, fixed }: Suite): Notes => {
  const outcomes = counter();
  const ranges = combinations(fixed);
  const onTried = outcomesInto(outcomes);
  const quarry = { spec, claims, witnesses: new Set(witnesses), fixed, onTried };
  return {
    quarry,
    ranges: {
      timed: ranges.filter(({ isTimed }) => isTimed),
      untimed: ranges.filter(({ isTimed }) => !isTimed),
    },
    outcomes,
    faults: counter(),
    combinations: new Map(),
    owed: new Map(),
    situations: surveyor(),
    timed: { runs: 0, steps: 0 },
    untimed: { runs: 0, steps: 0 },
    strategies: { swarm: none(), pct: none(), novelty: none() },
    refutations: [],
    probe: prober(quarry),
  };
};

const probesMax = 512;
const probeEvery = 16;

type Probe = (state: State, event: Event) => void;

/**
 * Now and then tries an event of some earlier run where a walk would not think of it, and drops
 * what comes of it: edited scripts are replayed, and must be refused with a reason there.
 */
const prober = ({ spec, onTried }: Quarry): Probe => {
  const known: Event[] = [];
  let turn = 0;
  return (state, event) => {
    if (++turn % probeEvery !== 0) return;
    const place = (turn / probeEvery) % probesMax;
    const other = known[(place * 7) % probesMax];
    known[place] = event;
    if (other === undefined) return;
    const outcome = step(spec, state, other);
    onTried(other.type, isRefusal(outcome) ? outcome : null);
  };
};

const listener = (notes: Notes, run: number, tried: Mutable<Tried>): OnStep => {
  const { faults, probe, situations } = notes;
  return (before, event, after) => {
    if (isFault(event)) faults.count(phaseOf(before), event.type);
    probe(after, event);
    if (situations.note(signatureOf(after), run)) tried.discoveries++;
  };
};

const timedEvery = 4; // a timed run takes many times as long as one without time

/**
 * The combination of run number `turn` of a strategy. A stride without a common factor with their
 * number visits each once before any twice.
 */
const rangeOf = ({ ranges: { timed, untimed } }: Notes, turn: number): Range | undefined => {
  const quotient = Math.floor(turn / timedEvery);
  const isTimed = untimed.length === 0 || (timed.length > 0 && turn % timedEvery === 0);
  if (!isTimed) {
    const place = timed.length === 0 ? turn : turn - quotient - 1;
    return untimed[(place * 67) % untimed.length];
  }
  const place = untimed.length === 0 ? turn : quotient;
  return timed[(place * 67) % timed.length];
};

const noted = (notes: Notes, { settings }: Plan, tried: Mutable<Tried>, outcome: Outcome): void => {
  const { steps, found, owed } = outcome;
  const effort = settings.clock === null ? notes.untimed : notes.timed;
  for (const one of [effort, tried]) {
    one.runs++;
    one.steps += steps;
  }
  if (found !== null) tried.refuting++;
  const under = combinationNamed(settings);
  notes.combinations.set(under, (notes.combinations.get(under) ?? 0) + 1);
  for (const { id } of owed) notes.owed.set(id, (notes.owed.get(id) ?? 0) + 1);
};

const runNumber = (suite: Suite, notes: Notes, block: number, run: number): boolean => {
  const { strategies, seed, fixed } = suite;
  const { quarry, situations, refutations } = notes;
  const name = strategies[run % strategies.length] ?? strategies[0];
  const turn = Math.floor(run / strategies.length);
  const range = rangeOf(notes, turn) ?? { isTimed: false, fixed };
  const tried = notes.strategies[name];
  const { onTried } = quarry;
  const outline = { strategy: name, range, onTried, visits: situations.visits };
  const planned = plan(seeded(`${seed}:${run}`), outline);
  const outcome = follow(quarry, planned, listener(notes, run, tried));
  noted(notes, planned, tried, outcome);
  if (outcome.found === null) return true;
  const { script, refutation } = outcome.found;
  const isKnown = refutations.some((old) => old.refutation.claim === refutation.claim);
  if (!isKnown) refutations.push({ block, run, strategy: name, script, refutation });
  return !suite.stopsAtFirst;
};

/** One block of runs: what it comes to depends on the suite and its number, and on nothing else. */
export const checkBlock = (
  suite: Suite,
  block: number,
  runs: number = runsPerBlock,
): BlockResult => {
  const notes = notesFor(suite);
  for (let index = 0; index < runs; index++) {
    if (!runNumber(suite, notes, block, block * runsPerBlock + index)) break;
  }
  const unseen = new Set([...notes.quarry.witnesses].map(({ id }) => id));
  const { timed, untimed, strategies, refutations } = notes;
  return {
    blocks: 1,
    untimed,
    timed,
    strategies,
    witnessed: suite.witnesses
      .map(({ id }) => id)
      .filter((id) => !unseen.has(id))
      .toSorted(),
    refutations,
    coverage: notes.outcomes.table(),
    phases: notes.faults.table(),
    combinations: Object.fromEntries(notes.combinations),
    owed: Object.fromEntries(notes.owed),
    census: notes.situations.census(),
  };
};

/** Several results as one; their order makes no difference. */
export const merge = (results: readonly BlockResult[]): BlockResult =>
  results.reduce(both, noResult);

/** Whether the check goes on after what has come of it so far. */
export const goesOn = ({ stopsAtFirst }: Suite, { refutations }: BlockResult): boolean =>
  !stopsAtFirst || refutations.length === 0;

/** The verdict on a suite after a number of runs, all in this thread. */
export const check = (
  suite: Suite,
  runs: number,
  onBlock: (result: BlockResult) => void = () => undefined,
): Verdict => {
  let result = noResult;
  for (let done = 0; done < runs && goesOn(suite, result); done += runsPerBlock) {
    const block = checkBlock(suite, done / runsPerBlock, Math.min(runsPerBlock, runs - done));
    result = both(result, block);
    onBlock(result);
  }
  return verdictOf(result, suite.claims, suite.witnesses);
};
