import { match, P } from 'ts-pattern';
import type { EventType } from '../model/event.ts';
import type { Vm } from '../model/state.ts';
import { wrapped } from '../properties/checker/telling/wrap.ts';
import { standingOf } from '../properties/conformance/standing.ts';
import { reachedBy, walkFrom } from './candidate.ts';
import { type Edit, smallestEdit } from './edit.ts';
import type { Header } from './header.ts';
import type { Judge, Recent, Refused } from './judge.ts';
import type { Observed } from './observation.ts';
import { breachSentence } from './reason.ts';
import { requirementOf } from './requirement.ts';
import { shrunkLog } from './shrink-log.ts';

/** Why a line was refused, and what would help. */
export type Why = {
  readonly refused: Refused;
  readonly requirement: string | null; // its number
  readonly sentence: string; // the rule or the value, as it is for this line
  readonly standing: readonly string[]; // of the copies that still run, in the specification
  readonly allowed: readonly EventType[];
  readonly accepted: number; // lines before it, the longest prefix that can be
  readonly edits: readonly Edit[]; // the smallest change with which it can be, if one is known
  readonly shrunk: readonly Observed[] | null; // a short log that is refused for the same reason
};

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

const isGone = ({ mode }: Vm): boolean => mode === 'crashed';

/** How far a copy has come, as lines count. */
const reachedIn = ({ log, now }: Recent, { id }: Vm): number | null => {
  const [candidate] = now;
  return candidate === undefined ? null : reachedBy(walkFrom(log, candidate), id);
};

/**
 * Explains a refusal.
 *
 * @param lines all up to the refused one, if they are known: only then is the log shrunk
 * @param behind lines behind the refused one, as far as they are known: edits have to suit them
 */
export const why = (
  header: Header,
  judge: Judge,
  refused: Refused,
  {
    lines,
    behind,
  }: { readonly lines: readonly Observed[] | null; readonly behind: readonly Observed[] },
): Why => {
  const { at, line, state, allowed } = refused;
  const recent = judge.recent();
  const names = new Map([...recent.log.copies].map(([name, id]) => [id, name] as const));
  const standing = state.copies
    .filter((copy) => !isGone(copy))
    .map((copy) => {
      const own = standingOf(state, copy);
      const position = own.position === null ? null : reachedIn(recent, copy);
      const acked = 'acked' in copy ? copy.acked : null;
      const known = Object.entries({ ...own, position, acked }).filter(
        ([, value]) => value !== null,
      );
      const values = known.map(([what, value]) =>
        what === 'mode' ? `${value}` : `${what} ${value}`,
      );
      return `${names.get(copy.id) ?? copy.id}: ${values.join(', ')}`;
    });
  return {
    refused,
    requirement: requirementOf(refused),
    sentence: capital(breachSentence(refused)),
    standing,
    allowed,
    accepted: at,
    edits: smallestEdit(recent, at, line, behind),
    shrunk: lines === null ? null : shrunkLog(header, lines, refused),
  };
};

/** How lines are called: by their number in a file, or by node and number there. */
export type Naming = (at: number) => string;

const editText = (edit: Edit, nameOf: (copy: number) => string, naming: Naming): string =>
  match(edit)
    .with({ kind: 'insert' }, ({ at, event }) => {
      const who = 'copy' in event ? ` by ${nameOf(event.copy)}` : '';
      return `with ${event.type}${who} before ${naming(at)}`;
    })
    .with({ kind: 'leaveOut' }, ({ at }) => `without ${naming(at)}`)
    .with({ kind: 'swap' }, ({ at }) => `with ${naming(at)} and ${naming(at + 1)} changing places`)
    .with(
      { kind: 'change' },
      ({ at, field, from, to }) => `with ${field} ${to} instead of ${from} in ${naming(at)}`,
    )
    .exhaustive();

const saidOf = (line: Observed): string => {
  const { node, n, did, ...values } = line;
  const said = Object.entries(values).map(([name, value]) =>
    match(value)
      .with(P.union(P.string, P.number), (plain) => `${name} ${plain}`)
      .otherwise((list) => `${name} ${JSON.stringify(list)}`),
  );
  return [`${did} on ${node} (its ${n}.)`, ...said].join(', ');
};

const columns = 80;

const linesText = (count: number): string => (count === 1 ? 'one line' : `${count} lines`);

const set = (text: string): readonly string[] => {
  const [first = '', ...rest] = wrapped(text, columns - 4);
  return [`  ${first}`, ...rest.map((more) => `    ${more}`)];
};

/** The explanation for people; `requirementText` gives what a requirement says. */
export const whyText = (
  found: Why,
  names: (copy: number) => string,
  naming: Naming,
  requirementText: (id: string) => string | null,
): string => {
  const { refused, requirement, sentence, standing, allowed, accepted, edits, shrunk } = found;
  const told = requirement === null ? null : requirementText(requirement);
  const cites =
    requirement === null ? [] : set(`${requirement}${told === null ? '' : `: ${told}`}`);
  const help = edits.map((edit) => editText(edit, names, naming)).join(', and ');
  return [
    `Refused: ${naming(refused.at)} cannot be.`,
    ...set(saidOf(refused.line)),
    ...wrapped(sentence, columns),
    ...cites,
    `Up to there ${linesText(accepted)} ${accepted === 1 ? 'is' : 'are'} accepted, and then:`,
    ...standing.flatMap(set),
    ...(allowed.length === 0
      ? []
      : wrapped(`It could do instead: ${allowed.join(', ')}.`, columns)),
    ...(help === '' ? [] : wrapped(`It would be accepted ${help}.`, columns)),
    ...(shrunk === null
      ? []
      : [
          `A log of ${linesText(shrunk.length)} that is refused for the same reason:`,
          ...shrunk.map((line) => JSON.stringify(line)),
        ]),
  ].join('\n');
};
