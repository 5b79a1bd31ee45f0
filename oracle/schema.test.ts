import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { isRight } from 'fp-ts/lib/Either.js';
import { expect, it } from 'vitest';
import { seeded } from '../properties/checker/chooser.ts';
import type { JsonSchema } from './fields.ts';
import { header } from './header.ts';
import { chapters, meanings } from './meanings.ts';
import { dids, observed } from './observation.ts';
import { observationSchema, schemaText } from './schema.ts';
import { toldRun } from './told-run.ts';
import { withWords } from './word-table.ts';

const guide = (name: string): string =>
  readFileSync(join(import.meta.dirname, '..', 'docs', 'guide', name), 'utf8');

it('is published as it is; if not: npx lockstep schema --write', () => {
  expect(guide('observation.schema.json')).toBe(schemaText());
});

it('has every word on its page; if not: npx lockstep schema --write', () => {
  const page = guide('06-the-oracle.md');
  expect(page).toBe(withWords(page));
  expect(chapters.flatMap(([, words]) => words).toSorted()).toEqual([...dids].toSorted());
  expect(Object.keys(meanings)).toHaveLength(dids.length);
});

const isSchema = (value: unknown): value is JsonSchema =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const schemas = (value: unknown): readonly JsonSchema[] =>
  Array.isArray(value) ? value.filter(isSchema) : [];

const { $defs: defined } = observationSchema();
const definitions = isSchema(defined) ? defined : {};

const types: Readonly<Record<string, (value: unknown) => boolean>> = {
  integer: Number.isInteger,
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  null: (value) => value === null,
  array: Array.isArray,
  object: isSchema,
};

type Keyword = (value: unknown, given: unknown, schema: JsonSchema) => boolean;

/** What each keyword that we use asks of a value; of values of another type they ask nothing. */
const keywords: Readonly<Record<string, Keyword>> = {
  type: (value, given) => types[String(given)]?.(value) === true,
  enum: (value, given) => Array.isArray(given) && given.includes(value),
  minimum: (value, given) => typeof value !== 'number' || value >= Number(given),
  maximum: (value, given) => typeof value !== 'number' || value <= Number(given),
  minLength: (value, given) => typeof value !== 'string' || [...value].length >= Number(given),
  maxLength: (value, given) => typeof value !== 'string' || [...value].length <= Number(given),
  pattern: (value, given) => typeof value !== 'string' || new RegExp(String(given)).test(value),
  minItems: (value, given) => !Array.isArray(value) || value.length >= Number(given),
  maxItems: (value, given) => !Array.isArray(value) || value.length <= Number(given),
  items: (value, given) =>
    !Array.isArray(value) || !isSchema(given) || value.every((one) => fits(one, given)),
  anyOf: (value, given) => schemas(given).some((one) => fits(value, one)),
  required: (value, given) =>
    !isSchema(value) || (Array.isArray(given) && given.every((name) => name in value)),
  properties: (value, given) =>
    !isSchema(value) ||
    !isSchema(given) ||
    Object.entries(given).every(
      ([name, one]) => !Object.hasOwn(value, name) || !isSchema(one) || fits(value[name], one),
    ),
  additionalProperties: (value, given, { properties = {} }) =>
    given !== false ||
    !isSchema(value) ||
    Object.keys(value).every((name) => Object.hasOwn(Object(properties), name)),
};

const fits = (value: unknown, schema: JsonSchema): boolean =>
  Object.entries(schema).every(([keyword, given]) => {
    const asks = keywords[keyword];
    if (asks === undefined) throw new Error(`an unknown keyword: ${keyword}`);
    return asks(value, given, schema);
  });

const fitsAny = (value: unknown, names: readonly string[]): boolean =>
  names.some((name) => {
    const definition = definitions[name];
    return isSchema(definition) && fits(value, definition);
  });

type Place = { readonly holder: object; readonly key: string };

const placesIn = (value: unknown): readonly Place[] =>
  typeof value !== 'object' || value === null
    ? []
    : Object.entries(value).flatMap(([key, one]) => [{ holder: value, key }, ...placesIn(one)]);

const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 1 }),
  fc.constantFrom<unknown>(-1, 0, 1.5, 2 ** 53, '', ' ', 'ü', 'x'.repeat(64), 'x'.repeat(65), []),
  fc.constantFrom<unknown>('crash', 'execute', 'A', null, {}, '__proto__', { seq: 1 }),
);

/** One field is another value, or gone, or one is there that should not be. */
const corrupted = (value: object, drawn: number, other: unknown, how: number): unknown => {
  const copy = structuredClone(value);
  const places = placesIn(copy);
  const place = places[drawn % places.length];
  if (place === undefined) return copy;
  if (how === 0) Reflect.deleteProperty(place.holder, place.key);
  else Reflect.set(place.holder, how === 1 ? place.key : 'more', other);
  return copy;
};

const logs = fc.integer({ min: 0 }).map((seed) => {
  const chooser = seeded(String(seed));
  return toldRun(chooser, ['core', 'disk', 'control', 'migration'], 60, 'white');
});

const cases = fc.tuple(logs, fc.nat(), fc.nat(), odd, fc.nat({ max: 2 }));

it('and the codecs accept what is good, and agree about what is not', { timeout: 60_000 }, () => {
  let refusedCount = 0;
  fc.assert(
    fc.property(cases, ([log, which, drawn, other, how]) => {
      expect(fitsAny(log.header, ['header'])).toBe(true);
      for (const line of log.lines) expect(fitsAny(line, [line.did])).toBe(true);
      const wrongHeader = corrupted(log.header, drawn, other, how);
      expect(fitsAny(wrongHeader, ['header'])).toBe(header.is(wrongHeader));
      const line = log.lines[which % Math.max(1, log.lines.length)] ?? {};
      const wrong = corrupted(line, drawn, other, how);
      expect(fitsAny(wrong, dids)).toBe(observed.is(wrong));
      const decoded = observed.decode(wrong);
      expect(isRight(decoded)).toBe(observed.is(wrong));
      if (isRight(decoded)) return;
      expect(decoded.left).not.toEqual([]); // what is not accepted has a reason
      refusedCount++;
    }),
    { numRuns: 500, seed: 1 },
  );
  expect(refusedCount).toBeGreaterThan(200);
});
