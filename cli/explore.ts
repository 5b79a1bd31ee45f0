import { Worker } from 'node:worker_threads';
import { type BadInput, badInput, isBadInput } from '../counterexamples/bad-input.ts';
import type { Event } from '../model/event.ts';
import type { Bounds, Explored, Progress } from '../properties/checker/explore/explore.ts';
import { namedScopes, scopeNamed } from '../properties/checker/explore/named-scopes.ts';
import type { Scope } from '../properties/checker/explore/scope.ts';
import type { Claim, EveryStep } from '../properties/property.ts';
import type { Errand, Report } from './explore-worker.ts';
import { exploredJson, printExplored, printExploring } from './explored.ts';
import { type ExploreOptions, exitCodes, listed } from './options.ts';
import { type Specification, specificationOf } from './specification.ts';
import { counted } from './tables.ts';
import { complain, gaugeFor, interruptible, type Terminal } from './terminal.ts';
import { claimsNamed, unknownWord } from './words.ts';

/** What is to be explored. */
export type Expedition = {
  readonly specification: Specification;
  readonly scope: Scope;
  readonly claims: readonly EveryStep[];
  readonly bounds: Bounds;
  readonly goesOn: boolean;
};

/** What came of it, and how long it took. */
export type Outcome = { readonly explored: Explored<Event>; readonly seconds: number };

/** Claims about every step, and those about time only where there is a clock. */
const isAskedIn =
  ({ settings }: Scope) =>
  (claim: Claim): claim is EveryStep =>
    claim.kind === 'everyStep' && (claim.needs === 'nothing' || settings.clock !== null);

const expeditionOf = async (options: ExploreOptions): Promise<Expedition | BadInput> => {
  const scope = scopeNamed(options.scope);
  if (scope === null) {
    return unknownWord(
      '--scope',
      options.scope,
      namedScopes.map(({ name }) => name),
    );
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
  };
};

/** Of the modules that workers run: the sources run as they are, and so does the build. */
export const extension: string = import.meta.url.endsWith('.ts') ? '.ts' : '.js';

/** Most states outlive the next collection: a larger nursery has them copied less often. */
export const nurseryMb = 128;

const travel = (
  { specification, scope, claims, bounds, goesOn }: Expedition,
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
): Promise<Explored<Event>> =>
  new Promise((resolve, reject) => {
    const stop = new SharedArrayBuffer(4);
    const { spec, file } = specification;
    const errand: Errand = {
      target: { name: spec.name, file },
      scope: scope.name,
      claims: claims.map(({ id }) => id),
      bounds,
      goesOn,
      stop,
    };
    const worker = new Worker(new URL(`./explore-worker${extension}`, import.meta.url), {
      workerData: errand,
      resourceLimits: {
        maxYoungGenerationSizeMb: nurseryMb,
        maxOldGenerationSizeMb: Math.ceil((bounds.bytes / 1e6) * 1.5) + 500,
      },
    });
    signal.addEventListener('abort', () => Atomics.store(new Int32Array(stop), 0, 1));
    worker.on('message', (report: Report) => {
      if (report.kind === 'progress') onProgress(report.progress);
      else resolve(report.explored);
    });
    worker.on('error', reject);
    worker.on('exit', (code) => reject(new Error(`The explorer has ended with code ${code}.`)));
  });

/** How far it has come, on one line. */
export const progressText = (
  { depth, distinct, queue, bytes }: Progress,
  seconds: number,
): string => {
  const rate = `${counted(distinct / Math.max(seconds, 0.1) / 1000)}k states/s`;
  const memory = `${counted(bytes / 1e6)} MB`;
  return `depth ${depth}  ${counted(distinct)} states  ${counted(queue)} queued  ${rate}  ${memory}`;
};

const run = async (
  expedition: Expedition,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Outcome> => {
  const gauge = await gaugeFor(terminal);
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;
  try {
    const explored = await travel(expedition, signal, (progress) => {
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
  const expedition = await expeditionOf(options);
  if (isBadInput(expedition)) {
    complain(terminal, expedition.sentence);
    return exitCodes.badInput;
  }
  if (options.json !== true) printExploring(expedition, terminal);
  const outcome = await run(expedition, terminal, signal);
  const print = options.json === true ? exploredJson : printExplored;
  const complaints = print(expedition, outcome, terminal);
  for (const complaint of complaints) complain(terminal, complaint.sentence);
  if (outcome.explored.refuted.length > 0) return exitCodes.refuted;
  return outcome.explored.extent === 'exhausted' ? exitCodes.holds : exitCodes.inconclusive;
};

/** `lockstep explore`: the exit code is the verdict's, also of one that was interrupted. */
export const exploreScope = (options: ExploreOptions, terminal: Terminal): Promise<number> =>
  interruptible((signal) => exploreUntil(options, terminal, signal));
