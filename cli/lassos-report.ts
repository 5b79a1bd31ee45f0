import type { BadInput } from '../counterexamples/bad-input.ts';
import type { Certificate, LassoBundle } from '../counterexamples/bundle.ts';
import { needClock } from '../properties/checker/explore/obligations.ts';
import type { ProtocolLassos } from '../properties/checker/explore/protocol-lassos.ts';
import type { Scope } from '../properties/checker/explore/scope.ts';
import { type VerdictKind, verdictHead } from '../properties/checker/verdict-kind.ts';
import { tableText } from './columns.ts';
import { keepShortest } from './failures.ts';
import { lassoBundleOf, type Told } from './lasso-bundle.ts';
import { type LassoCase, lassoJson, printLassoCase } from './lasso-case.ts';
import { counted, many } from './numbers.ts';
import { listed } from './options.ts';
import { claimNamed, roundText } from './refutation.ts';
import type { Specification } from './specification.ts';
import { printWrapped, type Terminal, wrapped } from './terminal.ts';

/** What is to be searched for lassos. */
export type Pursuit = {
  readonly specification: Specification;
  readonly scope: Scope;
  readonly ids: readonly string[]; // of obligations
};

/** What became of one obligation, as it is sent between threads. */
export type Answered = { readonly id: string } & (
  | {
      readonly kind: 'violated';
      readonly owed: number;
      readonly lasso: Told;
      readonly isShortest: boolean;
    }
  | {
      readonly kind: 'holds' | 'vacuous' | 'open';
      readonly owed: number;
      readonly judged: number;
    }
  | { readonly kind: 'left out' | 'interrupted' }
);

/** What a search has found. */
export type Found = Omit<ProtocolLassos, 'answers'> & { readonly answers: readonly Answered[] };

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

/** The lassos that were found. */
const bundlesOf = ({ specification, scope }: Pursuit, { found }: Hunted): readonly LassoBundle[] =>
  found.answers.flatMap((answer) => {
    if (answer.kind !== 'violated') return [];
    const certificate: Certificate = answer.isShortest
      ? { kind: 'globally shortest', scope: scope.name, states: found.states }
      : { kind: 'not minimized', tried: 0 };
    return [lassoBundleOf(specification.spec, answer.id, scope, answer.lasso, certificate)];
  });

type Kept = { readonly case: Omit<LassoCase, 'why'>; readonly complaint: BadInput | null };

/** The lassos that were found, each saved before it is told. */
const keptIn = (pursuit: Pursuit, hunted: Hunted): readonly Kept[] =>
  bundlesOf(pursuit, hunted).flatMap((bundle) => {
    const claim = claimNamed(bundle.claim);
    if (claim === null) return [];
    const { file, complaint } = keepShortest(bundle);
    return [{ case: { specification: pursuit.specification, bundle, claim, file }, complaint }];
  });

const complaintsIn = (kept: readonly Kept[]): readonly BadInput[] =>
  kept.flatMap(({ complaint }) => complaint ?? []);

const shown = (answer: Answered, { colours }: Terminal): string => {
  switch (answer.kind) {
    case 'violated':
      return colours.red(roundText(answer.lasso.stem.length, answer.lasso.cycle.length));
    case 'holds':
      return `${colours.green('held')}: owed in ${counted(answer.judged)}`;
    case 'vacuous':
      return colours.yellow(
        answer.owed === 0 ? 'never owed in this scope' : 'owed only where the scope can be left',
      );
    case 'left out':
      return colours.yellow('not in this scope');
    case 'interrupted':
      return colours.yellow('open: interrupted');
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

const extents = {
  exhausted: 'Exhausted',
  states: 'Bounded: the number of situations allowed is reached',
  memory: 'Bounded: the memory allowed is used up',
  stopped: 'Bounded: it was interrupted',
} as const;

const measureText = ({ scope }: Pursuit, { found, seconds }: Hunted): string =>
  `${extents[found.extent]}. Scope ${scope.name}: ` +
  `${many(found.states, 'different situation')} and ${many(found.edges, 'step')} between them, ` +
  `${many(found.cutOff, 'step')} of which led out of the scope; ` +
  `${counted(found.states / seconds)} situations/s, ${counted(found.bytes / 1e6)} MB. ` +
  `${listed(
    needClock.map(({ id }) => id),
    'and',
  )} need the clock: ask lockstep check.`;

const idsOf = (answers: readonly Answered[], kind: Answered['kind']): readonly string[] =>
  answers.filter((answer) => answer.kind === kind).map(({ id }) => id);

/** Which claims nobody came to look into; empty if there are none. */
const missedText = (answers: readonly Answered[]): readonly string[] => {
  const missed = idsOf(answers, 'interrupted');
  if (missed.length === 0) return [];
  const were = missed.length === 1 ? 'was' : 'were';
  return [`interrupted before ${listed(missed, 'and')} ${were} looked into`];
};

/** What is known where not all was seen, or not all that was seen was looked into. */
const boundedText = ({ scope }: Pursuit, { answers, states }: Found): string => {
  const [held, open] = [idsOf(answers, 'holds'), idsOf(answers, 'open')];
  const which = open.length === answers.length ? '' : ` for ${listed(open, 'and')}`;
  const parts = [
    ...(held.length === 0 ? [] : [`${listed(held, 'and')} held in all of scope ${scope.name}`]),
    ...(open.length === 0 ? [] : [`no lasso${which} among ${many(states, 'situation')}`]),
    ...missedText(answers),
  ];
  return parts.join('; ');
};

const conclusionOf = (pursuit: Pursuit, { found }: Hunted): string => {
  const { specification, scope } = pursuit;
  const { name } = specification.spec;
  const { answers, extent } = found;
  const broken = idsOf(answers, 'violated');
  if (broken.length > 0) {
    const where = [`${listed(broken, 'and')}, in scope ${scope.name}`, ...missedText(answers)];
    return `${verdictHead(name, 'refuted')}${where.join('; ')}`;
  }
  if (extent !== 'exhausted') {
    return `${verdictHead(name, 'bounded')}${boundedText(pursuit, found)}`;
  }
  const held = answers.filter(({ kind }) => kind === 'holds').length;
  const others = answers.length - held;
  const beside = others === 0 ? '' : `; of ${many(others, 'other')} it says nothing`;
  const all = `${many(held, 'claim')} held in all of scope ${scope.name}`;
  return `${verdictHead(name, 'exhausted')}${all}${beside}`;
};

/** How short a lasso is, in a sentence. */
const shortnessText = ({ certificate }: LassoBundle): string =>
  certificate.kind === 'globally shortest'
    ? `Within scope ${certificate.scope} no shorter story leads to where it never comes.`
    : 'Not all was seen: there may be shorter ones.';

/** The report for people; what could not be saved is given back. */
export const printLassos = (
  pursuit: Pursuit,
  hunted: Hunted,
  terminal: Terminal,
): readonly BadInput[] => {
  const { print, colours, columns } = terminal;
  const { answers, extent } = hunted.found;
  const kept = keptIn(pursuit, hunted);
  for (const { case: found } of kept) {
    print();
    printLassoCase({ ...found, why: shortnessText(found.bundle) }, terminal);
  }
  print();
  print(answerTable(answers, terminal));
  print();
  printWrapped(measureText(pursuit, hunted), terminal);
  const plain = (text: string): string => text;
  const paint = kept.length > 0 ? plain : extent === 'exhausted' ? colours.green : colours.yellow;
  for (const line of wrapped(conclusionOf(pursuit, hunted), columns, '  ')) print(paint(line));
  return complaintsIn(kept);
};

/** The same as one JSON document. */
export const lassosJson = (
  pursuit: Pursuit,
  hunted: Hunted,
  { print }: Terminal,
): readonly BadInput[] => {
  const { specification, scope } = pursuit;
  const { spec, file } = specification;
  const { answers, ...counts } = hunted.found;
  const kept = keptIn(pursuit, hunted);
  const claims = answers.map((answer) => {
    const claim = claimNamed(answer.id);
    const told = { claim: claim?.claim, cites: claim?.cites };
    if (answer.kind !== 'violated') return { ...answer, ...told };
    const found = kept.find(({ case: { bundle } }) => bundle.claim === answer.id);
    return { ...answer, ...(found === undefined ? {} : lassoJson(found.case)), ...told };
  });
  const { name, says, settings } = scope;
  const kind: VerdictKind =
    kept.length > 0 ? 'refuted' : counts.extent === 'exhausted' ? 'exhausted' : 'bounded';
  const head = { format: 1, kind, spec: spec.name, file, scope: { name, says }, settings };
  print(JSON.stringify({ ...head, ...counts, seconds: hunted.seconds, claims }, null, 2));
  return complaintsIn(kept);
};
