import { availableParallelism } from 'node:os';
import { type BadInput, badInput, isBadInput, shown } from '../counterexamples/bad-input.ts';
import { nearest } from '../counterexamples/nearest.ts';
import type { Event } from '../model/event.ts';
import { alone } from '../properties/checker/explore/crew.ts';
import { livenessScopes } from '../properties/checker/explore/liveness-scopes.ts';
import { namedScopes, scopeNamed } from '../properties/checker/explore/named-scopes.ts';
import type { Explored, Progress } from '../properties/checker/explore/question.ts';
import type { Scope } from '../properties/checker/explore/scope.ts';
import { counts } from '../properties/checker/explore/scopes/counts.ts';
import type { Claim, EveryStep } from '../properties/property.ts';
import { type Errand, exploreFor } from './errand.ts';
import type { Exploration, Outcome } from './exploration.ts';
import { counted, many } from './numbers.ts';
import { type ExploreOptions, exitCodes, listed } from './options.ts';
import { specificationOf } from './specification.ts';
import { complain, gaugeFor, interruptible, type Terminal, wrapped } from './terminal.ts';
import { heapSince, threadModule } from './threads.ts';
import { travel } from './travel.ts';
import { claimsNamed } from './words.ts';

const workersMax = 4;

/** How many threads there are to be: unless it is said as many as cores, within reason. */
export const workersAsked = (asked: number | null): number =>
  asked ?? Math.min(workersMax, availableParallelism());

/** Claims about every step, and those about time only where there is a clock. */
const isAskedIn =
  ({ settings }: Scope) =>
  (claim: Claim): claim is EveryStep =>
    claim.kind === 'everyStep' && (claim.needs === 'nothing' || settings.clock !== null);

const unknownScope = (word: string): BadInput => {
  const meant = nearest(
    word,
    [...namedScopes, ...livenessScopes].map(({ name }) => name),
  );
  const hint = meant === null ? '' : `; did you mean ${meant}?`;
  const expected = 'a scope (lockstep explore --list shows them)';
  return badInput('the command line', '--scope', expected, `is ${shown(word)}${hint}`);
};

const explorationOf = async (options: ExploreOptions): Promise<Exploration | BadInput> => {
  const scope = scopeNamed(options.scope);
  if (scope === null) {
    return unknownScope(options.scope);
  }
  const named = claimsNamed(options.property);
  if ('sentence' in named) return named;
  const isAsked = isAskedIn(scope);
  const others = named.filter((claim) => !isAsked(claim)).map(({ id }) => id);
  if (options.property.length > 0 && others.length > 0) {
    const time = scope.settings.clock === null ? 'time or a calm' : 'a calm';
    const found = `is ${listed(others, 'and')}, about ${time}: ask lockstep check`;
    return badInput('the command line', '--property', 'a claim about every step', found);
  }
  const specification = await specificationOf(options.spec);
  if (isBadInput(specification)) return specification;
  return {
    specification,
    scope,
    claims: named.filter(isAsked),
    bounds: { depth: options.depth ?? Number.POSITIVE_INFINITY, bytes: options.memory * 1e6 },
    goesOn: options.all === true,
    workers: options.workers ?? null,
  };
};

/** Of the modules that workers run: the sources run as they are, and so does the build. */
const worker = threadModule('explore-worker');

/** Fewer situations than these have been seen by the time that threads would have started. */
const fewSituations = 20_000;

const isSmall = ({ scope, workers }: Exploration): boolean =>
  (workers ?? 1) === 1 && (counts[scope.name]?.[0] ?? Number.POSITIVE_INFINITY) < fewSituations;

/** Explores in this thread, which is deaf meanwhile; null if there is more than was expected. */
const exploredHere = async (errand: Errand): Promise<Explored<Event> | null> => {
  const onProgress = ({ distinct }: Progress): boolean => distinct < 2 * fewSituations;
  const explored = await exploreFor(errand, alone, { heap: heapSince(), onProgress });
  return explored.extent === 'stopped' ? null : explored;
};

const exploredBy = async (
  exploration: Exploration,
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
): Promise<Explored<Event>> => {
  const { specification, scope, claims, bounds, goesOn } = exploration;
  const { spec, file } = specification;
  const errand: Errand = {
    target: { name: spec.name, file },
    scope: scope.name,
    claims: claims.map(({ id }) => id),
    bounds,
    goesOn,
  };
  const here = isSmall(exploration) ? await exploredHere(errand) : null;
  if (here !== null) return here;
  const workers = workersAsked(exploration.workers);
  return travel(
    { module: worker, errand, workers, megabytes: bounds.bytes / 1e6 },
    signal,
    onProgress,
  );
};

/** How far it has come, on one line. */
export const progressText = (
  { depth, distinct, queue, bytes }: Progress,
  seconds: number,
): string => {
  const rate = `${counted(distinct / Math.max(seconds, 0.1) / 1000)}k states/s`;
  const memory = `${counted(bytes / 1e6)} MB`;
  const found = `depth ${depth}  ${counted(distinct)} states  ${counted(queue)} queued`;
  return `${found}  ${rate}  ${memory}`;
};

const bytesEach = 460; // of a situation, with two threads and with what is garbage by then

/** What the paper needs in a scope that has been exhausted; a mutant may need more. */
const needOf = ({ name }: Scope): string => {
  const [distinct] = counts[name] ?? [null];
  if (distinct === null) return '';
  const megabytes = Math.max(1, Math.round((distinct * bytesEach) / 1e6));
  return `; the paper has ${counted(distinct)} situations there, some ${counted(megabytes)} MB`;
};

const printExploring = (
  { specification, scope, claims }: Exploration,
  { print, columns }: Terminal,
): void => {
  const where = `${specification.spec.name} in scope ${scope.name} (${scope.says})`;
  const text = `exploring ${where}: ${many(claims.length, 'claim')}${needOf(scope)}`;
  for (const line of wrapped(text, columns, '  ')) print(line);
};

const run = async (
  exploration: Exploration,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Outcome> => {
  const gauge = await gaugeFor(terminal);
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;
  try {
    const explored = await exploredBy(exploration, signal, (progress) => {
      gauge.show(signal.aborted ? 'ending' : progressText(progress, seconds()));
    });
    return { explored, seconds: seconds() };
  } finally {
    gauge.clear();
  }
};

const exploreUntil = async (
  options: ExploreOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> => {
  if (options.list === true) {
    const { printScopes } = await import('./scope-list.ts');
    printScopes(terminal);
    return exitCodes.holds;
  }
  if (scopeNamed(options.scope) === null || options.property.length > 0) {
    const { asksForLassos, lassosUntil } = await import('./lassos.ts');
    if (asksForLassos(options)) return lassosUntil(options, terminal, signal);
  }
  const exploration = await explorationOf(options);
  if (isBadInput(exploration)) {
    complain(terminal, exploration.sentence);
    return exitCodes.badInput;
  }
  if (options.json !== true) printExploring(exploration, terminal);
  const report = import('./explored.ts'); // while the threads start
  const outcome = await run(exploration, terminal, signal);
  const { exploredJson, isAnyHeld, printExplored } = await report;
  const print = options.json === true ? exploredJson : printExplored;
  const complaints = await print(exploration, outcome, terminal);
  for (const complaint of complaints) complain(terminal, complaint.sentence);
  if (outcome.explored.refuted.length > 0) return exitCodes.refuted;
  const isWhole = outcome.explored.extent === 'exhausted';
  return isWhole && isAnyHeld(exploration, outcome) ? exitCodes.holds : exitCodes.inconclusive;
};

/** `lockstep explore`: the exit code is the verdict's, also of one that was interrupted. */
export const exploreScope = (options: ExploreOptions, terminal: Terminal): Promise<number> =>
  interruptible((signal) => exploreUntil(options, terminal, signal));
