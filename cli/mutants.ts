import { type BadInput, badInput, shown } from '../counterexamples/bad-input.ts';
import { mutants as catalogue } from '../counterexamples/catalogue.ts';
import { nearest } from '../counterexamples/nearest.ts';
import { type Column, tableText } from './columns.ts';
import { huntAll } from './hunts.ts';
import { checkoutFolder, writeMuseum } from './museum.ts';
import type { Hunt, Row } from './mutant-worker.ts';
import { counted, many } from './numbers.ts';
import { exitCodes, type MutantsOptions } from './options.ts';
import { programMutants } from './program-mutants.ts';
import { complain, gaugeFor, interruptible, type Terminal, wrapped } from './terminal.ts';

/** Whether it is as it should be: a mutant is killed, and a benign change survives. */
export const isAsItShouldBe = ({ breaks, killed }: Row): boolean =>
  (breaks === 'nothing') === (killed === null);

const columns: readonly Column[] = [
  { head: 'mutant', width: 33 },
  { head: 'claim', width: 9 },
  { head: 'runs', width: 7, align: 'right' },
  { head: 'found', width: 7, align: 'right' },
  { head: 'events', width: 6, align: 'right' },
  { head: 'shrunk', width: 7, align: 'right' },
];

const time = (seconds: number): string => `${seconds.toFixed(1)} s`;

const outcome = (row: Row, { colours }: Terminal): string => {
  const { breaks, killed } = row;
  if (killed === null) return breaks === 'nothing' ? 'benign' : colours.red('survives');
  return isAsItShouldBe(row) ? colours.green(killed.claim) : colours.red(`${killed.claim}!`);
};

const cells = (row: Row, terminal: Terminal): readonly string[] => {
  const { name, runs, seconds, killed } = row;
  const story =
    killed === null ? ['', ''] : [counted(killed.bundle.script.length), time(killed.shrinkSeconds)];
  return [name, outcome(row, terminal), counted(runs), time(seconds), ...story];
};

const printRow = (row: Row, terminal: Terminal): void => {
  const plain = columns.map((column) => ({ ...column, head: '' }));
  terminal.print(tableText(plain, [cells(row, terminal)], terminal.colours));
};

const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;

/** What the matrix comes to, in a sentence or two. */
export const summary = (rows: readonly Row[], asked: number): string => {
  const wrong = rows.filter(({ breaks }) => breaks !== 'nothing');
  const benign = rows.length - wrong.length;
  const killed = wrong.flatMap((row) => (row.killed === null ? [] : [{ ...row, ...row.killed }]));
  const spared = rows.filter((row) => row.breaks === 'nothing' && row.killed === null).length;
  const finding = killed.map(({ seconds }) => seconds);
  const shrinking = killed.map(({ shrinkSeconds }) => shrinkSeconds);
  const times =
    killed.length === 0
      ? ''
      : `; found in ${time(median(finding))} (median), at worst ${time(Math.max(...finding))}, ` +
        `shrunk in ${time(median(shrinking))}, at worst ${time(Math.max(...shrinking))}`;
  const left = asked - rows.length;
  return (
    `${counted(killed.length)} of ${many(wrong.length, 'mutant')} killed, ` +
    `${counted(spared)} of ${many(benign, 'benign change')} alive${times}` +
    (left === 0 ? '' : `; interrupted, ${counted(left)} not tried`)
  );
};

const chosen = (only: readonly string[]): readonly string[] | BadInput => {
  const names = catalogue.map(({ spec }) => spec.name);
  const strange = only.find((name) => !names.includes(name));
  if (strange === undefined) {
    return names.filter((name) => only.length === 0 || only.includes(name));
  }
  const meant = nearest(strange, names);
  const hint = meant === null ? '' : `; did you mean ${meant}?`;
  return badInput('the command line', '--only', 'a mutant', `is ${shown(strange)}${hint}`);
};

const print = (
  rows: readonly Row[],
  asked: number,
  { seed, json }: MutantsOptions,
  terminal: Terminal,
): void => {
  const text = summary(rows, asked);
  if (json === true) {
    terminal.print(JSON.stringify({ format: 1, seed, asked, summary: text, rows }, null, 2));
    return;
  }
  terminal.print();
  for (const line of wrapped(text, terminal.columns, '  ')) terminal.print(line);
  for (const row of rows.filter((one) => !isAsItShouldBe(one))) {
    const how = row.breaks === 'nothing' ? 'is benign but was killed' : 'survives';
    terminal.print(terminal.colours.red(`${row.name} ${how}`));
  }
};

const codeOf = (rows: readonly Row[], asked: number): number => {
  if (!rows.every(isAsItShouldBe)) return exitCodes.refuted;
  return rows.length === asked ? exitCodes.holds : exitCodes.inconclusive;
};

/** `lockstep mutants`: 0 if each is as it should be, 1 if one is not, 3 if interrupted. */
export const mutants = async (options: MutantsOptions, terminal: Terminal): Promise<number> => {
  if (options.on === 'impl') return programMutants(options, terminal);
  const refused = ({ sentence }: BadInput): number => {
    complain(terminal, sentence);
    return exitCodes.badInput;
  };
  const names = chosen(options.only);
  if ('sentence' in names) return refused(names);
  const folder = options.write === true ? checkoutFolder() : null;
  if (folder !== null && typeof folder !== 'string') return refused(folder);
  const seed = `${options.seed}`;
  const hunts = names.map((name) => ({ name, seed, seconds: options.time, all: folder !== null }));
  const isTable = options.json !== true;
  if (isTable) terminal.print(tableText(columns, [], terminal.colours));
  const gauge = await gaugeFor(terminal);
  const rows = await interruptible((signal) => {
    const onRow = (row: Row): void => {
      gauge.clear();
      if (isTable) printRow(row, terminal);
    };
    return huntAll<Hunt, Row>('mutant-worker', hunts, signal, onRow, (done, running) => {
      const now = `${done} of ${many(names.length, 'mutant')}: ${running.join(', ')}`;
      gauge.show(now, done / names.length);
    });
  });
  gauge.clear();
  print(rows, names.length, options, terminal);
  if (folder !== null) {
    const failed = writeMuseum(folder, rows, rows.length === catalogue.length, terminal);
    if (failed !== null) return refused(failed);
  }
  return codeOf(rows, names.length);
};
