import { describe, expect, it } from 'vitest';
import type { Spec } from '../model/spec.ts';
import { witnesses } from '../properties/catalogue.ts';
import { scopeNamed } from '../properties/checker/explore/named-scopes.ts';
import type { Scope } from '../properties/checker/explore/scope.ts';
import { cases } from '../properties/checker/explore/scopes/counts.ts';
import { shortestOf, untimed } from '../properties/checker/explore/shortest.ts';
import { specificationNamed } from './catalogue.ts';
import { deathsElsewhere, elsewhere } from './elsewhere.ts';
import { groups } from './groups.ts';

const named = (name: string): Spec => {
  const spec = specificationNamed(name);
  if (spec === null) throw new Error(`no mutant ${name}`);
  return spec;
};

const scopeOf = (name: string): Scope => {
  const scope = scopeNamed(name);
  if (scope === null) throw new Error(`no scope ${name}`);
  return scope;
};

const casesIn = (scope: string): readonly string[] =>
  (cases[scope] ?? '').split(' ').map((one) => one.split(':')[0] ?? '');

/** The mutants of a group that break a claim which the case guards. */
const guardedBy = (witness: string, group: string): readonly string[] => {
  const claims = witnesses.find(({ id }) => id === witness)?.guards ?? [];
  return Object.entries(groups[group] ?? {})
    .filter(([, [claim]]) => claims.includes(claim))
    .map(([mutant]) => mutant);
};

const guarding = (group: string): readonly string[] =>
  witnesses.map(({ id }) => id).filter((id) => guardedBy(id, group).length > 0);

describe.each(Object.keys(groups))('the claims that the mutants of %s break', (group) => {
  const others = elsewhere[group] ?? {};

  it('have their cases in its scope, or elsewhere', () => {
    const lacking = guarding(group).filter((id) => !casesIn(group).includes(id));
    expect(Object.keys(others).toSorted()).toEqual(lacking.toSorted());
  });

  it('have a case elsewhere wherever a mutant is said to die', () => {
    for (const [witness, scopes] of Object.entries(others)) {
      for (const scope of Object.keys(scopes)) expect(casesIn(scope)).toContain(witness);
      const dying = Object.values(scopes).flat();
      expect(dying.toSorted()).toEqual(guardedBy(witness, group).toSorted());
    }
  });
});

const long = ['generations']; // some 350,000 situations before the mutant dies: a benchmark

describe('a mutant dies where the case occurs that its group lacks', () => {
  it.each(deathsElsewhere.filter(([, scope]) => !long.includes(scope)))(
    '%s in %s by %s',
    (...row) => {
      const [mutant, scope, claim] = row;
      const claims = untimed.filter(({ id }) => id === claim);
      expect(shortestOf(named(mutant), scopeOf(scope), claims)?.claim).toBe(claim);
    },
  );
});
