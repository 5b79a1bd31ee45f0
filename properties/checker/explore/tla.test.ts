import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Legend, Path, Written } from './path.ts';
import { moduleName, tla } from './tla.ts';

const legend: Legend = { name: 'sample', says: 'a sample', steps: ['it goes up'] };

const textOf = (written: Written): string => {
  if ('refused' in written) throw new Error(written.refused);
  return written.text;
};

const comment = String.raw`\\\*[^\n]*`;
const text = String.raw`"(?:[^"\\\p{Cc}\x60]|\\["\\ntfr])*"`;
const sign = String.raw`<<|>>|\|->|:>|@@|====|==|----|[[\](),\-]`;
const tokens = new RegExp(String.raw`${comment}|${text}|${sign}|[A-Za-z]\w*|\d+`, 'gu');

/** The tokens of a module, comments left out; it throws at what is none. */
const tokensOf = (text: string): string[] => {
  expect(text.replace(tokens, '').trim()).toBe('');
  return (text.match(tokens) ?? []).filter((token) => !token.startsWith('\\*'));
};

const signs: Readonly<Record<string, string>> = { n: '\n', t: '\t', f: '\f', r: '\r' };

const unquoted = (token: string): string =>
  token.slice(1, -1).replace(/\\(.)/g, (_, sign: string) => signs[sign] ?? sign);

// by the list in the grammar of TLA+ 2
const words = [
  ...['ASSUME', 'ASSUMPTION', 'AXIOM', 'CASE', 'CHOOSE', 'CONSTANT', 'CONSTANTS', 'DOMAIN', 'ELSE'],
  ...['ENABLED', 'EXCEPT', 'EXTENDS', 'IF', 'IN', 'INSTANCE', 'LET', 'LOCAL', 'MODULE', 'OTHER'],
  ...['SF_', 'SUBSET', 'THEN', 'THEOREM', 'UNCHANGED', 'UNION', 'VARIABLE', 'VARIABLES', 'WF_'],
  ...['WITH', 'BY', 'DEF', 'DEFINE', 'DEFS', 'HAVE', 'HIDE', 'LAMBDA', 'LEMMA', 'NEW', 'OBVIOUS'],
  ...['OMITTED', 'ONLY', 'PICK', 'PROOF', 'PROPOSITION', 'PROVE', 'QED', 'RECURSIVE', 'STATE'],
  ...['SUFFICES', 'TAKE', 'TEMPORAL', 'USE', 'WITNESS', 'ACTION', 'COROLLARY'],
];

/** Reads the values of a module back, by a grammar of its own. */
const reader = (all: string[]) => {
  const next = (): string => all.shift() ?? '';
  const expectNext = (...wanted: readonly string[]): void => {
    for (const token of wanted) expect(next()).toBe(token);
  };
  const name = (): string => {
    const token = next();
    expect(token).toMatch(/^(?!WF_|SF_)[A-Za-z]\w*$/);
    expect(words).not.toContain(token);
    return token;
  };
  const pairs = (joint: string, close: string, key: () => string, arrow: string): unknown => {
    const fields: [string, unknown][] = [];
    do {
      const field = key();
      expectNext(arrow);
      fields.push([field, value()]);
    } while (all[0] === joint && next() !== '');
    expectNext(close);
    return Object.fromEntries(fields);
  };
  const list = (): unknown[] => {
    const parts: unknown[] = [];
    if (all[0] === '>>') next();
    else {
      do parts.push(value());
      while (all[0] === ',' && next() !== '');
      expectNext('>>');
    }
    return parts;
  };
  const value = (): unknown => {
    const token = next();
    if (token === '<<') return list();
    if (token === '[') return pairs(',', ']', name, '|->');
    if (token === '(') return pairs('@@', ')', () => unquoted(next()), ':>');
    if (token === '-') return -Number(next());
    if (token.startsWith('"')) return unquoted(token);
    if (/^\d/.test(token)) return Number(token);
    if (token === 'TRUE' || token === 'FALSE') return token === 'TRUE';
    expect(token).toBe('NULL');
    return null;
  };
  return { next, expectNext, value, name };
};

type Module = {
  readonly name: string;
  readonly extended: readonly string[];
  readonly defined: ReadonlyMap<string, unknown>;
};

const readModule = (text: string): Module => {
  const all = tokensOf(text);
  const { expectNext, value, name } = reader(all);
  expectNext('----', 'MODULE');
  const module = name();
  expectNext('----', 'EXTENDS');
  const extended = [name()];
  while (all[0] === ',') {
    expectNext(',');
    extended.push(name());
  }
  const defined = new Map<string, unknown>();
  while (all[0] !== '====') {
    const symbol = name();
    expectNext('==');
    defined.set(symbol, value());
  }
  expectNext('====');
  expect(all).toEqual([]);
  return { name: module, extended, defined };
};

/** In TLA+ a record without fields is a sequence without elements: both are the empty function. */
const emptied = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(emptied);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).map(([key, part]) => [key, emptied(part)] as const);
  return fields.length === 0 ? [] : Object.fromEntries(fields);
};

const traceOf = (path: Path): unknown => readModule(textOf(tla(path, legend))).defined.get('Trace');

const isWritable = (text: string): boolean => !/(?![\n\t\f\r])[\p{Cc}\p{Cs}`]/u.test(text);

const strings = fc
  .oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom(...'"\\\n\t\f\rab*(') }))
  .filter(isWritable);

const names = fc.oneof(strings, fc.constantFrom(...words, 'WF_x', 'a', 'from', 'to', '0', '_'));

const values = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    ...[fc.constant(null), fc.boolean(), fc.maxSafeInteger(), strings],
    fc.array(tie('value')),
    fc.dictionary(names, tie('value')),
  ),
})).value;

describe('a path as a sequence of TLA+', () => {
  it('can be read back, whatever plain data it is', () => {
    fc.assert(
      fc.property(values, values, values, (before, after, event) => {
        const path = { states: [{ x: before }, { x: after }], events: [event], loop: null };
        expect(traceOf(path)).toEqual(
          emptied([
            { x: before, event: { type: 'init' } },
            { x: after, event },
          ]),
        );
      }),
    );
  });

  it('has no reserved word for a name', () => {
    for (const word of [...words, 'WF_x', 'SF_', '0', '_', 'a b']) {
      const path = { states: [{ x: { [word]: 1 } }], events: [], loop: null };
      expect(traceOf(path)).toEqual([{ x: { [word]: 1 }, event: { type: 'init' } }]);
    }
  });

  it('is wrapped where it can be', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat()), { maxLength: 40 }), (lists) => {
        const text = textOf(tla({ states: [{ lists }], events: [], loop: null }, legend));
        expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
      }),
    );
  });

  it('is a module as one would write it', () => {
    const path = {
      states: [
        { n: 0, b: true },
        { n: -1, b: null },
      ],
      events: ['go'],
      loop: 1,
    };
    expect(textOf(tla(path, { ...legend, name: 'a-b' }))).toBe(
      String.raw`---- MODULE a_b ----
\* a sample
EXTENDS Integers

\* Stands for null. With NULL = NULL under CONSTANTS in the configuration of TLC
\* it is a model value instead, which equals nothing else.
NULL == "null"

Trace == <<
  \* 0: the beginning
  [n |-> 0, b |-> TRUE, event |-> [type |-> "init"]],
  \* 1: it goes up
  [n |-> -1, b |-> NULL, event |-> "go"]
>>

\* A lasso: after the last state comes Trace[LoopIndex], and so on for ever.
LoopIndex == 2

====`,
    );
  });

  it('counts from one where a lasso goes on', () => {
    const states = [{ n: 0 }, { n: 1 }, { n: 2 }, { n: 1 }];
    const path = { states, events: ['up', 'up', 'down'], loop: 1 };
    const { defined } = readModule(textOf(tla(path, legend)));
    expect(defined.get('LoopIndex')).toBe(3); // Trace[3] has n = 2
  });

  it('needs the operators of TLC only for fields whose names are no words', () => {
    const extendedBy = (state: object) =>
      readModule(textOf(tla({ states: [state], events: [], loop: null }, legend))).extended;
    expect(extendedBy({ from: { to: 1 } })).toEqual(['Integers']);
    expect(extendedBy({ from: [{ IF: 1 }] })).toEqual(['Integers', 'TLC']);
  });

  it('has a name that a module may have', () => {
    expect(['release-off-by-one-S2', '2pc', 'IF', 'x'].map(moduleName)).toEqual([
      'release_off_by_one_S2',
      'M_2pc',
      'M_IF',
      'x',
    ]);
  });

  it.each([
    [{ a: 0.5 }, 'a is 0.5, which is no whole number'],
    [{ a: ['x`y'] }, 'a[0] has the character U+0060, for which TLA+ strings have no form'],
    [{ a: { '\u0000': 1 } }, /^a\..* has the character U\+0000, for which/],
  ])('refuses %o in one sentence', (state, problem) => {
    const written = tla({ states: [state], events: [], loop: null }, legend);
    if (!('refused' in written)) throw new Error('it is written');
    const said = written.refused.replace(/^In state 0 of the path, |\.$/g, '');
    expect(said).toEqual(typeof problem === 'string' ? problem : expect.stringMatching(problem));
  });
});
