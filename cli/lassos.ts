import { type BadInput, badInput, isBadInput } from '../counterexamples/bad-input.ts';
import type { Stage } from '../properties/checker/explore/graph.ts';
import { livenessScopes } from '../properties/checker/explore/liveness-scopes.ts';
import { needClock, obligations } from '../properties/checker/explore/obligations.ts';
import { type Scope, scopes } from '../properties/checker/explore/scope.ts';
import {
  type Hunted,
  lassosJson,
  type Pursuit,
  printLassos,
  printPursuit,
} from './lassos-report.ts';
import type { Errand } from './lassos-worker.ts';
import { counted } from './numbers.ts';
import { type ExploreOptions, exitCodes, listed } from './options.ts';
import { specificationOf } from './specification.ts';
import { complain, gaugeFor, type Terminal } from './terminal.ts';
import { headroomMb, noStop, runThreads, threadModule } from './threads.ts';
import { claimsNamed, unknownWord } from './words.ts';

type Options = Pick<
  ExploreOptions,
  'spec' | 'scope' | 'property' | 'memory' | 'json' | 'depth' | 'all' | 'workers'
>;

const owed: readonly string[] = obligations.map(({ id }) => id);
const timed: readonly string[] = needClock.map(({ id }) => id);

/** Whether lassos are asked for: by a scope for them, or by nothing but claims about calms. */
export const asksForLassos = ({ scope, property }: Options): boolean =>
  property.length === 0
    ? livenessScopes.some(({ name }) => name === scope)
    : property.every((id) => owed.includes(id) || timed.includes(id));

const scopeFor = (word: string): Scope | BadInput => {
  const all = [...livenessScopes, ...scopes];
  const found = all.find(({ name }) => name === word);
  return (
    found ??
    unknownWord(
      '--scope',
      word,
      all.map(({ name }) => name),
    )
  );
};

const pursuitOf = async (options: Options): Promise<Pursuit | BadInput> => {
  const inVain = (['depth', 'all', 'workers'] as const).find((name) => options[name] !== undefined);
  if (inVain !== undefined) {
    const found = 'is given for claims about what comes in the end';
    return badInput('the command line', `--${inVain}`, 'left out', found);
  }
  const scope = scopeFor(options.scope);
  if ('sentence' in scope) return scope;
  if (scope.settings.clock !== null) {
    return badInput('the command line', '--scope', 'one without time', `is ${scope.name}`);
  }
  const named = claimsNamed(options.property);
  if ('sentence' in named) return named;
  const ids = options.property.length === 0 ? owed : named.map(({ id }) => id);
  const late = ids.filter((id) => timed.includes(id));
  if (late.length > 0) {
    const found = `is ${listed(late, 'and')}, about time: ask lockstep check`;
    return badInput('the command line', '--property', 'a claim that needs no clock', found);
  }
  const specification = await specificationOf(options.spec);
  return isBadInput(specification) ? specification : { specification, scope, ids };
};

const search = (
  { specification, scope, ids }: Pursuit,
  bytes: number,
  signal: AbortSignal,
  onProgress: (stage: Stage) => void,
): Promise<Hunted['found']> => {
  const stop = noStop();
  const { spec, file } = specification;
  const data: Errand = { target: { name: spec.name, file }, scope, ids, bytes, stop };
  const limits = { maxOldGenerationSizeMb: Math.ceil(bytes / 1e6) + headroomMb };
  const module = threadModule('lassos-worker');
  return runThreads({ module, starts: [{ data, transfer: [] }], limits }, stop, signal, onProgress);
};

const stageText = ({ states, queue }: Stage): string =>
  queue === 0
    ? `looking for lassos among ${counted(states)} situations`
    : `${counted(states)} situations, ${counted(queue)} queued`;

const run = async (
  pursuit: Pursuit,
  bytes: number,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<Hunted> => {
  const gauge = await gaugeFor(terminal);
  const began = performance.now();
  try {
    const found = await search(pursuit, bytes, signal, (stage) =>
      gauge.show(signal.aborted ? 'ending' : stageText(stage)),
    );
    return { found, seconds: (performance.now() - began) / 1000 };
  } finally {
    gauge.clear();
  }
};

/** Looks for lassos, as `lockstep explore` is asked to, and gives the exit code. */
export const lassosUntil = async (
  options: Options,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> => {
  const pursuit = await pursuitOf(options);
  if (isBadInput(pursuit)) {
    complain(terminal, pursuit.sentence);
    return exitCodes.badInput;
  }
  if (options.json !== true) printPursuit(pursuit, terminal);
  const hunted = await run(pursuit, options.memory * 1e6, terminal, signal);
  const print = options.json === true ? lassosJson : printLassos;
  const complaints = print(pursuit, hunted, terminal);
  for (const complaint of complaints) complain(terminal, complaint.sentence);
  const { answers, extent } = hunted.found;
  if (answers.some(({ kind }) => kind === 'violated')) return exitCodes.refuted;
  const isHeld = answers.some(({ kind }) => kind === 'holds');
  return extent === 'exhausted' && isHeld ? exitCodes.holds : exitCodes.inconclusive;
};
