import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { isBadInput } from '../counterexamples/bad-input.ts';
import { stateHash } from '../counterexamples/state-hash.ts';
import { type Diagnosis, type Difference, diagnose } from '../properties/checker/doctor.ts';
import { many } from './numbers.ts';
import { type DoctorOptions, exitCodes } from './options.ts';
import { campaign } from './pool.ts';
import { type Specification, specificationOf } from './specification.ts';
import { complain, gaugeFor, interruptible, type Terminal, wrapped } from './terminal.ts';

const shown = (event: Difference['first']): string =>
  event === null ? 'nothing, the run is over' : JSON.stringify(event);

/** Where a run is not the same when it is made again, in lines. */
export const differenceLines = (difference: Difference): readonly string[] => {
  const { run, strategy, at, first, second, why } = difference;
  return [
    `run ${run + 1} (${strategy}) differs from itself at event ${at + 1}: ${why}`,
    `  first: ${shown(first)}`,
    `  then:  ${shown(second)}`,
  ];
};

const blocks = 2;
const runsPerBlock = 192;

/** Whether one worker and two come to the same. */
const agree = async (
  { spec, file, mutant }: Specification,
  seed: string,
  signal: AbortSignal,
): Promise<boolean> => {
  const results = [1, 2].map(async (workers) => {
    const { result } = await campaign({
      target: { name: spec.name, file },
      order: {
        seed,
        claims: 'all',
        strategies: ['swarm', 'pct', 'novelty'],
        fixed: mutant?.settings ?? {},
        stopsAtFirst: false,
      },
      workers,
      budget: { runs: blocks * runsPerBlock, seconds: null },
      onProgress: () => undefined,
      signal,
    });
    return JSON.stringify(result);
  });
  const [one, two] = await Promise.all(results);
  return one === two;
};

const environment = (): string => {
  const { versions, platform, arch } = process;
  const from = import.meta.url.endsWith('.ts') ? 'from source' : 'built';
  const cores = many(availableParallelism(), 'core');
  return `Node ${versions.node} on ${platform} ${arch}, ${cores}, ${from}`;
};

const printDifference = (
  name: string,
  seed: string,
  difference: Difference,
  { print, colours, columns }: Terminal,
): void => {
  print(colours.red(`${name}: seed ${seed} does not determine what happens`));
  for (const text of differenceLines(difference)) {
    for (const line of wrapped(text, columns, '    ')) print(line);
  }
};

const printSame = ({ runs, events }: Diagnosis, seed: string, { print }: Terminal): void =>
  print(`${many(runs, 'run')} of seed ${seed}, each made twice: the same ${many(events, 'event')}`);

/** `lockstep doctor`: whether a seed determines a run, and where it does not. */
export const doctor = async (options: DoctorOptions, terminal: Terminal): Promise<number> => {
  const specification = await specificationOf(options.spec);
  if (isBadInput(specification)) {
    complain(terminal, specification.sentence);
    return exitCodes.badInput;
  }
  const { print, colours } = terminal;
  const { spec, mutant } = specification;
  const seed = `${options.seed ?? randomInt(2 ** 31)}`;
  print(environment());
  const gauge = await gaugeFor(terminal);
  gauge.show(`making ${many(options.runs, 'run')} twice`);
  const patient = { spec, seed, fixed: mutant?.settings ?? {}, fingerprint: stateHash };
  const diagnosis = diagnose(patient, options.runs);
  gauge.clear();
  if (diagnosis.difference !== null) {
    printDifference(spec.name, seed, diagnosis.difference, terminal);
    return exitCodes.refuted;
  }
  printSame(diagnosis, seed, terminal);
  return interruptible(async (signal) => {
    gauge.show('one worker against two');
    const isSame = await agree(specification, seed, signal);
    gauge.clear();
    if (signal.aborted) return exitCodes.inconclusive;
    const outcome = isSame ? 'the same result' : colours.red('different results');
    print(`${many(blocks * runsPerBlock, 'run')} on one worker and on two: ${outcome}`);
    return isSame ? exitCodes.holds : exitCodes.refuted;
  });
};
