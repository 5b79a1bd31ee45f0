import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Header } from '../oracle/header.ts';
import { judge } from '../oracle/judge.ts';
import { type Did, type Observed, type Sight, vocabulary } from '../oracle/observation.ts';
import type { ToldLog } from '../oracle/tell-log.ts';
import { toldRun } from '../oracle/told-run.ts';
import { seeded } from '../properties/checker/chooser.ts';
import { counted, cpuSeconds, type Figure, median } from './figure.ts';
import { conformFigures } from './oracle-conform.ts';

const headerOf = (sight: Sight): Header => ({
  lockstep: 'observation',
  version: 1,
  sight,
  hosts: ['A', 'B'],
  primary: { copy: 'p', host: 'A' },
  backup: { copy: 'b', host: 'B' },
});

type Said = Record<string, unknown> & { readonly did: Did; readonly node: string };

/** A request comes in and is answered: what a pair tells of it. */
const exchange = (turn: number): readonly Said[] => {
  const [rx, out] = [2 * turn + 1, 2 * turn + 2];
  const [onA, onB] = [
    { node: 'A', copy: 'p' },
    { node: 'B', copy: 'b' },
  ];
  const sent = { ordinal: turn, content: turn.toString(16) };
  const [position, does] = [9 * turn, 'transmit'];
  const logged = { entries: [{ seq: out, kind: 'OUT' }], outputs: [sent] };
  return [
    { node: 'world', did: 'send', packet: turn },
    { ...onA, did: 'deliver', position, packets: [turn], entries: [{ seq: rx, kind: 'RX' }] },
    { ...onA, did: 'flush', seq: rx },
    { ...onA, did: 'execute', position: position + 8, does, ...logged },
    { ...onA, did: 'flush', seq: out },
    { ...onB, did: 'receive', seq: rx },
    { ...onB, did: 'receive', seq: out },
    { ...onB, did: 'acknowledge', upTo: out },
    { ...onA, did: 'readAck', upTo: out },
    { ...onA, did: 'release', ...sent },
    { ...onB, did: 'replay', position, upTo: rx },
    { ...onB, did: 'replay', position: position + 9, upTo: out },
  ];
};

const urlOf = (name: string): URL => new URL(name, import.meta.url);

const depth: Readonly<Record<Sight, number>> = { black: 0, grey: 1, white: 2 };

/** Writes a log of at least so many lines. */
const writeLog = (path: string, sight: Sight, count: number): void => {
  const file = openSync(path, 'w');
  const counts = new Map<string, number>();
  writeSync(file, `${JSON.stringify(headerOf(sight))}\n`);
  for (let turn = 0, written = 0; written < count; turn++) {
    const lines = exchange(turn).filter(({ did }) => depth[vocabulary[did].sight] <= depth[sight]);
    const texts = lines.map(({ node, ...line }) => {
      const n = (counts.get(node) ?? 0) + 1;
      counts.set(node, n);
      return `${JSON.stringify({ node, n, ...line })}\n`;
    });
    writeSync(file, texts.join(''));
    written += lines.length;
  }
  closeSync(file);
};

type Spent = { readonly seconds: number; readonly megabytes: number };

/** `lockstep validate`, whole: in a heap of 64 MB, of which young objects are a part. */
const commanded = (path: string): Spent => {
  const flags = ['--max-heap-size=64', '--import', urlOf('spent.ts').href];
  const command = [fileURLToPath(urlOf('../bin/lockstep.js')), 'validate', path];
  const { status, stderr } = spawnSync(process.execPath, [...flags, ...command], {
    encoding: 'utf8',
  });
  if (status !== 0)
    throw new Error(`a good log is accepted, but it ends with ${status}: ${stderr}`);
  return JSON.parse(stderr);
};

type Ran = { readonly lines: number; readonly seconds: number };

/** How long a log takes after another one, when the code is compiled; a short one many times. */
const ran = (first: string, path: string, times: number): Ran => {
  const run = [fileURLToPath(urlOf('oracle-run.ts')), first, path, `${times}`];
  const { status, stdout, stderr } = spawnSync(process.execPath, run, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
};

/** The power of the size with which the time grows, by least squares. */
const growth = (runs: readonly Ran[]): number => {
  const points = runs.map(({ lines, seconds }) => [Math.log(lines), Math.log(seconds)] as const);
  const mean = (at: 0 | 1): number => points.reduce((sum, one) => sum + one[at], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const over = points.reduce((sum, [px, py]) => sum + (px - x) * (py - y), 0);
  return over / points.reduce((sum, [px]) => sum + (px - x) ** 2, 0);
};

const longest = 1_000_000;

const firstSize = 100_000;

const sizes = [10_000, firstSize, longest];

const streamed = (folder: string, sight: Sight): readonly Figure[] => {
  const first = join(folder, `${sight}.ndjson`);
  writeLog(first, sight, firstSize);
  const measured = sizes.map((size) => {
    const path = join(folder, `${sight}-${size}.ndjson`);
    writeLog(path, sight, size);
    const both = { run: ran(first, path, longest / size), whole: commanded(path) };
    rmSync(path);
    return both;
  });
  const rates = measured.map(({ run: { lines, seconds } }) => counted(lines / seconds));
  const told = measured.map(({ whole: { megabytes } }) => `${Math.round(megabytes)} MB`);
  const spent = measured.map(({ whole: { seconds } }) => `${seconds.toFixed(2)} s`);
  const what = `complete ${sight} logs of ${sizes.map(counted).join(', ')} lines`;
  return [
    {
      what: `${what}, after one of ${counted(firstSize)}: lines per second of processor time`,
      asked: sight === 'grey' ? '100,000, towards 500,000' : '',
      measured: rates.join('; '),
    },
    {
      what: 'the same: time grows with this power of the lines',
      asked: '1',
      measured: growth(measured.map(({ run }) => run)).toFixed(2),
    },
    {
      what: '`lockstep validate` with each, in a heap of 64 MB: resident memory, at most',
      asked: 'flat',
      measured: told.join('; '),
    },
    {
      what: 'the same: processor time in all, with its start',
      asked: '',
      measured: spent.join('; '),
    },
  ];
};

const kinds: readonly Did[] = ['flush', 'receive', 'readAck', 'replay', 'learn', 'mode'];

/** A third of what is internal is left out at random, and the header says that it may be. */
const thinned = ({ header, lines }: ToldLog, seed: number): ToldLog => {
  const chooser = seeded(`thinned/${seed}`);
  const counts = new Map<string, number>();
  const left = lines
    .filter(({ did }) => did !== 'digest' && !(kinds.includes(did) && chooser.below(3) === 0))
    .map((line): Observed => {
      const n = (counts.get(line.node) ?? 0) + 1;
      counts.set(line.node, n);
      return { ...line, n };
    });
  return { header: { ...header, hides: kinds }, lines: left };
};

type Gap = { readonly seconds: number; readonly kind: string };

const judgedGap = (seed: number): Gap => {
  const whole = toldRun(seeded(`gaps/${seed}`), ['core'], 400, 'white');
  const { header, lines } = thinned(whole, seed);
  let kind = 'accepted';
  const seconds = cpuSeconds(() => {
    const { feed } = judge(header);
    for (const line of lines) {
      const verdict = feed(line);
      if (verdict === null) continue;
      kind = verdict.kind;
      return;
    }
  });
  return { seconds, kind };
};

const gaps = (): readonly Figure[] => {
  const runs = Array.from({ length: 30 }, (_, seed) => judgedGap(seed));
  const seconds = runs.map((one) => one.seconds);
  const count = (kind: string): number => runs.filter((one) => one.kind === kind).length;
  const found = ['accepted', 'inconclusive', 'refused'].map((kind) => `${count(kind)} ${kind}`);
  const what = '30 wild runs of 400 events, a third of the internal ones not told';
  return [
    {
      what: `${what}: median, and the slowest`,
      asked: 'under 0.5 s',
      measured: `${median(seconds).toFixed(3)} s; ${Math.max(...seconds).toFixed(3)} s`,
    },
    { what: 'the same: verdicts', asked: 'accepted', measured: found.join(', ') },
  ];
};

/** What it takes to judge the logs of others. */
export const oracleFigures = (): readonly Figure[] => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-oracle-'));
  try {
    return [
      ...streamed(folder, 'white'),
      ...streamed(folder, 'grey'),
      ...gaps(),
      ...conformFigures(),
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
};
