import { spawnSync } from 'node:child_process';
import type { Rung } from '../cli/rung-worker.ts';
import { travel } from '../cli/travel.ts';
import type { Explored } from '../properties/checker/explore/question.ts';
import { counts } from '../properties/checker/explore/scopes/counts.ts';
import { counted, type Figure } from './figure.ts';

const rungs = new URL('../cli/rung-worker.ts', import.meta.url);

const climbed = async (rung: Rung, workers: number): Promise<number> => {
  const began = performance.now();
  const { signal } = new AbortController();
  const errand = { rung };
  const explored: Explored<unknown> = await travel(
    { module: rungs, errand, workers, megabytes: 4000 },
    signal,
    () => undefined,
  );
  if (explored.progress.distinct !== 1_745_408) throw new Error('that is not two-phase commit');
  return (performance.now() - began) / 1000;
};

/** What `lockstep explore --json` says, as far as it is measured here. */
type Report = {
  readonly distinct: number;
  readonly generated: number;
  readonly depth: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly extent: string;
};

const exploring = (scope: string, workers: number | null): Report => {
  const threads = workers === null ? [] : ['--workers', String(workers)];
  const command = ['bin/lockstep.js', 'explore', '--scope', scope, ...threads];
  const { stdout } = spawnSync(process.execPath, [...command, '--json', '--memory', '6000'], {
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
  const report: Report = JSON.parse(stdout);
  const [distinct, generated, depth] = counts[scope] ?? [];
  if (report.extent !== 'exhausted' || report.distinct !== distinct) {
    throw new Error(`scope ${scope} has ${report.distinct} situations, not ${distinct}`);
  }
  if (report.generated !== generated || report.depth !== depth) {
    throw new Error(`scope ${scope} is explored otherwise than it was`);
  }
  return report;
};

const rateText = ({ distinct, generated, bytes, seconds }: Report): string =>
  `${counted(distinct / seconds)} situations/s, ${counted(generated / seconds)} generated/s, ` +
  `${counted(bytes / distinct)} bytes each`;

/** Scopes of growing size. */
const scopes = ['output', 'contest', 'outputs', 'outputs-reconnecting'] as const;
const largest = scopes[3];

/** A scope of about ten thousand situations. */
const small = 'tight';

/** The median of five. */
const processSeconds = (scope: string): number => {
  const all = Array.from({ length: 5 }, () => {
    const began = performance.now();
    exploring(scope, null);
    return (performance.now() - began) / 1000;
  });
  return all.sort((one, other) => one - other)[2] ?? 0;
};

/** What the explorer comes to, with one thread and with two. */
export const explorerFigures = async (): Promise<readonly Figure[]> => {
  const [one, two] = [await climbed('8 managers', 1), await climbed('8 managers', 2)];
  const [alone, together] = [exploring(largest, 1), exploring(largest, 2)];
  const growth = scopes.map((scope) => {
    const report = exploring(scope, 1);
    const { distinct, depth } = report;
    return {
      what: `scope ${scope}: ${counted(distinct)} situations, depth ${depth}, one thread`,
      asked: '',
      measured: rateText(report),
    };
  });
  return [
    {
      what: 'two-phase commit with 8 managers, exhausted, one thread',
      asked: 'under 6 s',
      measured: `${one.toFixed(1)} s`,
    },
    {
      what: 'the same, two threads',
      asked: 'towards 2.6 s',
      measured: `${two.toFixed(1)} s`,
    },
    {
      what: `scope ${largest}, ${counted(alone.distinct)} situations, one thread`,
      asked: '60,000 situations/s, towards 150,000; 400 bytes each, towards 150',
      measured: rateText(alone),
    },
    { what: 'the same, two threads', asked: '', measured: rateText(together) },
    {
      what: `\`lockstep explore --scope ${small}\`, process start included`,
      asked: '0.3 s for 10,000 situations',
      measured: `${processSeconds(small).toFixed(2)} s`,
    },
    ...growth,
  ];
};
