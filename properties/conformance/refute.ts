import { everyStep } from '../catalogue.ts';
import type { Script } from '../checker/script.ts';
import { type ProgramSuite, scriptOfRun, shrinkProgram } from './check-impl.ts';
import { type SoakFinding, soakTrial } from './soak-trial.ts';
import { causeOf, type Finding, programWith, trial, withoutNumbers } from './trial.ts';
import { programOf, type WrongProgram } from './wrong/wrong-program.ts';

/** A soak that refutes a program: with that, every byte of it is determined. */
export type SoakStory = { readonly seed: string; readonly troubledMs: number };

/** How a wrong program was refuted: by a script made small, or by a soak. */
export type Refutal =
  | {
      readonly by: 'script';
      readonly script: Script;
      readonly finding: Finding;
      readonly foundEvents: number; // of the script before it was shrunk
    }
  | { readonly by: 'soak'; readonly story: SoakStory; readonly finding: SoakFinding };

/** What a wrong program was refuted by before. */
export type Known =
  | { readonly by: 'script'; readonly script: Script }
  | { readonly by: 'soak'; readonly story: SoakStory };

/** A hunt for a wrong program; `refutal` is `null` if nothing was found in time. */
export type Hunted = {
  readonly refutal: Refutal | null;
  readonly runs: number; // scripts tried
  readonly soaks: number;
  readonly seconds: number; // until it was found
};

/** What a hunt may take, and a clock in seconds that only goes forward. */
export type HuntOrder = {
  readonly seed: string;
  readonly scriptSeconds: number;
  readonly soakSeconds: number;
  readonly shrinkSeconds: number;
  readonly nowSeconds: () => number;
};

/** What a hunt's scripts are drawn from. */
export const huntSuite = (wrong: WrongProgram, seed: string): ProgramSuite => ({
  program: programOf(wrong),
  seed,
  fixed: wrong.fixed ?? {},
  strategies: ['swarm', 'pct'],
  claims: everyStep,
});

const right = programWith();
const asked = { claims: everyStep };

/** A script refutes a wrong program only if it does not refute the right one. */
export const tells = (wrong: WrongProgram, script: Script): Finding | null => {
  const { finding } = trial(programOf(wrong), script, asked);
  return finding === null || trial(right, script, asked).finding !== null ? null : finding;
};

const durationsMs = [1000, 3000];
const seedCount = 40;

/** Likewise. */
export const tellsInSoak = (wrong: WrongProgram, story: SoakStory): SoakFinding | null => {
  const { seed, troubledMs } = story;
  const finding = soakTrial(programOf(wrong), seed, troubledMs);
  return finding === null || soakTrial(right, seed, troubledMs) !== null ? null : finding;
};

/** What is known still refutes a wrong program, and not the right one; else `null`. */
export const refuteAgain = (wrong: WrongProgram, known: Known): Refutal | null => {
  if (known.by === 'soak') {
    const finding = tellsInSoak(wrong, known.story);
    return finding === null ? null : { ...known, finding };
  }
  const { script } = known;
  const finding = tells(wrong, script);
  const foundEvents = script.events.length;
  return finding === null ? null : { by: 'script', script, finding, foundEvents };
};

type Found = { readonly script: Script; readonly finding: Finding };

const byScript = (
  wrong: WrongProgram,
  seed: string,
  isOver: () => boolean,
): { readonly runs: number; readonly found: Found | null } => {
  const suite = huntSuite(wrong, seed);
  let runs = 0;
  while (!isOver()) {
    const script = scriptOfRun(suite, runs);
    runs += 1;
    const finding = tells(wrong, script);
    if (finding !== null) return { runs, found: { script, finding } };
  }
  return { runs, found: null };
};

const bySoak = (
  wrong: WrongProgram,
  isOver: () => boolean,
): { readonly soaks: number; readonly refutal: Refutal | null } => {
  let soaks = 0;
  for (const troubledMs of durationsMs) {
    for (let seed = 0; seed < seedCount && !isOver(); seed++) {
      const story = { seed: `${seed}`, troubledMs };
      const finding = tellsInSoak(wrong, story);
      soaks += 1;
      if (finding !== null) return { soaks, refutal: { by: 'soak', story, finding } };
    }
  }
  return { soaks, refutal: null };
};

/** Plays scripts, and then soaks, to a wrong program until one refutes it or the time is up. */
export const refute = (wrong: WrongProgram, order: HuntOrder): Hunted => {
  const { seed, scriptSeconds, soakSeconds, shrinkSeconds, nowSeconds } = order;
  const beganAt = nowSeconds();
  const after = (seconds: number): (() => boolean) => {
    const endsAt = nowSeconds() + seconds;
    return () => nowSeconds() >= endsAt;
  };
  const { runs, found } = byScript(wrong, seed, after(scriptSeconds));
  const passed = (): number => nowSeconds() - beganAt;
  if (found === null) {
    const { soaks, refutal } = bySoak(wrong, after(soakSeconds));
    return { refutal, runs, soaks, seconds: passed() };
  }
  const seconds = passed();
  const { script, finding } = shrunkFor(wrong, found, after(shrinkSeconds));
  const foundEvents = found.script.events.length;
  return { refutal: { by: 'script', script, finding, foundEvents }, runs, soaks: 0, seconds };
};

const without = (script: Script, at: number, count: number): Script => ({
  ...script,
  events: [...script.events.slice(0, at), ...script.events.slice(at + count)],
});

/**
 * Events are hints to a program, so that any of them may be left out: first many at once, then one
 * by one, while what is left refutes it for the same cause.
 */
const lessened = (wrong: WrongProgram, found: Found, isOver: () => boolean): Found => {
  const cause = causeOf(found.finding);
  let least = found;
  let size = Math.ceil(found.script.events.length / 2);
  while (size > 0 && !isOver()) {
    const before = least;
    for (let at = 0; at < least.script.events.length && !isOver(); ) {
      const script = without(least.script, at, size);
      const finding = tells(wrong, script);
      if (finding !== null && causeOf(finding) === cause) least = { script, finding };
      else at += size;
    }
    if (size > 1 || least === before) size = Math.floor(size / 2);
  }
  return least;
};

/** The small script has to leave the right program alone too; else the larger one is kept. */
export const shrunkFor = (wrong: WrongProgram, found: Found, isOver: () => boolean): Found => {
  const less = lessened(wrong, found, isOver);
  const shrunk = shrinkProgram(programOf(wrong), less, isOver, everyStep);
  return trial(right, shrunk.script, asked).finding === null ? shrunk : less;
};

const kindOf = ({ kind, ...finding }: Finding | SoakFinding): string => {
  if (kind === 'opinion') return 'one machine alone';
  if (kind === 'missing') return 'not back after the calm';
  if (kind === 'unsaid') return 'heard otherwise';
  if (kind === 'divergence' && 'divergence' in finding) {
    const { breach } = finding.divergence;
    return breach.kind === 'broken' ? 'claim' : 'divergence';
  }
  const isContract = 'sentence' in finding && finding.sentence.startsWith('broken contract');
  return isContract ? 'contract' : 'invariant';
};

const isOfSoak = (finding: Finding | SoakFinding): finding is SoakFinding =>
  finding.kind === 'opinion' || finding.kind === 'missing';

/** Which check has noticed it, in a word or two, and what it has noticed. */
export const howOf = ({ finding }: Refutal): { readonly kind: string; readonly cause: string } => ({
  kind: kindOf(finding),
  cause: isOfSoak(finding) ? withoutNumbers(finding.sentence) : causeOf(finding),
});
