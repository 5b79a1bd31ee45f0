// The program in virtual time under a while of faults, one seed after the other, each judged by all
// that can judge it. `npm run soak -- --help` says how.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Command, CommanderError } from 'commander';
import { type GuestName, type RiscvGuest, riscvTried } from '../cli/finding.ts';
import { counted, many } from '../cli/numbers.ts';
import { exitCodes, guestNames, oneOfWords, seconds, wholeNumber } from '../cli/options.ts';
import { gaugeFor, interruptible, type Terminal, terminal } from '../cli/terminal.ts';
import { type Judged, judgedSoak } from '../properties/conformance/soaked.ts';
import { programWith } from '../properties/conformance/trial.ts';
import {
  type FoldSoak,
  foldSoak,
  type ImageSoak,
  keyValueSoak,
  riscvSoak,
} from '../properties/simulation/plan.ts';

type Options = {
  readonly seeds: number;
  readonly from: number;
  readonly trouble: number; // ms
  readonly timeLimit?: number; // seconds
  readonly out: string;
  readonly guest: GuestName;
};

const most = 1_000_000_000;

const optionsIn = (argv: readonly string[]): Options =>
  new Command('npm run soak --')
    .description('Soaks the program in simulated faults and judges each run in every way there is.')
    .option('--seeds <n>', 'so many seeds', wholeNumber('--seeds', 1, most), 1000)
    .option('--from <n>', 'the first seed', wholeNumber('--from', 0, most), 0)
    .option('--trouble <ms>', 'of faults in a run', wholeNumber('--trouble', 0, 3_600_000), 3000)
    .option('--time-limit <s>', 'begin no run after so long', seconds('--time-limit', 1e7))
    .option('--guest <name>', 'fold, key-value or riscv', oneOfWords('--guest', guestNames), 'fold')
    .option('--out <folder>', 'for reports of runs that fail', join('.lockstep', 'soaks'))
    .exitOverride()
    .parse([...argv], { from: 'user' })
    .opts<Options>();

/** The report and what is wrong with it are on the disk when this returns. */
const kept = (
  seed: number,
  { out, trouble, guest }: Options,
  { lines, wrong, story }: Judged,
): string => {
  const name = join(out, `${guest}-${seed}-${trouble}`);
  mkdirSync(out, { recursive: true });
  writeFileSync(`${name}.ndjson`, lines.map((line) => `${line}\n`).join(''));
  writeFileSync(`${name}.txt`, `${wrong}\n${story === '' ? '' : `\n${story}\n`}`);
  return name;
};

/** By the seed, for `riscv`: mostly what uses every device. */
const riscvGuests: readonly RiscvGuest[] = ['devices', 'key-value', 'devices', 'echo'];

const soakOf = (guest: GuestName, seed: number, troubledMs: number): FoldSoak | ImageSoak => {
  switch (guest) {
    case 'fold':
      return foldSoak(`${seed}`, troubledMs);
    case 'key-value':
      return keyValueSoak(`${seed}`, troubledMs);
    case 'riscv': {
      const what = riscvGuests[seed % riscvGuests.length] ?? 'devices';
      return riscvSoak(riscvTried(what), `${seed}`, troubledMs);
    }
  }
};

type Sums = { seeds: number; failed: number; lines: number; events: number; slowestMs: number };

const failing = ({ print }: Terminal, seed: number, options: Options, judged: Judged): void => {
  const name = kept(seed, options, judged);
  print(`seed ${seed}: ${judged.wrong}; ${name}.ndjson is its report.`);
  const { trouble, guest } = options;
  print(`  npm run soak -- --from ${seed} --seeds 1 --trouble ${trouble} --guest ${guest}`);
};

const summary = ({ seeds, failed, lines, events, slowestMs }: Sums): string =>
  [
    `${many(seeds, 'seed')}, each run twice: ${counted(lines)} lines of report,`,
    `${counted(events)} events of the specification; all was back after ${slowestMs} ms at most;`,
    failed === 0 ? 'none fails.' : `${counted(failed)} of them fail.`,
  ].join(' ');

const soakAll = async (at: Terminal, options: Options, signal: AbortSignal): Promise<Sums> => {
  const { seeds, from, trouble, guest, timeLimit = Number.POSITIVE_INFINITY } = options;
  const gauge = await gaugeFor(at);
  const began = performance.now();
  const sums: Sums = { seeds: 0, failed: 0, lines: 0, events: 0, slowestMs: 0 };
  const isOver = (): boolean =>
    signal.aborted || sums.seeds === seeds || performance.now() - began >= timeLimit * 1000;
  while (!isOver()) {
    const seed = from + sums.seeds;
    gauge.show(`seed ${seed}; ${counted(sums.failed)} failed`, sums.seeds / seeds);
    const judged = judgedSoak(programWith(), soakOf(guest, seed, trouble));
    sums.seeds++;
    sums.lines += judged.lines.length;
    sums.events += judged.events;
    sums.slowestMs = Math.max(sums.slowestMs, judged.recoveredMs);
    if (judged.wrong !== null) {
      sums.failed++;
      gauge.clear();
      failing(at, seed, options, judged);
    }
    await setImmediate(); // a signal is heard between two runs
  }
  gauge.clear();
  return sums;
};

const main = async (): Promise<number> => {
  const options = optionsIn(process.argv.slice(2));
  const at = terminal();
  const sums = await interruptible((signal) => soakAll(at, options, signal));
  at.print(summary(sums));
  if (sums.failed > 0) return exitCodes.refuted;
  return sums.seeds < options.seeds ? exitCodes.inconclusive : exitCodes.holds;
};

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  if (error.code === 'lockstep.badOption') process.stderr.write(`${error.message}\n`);
  process.exitCode = error.exitCode === 0 ? 0 : exitCodes.badInput;
}
