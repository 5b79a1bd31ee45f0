import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isBadInput } from './bad-input.ts';
import { decodeBundle, encodeBundle } from './bundle.ts';
import {
  changed,
  good,
  isObject,
  type Json,
  jsonOf,
  managed,
  type Path,
  placesIn,
  round,
  stuck,
  timed,
  written,
} from './example.ts';

const sentence = (text: string): string => {
  const bad = decodeBundle(text, 'bad.json');
  return isBadInput(bad) ? bad.sentence : 'it is accepted';
};

const examples = [good, timed, managed, round, stuck];

/** A kind of value that never stands where the given one does. */
const strange = (json: Json): readonly Json[] => {
  const values: readonly Json[] = ['', 'x'.repeat(500), 7.5, true, [], {}, [[[[]]]]];
  return values.filter(
    (value) => typeof value !== typeof json || Array.isArray(value) !== Array.isArray(json),
  );
};

type Corruption = { readonly what: string; readonly text: string };

const among = (
  what: string,
  isMeant: (json: Json, path: Path) => boolean,
  corrupt: (root: Json, path: Path, json: Json) => fc.Arbitrary<Json | undefined>,
): fc.Arbitrary<Corruption> =>
  fc.constantFrom(...examples).chain((bundle) => {
    const root = jsonOf(bundle);
    const places = placesIn(root).filter(([path, json]) => isMeant(json, path));
    return fc
      .constantFrom(...places)
      .chain(([path, json]) => corrupt(root, path, json))
      .map((json) => ({ what, text: written(json) }));
  });

const replaced = (root: Json, path: Path, values: readonly Json[]) =>
  fc.constantFrom(...values).map((value) => changed(root, path, value));

const key = (path: Path): string => path.at(-1) ?? '';
const isIndex = (path: Path): boolean => /^\d+$/.test(key(path));

const corruptions: readonly fc.Arbitrary<Corruption>[] = [
  among(
    'a field is dropped',
    (_, path) => path.length > 0 && !isIndex(path),
    (root, path) => fc.constant(changed(root, path, undefined)),
  ),
  among('a field is added', isObject, (root, path, json) =>
    fc
      .string({ minLength: 1 })
      .filter((name) => isObject(json) && !Object.hasOwn(json, name))
      .map((name) => changed(root, path, isObject(json) ? { ...json, [name]: 1 } : json)),
  ),
  among(
    'a value has another type',
    () => true,
    (root, path, json) => replaced(root, path, strange(json)),
  ),
  among(
    'a number is out of range',
    (json) => typeof json === 'number',
    (root, path) => replaced(root, path, [0.5, 1e9, -1e9, 2 ** 53]),
  ),
  among(
    'a word is unknown',
    (json, path) => typeof json === 'string' && key(path) !== 'spec',
    (root, path) =>
      replaced(root, path, ['', 'E', 'toString', '__proto__', 'Execute', 'é'.repeat(99)]),
  ),
  among(
    'an event has the type of another',
    (json, path) => written(json).includes('"execute"') && path.length === 2,
    (root, path) => replaced(root, [...path, 'type'], ['tick', 'readAck', 'crash', 'cut', 'place']),
  ),
  among(
    'an identity is used twice',
    (_, path) => key(path) === 'id' && path[1] !== '3',
    (root, path) => replaced(root, path, [9]),
  ),
  among(
    'the version is unknown',
    (_, path) => key(path) === 'format',
    (root, path) => replaced(root, path, [0, 3, 1.5, '1', '2', null, [1], [2]]),
  ),
  among(
    'the version is the other one',
    (_, path) => key(path) === 'format',
    (root, path, json) => replaced(root, path, [json === 1 ? 2 : 1]),
  ),
  fc.constantFrom(...examples).chain((bundle) => {
    const text = encodeBundle(bundle);
    return fc
      .nat({ max: text.trimEnd().length - 1 })
      .map((length) => ({ what: 'the text is cut off', text: text.slice(0, length) }));
  }),
];

describe('a corrupted bundle', () => {
  it('is never accepted, never an exception, and always one sentence about the file', () => {
    fc.assert(
      fc.property(fc.oneof(...corruptions), ({ text }) => {
        const bad = decodeBundle(text, 'bad.json');
        if (!isBadInput(bad)) return false;
        expect(bad.sentence).toMatch(/^In bad\.json, .+ should be .+, but .+\.$/u);
        expect(bad.sentence).not.toMatch(/undefined|NaN|\[object|\p{Cc}/u);
        expect(Array.from(bad.found).length).toBeLessThanOrEqual(63);
        return true;
      }),
      { numRuns: 3000, seed: 42 },
    );
  });

  it('is told to be cut off where its text ends', () => {
    fc.assert(
      fc.property(fc.nat({ max: encodeBundle(good).length - 3 }), (length) => {
        const text = encodeBundle(good).slice(0, length);
        const lines = text.split('\n');
        const place = `line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`;
        expect(sentence(text)).toContain(`${place} should be `);
        expect(sentence(text)).toMatch(/but the text ends there\.$/);
      }),
      { numRuns: 500, seed: 42 },
    );
  });

  it('may be any text at all', () => {
    const units = fc.array(fc.nat({ max: 0xffff }));
    const anything = units.map((codes) => String.fromCharCode(...codes));
    const text = fc.oneof(fc.string(), anything, fc.json());
    fc.assert(fc.property(text, (any) => isBadInput(decodeBundle(any, 'bad.json'))));
    for (const bracket of ['[', '{"a":']) {
      expect(sentence(bracket.repeat(20_000))).toContain('but the text ends there');
    }
    expect(sentence('['.repeat(9999) + ']'.repeat(9999))).toContain('but is a list of 1.');
  });
});
