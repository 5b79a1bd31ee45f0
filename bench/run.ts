import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus } from 'node:os';
import fc from 'fast-check';
import { paper } from '../model/paper.ts';
import { allFeatures } from '../model/settings.ts';
import { everyStep } from '../properties/catalogue.ts';
import { holds, scripts } from '../properties/checker/arbitrary.ts';
import { runOnce } from '../properties/checker/hunt.ts';
import { explorerFigures } from './explorer.ts';
import { counted, type Figure, median } from './figure.ts';
import { machineFigures } from './machine.ts';
import { oracleFigures } from './oracle.ts';
import { programFigures } from './program.ts';
import { scopeDifferences } from './scopes.ts';

/** Events or runs per second of processor time, the median of several rounds. */
const rate = (rounds: number, round: (index: number) => number): number =>
  median(
    Array.from({ length: rounds }, (_, index) => {
      const began = process.cpuUsage();
      const done = round(index);
      const { user, system } = process.cpuUsage(began);
      return (done * 1e6) / (user + system);
    }),
  );

/** The whole specification, without time. */
const whole = { clock: null, features: allFeatures } as const;

const walkRate = (): number => {
  const quarry = {
    spec: paper,
    claims: everyStep,
    fixed: whole,
    onTried: () => undefined,
  };
  return rate(7, (round) => {
    let steps = 0;
    for (let run = 0; run < 3000; run++) {
      steps += runOnce({ ...quarry, witnesses: new Set() }, `bench ${round} ${run}`).steps;
    }
    return steps;
  });
};

const scriptRate = (): number => {
  const arbitrary = scripts(paper, { settings: whole, length: 50 });
  const property = fc.property(arbitrary, holds(paper, everyStep));
  return rate(7, (seed) => {
    const { failed, numRuns } = fc.check(property, { numRuns: 4000, seed });
    if (failed) throw new Error('the specification is refuted: the rate means nothing');
    return numRuns;
  });
};

type Row = {
  readonly name: string;
  readonly breaks: readonly string[] | 'nothing';
  readonly seconds: number;
  readonly killed: { readonly shrinkSeconds: number } | null;
};

const lockstep = (...argv: readonly string[]): string => {
  const command = ['bin/lockstep.js', ...argv];
  const { stdout } = spawnSync(process.execPath, command, { encoding: 'utf8', maxBuffer: 1e9 });
  return stdout;
};

/** Every mutant under several seeds, one at a time on one core. */
const hunts = (seeds: readonly number[]): readonly (readonly Row[])[] =>
  seeds.map((seed) => {
    const { rows }: { rows: readonly Row[] } = JSON.parse(
      lockstep('mutants', '--json', '--seed', String(seed), '--time', '60'),
    );
    return rows;
  });

const mutantFigures = (seeds: readonly number[]): readonly Figure[] => {
  const rounds = hunts(seeds);
  const names = (rounds[0] ?? []).filter(({ breaks }) => breaks !== 'nothing');
  const perMutant = names.map(({ name }) => {
    const rows = rounds.flatMap((rows) => rows.filter((row) => row.name === name));
    return {
      name,
      survived: rows.filter(({ killed }) => killed === null).length,
      found: median(rows.map(({ seconds }) => seconds)),
      shrunk: median(rows.map(({ killed }) => killed?.shrinkSeconds ?? 0)),
    };
  });
  const by = (key: 'found' | 'shrunk') =>
    [...perMutant].sort((one, other) => other[key] - one[key])[0];
  const text = (value: number | undefined): string => `${(value ?? 0).toFixed(2)} s`;
  const slowest = by('found');
  const stickiest = by('shrunk');
  const survivors = perMutant.filter(({ survived }) => survived > 0).map(({ name }) => name);
  return [
    {
      what: `mutants not found in 60 s under seed ${seeds.join(' or ')}, of ${names.length}`,
      asked: 'none',
      measured: survivors.length === 0 ? 'none' : survivors.join(', '),
    },
    {
      what: 'a mutant found by random search: median of all',
      asked: 'at most 4 s',
      measured: text(median(perMutant.map(({ found }) => found))),
    },
    {
      what: `the slowest found: ${slowest?.name}`,
      asked: 'at most 20 s',
      measured: text(slowest?.found),
    },
    {
      what: `the slowest shrunk: ${stickiest?.name}`,
      asked: 'at most 4 s',
      measured: text(stickiest?.shrunk),
    },
  ];
};

const helpMs = (): number =>
  median(
    Array.from({ length: 15 }, () => {
      const began = performance.now();
      lockstep('--help');
      return performance.now() - began;
    }),
  );

const commit = (): string =>
  execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();

const heading = (): string => {
  const { model = 'unknown processor' } = cpus()[0] ?? {};
  return [
    `Machine: ${model}, ${availableParallelism()} cores; Node ${process.version};`,
    `commit ${commit()}; ${new Date().toISOString().slice(0, 10)}.`,
    '\n',
  ].join('\n');
};

const report = (figures: readonly Figure[]): string => {
  const rows = figures.map(({ what, asked, measured }) => `| ${what} | ${asked} | ${measured} |`);
  const table = ['| what | asked for | measured |', '|---|---|---|', ...rows, ''];
  return `${heading()}${table.join('\n')}`;
};

const machineReport = async (): Promise<string> => {
  const { figures, beside } = await machineFigures(has('--quick'));
  return `${report(figures)}\n${beside}`;
};

const has = (option: string): boolean => process.argv.includes(option);

/** Seeds under which every mutant is hunted; each takes a minute or two. */
const seeds = has('--thorough') ? [1, 2, 3] : [1];

const others = (): readonly Figure[] => [
  {
    what: 'random walk, every safety claim at every step, per second of one core',
    asked: '75,000 events, towards 250,000',
    measured: `${counted(walkRate())} events`,
  },
  {
    what: 'scripts of 50 events through fast-check, generated and judged, per second of one core',
    asked: '1,500, towards 7,500',
    measured: counted(scriptRate()),
  },
  { what: '`lockstep --help`', asked: '150 ms', measured: `${Math.round(helpMs())} ms` },
  ...(has('--quick') ? [] : mutantFigures(seeds)),
];

const parts = ['--quick', '--explorer', '--others', '--program', '--machine', '--oracle'];

/** A part of the whole is asked for by itself, or with all. */
const isAsked = (part: string): boolean => has(part) || !parts.some(has);

/** The tables of the results, each between its two markers; some can be measured by themselves. */
const tables: readonly {
  readonly name: string;
  readonly isWanted: boolean;
  readonly measure: () => Promise<string>;
}[] = [
  {
    name: 'explorer',
    isWanted: isAsked('--explorer'),
    measure: async () => report(await explorerFigures()),
  },
  {
    name: 'figures',
    isWanted: (has('--quick') && !has('--machine')) || isAsked('--others'),
    measure: async () => report(others()),
  },
  {
    name: 'program',
    isWanted: isAsked('--program'),
    measure: async () => report(await programFigures()),
  },
  {
    name: 'oracle',
    isWanted: isAsked('--oracle'),
    measure: async () => report(oracleFigures()),
  },
  { name: 'machine', isWanted: isAsked('--machine'), measure: machineReport },
];

const file = 'docs/results.md';

const replace = (name: string, text: string): void => {
  const before = readFileSync(file, 'utf8');
  const begin = `<!-- ${name}:begin -->`;
  const from = before.indexOf(begin) + begin.length;
  const rest = before.slice(before.indexOf(`<!-- ${name}:end -->`));
  writeFileSync(file, `${before.slice(0, from)}\n${text}${rest}`);
};

if (has('--scopes')) {
  process.stdout.write(heading());
  const differences = scopeDifferences(has('--write'));
  for (const sentence of differences) process.stderr.write(`${sentence}\n`);
  process.exitCode = differences.length === 0 ? 0 : 1;
}

for (const { name, isWanted, measure } of tables) {
  if (!isWanted || has('--scopes')) continue;
  const text = await measure();
  process.stdout.write(text);
  if (has('--write')) replace(name, text);
}
