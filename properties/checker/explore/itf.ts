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

const limits: Limits = {
  name: (name) => {
    if (/^(#|__)/.test(name)) return 'has a name that readers of ITF take for their own';
    return name === 'tag' ? 'has the name by which readers of ITF know a variant' : null;
  },
  text: () => null,
};

/** Quint's `None`: there is no null in TLA+. */
const none = { tag: 'None', value: { '#tup': [] } };

/** The format allows no JSON numbers any more: a whole number is always written as a big one. */
const itfOf = (value: unknown): unknown => {
  if (typeof value === 'number') return { '#bigint': `${value}` };
  if (Array.isArray(value)) return value.map(itfOf);
  if (value === null) return none;
  if (typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, itfOf(part)]));
};

const stateText = (
  row: Row,
  index: number,
  variables: readonly string[],
  { steps }: Legend,
): string => {
  const step = steps[index - 1];
  const meta = step === undefined ? { index } : { index, step };
  const fields = [
    ['#meta', meta] as const,
    // a variable that a state does not have is written as if it were null there
    ...variables.map((name) => [name, itfOf(row[name] ?? null)] as const),
  ];
  const lines = fields.map(
    ([name, value]) => `      ${JSON.stringify(name)}: ${JSON.stringify(value)}`,
  );
  return `    {\n${lines.join(',\n')}\n    }`;
};

/**
 * A path in the Informal Trace Format of ADR 15 of Apalache, a line for each variable: records are
 * objects, sequences arrays, whole numbers `#bigint`, and null is Quint's `None`. A lasso has
 * `loop`, the state that comes after the last one.
 */
export const itf = (path: Path, legend: Legend): Written => {
  const rows = rowsOf(path);
  const refused = refusalOf(rows, limits);
  if (refused !== null) return { refused };
  const variables = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const meta = {
    format: 'ITF',
    'format-description': 'https://apalache-mc.org/docs/adr/015adr-trace.html',
    source: legend.name,
    description: legend.says,
  };
  const next = nextRow(path);
  const states = rows.map((row, index) => stateText(row, index, variables, legend));
  const parts = [
    `  "#meta": ${JSON.stringify(meta)}`,
    `  "vars": ${JSON.stringify(variables)}`,
    ...(next === null ? [] : [`  "loop": ${next}`]),
    `  "states": [\n${states.join(',\n')}\n  ]`,
  ];
  return { text: `{\n${parts.join(',\n')}\n}` };
};
