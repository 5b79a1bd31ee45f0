import { badInput, isBadInput } from '../counterexamples/bad-input.ts';
import { certificateText } from '../properties/checker/certificate.ts';
import { narrate } from '../properties/checker/narrate.ts';
import type { Script } from '../properties/checker/script.ts';
import { cost } from '../properties/checker/shrinking/cost.ts';
import { tableText } from './columns.ts';
import { noted, shrunkWithin } from './failures.ts';
import { saveBundle } from './files.ts';
import { counted, many } from './numbers.ts';
import { exitCodes, type ShrinkOptions } from './options.ts';
import { bundleOf, headLines, storyLines } from './refutation.ts';
import { deviations, type ReplayedRun, replayed } from './replayed.ts';
import { optionFor } from './specification.ts';
import { complain, gaugeFor, printCommand, type Terminal, wrapped } from './terminal.ts';

const measures = [
  'faults',
  'events and calm',
  'values',
  'context switches',
  'disorder',
  'settings',
];

/** The measures of a script before and after, in the order in which they count. */
const comparison = (before: Script, after: Script, { colours }: Terminal): string => {
  const [was, is] = [cost(before), cost(after)];
  const rows = measures.map((name, index) => [
    name,
    counted(was[index] ?? 0),
    counted(is[index] ?? 0),
  ]);
  const columns = [
    { head: '', width: 18 },
    { head: 'before', width: 10, align: 'right' },
    { head: 'after', width: 10, align: 'right' },
  ] as const;
  return tableText(columns, rows, colours);
};

const printPlace = (
  { specification }: ReplayedRun,
  out: string | undefined,
  terminal: Terminal,
): void => {
  const { file: module } = specification;
  const option = module === null ? '' : optionFor(specification);
  if (out === undefined) terminal.print('not written: --out FILE keeps it');
  else printCommand(terminal, 'again', `npx lockstep replay ${out}${option}`);
};

/** `lockstep shrink`: 0 if it breaks its claim, whether or not anything could be left out. */
export const shrink = async (
  file: string,
  options: ShrinkOptions,
  terminal: Terminal,
): Promise<number> => {
  const found = await replayed(file, options.spec);
  if (isBadInput(found)) {
    complain(terminal, found.sentence);
    return exitCodes.badInput;
  }
  if (found.kind === 'lasso') {
    const expected = '1, a story that ends';
    const is = 'is 2, a lasso, whose stem is as short as explore could make it';
    complain(terminal, badInput(file, 'format', expected, is).sentence);
    return exitCodes.badInput;
  }
  const { claim, script, specification, judgement } = found;
  const { spec } = specification;
  const { print, columns } = terminal;
  if (judgement.refutation === null) {
    for (const text of deviations(found)) terminal.tell(`lockstep: ${text}`);
    return exitCodes.refuted;
  }
  const gauge = await gaugeFor(terminal);
  gauge.show(`shrinking ${many(script.events.length, 'event')}`, 0);
  const shrunk = shrunkWithin(options.time, spec, claim, script, judgement.refutation, (now) =>
    gauge.show(`${now.events} events, ${now.faults} faults, ${counted(now.tried)} tried`),
  );
  gauge.clear();
  const bundle = bundleOf(spec, claim, shrunk.script, shrunk.refutation, noted(shrunk));
  const unsaved = options.out === undefined ? null : saveBundle(options.out, bundle);
  if (unsaved !== null) complain(terminal, unsaved.sentence);
  print(headLines(bundle, claim, terminal).join('\n'));
  print();
  const story = narrate(spec, shrunk.script);
  print(storyLines(story, shrunk.script, shrunk.refutation.at, claim, terminal));
  print();
  print(comparison(script, shrunk.script, terminal));
  print();
  const effort = `${counted(shrunk.tried)} candidates in ${shrunk.seconds.toFixed(1)} s.`;
  const why = `${certificateText(shrunk.certificate)} ${effort}`;
  for (const line of wrapped(why, columns, '  ')) print(line);
  if (unsaved !== null) return exitCodes.badInput;
  printPlace(found, options.out, terminal);
  return exitCodes.holds;
};
