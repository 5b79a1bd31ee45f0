import { wrapped } from '../telling/wrap.ts';
import {
  type Legend,
  type Limits,
  nextRow,
  type Path,
  type Row,
  refusalOf,
  rowsOf,
  type Written,
} from './path.ts';

const escapes: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\n', '\\n'],
  ['\t', '\\t'],
  ['\f', '\\f'],
  ['\r', '\\r'],
]);

const unwritable = (text: string): string | null => {
  const strange = /(?![\n\t\f\r])[\p{Cc}\p{Cs}`]/u.exec(text)?.[0];
  if (strange === undefined) return null;
  const code = strange.codePointAt(0)?.toString(16).padStart(4, '0');
  return `has the character U+${code}, for which TLA+ strings have no form`;
};

const limits: Limits = { name: unwritable, text: unwritable };

const stringOf = (text: string): string =>
  `"${text.replace(/["\\\n\t\f\r]/g, (sign) => escapes.get(sign) ?? sign)}"`;

const reserved: ReadonlySet<string> = new Set([
  ...['ACTION', 'ACTIONS', 'ASSUME', 'ASSUMPTION', 'AXIOM', 'BY', 'CASE', 'CHOOSE', 'CONSTANT'],
  ...['CONSTANTS', 'COROLLARY', 'DEF', 'DEFINE', 'DEFS', 'DOMAIN', 'ELSE', 'ENABLED', 'EXCEPT'],
  ...['EXTENDS', 'HAVE', 'HIDE', 'IF', 'IN', 'INSTANCE', 'LAMBDA', 'LEMMA', 'LET', 'LOCAL'],
  ...['MODULE', 'NEW', 'OBVIOUS', 'OMITTED', 'ONLY', 'OTHER', 'PICK', 'PROOF', 'PROPOSITION'],
  ...['PROVE', 'QED', 'RECURSIVE', 'STATE', 'SUBSET', 'SUFFICES', 'TAKE', 'TEMPORAL', 'TEMPORALS'],
  ...['THEN', 'THEOREM', 'UNCHANGED', 'UNION', 'USE', 'VARIABLE', 'VARIABLES', 'WITH', 'WITNESS'],
]);

const isIdentifier = (name: string): boolean =>
  /^[A-Za-z]\w*$/.test(name) && !/^[WS]F_/.test(name) && !reserved.has(name);

/** What stands between two brackets, and the brackets. */
type Group = { readonly open: string; readonly parts: readonly Part[]; readonly close: string };
type Part = { readonly head: string; readonly value: unknown; readonly joint: string };

/** A record is a function on its fields' names, and is written as one where a name is no word. */
const recordOf = (value: object): Group => {
  const fields = Object.entries(value);
  if (fields.every(([name]) => isIdentifier(name))) {
    const parts = fields.map(([name, part]) => ({ head: `${name} |-> `, value: part, joint: ',' }));
    return { open: '[', parts, close: ']' };
  }
  const parts = fields.map(([name, part]) => ({
    head: `${stringOf(name)} :> `,
    value: part,
    joint: ' @@',
  }));
  return { open: '(', parts, close: ')' };
};

const sequenceOf = (value: readonly unknown[]): Group => {
  const parts = value.map((part) => ({ head: '', value: part, joint: ',' }));
  return { open: '<<', parts, close: '>>' };
};

const atomOf = (value: unknown): string => {
  if (typeof value === 'string') return stringOf(value);
  if (typeof value === 'boolean') return value ? 'TRUE' : 'FALSE';
  return value === null ? 'NULL' : `${value}`;
};

/** The group that a value makes. A record without fields is the empty function: so is `<<>>`. */
const groupOf = (value: unknown): Group | null => {
  if (Array.isArray(value)) return sequenceOf(value);
  if (typeof value !== 'object' || value === null) return null;
  return Object.keys(value).length === 0 ? sequenceOf([]) : recordOf(value);
};

const width = 80;

const flat = (value: unknown): string => {
  const group = groupOf(value);
  if (group === null) return atomOf(value);
  const { open, parts, close } = group;
  const inner = parts.map(
    ({ head, value: part, joint }, index) =>
      head + flat(part) + (index < parts.length - 1 ? `${joint} ` : ''),
  );
  return open + inner.join('') + close;
};

/** A value in one line if it fits behind what stands before it, else a line for each part. */
const laid = (value: unknown, before: string, indent: string, after: string): string => {
  const line = before + flat(value) + after;
  const group = groupOf(value);
  if (group === null || group.parts.length === 0 || line.length <= width) return line;
  const { open, parts, close } = group;
  const deeper = `${indent}  `;
  const inner = parts.map(({ head, value: part, joint }, index) =>
    laid(part, deeper + head, deeper, index < parts.length - 1 ? joint : ''),
  );
  return [before + open, ...inner, indent + close + after].join('\n');
};

const comment = (text: string, indent = ''): readonly string[] =>
  wrapped(text.replace(/[\p{Cc}\p{Cs}]/gu, ' '), width - indent.length - 3).map(
    (line) => `${indent}\\* ${line}`,
  );

const rowLines = (rows: readonly Row[], { steps }: Legend): readonly string[] =>
  rows.flatMap((row, index) => [
    ...(index === 0 || steps[index - 1] !== undefined
      ? comment(`${index}: ${index === 0 ? 'the beginning' : steps[index - 1]}`, '  ')
      : []),
    laid(row, '  ', '  ', index < rows.length - 1 ? ',' : ''),
  ]);

const hasNull = (value: unknown): boolean => {
  if (typeof value !== 'object') return false;
  return value === null || Object.values(value).some(hasNull);
};

const hasStrangeName = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  ((!Array.isArray(value) && !Object.keys(value).every(isIdentifier)) ||
    Object.values(value).some(hasStrangeName));

/** A name of a module: that of its file, too. */
export const moduleName = (name: string): string => {
  const word = name.replace(/\W/g, '_');
  return isIdentifier(word) ? word : `M_${word}`;
};

const nullLines = [
  ...comment(
    'Stands for null. With NULL = NULL under CONSTANTS in the configuration of TLC it is a model ' +
      'value instead, which equals nothing else.',
  ),
  'NULL == "null"',
  '',
];

/**
 * A path as a module of TLA+ that defines `Trace`, a sequence with a record of the variables for
 * each state. A lasso also has `LoopIndex`: after the last one comes `Trace[LoopIndex]`.
 */
export const tla = (path: Path, legend: Legend): Written => {
  const rows = rowsOf(path);
  const refused = refusalOf(rows, limits);
  if (refused !== null) return { refused };
  const next = nextRow(path);
  const lines = [
    `---- MODULE ${moduleName(legend.name)} ----`,
    ...comment(legend.says),
    `EXTENDS Integers${rows.some(hasStrangeName) ? ', TLC' : ''}`,
    '',
    ...(rows.some(hasNull) ? nullLines : []),
    'Trace == <<',
    ...rowLines(rows, legend),
    '>>',
    '',
    ...(next === null
      ? []
      : [
          ...comment('A lasso: after the last state comes Trace[LoopIndex], and so on for ever.'),
          `LoopIndex == ${next + 1}`,
          '',
        ]),
    '====',
  ];
  return { text: lines.join('\n') };
};
