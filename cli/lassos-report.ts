import type { Event } from '../model/event.ts';
import { type Course, lassoText } from '../properties/checker/explore/lasso-text.ts';
import { needClock } from '../properties/checker/explore/obligations.ts';
import type { Scope } from '../properties/checker/explore/scope.ts';
import { type VerdictKind, verdictHead } from '../properties/checker/verdict-kind.ts';
import type { Claim } from '../properties/property.ts';
import { counted, many } from './numbers.ts';
import { listed } from './options.ts';
import { claimNamed, paintWith } from './refutation.ts';
import type { Specification } from './specification.ts';
import { tableText } from './tables.ts';
import { printWrapped, type Terminal, wrapped } from './terminal.ts';

/** What is to be searched for lassos. */
export type Pursuit = {
  readonly specification: Specification;
  readonly scope: Scope;
  readonly ids: readonly string[]; // of obligations
};

/** What became of one obligation, as it is sent between threads. */
export type Answered = { readonly id: string } & (
  | { readonly kind: 'violated'; readonly owed: number; readonly lasso: Told }
  | {
      readonly kind: 'holds' | 'vacuous' | 'open';
      readonly owed: number;
      readonly judged: number;
    }
  | { readonly kind: 'left out' }
);

type Told = Course & { readonly begins: number };

/** What a search has found. */
export type Found = {
  readonly states: number;
  readonly edges: number;
  readonly cutOff: number;
  readonly isWhole: boolean;
  readonly answers: readonly Answered[];
};

/** The same, and how long it took. */
export type Hunted = { readonly found: Found; readonly seconds: number };

/** What is about to be done. */
export const printPursuit = ({ specification, scope, ids }: Pursuit, terminal: Terminal): void =>
  printWrapped(
    `exploring ${specification.spec.name} in scope ${scope.name} (${scope.says}), ` +
      `for what may go on for ever: ${many(ids.length, 'claim')}`,
    terminal,
    '  ',
  );

const lengthText = ({ stem, cycle }: { readonly [K in keyof Course]: readonly Event[] }): string =>
  cycle.length === 0
    ? many(stem.length, 'event')
    : `${many(stem.length, 'event')}, and ${cycle.length} for ever`;

const printLasso = (
  { specification, scope }: Pursuit,
  claim: Claim,
  lasso: Told,
  terminal: Terminal,
): void => {
  const { print, colours, columns } = terminal;
  const { spec } = specification;
  print();
  for (const line of wrapped(`${claim.id} is broken: ${claim.claim}`, columns, '  ')) {
    print(colours.bold(colours.red(line)));
  }
  const facts = `rests on ${claim.cites.join(', ')} · ${spec.name} · ${lengthText(lasso)}`;
  for (const line of wrapped(facts, columns, '  ')) print(colours.dim(line));
  print();
  print(lassoText(spec, scope.settings, lasso, { width: columns, paint: paintWith(terminal) }));
  print();
  const when = lasso.begins === 0 ? 'from the beginning' : `from event ${lasso.begins} on`;
  printWrapped(
    `It is owed ${when}. All that is fair is done. Within scope ${scope.name} no shorter ` +
      'story leads to where it never comes.',
    terminal,
    '  ',
  );
};

const shown = (answer: Answered, { colours }: Terminal): string => {
  switch (answer.kind) {
    case 'violated':
      return colours.red(lengthText(answer.lasso));
    case 'holds':
      return `${colours.green('held')}: owed in ${counted(answer.judged)}`;
    case 'vacuous':
      return colours.yellow(
        answer.owed === 0 ? 'never owed in this scope' : 'owed only where the scope can be left',
      );
    case 'left out':
      return colours.yellow('not in this scope');
    case 'open':
      return colours.yellow(`open: owed in ${counted(answer.owed)}`);
  }
};

const answerTable = (answers: readonly Answered[], terminal: Terminal): string =>
  tableText(
    [
      { head: 'claim', width: 5 },
      { head: 'what it says', width: terminal.columns - 5 - 2 - 2 - 26 },
      { head: 'verdict', width: 26 },
    ],
    answers.map((answer) => [
      terminal.colours.bold(answer.id),
      claimNamed(answer.id)?.claim ?? '',
      shown(answer, terminal),
    ]),
    terminal.colours,
  );

const measureText = ({ scope }: Pursuit, { found, seconds }: Hunted): string =>
  `${found.isWhole ? 'Exhausted' : 'Bounded'}. Scope ${scope.name}: ` +
  `${many(found.states, 'different situation')} and ${many(found.edges, 'step')} between them, ` +
  `${many(found.cutOff, 'step')} of which led out of the scope; ` +
  `${counted(found.states / seconds)} situations/s. ` +
  `${listed(
    needClock.map(({ id }) => id),
    'and',
  )} need the clock: ask lockstep check.`;

const conclusionOf = ({ specification, scope }: Pursuit, { found }: Hunted): string => {
  const { name } = specification.spec;
  const { answers, isWhole } = found;
  const broken = answers.filter(({ kind }) => kind === 'violated').map(({ id }) => id);
  if (broken.length > 0) {
    return `${verdictHead(name, 'refuted')}${broken.join(', ')}, in scope ${scope.name}`;
  }
  if (!isWhole) {
    return `${verdictHead(name, 'bounded')}no lasso among ${many(found.states, 'situation')}`;
  }
  const held = answers.filter(({ kind }) => kind === 'holds').length;
  const others = answers.length - held;
  const beside = others === 0 ? '' : `; of ${many(others, 'other')} it says nothing`;
  const all = `${many(held, 'claim')} held in all of scope ${scope.name}`;
  return `${verdictHead(name, 'exhausted')}${all}${beside}`;
};

/** The report for people. */
export const printLassos = (pursuit: Pursuit, hunted: Hunted, terminal: Terminal): void => {
  const { print, colours, columns } = terminal;
  const { answers, isWhole } = hunted.found;
  for (const answer of answers) {
    const claim = answer.kind === 'violated' ? claimNamed(answer.id) : null;
    if (claim === null || answer.kind !== 'violated') continue;
    printLasso(pursuit, claim, answer.lasso, terminal);
  }
  print();
  print(answerTable(answers, terminal));
  print();
  printWrapped(measureText(pursuit, hunted), terminal);
  const isBroken = answers.some(({ kind }) => kind === 'violated');
  const paint = isBroken ? (text: string) => text : isWhole ? colours.green : colours.yellow;
  for (const line of wrapped(conclusionOf(pursuit, hunted), columns, '  ')) print(paint(line));
};

/** The same as one JSON document. */
export const lassosJson = (pursuit: Pursuit, hunted: Hunted, { print }: Terminal): void => {
  const { specification, scope } = pursuit;
  const { spec, file } = specification;
  const { answers, ...counts } = hunted.found;
  const claims = answers.map((answer) => {
    const claim = claimNamed(answer.id);
    const told = { claim: claim?.claim, cites: claim?.cites };
    if (answer.kind !== 'violated') return { ...answer, ...told };
    const story = lassoText(spec, scope.settings, answer.lasso).split('\n');
    return { ...answer, ...told, story };
  });
  const { name, says, settings } = scope;
  const isBroken = answers.some(({ kind }) => kind === 'violated');
  const kind: VerdictKind = isBroken ? 'refuted' : counts.isWhole ? 'exhausted' : 'bounded';
  const head = { format: 1, kind, spec: spec.name, file, scope: { name, says }, settings };
  print(JSON.stringify({ ...head, ...counts, seconds: hunted.seconds, claims }, null, 2));
};
