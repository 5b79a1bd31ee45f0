import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonical } from '../ladder/brute-force.ts';
import { fingerprintInto, succeedInto } from './fingerprint.ts';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type Whole = readonly Json[] | { readonly [key: string]: Json };

const keys = fc.oneof(
  fc.constantFrom('a', 'b', 'c', 'a,b', '.a', '0', '', 'constructor', 'toString'),
  fc.string(),
);
const atoms: fc.Arbitrary<Json> = fc.oneof(
  fc.constantFrom<Json[]>(null, true, false, 0, 1, -1, 0.5, '', '0', 'a', 'null', 'false', 2 ** 32),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.string(),
);

const { whole, json } = fc.letrec<{ whole: Whole; json: Json }>((tie) => ({
  whole: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Whole[]>([], {}),
    fc.array(tie('json'), { maxLength: 4 }),
    fc.dictionary(keys, tie('json'), { maxKeys: 4, noNullPrototype: true }),
  ),
  json: fc.oneof({ maxDepth: 3 }, atoms, tie('whole')),
}));

/** One change somewhere in a value: the way there, what is done, where, and with what. */
type Edit = {
  readonly way: readonly number[];
  readonly how: 'put' | 'add' | 'remove' | 'reverse' | 'turn' | 'copy';
  readonly key: string;
  readonly value: Json;
};

const edits: fc.Arbitrary<Edit> = fc.record({
  way: fc.array(fc.nat(7), { minLength: 1, maxLength: 4 }),
  how: fc.constantFrom('put', 'add', 'remove', 'reverse', 'turn', 'copy'),
  key: keys,
  value: json,
});

const isArray = (value: Json): value is readonly Json[] => Array.isArray(value);
const isWhole = (value: Json): value is Whole => typeof value === 'object' && value !== null;
const fields = (entries: readonly (readonly [string, Json])[]): Whole =>
  Object.fromEntries(entries);

const editedArray = (value: readonly Json[], at: number, edit: Edit): Whole => {
  if (edit.how === 'add') return value.toSpliced(at, 0, edit.value);
  if (edit.how === 'remove') return value.toSpliced(at, 1);
  if (edit.how === 'reverse') return value.toReversed();
  if (edit.how === 'turn') return fields(value.map((part, place) => [`${place}`, part]));
  if (edit.how === 'copy' || value.length === 0) return [...value];
  return value.with(at, edit.value);
};

const editedObject = (value: Whole, at: number, edit: Edit): Whole => {
  const entries = Object.entries(value);
  const [key] = entries[at] ?? [edit.key];
  if (edit.how === 'add') return { ...value, [edit.key]: edit.value };
  if (edit.how === 'remove') return fields(entries.toSpliced(at, 1));
  if (edit.how === 'reverse') return fields(entries.toReversed());
  if (edit.how === 'turn') return Object.values(value);
  if (edit.how === 'copy') return { ...value };
  return { ...value, [key]: edit.value };
};

/** The value with the edit, as a model does it: copies along the way, the rest shared. */
const edited = (value: Whole, edit: Edit): Whole => {
  const [turn = 0, ...way] = edit.way;
  const size = Object.keys(value).length;
  const at = size === 0 ? 0 : turn % size;
  const [key, part] = Object.entries<Json>(value)[at] ?? ['', null];
  if (way.length > 0 && isWhole(part)) {
    const inner = edited(part, { ...edit, way });
    return isArray(value) ? value.with(at, inner) : { ...value, [key]: inner };
  }
  return isArray(value) ? editedArray(value, at, edit) : editedObject(value, at, edit);
};

const reordered = (value: Json): Json => {
  if (!isWhole(value)) return value;
  if (isArray(value)) return value.map(reordered);
  const entries = Object.entries(value).toReversed();
  return fields(entries.map(([key, part]) => [key, reordered(part)]));
};

type Pair = readonly [lo: number, hi: number];

const pair = new Int32Array(2);
const read = (): Pair => [pair[0] ?? 0, pair[1] ?? 0];

const fingerprint = (value: object): Pair => {
  fingerprintInto(pair, value);
  return read();
};

const succeeding = (was: object, is: object): Pair => {
  fingerprintInto(pair, was);
  succeedInto(pair, was, is);
  return read();
};

const property = <T>(arbitrary: fc.Arbitrary<T>, holds: (value: T) => void): void =>
  fc.assert(fc.property(arbitrary, holds), { numRuns: 2_000, seed: 1 });

const allDiffer = (values: readonly object[]): void => {
  const byPrint = Object.groupBy(values, (value) => fingerprint(value).join());
  const shared = Object.values(byPrint).filter((group) => group !== undefined && group.length > 1);
  expect(shared.map((group) => group?.map((value) => JSON.stringify(value)))).toEqual([]);
};

describe('equal values have equal fingerprints', () => {
  it('if one is a copy of the other', () => {
    property(whole, (value) => {
      expect(fingerprint(structuredClone(value))).toEqual(fingerprint(value));
    });
  });

  it('in whatever order their keys are', () => {
    property(whole, (value) => {
      const other = reordered(value);
      expect(fingerprint(isWhole(other) ? other : [])).toEqual(fingerprint(value));
    });
  });

  it('though a key with a comma looks like two', () => {
    fingerprint({ 'x,y': 1 });
    expect(fingerprint({ x: 1, y: 2 })).toEqual(fingerprint({ y: 2, x: 1 }));
  });

  it('though one has a negative zero, as in JSON', () => {
    expect(fingerprint({ at: -0 })).toEqual(fingerprint({ at: 0 }));
    expect(fingerprint([-0])).toEqual(fingerprint([0]));
  });
});

describe('different values have different fingerprints', () => {
  it('whatever they are', () => {
    property(fc.tuple(whole, whole), ([one, other]) => {
      const isEqual = canonical(one) === canonical(other);
      expect(fingerprint(one).join() === fingerprint(other).join()).toBe(isEqual);
    });
  });

  it('whatever was changed', () => {
    property(fc.tuple(whole, edits), ([value, edit]) => {
      const after = edited(value, edit);
      const isEqual = canonical(value) === canonical(after);
      expect(fingerprint(value).join() === fingerprint(after).join()).toBe(isEqual);
    });
  });

  it('though they differ in a type, a name or a place only', () => {
    const atomsAlike = [null, false, true, 0, 1, -1, 0.5, '', '0', '1', 'null', 'false', 'true'];
    const alike: readonly Json[] = [...atomsAlike, [], {}, [[]], [{}], [0], { a: 0 }, { 0: 0 }];
    const lists: readonly Json[] = [
      [1, 2],
      [2, 1],
      [1, [2]],
      [[1], 2],
      [[1, 2]],
      [[2, 1]],
      [1, 2, 0],
    ];
    const records: readonly Json[] = [{ a: 1 }, { b: 1 }, { a: 1, b: 1 }, { a: { b: 1 } }];
    const nested: readonly Json[] = [{ b: { a: 1 } }, { a: [1] }, { a: [], b: [1] }];
    const all = [...alike, ...lists, ...records, ...nested];
    allDiffer([...all.map((value) => ({ value })), ...all.map((value) => [value])]);
    allDiffer(all.flatMap((one) => all.map((other) => [one, other])));
    allDiffer(all.flatMap((one) => all.map((other) => ({ one, other }))));
  });

  it('though something has only moved from one part to another', () => {
    allDiffer([
      { left: { a: 1 }, right: {} },
      { left: {}, right: { a: 1 } },
      { left: [1, 2], right: [] },
      { left: [1], right: [2] },
      { left: [], right: [1, 2] },
      { left: { a: 1, b: 2 }, right: { a: 2, b: 1 } },
      { left: { a: 2, b: 1 }, right: { a: 1, b: 2 } },
      { left: { a: 1, b: 1 }, right: { a: 2, b: 2 } },
    ]);
  });
});

describe('a fingerprint made from that of another value', () => {
  const edited3 = fc.tuple(whole, fc.array(edits, { minLength: 1, maxLength: 3 }));

  it('is the one made from scratch after any edits', () => {
    property(edited3, ([value, all]) => {
      const after = all.reduce(edited, value);
      expect(succeeding(value, after)).toEqual(fingerprint(after));
    });
  });

  it('is the one made from scratch from any other value', () => {
    property(fc.tuple(whole, whole), ([one, other]) => {
      expect(succeeding(one, other)).toEqual(fingerprint(other));
    });
  });

  it('looks no further where a part is shared', () => {
    let looked = 0;
    const kept = {
      get deep() {
        return looked++;
      },
    };
    succeedInto(pair, { kept, count: 0 }, { kept, count: 1 });
    expect(looked).toBe(0);
    succeedInto(pair, { kept, count: 0 }, { kept: { deep: 0 }, count: 1 });
    expect(looked).toBeGreaterThan(0);
  });
});

describe('the two lanes', () => {
  const kinds = [null, false, 'a', 'b', 0.5] as const;
  const small = Array.from({ length: 200_000 }, (_, index) => {
    const [ones, tens, hundreds] = [
      index % 20,
      Math.floor(index / 20) % 20,
      Math.floor(index / 400),
    ];
    const kind = kinds[hundreds % 5] ?? null;
    return index % 2 === 0
      ? { at: ones, log: [tens, hundreds], kind }
      : [
          { ones, tens },
          { hundreds, kind },
        ];
  });
  const prints = small.map(fingerprint);

  it('tell 200,000 small values apart', () => {
    expect(new Set(small.map((value) => JSON.stringify(value))).size).toBe(small.length);
    expect(new Set(prints.map((print) => print.join())).size).toBe(small.length);
  });

  it.each([0, 1] as const)('spread each as dice do: lane %i', (lane) => {
    const values = prints.map((print) => print[lane]);
    expect(new Set(values).size).toBeGreaterThan(small.length - 20); // dice: five fewer
    for (let bit = 0; bit < 32; bit++) {
      const count = values.reduce((sum, value) => sum + ((value >>> bit) & 1), 0);
      expect(Math.abs(count / small.length - 0.5), `bit ${bit}`).toBeLessThan(0.01);
    }
  });

  it('do not follow each other', () => {
    for (let bit = 0; bit < 32; bit++) {
      const count = prints.reduce((sum, [lo, hi]) => sum + (((lo ^ hi) >>> bit) & 1), 0);
      expect(Math.abs(count / small.length - 0.5), `bit ${bit}`).toBeLessThan(0.01);
    }
  });
});
