import type { Ack, LogEntry } from '../../model/log.ts';
import type { State, Withheld } from '../../model/state.ts';
import { entryText, outputText } from './telling/names.ts';

type Fields = { readonly [key: string]: unknown };

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isEntry = (value: object): value is LogEntry => 'seq' in value && 'kind' in value;

const isAck = (value: object): value is Ack => 'upTo' in value && 'consumed' in value;

const isWithheld = (value: object): value is Withheld => 'ordinal' in value && 'needs' in value;

/** A value in short: log entries, acks and outputs by their names, anything else as JSON. */
const shown = (value: unknown): string => {
  if (value === undefined) return 'none';
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return `[${value.map(shown).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  if (isEntry(value)) return entryText(value);
  if (isAck(value)) return `ack ${value.upTo}${value.quiesce ? ', asks for quiet' : ''}`;
  if (isWithheld(value)) return `${outputText(value)} until ack ${value.needs}`;
  const fields = Object.entries(value).map(([key, field]) => `${key}: ${shown(field)}`);
  return `{${fields.join(', ')}}`;
};

const idAndValue = (one: unknown): readonly [unknown, unknown] => {
  if (!isFields(one)) return [undefined, one];
  const { id } = one;
  return [id, one];
};

/** The values of a list by what names them: their own id, or nothing. */
const byId = (value: unknown): ReadonlyMap<string, unknown> | null => {
  if (!Array.isArray(value)) return null;
  const pairs = value.map(idAndValue);
  const isNamed = pairs.every(([id]) => typeof id === 'number');
  return isNamed ? new Map(pairs.map(([id, one]) => [`[${id}]`, one])) : null;
};

/** The parts of a value that have names of their own, by what leads to them. */
const partsOf = (value: unknown): ReadonlyMap<string, unknown> | null =>
  isFields(value)
    ? new Map(Object.entries(value).map(([key, part]) => [`.${key}`, part]))
    : byId(value);

const changed = (path: string, was: unknown, is: unknown): readonly string[] => {
  if (was === is) return [];
  const [before, after] = [partsOf(was), partsOf(is)];
  if (before !== null && after !== null) {
    const keys = new Set([...before.keys(), ...after.keys()]);
    return [...keys].flatMap((key) => changed(path + key, before.get(key), after.get(key)));
  }
  const [one, other] = [JSON.stringify(was), JSON.stringify(is)];
  if (one === other) return [];
  const isToldApart = shown(was) !== shown(is);
  return [`${path}: ${isToldApart ? `${shown(was)} -> ${shown(is)}` : `${one} -> ${other}`}`];
};

/** What a step has changed: `copies[0].acked: 2 -> 3`. Copies and connections go by their ids. */
export const differences = (before: State, after: State): readonly string[] =>
  changed('', before, after).map((line) => line.slice(1));
