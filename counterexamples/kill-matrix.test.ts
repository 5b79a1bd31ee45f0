import { readFileSync } from 'node:fs';
import * as t from 'io-ts';
import { describe, expect, it } from 'vitest';
import { claims } from '../properties/catalogue.ts';
import { mutants } from './catalogue.ts';
import { dyingScopeOf } from './dying-scope.ts';
import { reasonsToStay } from './reasons-to-stay.ts';
import { shrinkingGaps } from './shrinking-gaps.ts';

const codec = t.record(t.string, t.array(t.string));
const parsed: unknown = JSON.parse(
  readFileSync(new URL('./kill-matrix.json', import.meta.url), 'utf8'),
);
const matrix: Readonly<Record<string, readonly string[]>> = codec.is(parsed) ? parsed : {};

const killedBy = (id: string): readonly (readonly string[])[] =>
  Object.values(matrix).filter((broken) => broken.includes(id));

describe('the kill matrix', () => {
  it('has every mutant in it, and no benign change', () => {
    const wrong = mutants.filter(({ breaks }) => breaks !== 'nothing');
    expect(Object.keys(matrix).sort()).toEqual(wrong.map(({ spec }) => spec.name).sort());
  });

  it.each(claims.map(({ id }) => id))('%s kills a mutant', (id) => {
    expect(killedBy(id)).not.toEqual([]);
  });

  it.each(claims.map(({ id }) => id))('%s kills one that nothing else does, or why not', (id) => {
    const isAlone = killedBy(id).some((broken) => broken.length === 1);
    expect(isAlone ? 'kills one alone' : reasonsToStay[id]).toBeTypeOf('string');
    if (isAlone) expect(reasonsToStay[id]).toBeUndefined();
  });

  it('names no claim that does not exist', () => {
    const known = new Set(claims.map(({ id }) => id));
    const named = mutants.flatMap(({ breaks }) => (breaks === 'nothing' ? [] : breaks));
    expect(named.filter((id) => !known.has(id))).toEqual([]);
  });
});

const lengthsCodec = t.record(
  t.string,
  t.type({
    claim: t.string,
    scope: t.string,
    shrunk: t.union([t.number, t.null]),
    shortest: t.number,
  }),
);
const lengthsIn: unknown = JSON.parse(
  readFileSync(new URL('./lengths.json', import.meta.url), 'utf8'),
);
const lengths = Object.entries(lengthsCodec.is(lengthsIn) ? lengthsIn : {});

describe('the length of a story', () => {
  it('is proven for every mutant that has a scope', () => {
    const named = mutants.map(({ spec }) => spec.name);
    const scoped = named.filter((name) => dyingScopeOf(name) !== null && name in matrix);
    expect(lengths.map(([name]) => name).sort()).toEqual(scoped.sort());
  });

  it('is what is left of a story from a random run, but for those with a reason', () => {
    const stuck = lengths.flatMap(([name, { shrunk, shortest }]) =>
      shrunk === null || shrunk === shortest ? [] : [[name, { shrunk, shortest }]],
    );
    const known = Object.values(shrinkingGaps).flatMap((gaps) => Object.entries(gaps));
    expect(Object.fromEntries(stuck)).toEqual(Object.fromEntries(known));
  });
});
