import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { itf } from './itf.ts';
import type { Legend, Path, Written } from './path.ts';

const legend: Legend = { name: 'sample', says: 'a sample', steps: ['it goes up'] };

const textOf = (written: Written): string => {
  if ('refused' in written) throw new Error(written.refused);
  return written.text;
};

type Json = { readonly [name: string]: unknown };

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const keysOf = (value: object): string => Object.keys(value).toSorted().join();

/** What a value of ITF stands for, by the format's rules alone; it throws at anything else. */
const read = (value: unknown): unknown => {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (Array.isArray(value)) return value.map(read);
  if (!isRecord(value)) throw new Error(`${JSON.stringify(value)} is no expression of ITF`);
  if (keysOf(value) === '#bigint') {
    const { '#bigint': digits } = value;
    if (typeof digits !== 'string' || !/^-?\d+$/.test(digits)) throw new Error('no big integer');
    return Number(BigInt(digits));
  }
  if (keysOf(value) === 'tag,value') {
    expect(value).toEqual({ tag: 'None', value: { '#tup': [] } });
    return null;
  }
  const names = Object.keys(value);
  expect(names.filter((name) => name.startsWith('#'))).toEqual([]);
  return Object.fromEntries(names.map((name) => [name, read(value[name])]));
};

/** The states of a trace, checked against the format. */
const readTrace = (text: string) => {
  const trace: unknown = JSON.parse(text);
  if (!isRecord(trace)) throw new Error('a trace is an object');
  const { '#meta': meta, vars, states, loop, ...others } = trace;
  expect(others).toEqual({});
  if (!isRecord(meta) || !Array.isArray(vars) || !Array.isArray(states)) throw new Error('parts');
  expect(meta).toMatchObject({ format: 'ITF' });
  expect(Object.values(meta).filter((value) => typeof value !== 'string')).toEqual([]);
  const stateOf = (state: unknown, index: number): unknown => {
    if (!isRecord(state)) throw new Error('a state is an object');
    const { '#meta': own, ...values } = state;
    expect(own).toMatchObject({ index });
    expect(keysOf(values)).toBe(vars.toSorted().join());
    return read(values);
  };
  return { vars, states: states.map(stateOf), loop };
};

const isTaken = (name: string): boolean => /^(#|__)/.test(name) || name === 'tag';

const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    ...[fc.constant(null), fc.boolean(), fc.maxSafeInteger(), fc.string({ unit: 'grapheme' })],
    fc.array(tie('value')),
    fc.dictionary(
      fc.string().filter((name) => !isTaken(name)),
      tie('value'),
    ),
  ),
})).value;

const readStates = (path: Path): unknown => readTrace(textOf(itf(path, legend))).states;

describe('a path as ITF', () => {
  it('says of any plain data what it is, to who knows the format', () => {
    fc.assert(
      fc.property(values, values, values, (before, after, event) => {
        const path = { states: [{ x: before }, { x: after }], events: [event], loop: null };
        expect(readStates(path)).toEqual([
          { x: before, event: { type: 'init' } },
          { x: after, event },
        ]);
      }),
    );
  });

  it('has a variable for each field, and what is absent in a state is null there', () => {
    const path = { states: [{ a: 1 }, { b: [2] }], events: ['go'], loop: null };
    const { vars, states, loop } = readTrace(textOf(itf(path, legend)));
    expect(vars).toEqual(['a', 'event', 'b']);
    expect(states).toEqual([
      { a: 1, b: null, event: { type: 'init' } },
      { a: null, b: [2], event: 'go' },
    ]);
    expect(loop).toBeUndefined();
  });

  it('has one variable for a state that is a list, and another name for a taken one', () => {
    expect(readStates({ states: [[1, 2]], events: [], loop: null })).toEqual([
      { state: [1, 2], event: { type: 'init' } },
    ]);
    expect(readStates({ states: [{ event: 3 }], events: [], loop: null })).toEqual([
      { event: 3, event_: { type: 'init' } },
    ]);
  });

  it('goes on after a lasso where its first round has, and stays where nothing happens', () => {
    const states = [{ n: 0 }, { n: 1 }, { n: 2 }, { n: 1 }];
    const events = ['up', 'up', 'down'];
    // after the last state, which has come by `down`, comes the one that n = 1 leads to
    expect(readTrace(textOf(itf({ states, events, loop: 1 }, legend))).loop).toBe(2);
    expect(readTrace(textOf(itf({ states, events, loop: 3 }, legend))).loop).toBe(3);
  });

  it.each([
    [{ a: [{ b: 0.5 }] }, 'a[0].b is 0.5, which is no whole number'],
    [{ a: Number.POSITIVE_INFINITY }, 'a is Infinity, which is no whole number'],
    [{ a: undefined }, 'a is no plain data'],
    [{ a: new Map() }, 'a is no plain data'],
    [{ a: { '#set': 1 } }, 'a.#set has a name that readers of ITF take for their own'],
    [{ tag: 1 }, 'tag has the name by which readers of ITF know a variant'],
  ])('refuses %o in one sentence', (state, problem) => {
    const written = itf({ states: [{ a: 1 }, state], events: ['e'], loop: null }, legend);
    expect(written).toEqual({ refused: `In state 1 of the path, ${problem}.` });
  });
});
