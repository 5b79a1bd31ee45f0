import { match } from 'ts-pattern';
import type { Vm } from '../../model/state.ts';
import { effectClause, tell } from '../checker/narrate.ts';
import { nameOf } from '../checker/telling/names.ts';
import { wrapped } from '../checker/telling/wrap.ts';
import type { Reported } from '../simulation/reported.ts';
import { cited } from './cited.ts';
import type { Breach, Divergence, Followed } from './divergence.ts';
import { standingOf } from './standing.ts';

const valueText = (value: unknown): string => {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(valueText).join(', ');
  if (typeof value === 'object' && value !== null) return `(${fieldsText(value, [])})`;
  return `${value}`;
};

const fieldsText = (fields: object, without: readonly string[]): string =>
  Object.entries(fields)
    .filter(([name]) => !without.includes(name))
    .map(([name, value]) => `${name} ${valueText(value)}`)
    .join(', ');

/** A line of the report, in the program's own words. */
export const reportedText = (reported: Reported): string => {
  const who = reported.by === 'world' ? 'the world' : `${reported.copy} on ${reported.host}`;
  const [verb, fields] =
    reported.by === 'world'
      ? [reported.happening.what, fieldsText(reported.happening, ['what'])]
      : [reported.report.did, fieldsText(reported.report, ['did'])];
  return `${who}: ${verb}${fields === '' ? '' : ` — ${fields}`}`;
};

const citation = (ids: readonly string[]): string => `(${ids.join(', ')})`;

/** What is wrong, in one or two sentences. */
export const breachText = (breach: Breach): string =>
  match(breach)
    .with(
      { kind: 'refused' },
      ({ event, refusal }) =>
        `The specification has it ${event.type} there, and refuses: ${refusal} ` +
        `${citation(cited[event.type])}.`,
    )
    .with(
      { kind: 'differs' },
      ({ what, program, specification }) =>
        `They differ in ${what}: the program has ${program}, the specification ${specification}.`,
    )
    .with({ kind: 'senseless' }, ({ sentence }) => `No event can stand for that: ${sentence}.`)
    .with(
      { kind: 'broken' },
      ({ claim }) => `Both agree, and break ${claim.id}: ${claim.claim} ${citation(claim.cites)}.`,
    )
    .exhaustive();

const followedText = ({ line, event, before, after, effects }: Followed): string => {
  const noticed = effects.map((effect) => ` → ${effectClause(effect)}`).join('');
  return `${line}  ${tell(event, before, after, effects)}${noticed}`;
};

const standingText = (copy: Vm, divergence: Divergence): string => {
  const position = divergence.positions.get(copy.id) ?? null;
  const standing = Object.entries({ ...standingOf(divergence.state, copy), position });
  const known = standing.filter(([, value]) => value !== null);
  const text = known.map(([name, value]) => (name === 'mode' ? value : `${name} ${value}`));
  return `${nameOf(copy)}  ${text.join(', ')}`;
};

const isGone = ({ mode }: Vm): boolean => mode === 'crashed' || mode === 'halted';

const columns = 80;
const indent = '  ';

const set = (lines: readonly string[]): readonly string[] =>
  lines.flatMap((line) => {
    const [first = '', ...rest] = wrapped(line, columns - 2 * indent.length);
    return [`${indent}${first}`, ...rest.map((more) => `${indent}${indent}${more}`)];
  });

/**
 * A divergence as a story for people: what the specification went through up to there, the line of
 * the program's report that it cannot follow, the rule or the value that is not the same, and how
 * the copies stand in the specification.
 */
export const divergenceText = (divergence: Divergence, count = 8): string => {
  const { at, reported, breach, state, lately } = divergence;
  const before = lately
    .filter(({ line }) => line < at)
    .slice(-count)
    .map(followedText);
  const copies = state.copies.filter((copy) => !isGone(copy));
  return [
    ...(before.length === 0 ? [] : ['Up to there the specification went along:', ...set(before)]),
    `Then line ${at} of the report:`,
    ...set([reportedText(reported)]),
    ...wrapped(breachText(breach), columns),
    'In the specification:',
    ...set(copies.map((copy) => standingText(copy, divergence))),
  ].join('\n');
};
