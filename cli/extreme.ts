import { type BadInput, badInput, isBadInput } from '../counterexamples/bad-input.ts';
import type { Event } from '../model/event.ts';
import { type Extreme, extremes, larger } from '../properties/checker/explore/extremes.ts';
import { namedScopes } from '../properties/checker/explore/named-scopes.ts';
import type { Explored, Progress } from '../properties/checker/explore/question.ts';
import type { Scope } from '../properties/checker/explore/scope.ts';
import { progressText, workersAsked } from './explore.ts';
import type { Search } from './extreme-worker.ts';
import { judgementOf, measuredJson, printMeasured, printMeasuring } from './measured.ts';
import { type ExtremeOptions, exitCodes } from './options.ts';
import { specificationOf } from './specification.ts';
import type { Measured, Survey } from './survey.ts';
import { complain, gaugeFor, interruptible, type Terminal } from './terminal.ts';
import { threadModule } from './threads.ts';
import { travel } from './travel.ts';
import { unknownWord } from './words.ts';

const namesOf = (all: readonly { readonly name: string }[]): readonly string[] =>
  all.map(({ name }) => name);

const scopeFor = (extreme: Extreme, asked: string | undefined): Scope | BadInput => {
  const suitable = namedScopes.filter(
    ({ settings }) => extreme.needs === 'nothing' || settings.clock !== null,
  );
  const name = asked ?? extreme.scope;
  const scope = suitable.find((one) => one.name === name);
  if (scope !== undefined) return scope;
  return namesOf(namedScopes).includes(name)
    ? badInput('the command line', '--scope', 'a scope with a clock', `is ${name}, without one`)
    : unknownWord('--scope', name, namesOf(suitable));
};

const surveyOf = async (what: string, options: ExtremeOptions): Promise<Survey | BadInput> => {
  const extreme = extremes.find(({ name }) => name === what);
  if (extreme === undefined) return unknownWord('what', what, namesOf(extremes));
  const scope = scopeFor(extreme, options.scope);
  if ('sentence' in scope) return scope;
  const specification = await specificationOf(options.spec);
  if (isBadInput(specification)) return specification;
  return {
    specification,
    extreme,
    family: Array.from({ length: options.larger + 1 }, (_, by) => larger(scope, by)),
    bounds: { depth: Number.POSITIVE_INFINITY, bytes: options.memory * 1e6 },
  };
};

const worker = threadModule('extreme-worker');

const exploredBy = (
  { specification, extreme, bounds }: Survey,
  scope: Scope,
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
): Promise<Explored<Event>> => {
  const { spec, file } = specification;
  const search: Search = {
    target: { name: spec.name, file },
    extreme: extreme.name,
    scope,
    bounds,
  };
  const workers = workersAsked(null);
  const megabytes = bounds.bytes / 1e6;
  return travel({ module: worker, errand: search, workers, megabytes }, signal, onProgress);
};

/** One scope after the other, from the smallest on, up to one that could not be exhausted. */
const run = async (
  survey: Survey,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<readonly Measured[]> => {
  const { family } = survey;
  const gauge = await gaugeFor(terminal);
  const all: Measured[] = [];
  try {
    for (const [index, scope] of family.entries()) {
      const began = performance.now();
      const seconds = (): number => (performance.now() - began) / 1000;
      const explored = await exploredBy(survey, scope, signal, (progress) => {
        const text = `scope ${index + 1} of ${family.length}  ${progressText(progress, seconds())}`;
        gauge.show(signal.aborted ? 'ending' : text);
      });
      all.push({ scope, explored, seconds: seconds() });
      if (explored.extent !== 'exhausted') break;
    }
    return all;
  } finally {
    gauge.clear();
  }
};

const measureUntil = async (
  what: string,
  options: ExtremeOptions,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> => {
  const survey = await surveyOf(what, options);
  if (isBadInput(survey)) {
    complain(terminal, survey.sentence);
    return exitCodes.badInput;
  }
  if (options.json !== true) printMeasuring(survey, terminal);
  const measured = await run(survey, terminal, signal);
  const judgement = judgementOf(survey, measured);
  const print = options.json === true ? measuredJson : printMeasured;
  print(survey, measured, judgement, terminal);
  if (judgement.isExceeded) return exitCodes.refuted;
  return judgement.isWhole ? exitCodes.holds : exitCodes.inconclusive;
};

/** `lockstep extreme`: whether the worst that can be reached exceeds what the formula allows. */
export const measureExtreme = (
  what: string,
  options: ExtremeOptions,
  terminal: Terminal,
): Promise<number> => interruptible((signal) => measureUntil(what, options, terminal, signal));
