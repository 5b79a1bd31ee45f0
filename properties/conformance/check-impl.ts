import type { Image } from '../../impl/guest/guest.ts';
import { paper } from '../../model/paper.ts';
import type { Settings } from '../../model/settings.ts';
import { isRefusal, step } from '../../model/spec.ts';
import { seeded } from '../checker/chooser.ts';
import { type Plan, plan } from '../checker/hunt.ts';
import { combinations } from '../checker/profile.ts';
import { reductions } from '../checker/reduce.ts';
import type { Script } from '../checker/script.ts';
import type { StrategyName } from '../checker/verdict.ts';
import type { Claim, Sometimes } from '../property.ts';
import type { Program } from '../simulation/program.ts';
import { causeOf, type Finding, type Trial, trial } from './trial.ts';

/** What the program is to be checked with. With it a run is determined by its number. */
export type ProgramSuite = {
  readonly program: Program;
  readonly seed: string;
  readonly fixed: Partial<Settings>; // settings that do not vary
  readonly strategies: readonly [WalkName, ...WalkName[]];
  readonly claims: readonly Claim[];
  /** The guest; without one it is the fold machine with the program of each script. */
  readonly image?: Image | null;
};

type WalkName = Exclude<StrategyName, 'novelty'>;

/** A script that refutes the program, and which run of the check it is. */
export type Refuted = {
  readonly run: number;
  readonly script: Script;
  readonly finding: Finding;
};

/** What a check of the program has come to. */
export type ProgramVerdict = {
  readonly overall: 'holds' | 'refuted' | 'inconclusive';
  readonly runs: number;
  readonly scripted: number; // events of the scripts
  readonly applied: number; // those that meant something to the program
  readonly lines: number; // of the reports
  readonly events: number; // of the specification that the lines stand for
  readonly first: Refuted | null;
  readonly unseen: readonly Sometimes[]; // cases that no run of the program has reached
};

/** A check in the making: one run after the other, for as long as anybody likes. */
export type ProgramCheck = {
  /** The next run; false once the program is refuted. */
  readonly next: () => boolean;
  readonly verdict: () => ProgramVerdict;
};

const untold = (): void => undefined;
const unvisited = (): number => 0;

const walked = ({ settings, strategy, length }: Plan): Script => {
  const events: Script['events'][number][] = [];
  let state = paper.init(settings);
  while (events.length < length) {
    const event = strategy(paper, state);
    const outcome = event === null ? '' : step(paper, state, event);
    if (event === null || isRefusal(outcome)) break;
    events.push(event);
    state = outcome.state;
  }
  return { settings, events, calm: false };
};

// no factor in common with the number of combinations: each comes once before any comes twice
const stride = 67;

/**
 * The script of one run: a walk of the specification, under every variant in turn. To the program
 * it says what befalls the world, and hints at what the protocol may do next.
 */
export const scriptOfRun = ({ seed, fixed, strategies }: ProgramSuite, run: number): Script => {
  const ranges = combinations(fixed);
  const range = ranges[(run * stride) % ranges.length] ?? { isTimed: false, fixed };
  const name = strategies[run % strategies.length] ?? strategies[0];
  const outline = { strategy: name, range, onTried: untold, visits: unvisited };
  return walked(plan(seeded(`${seed}:${run}`), outline));
};

/** A check of the program that looks out for these cases as well. */
export const programCheck = (
  suite: ProgramSuite,
  witnesses: readonly Sometimes[],
): ProgramCheck => {
  const { program, claims, image = null } = suite;
  const unseen = new Set(witnesses);
  const sums = { runs: 0, scripted: 0, applied: 0, lines: 0, events: 0 };
  let first: Refuted | null = null;
  const noted = (script: Script, { lines, events, applied, finding }: Trial): void => {
    if (finding !== null) first = { run: sums.runs, script, finding };
    sums.runs++;
    sums.scripted += script.events.length;
    sums.applied += applied;
    sums.lines += lines;
    sums.events += events;
  };
  return {
    next: () => {
      if (first !== null) return false;
      const script = scriptOfRun(suite, sums.runs);
      noted(script, trial(program, script, { claims, witnesses: unseen, image }));
      return first === null;
    },
    verdict: () => {
      const isWhole = sums.runs > 0 && unseen.size === 0;
      const overall = first !== null ? 'refuted' : isWhole ? 'holds' : 'inconclusive';
      return { overall, ...sums, first, unseen: [...unseen] };
    },
  };
};

/** What shrinking has come to. */
export type ShrunkProgram = Omit<Refuted, 'run'> & { readonly tried: number };

/**
 * A smaller script that refutes the program for the same cause: every smaller or calmer one that
 * the specification allows is tried, until none refutes it or the time is up.
 */
export const shrinkProgram = (
  program: Program,
  refuted: Pick<Refuted, 'script' | 'finding'>,
  isOver: () => boolean,
  claims: readonly Claim[] = [],
  image: Image | null = null,
): ShrunkProgram => {
  const cause = causeOf(refuted.finding);
  let { script, finding } = refuted;
  let tried = 0;
  for (let isSmaller = true; isSmaller && !isOver(); ) {
    isSmaller = false;
    for (const candidate of reductions(paper, script)) {
      if (isOver()) break;
      tried++;
      const { finding: found } = trial(program, candidate, { claims, image });
      if (found === null || causeOf(found) !== cause) continue;
      script = candidate;
      finding = found;
      isSmaller = true;
      break;
    }
  }
  return { script, finding, tried };
};
