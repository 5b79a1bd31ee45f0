import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { paper } from '../model/paper.ts';
import { scopeNamed } from '../properties/checker/explore/named-scopes.ts';
import type { Scope } from '../properties/checker/explore/scope.ts';
import { counts } from '../properties/checker/explore/scopes/counts.ts';
import { wholeOf } from '../properties/checker/explore/shortest.ts';
import { mutants, specificationNamed } from './catalogue.ts';
import { type Survivals, survivalDifference, survivalScopes, survivalsJson } from './survival.ts';
import { oneForOne, survivors } from './survivors.ts';

const text = readFileSync(new URL('./survivals.json', import.meta.url), 'utf8');
const survivals: Survivals = JSON.parse(text);

const benign = mutants.filter(({ breaks }) => breaks === 'nothing');

const scopeOf = (name: string): Scope => {
  const scope = scopeNamed(name);
  if (scope === null) throw new Error(`no scope ${name}`);
  return scope;
};

const listed = Object.entries(survivals).flatMap(([mutant, found]) =>
  Object.entries(found).map(([scope, known]) => [mutant, scope, known] as const),
);

describe('what a benign change comes to', () => {
  it('is written down of those that suit an untimed scope', () => {
    const suited = benign.filter((mutant) => survivalScopes(mutant).length > 0);
    expect(Object.keys(survivals)).toEqual(suited.map(({ spec }) => spec.name));
    expect(survivalsJson(survivals)).toBe(text);
  });

  it.each(benign.map((mutant) => [mutant.spec.name, mutant] as const))('%s', (name, mutant) => {
    const scopes = survivalScopes(mutant).map((scope) => scope.name);
    for (const [scope, found] of Object.entries(survivals[name] ?? {})) {
      expect(scopes).toContain(scope);
      expect(found).not.toEqual(counts[scope]); // or it would go without saying
    }
  });

  it.each(Object.entries(survivors))('%s where it matters', (name, { scope, situations }) => {
    const [unchanged] = counts[scope] ?? [];
    const [changed] = survivals[name]?.[scope] ?? [];
    expect(changed ?? unchanged).toBe(situations);
    expect(situations === unchanged).toBe(name in oneForOne);
  });
});

/** Of small scopes those that the change does not make large; a benchmark does all. */
const quick = listed.filter(
  ([, scope, [distinct]]) => (counts[scope]?.[0] ?? 0) < 12_000 && distinct < 25_000,
);

describe('a benign change survives where it makes a difference', () => {
  it.each(quick)('%s in %s', (name, scope) => {
    const spec = specificationNamed(name);
    if (spec === null) throw new Error(`no mutant ${name}`);
    const explored = wholeOf(spec, scopeOf(scope));
    expect(survivalDifference(survivals, name, scope, explored)).toBeNull();
  });

  it('or it is told where it does not', () => {
    const explored = wholeOf(paper, scopeOf('order-alone'));
    const told = (changed: Partial<typeof explored>, known: Survivals = {}): string | null =>
      survivalDifference(known, 'a change', 'order-alone', { ...explored, ...changed });
    expect(told({})).toBeNull();
    expect(told({ cutOff: 7 }, { 'a change': { 'order-alone': [21, 37, 7, 7] } })).toBeNull();
    expect(told({ cutOff: 7 })).toBe(
      'a change comes to 21, 37, 7, 7 in scope order-alone, not to 21, 37, 7, 6.',
    );
    const refuted = [{ id: 'S1', events: [], cause: null }];
    expect(told({ refuted })).toBe('a change breaks S1 in scope order-alone.');
    expect(told({ extent: 'memory' })).toBe('a change does not exhaust scope order-alone: memory.');
  });
});
