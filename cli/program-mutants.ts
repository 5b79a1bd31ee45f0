import { type BadInput, badInput, shown } from '../counterexamples/bad-input.ts';
import { nearest } from '../counterexamples/nearest.ts';
import { knownIn } from '../counterexamples/program-known.ts';
import { allWrong, unseenPrograms } from '../properties/conformance/wrong-policies.ts';
import { type Column, tableText } from './columns.ts';
import { huntAll } from './hunts.ts';
import { checkoutFolder } from './museum.ts';
import { counted, many } from './numbers.ts';
import { exitCodes, type MutantsOptions } from './options.ts';
import { readsFrom, writeProgramMuseum } from './program-museum.ts';
import type { ProgramHunt, ProgramRow } from './program-mutant-worker.ts';
import { complain, gaugeFor, interruptible, type Terminal, wrapped } from './terminal.ts';

const columns: readonly Column[] = [
  { head: 'wrong program', width: 33 },
  { head: 'by', width: 23 },
  { head: 'found', width: 7, align: 'right' },
  { head: 'events', width: 6, align: 'right' },
];

const isUnseen = (name: string): boolean => unseenPrograms.some((wrong) => wrong.name === name);

/** Whether it is as it should be: refuted, unless there is a reason why it cannot be. */
const isAsItShouldBe = ({ name, killed }: ProgramRow): boolean => killed !== null || isUnseen(name);

const outcome = ({ name, killed }: ProgramRow, { colours }: Terminal): string => {
  if (killed !== null) return colours.green(killed.kind);
  return isUnseen(name) ? 'not told apart' : colours.red('survives');
};

const printRow = (row: ProgramRow, terminal: Terminal): void => {
  const plain = columns.map((column) => ({ ...column, head: '' }));
  const events = row.killed?.script?.events.length;
  const cells = [
    row.name,
    outcome(row, terminal),
    `${row.seconds.toFixed(1)} s`,
    events === undefined ? '' : counted(events),
  ];
  terminal.print(tableText(plain, [cells], terminal.colours));
};

/** What the matrix comes to, in a sentence. */
export const programSummary = (rows: readonly ProgramRow[], asked: number): string => {
  const killed = rows.filter((row) => row.killed !== null).length;
  const spared = rows.filter((row) => row.killed === null && isUnseen(row.name)).length;
  const left = asked - rows.length;
  return (
    `${counted(killed)} of ${many(rows.length, 'wrong program')} refuted, ${counted(spared)} not ` +
    `told apart for a reason${left === 0 ? '' : `; interrupted, ${counted(left)} not tried`}`
  );
};

const chosen = (only: readonly string[]): readonly string[] | BadInput => {
  const names = allWrong.map(({ name }) => name);
  const strange = only.find((name) => !names.includes(name));
  if (strange === undefined) {
    return names.filter((name) => only.length === 0 || only.includes(name));
  }
  return noWrongProgram('--only', strange);
};

/** That there is no wrong program of this name. */
export const noWrongProgram = (place: string, name: string): BadInput => {
  const meant = nearest(
    name,
    allWrong.map((wrong) => wrong.name),
  );
  const hint = meant === null ? '' : `; did you mean ${meant}?`;
  return badInput('the command line', place, 'a wrong program', `is ${shown(name)}${hint}`);
};

const printAll = (
  rows: readonly ProgramRow[],
  asked: number,
  { seed, json }: MutantsOptions,
  terminal: Terminal,
): void => {
  const text = programSummary(rows, asked);
  if (json === true) {
    const whole = { format: 1, on: 'impl', seed, asked, summary: text, rows };
    terminal.print(JSON.stringify(whole, null, 2));
    return;
  }
  terminal.print();
  for (const line of wrapped(text, terminal.columns, '  ')) terminal.print(line);
  for (const { name } of rows.filter((row) => !isAsItShouldBe(row))) {
    terminal.print(terminal.colours.red(`${name} survives`));
  }
};

/** `lockstep mutants --on impl`: 0 if each is as it should be, 1 if not, 3 if interrupted. */
export const programMutants = async (
  options: MutantsOptions,
  terminal: Terminal,
): Promise<number> => {
  const names = chosen(options.only);
  const folder = options.write === true ? checkoutFolder() : null;
  for (const one of [names, folder]) {
    if (one === null || typeof one === 'string' || !('sentence' in one)) continue;
    complain(terminal, one.sentence);
    return exitCodes.badInput;
  }
  if ('sentence' in names) return exitCodes.badInput;
  const isTable = options.json !== true;
  if (isTable) terminal.print(tableText(columns, [], terminal.colours));
  const seed = `${options.seed}`;
  const known = typeof folder === 'string' ? knownIn(readsFrom(folder)) : () => null;
  const hunts = names.map(
    (name): ProgramHunt => ({ name, seed, seconds: options.time, known: known(name) }),
  );
  const gauge = await gaugeFor(terminal);
  const rows = await interruptible((signal) => {
    const onRow = (row: ProgramRow): void => {
      gauge.clear();
      if (isTable) printRow(row, terminal);
    };
    const module = 'program-mutant-worker';
    return huntAll<ProgramHunt, ProgramRow>(module, hunts, signal, onRow, (done, running) => {
      const now = `${done} of ${many(names.length, 'wrong program')}: ${running.join(', ')}`;
      gauge.show(now, done / names.length);
    });
  });
  gauge.clear();
  printAll(rows, names.length, options, terminal);
  if (typeof folder === 'string') writeProgramMuseum(folder, rows, terminal);
  if (!rows.every(isAsItShouldBe)) return exitCodes.refuted;
  return rows.length === names.length ? exitCodes.holds : exitCodes.inconclusive;
};
