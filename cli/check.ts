import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { type BadInput, badInput, isBadInput } from '../counterexamples/bad-input.ts';
import { isLasso } from '../counterexamples/bundle.ts';
import { allFeatures, hasDisk, type Settings } from '../model/settings.ts';
import type { Spec } from '../model/spec.ts';
import { suiteOf } from '../properties/checker/check.ts';
import type { Progress as Shrinking } from '../properties/checker/shrink.ts';
import {
  type Located,
  noResult,
  type Stance,
  type StrategyName,
  strategyNames,
  verdictOf,
} from '../properties/checker/verdict.ts';
import type { Claim } from '../properties/property.ts';
import { type Failure, failuresOf, keep } from './failures.ts';
import { lassoAgain } from './lasso-again.ts';
import { counted, many } from './numbers.ts';
import { type CheckOptions, exitCodes } from './options.ts';
import { campaign, type Progress } from './pool.ts';
import { claimNamed, judged, scriptOf } from './refutation.ts';
import {
  type Checked,
  checkJson,
  printKnown,
  printStart,
  printVerdict,
  type Request,
  type StillBroken,
  type TriedFirst,
} from './report.ts';
import { specificationOf } from './specification.ts';
import { outcomesIn } from './tables.ts';
import { complain, type Gauge, gaugeFor, interruptible, type Terminal } from './terminal.ts';
import { claimsNamed, unknownWord } from './words.ts';

const secondsByDefault = 30;
const workersMax = 4;

const strategiesOf = (
  words: readonly string[],
): readonly [StrategyName, ...StrategyName[]] | BadInput => {
  const strange = words.find((word) => !strategyNames.some((name) => name === word));
  if (strange !== undefined) return unknownWord('--strategy', strange, strategyNames);
  const [first, ...rest] = strategyNames.filter(
    (name) => words.length === 0 || words.includes(name),
  );
  return first === undefined ? unknownWord('--strategy', '', strategyNames) : [first, ...rest];
};

const featureNames = ['console', 'control', 'disk', 'vmotion'] as const;

/** What of the settings does not vary: what the mutant needs, and what is left out of every run. */
const fixedBy = (
  words: readonly string[],
  settings: Partial<Settings>,
): { readonly settings: Partial<Settings> } | BadInput => {
  const strange = words.find((word) => !featureNames.some((name) => name === word));
  if (strange !== undefined) return unknownWord('--without', strange, featureNames);
  if (words.length === 0) return { settings };
  const { console, control, disk, vmotion } = settings.features ?? allFeatures;
  const { program } = settings;
  if (words.includes('disk') && program !== undefined && hasDisk({ program })) {
    const found = 'is disk, which this mutant is about';
    return badInput('the command line', '--without', 'left out or something else', found);
  }
  const features = {
    console: console && !words.includes('console'),
    control: control && !words.includes('control'),
    disk: disk && !words.includes('disk'),
    vmotion: vmotion && !words.includes('vmotion'),
  };
  return { settings: { ...settings, features } };
};

const requestOf = async (options: CheckOptions): Promise<Request | BadInput> => {
  const strategies = strategiesOf(options.strategy);
  if ('sentence' in strategies) return strategies;
  const claims = claimsNamed(options.property);
  if ('sentence' in claims) return claims;
  const specification = await specificationOf(options.spec);
  if (isBadInput(specification)) return specification;
  const fixed = fixedBy(options.without, specification.mutant?.settings ?? {});
  if ('sentence' in fixed) return fixed;
  const { seed = randomInt(2 ** 31), runs = null, workers } = options;
  const seconds = options.time ?? (runs === null ? secondsByDefault : null);
  const order = {
    seed: `${seed}`,
    claims: options.property.length === 0 ? ('all' as const) : claims.map(({ id }) => id),
    strategies,
    fixed: fixed.settings,
    stopsAtFirst: true,
  };
  return {
    specification,
    suite: suiteOf(specification.spec, order),
    order,
    seed,
    workers: workers ?? Math.min(availableParallelism(), workersMax),
    budget: { runs, seconds },
  };
};

/** A saved counterexample, if it still breaks its claim. */
const stillBroken = (
  spec: Spec,
  { file, bundle, claim }: Failure & { readonly claim: Claim },
): readonly StillBroken[] => {
  if (isLasso(bundle)) {
    const { flaw } = lassoAgain(spec, bundle);
    return flaw === null ? [{ file, claim, bundle, at: null }] : [];
  }
  const { refutation } = judged(spec, scriptOf(bundle), claim);
  return refutation === null ? [] : [{ file, claim, bundle, at: refutation.at }];
};

/** Replays what earlier checks have saved, as far as it is about the claims asked for. */
const tryFirst = ({ specification, suite }: Request, terminal: Terminal): TriedFirst => {
  const { known, complaints } = failuresOf(specification.spec.name);
  for (const complaint of complaints) complain(terminal, `${complaint} It is left out.`);
  const asked = known.flatMap((failure) => {
    const claim = suite.claims.find(({ id }) => id === failure.bundle.claim);
    return claim === undefined ? [] : [{ ...failure, claim }];
  });
  const [broken = null] = asked.flatMap((failure) => stillBroken(specification.spec, failure));
  return { count: asked.length, broken };
};

const shareOf = ({ budget }: Request, { seconds, result }: Progress): number => {
  const runs = result.timed.runs + result.untimed.runs;
  const byTime = budget.seconds === null ? 0 : seconds / budget.seconds;
  return Math.max(byTime, budget.runs === null ? 0 : runs / budget.runs);
};

const progressText = ({ budget, suite }: Request, { seconds, rate, result }: Progress): string => {
  const runs = counted(result.timed.runs + result.untimed.runs);
  const time = `${Math.floor(seconds)}${budget.seconds === null ? '' : ` of ${budget.seconds}`} s`;
  const speed = `${counted(rate / 1000)}k events/s`;
  const cases = `${result.witnessed.length}/${suite.witnesses.length} cases`;
  return `${time}  ${runs} runs  ${speed}  ${outcomesIn(result.coverage)} outcomes  ${cases}`;
};

const shrinking = (gauge: Gauge, { claim }: Located['refutation']) => {
  const doing = `${claim} is broken: shrinking`;
  gauge.show(doing);
  return ({ events, faults, tried }: Shrinking): void => {
    const left = `${many(events, 'event')}, ${many(faults, 'fault')}`;
    gauge.show(`${doing}: ${left}, ${counted(tried)} tried`);
  };
};

/** Shows how far a check has come, also while no block ends. */
const watched = async (request: Request, terminal: Terminal, signal: AbortSignal) => {
  const gauge = await gaugeFor(terminal);
  const began = performance.now();
  let latest: Progress = { result: noResult, seconds: 0, rate: 0 };
  const show = (): void => {
    const seconds = (performance.now() - began) / 1000;
    const text = signal.aborted ? 'ending with the runs under way' : null;
    const progress = { ...latest, seconds };
    gauge.show(text ?? progressText(request, progress), shareOf(request, progress));
  };
  const timer = setInterval(show, 200);
  show();
  const onProgress = (progress: Progress): void => {
    latest = progress;
  };
  return { gauge, onProgress, stop: () => clearInterval(timer) };
};

const run = async (request: Request, terminal: Terminal, signal: AbortSignal): Promise<Checked> => {
  const { specification, order, suite, workers, budget } = request;
  const { spec, file } = specification;
  const target = { name: spec.name, file };
  const { gauge, onProgress, stop } = await watched(request, terminal, signal);
  try {
    const ended = await campaign({ target, order, workers, budget, signal, onProgress });
    stop();
    const verdict = verdictOf(ended.result, suite.claims, suite.witnesses);
    const { first } = verdict;
    const claim = first === null ? null : claimNamed(first.refutation.claim);
    if (first === null || claim === null) return { ended, verdict, kept: null };
    const onShrunk = shrinking(gauge, first.refutation);
    const kept = keep(spec, claim, first.script, first.refutation, onShrunk);
    return { ended, verdict, kept };
  } finally {
    stop();
    gauge.clear();
  }
};

const codes: Readonly<Record<Stance, number>> = {
  holds: exitCodes.holds,
  refuted: exitCodes.refuted,
  inconclusive: exitCodes.inconclusive,
};

const checkUntil = async (
  options: CheckOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> => {
  const request = await requestOf(options);
  if (isBadInput(request)) {
    complain(terminal, request.sentence);
    return exitCodes.badInput;
  }
  const isJson = options.json === true;
  const tried = tryFirst(request, terminal);
  if (!isJson) printStart(request, tried, terminal);
  if (tried.broken !== null) {
    if (isJson) terminal.print(checkJson(request, tried, null));
    else printKnown(request, tried.broken, terminal);
    return exitCodes.refuted;
  }
  const checked = await run(request, terminal, signal);
  const { complaint = null } = checked.kept ?? {};
  if (complaint !== null) complain(terminal, complaint.sentence);
  if (isJson) terminal.print(checkJson(request, tried, checked));
  else printVerdict(request, checked, terminal);
  return codes[checked.verdict.overall];
};

/** The program may vary as the paper does, without what is left out. */
const checkImpl = async (
  options: CheckOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> => {
  const fixed = fixedBy(options.without, {});
  if ('sentence' in fixed) {
    complain(terminal, fixed.sentence);
    return exitCodes.badInput;
  }
  const { checkProgram } = await import('./check-program.ts');
  return checkProgram(options, fixed.settings, terminal, signal);
};

/** Whatever is worse of the two sides: bad input, then refuted, then inconclusive. */
const worse = (one: number, other: number): number => {
  const { badInput: bad, refuted, inconclusive, holds } = exitCodes;
  return [bad, refuted, inconclusive].find((code) => code === one || code === other) ?? holds;
};

const checkSides = async (
  options: CheckOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> => {
  if (options.on === 'spec' && options.guest !== undefined) {
    const expected = 'with --on impl or both, for the specification has its own';
    const { sentence } = badInput('the command line', '--guest', expected, `is ${options.guest}`);
    complain(terminal, sentence);
    return exitCodes.badInput;
  }
  if (options.mutant !== undefined && options.on !== 'impl') {
    const expected = 'given with --on impl: it is a wrong program';
    complain(terminal, badInput('the command line', '--mutant', expected, 'it is not').sentence);
    return exitCodes.badInput;
  }
  if (options.on === 'spec') return checkUntil(options, terminal, signal);
  if (options.on === 'impl') return checkImpl(options, terminal, signal);
  const ofSpec = await checkUntil(options, terminal, signal);
  return worse(ofSpec, signal.aborted ? ofSpec : await checkImpl(options, terminal, signal));
};

/** `lockstep check`: the exit code is the verdict's, also of a check that was interrupted. */
export const check = (options: CheckOptions, terminal: Terminal): Promise<number> =>
  interruptible((signal) => checkSides(options, terminal, signal));
