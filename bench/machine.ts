import { counted, type Figure, median } from './figure.ts';
import type { Ran } from './machine-half.ts';
import { type Cloned, machinePair } from './machine-pair.ts';
import { speed } from './speed.ts';
import { bareMetal, computing, hasLinux, linuxBusy, linuxIdle, type Workload } from './workload.ts';

/** How long each part goes on. */
type Lengths = {
  readonly warmMs: number; // the compiler learns what is hot
  readonly roundMs: number;
  readonly roundCount: number;
  readonly wireMs: number;
  readonly cloneCount: number;
};

const whole: Lengths = { warmMs: 1000, roundMs: 500, roundCount: 11, wireMs: 3000, cloneCount: 5 };
const quick: Lengths = { warmMs: 200, roundMs: 100, roundCount: 3, wireMs: 500, cloneCount: 1 };

/** A workload under protection beside the same without, round by round in turns. */
type Protected = {
  readonly load: Workload;
  readonly perSecond: readonly [bare: number, whole: number]; // of the unit
  readonly ratio: number;
  readonly addedPercent: number; // to the processor time of a unit; of one core if there is none
  readonly loggedMbits: number;
  readonly loggedPerByte: number | null; // of payload that is moved, if any is
};

const perSecond = ({ unitCount, wallMs }: Ran): number => (1000 * unitCount) / wallMs;

const added = ({ unit }: Workload, bare: Ran, kept: Ran): number =>
  unit === null
    ? 100 * (kept.cpuMs / kept.wallMs - bare.cpuMs / bare.wallMs)
    : 100 * (kept.cpuMs / kept.unitCount / (bare.cpuMs / bare.unitCount) - 1);

/** Bytes of log and acks, per unit or, without one, per second. */
const logged = async (load: Workload, { warmMs, wireMs }: Lengths): Promise<number> => {
  const pair = await machinePair(load, true);
  await pair.whole(warmMs);
  const before = pair.wireBytes();
  const { unitCount, wallMs } = await pair.whole(wireMs);
  const byteCount = pair.wireBytes() - before;
  pair.stop();
  return byteCount / (load.unit === null ? wallMs / 1000 : unitCount);
};

const compared = async (load: Workload, lengths: Lengths): Promise<Protected> => {
  const bytesEach = await logged(load, lengths);
  const { warmMs, roundMs, roundCount } = lengths;
  const pair = await machinePair(load, false);
  for (const work of [pair.bare, pair.whole]) await work(warmMs);
  const rounds: (readonly [bare: Ran, whole: Ran])[] = [];
  while (rounds.length < roundCount) {
    rounds.push([await pair.bare(roundMs), await pair.whole(roundMs)]);
  }
  pair.stop();
  // a busy machine may give a round no time at all
  const useful = rounds.filter((both) => load.unit === null || both.every((it) => it.unitCount));
  const rates = useful.map(([bare, kept]) => [perSecond(bare), perSecond(kept)] as const);
  const rate = median(rates.map(([, kept]) => kept));
  return {
    load,
    perSecond: [median(rates.map(([bare]) => bare)), rate],
    ratio: median(rates.map(([bare, kept]) => kept / bare)),
    addedPercent: median(useful.map(([bare, kept]) => added(load, bare, kept))),
    loggedMbits: (bytesEach * (load.unit === null ? 1 : rate) * 8) / 1e6,
    loggedPerByte: load.moved === null ? null : bytesEach / load.moved.byteCount,
  };
};

/** What the paper measured that comes nearest: its workload, FT to non-FT, and its log. */
const papers: Readonly<Record<string, string>> = {
  idle: 'an idle guest: 0.5 to 1.5 Mbit/s, mostly timer interrupts',
  compute: 'SPECJbb2005: 0.98, 1.5 Mbit/s',
  'compute in a process': 'SPECJbb2005: 0.98, 1.5 Mbit/s; kernel compile: 0.95, 3.0 Mbit/s',
  'network receive': 'netperf, 10 Gbit/s link: 0.92, 990 Mbit/s, 1.15 × received',
  'network transmit': 'netperf, 10 Gbit/s link: 0.99, 60 Mbit/s, 0.06 × sent',
  disk: 'Oracle Swingbench: 0.99, 12 Mbit/s; DVD Store: 0.94, 18 Mbit/s',
};

const amount = (unit: Workload['unit'], rate: number): string =>
  unit === 'instructions' ? `${(rate / 1e6).toFixed(0)} MIPS` : `${counted(rate)} ${unit}/s`;

const bandwidth = (mbits: number): string =>
  mbits < 0.1 ? `${(1000 * mbits).toFixed(1)} kbit/s` : `${mbits.toFixed(2)} Mbit/s`;

const cells = (it: Protected): readonly string[] => {
  const { load, addedPercent, loggedMbits, loggedPerByte } = it;
  const isIdle = load.unit === null;
  const times = loggedPerByte === null ? '' : `, ${loggedPerByte.toFixed(2)} × ${load.moved?.how}`;
  return [
    load.name,
    load.guest.replace('riscv ', ''),
    ...it.perSecond.map((rate) => (isIdle ? '' : amount(load.unit, rate))),
    isIdle ? '' : it.ratio.toFixed(2),
    `${bandwidth(loggedMbits)}${times}`,
    `${addedPercent.toFixed(1)} %${isIdle ? ' of a core' : ''}`,
    papers[load.name] ?? '',
  ];
};

const heads = [
  'workload',
  'guest',
  'alone',
  'protected',
  'FT/non-FT',
  'log',
  'processor time added',
];

const beside = (rows: readonly Protected[]): string =>
  [
    [...heads, 'the paper, nearest'],
    Array.from({ length: heads.length + 1 }, () => '---'),
    ...rows.map(cells),
  ]
    .map((row) => `| ${row.join(' | ')} |\n`)
    .join('');

const clones = async (load: Workload, count: number): Promise<readonly Cloned[]> => {
  const all: Cloned[] = [];
  while (all.length < count) {
    const { up, cut, stop } = await machinePair(load, false);
    all.push({ up, cut });
    stop();
  }
  return all;
};

const over = <T>(all: readonly T[], of: (one: T) => number): number => median(all.map(of));

const cloneFigure = (what: string, all: readonly Cloned[]): Figure => {
  const cuts = all.map(({ cut }) => cut);
  const worst = Math.max(...cuts.map(({ pauseMs }) => pauseMs));
  const kilobytes = over(cuts, ({ byteCount }) => byteCount) / 1000;
  return {
    what: `clone of a booted Linux, ${what}: how long it stands at the cut, ${all.length} times`,
    asked: 'at most 100 ms',
    measured: [
      `${over(cuts, ({ pauseMs }) => pauseMs).toFixed(0)} ms in the median`,
      `${worst.toFixed(0)} ms at worst`,
      `${over(cuts, ({ pauseCpuMs }) => pauseCpuMs).toFixed(0)} ms of processor time`,
      `${over(cuts, ({ pageCount }) => pageCount)} pages, ${kilobytes.toFixed(0)} kB`,
      `after ${over(cuts, ({ passCount }) => passCount)} pass`,
    ].join(', '),
  };
};

const promptFigure = (all: readonly Cloned[]): Figure => {
  const ups = all.map(({ up }) => up);
  const seconds = (of: (up: (typeof ups)[number]) => number): string =>
    (over(ups, of) / 1000).toFixed(2);
  return {
    what: 'Linux to its prompt, unprotected',
    asked: 'under 0.7 s',
    measured: [
      `${seconds(({ bootMs }) => bootMs)} s`,
      `${seconds(({ bootCpuMs }) => bootCpuMs)} s of processor time`,
      `${seconds(({ wallMs }) => wallMs)} s with the start of its process`,
      `${counted(over(ups, ({ instructionCount }) => instructionCount))} instructions`,
    ].join(', '),
  };
};

const costs = (rows: readonly Protected[]): readonly Figure[] =>
  [computing, linuxBusy, linuxIdle].flatMap((wanted) =>
    rows
      .filter(({ load }) => load.guest === wanted.guest && load.name === wanted.name)
      .map(({ load, addedPercent }) => ({
        what: `processor time added on the primary, ${load.guest}: ${load.name}`,
        asked: 'at most 5 %, towards 2 %',
        measured: `${addedPercent.toFixed(1)} %${load.unit === null ? ' of a core' : ''}`,
      })),
  );

const linuxFigures = async ({ cloneCount }: Lengths): Promise<readonly Figure[]> => {
  const [idle, busy] = [await clones(linuxIdle, cloneCount), await clones(linuxBusy, cloneCount)];
  return [
    promptFigure([...idle, ...busy]),
    cloneFigure('at its prompt', idle),
    cloneFigure('computing', busy),
  ];
};

/** The figures of the machine, and a table of workloads beside the paper's. */
export const machineFigures = async (
  isQuick: boolean,
): Promise<{ readonly figures: readonly Figure[]; readonly beside: string }> => {
  const lengths = isQuick ? quick : whole;
  const { compute, linux } = speed(isQuick);
  const mips = {
    what: 'plain JavaScript, per second of the thread’s processor time, guest compute',
    asked: '180 MIPS',
    measured: `${compute.toFixed(0)} MIPS`,
  };
  const ofLinux = {
    what: 'the same, Linux that computes in a process',
    asked: '',
    measured: `${(linux ?? 0).toFixed(0)} MIPS`,
  };
  const cloned = hasLinux ? await linuxFigures(lengths) : [];
  const loads = hasLinux ? [linuxIdle, ...bareMetal, linuxBusy] : bareMetal;
  const rows: Protected[] = [];
  for (const load of loads) rows.push(await compared(load, lengths));
  const without = 'Linux is not in these tables: `npm run guest:linux` has not built its Image.\n';
  return {
    figures: [mips, ...(linux === null ? [] : [ofLinux]), ...cloned, ...costs(rows)],
    beside: `${beside(rows)}${hasLinux ? '' : `\n${without}`}`,
  };
};
