import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { paper } from '../model/paper.ts';
import type { Spec } from '../model/spec.ts';
import { scopeNamed } from '../properties/checker/explore/named-scopes.ts';
import type { Scope } from '../properties/checker/explore/scope.ts';
import { shortestOf, untimed } from '../properties/checker/explore/shortest.ts';
import { judge } from '../properties/checker/judge.ts';
import { type Bundle, decodeBundle, isLasso } from './bundle.ts';
import { mutants, specificationNamed } from './catalogue.ts';
import { type Death, groups } from './groups.ts';
import { lassoGroups } from './lasso-groups.ts';
import type { Mutant } from './mutant.ts';
import { elusiveMutants } from './mutants/own.ts';
import { scopeless } from './scopeless.ts';
import { survivors } from './survivors.ts';
import { timedGroups } from './timed-groups.ts';

const all: readonly Mutant[] = [...mutants, ...elusiveMutants];
const isWrong = ({ breaks }: Mutant): boolean => breaks !== 'nothing';
const namesOf = (some: readonly Mutant[]): readonly string[] => some.map(({ spec }) => spec.name);

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

const grouped: readonly (readonly [mutant: string, scope: string, ...Death])[] = Object.entries(
  groups,
).flatMap(([scope, deaths]) =>
  Object.entries(deaths).map(([mutant, death]) => [mutant, scope, ...death] as const),
);

const bundleOf = (mutant: string): Bundle | null => {
  const name = `./traces/${mutant}.json`;
  const isTold = mutants.some(({ spec }) => spec.name === mutant);
  if (!isTold) return null;
  const bundle = decodeBundle(readFileSync(new URL(name, import.meta.url), 'utf8'), name);
  if ('sentence' in bundle) throw new Error(bundle.sentence);
  return isLasso(bundle) ? null : bundle;
};

describe('every mutant', () => {
  it('dies in the scope of some group, or is listed as one that does not', () => {
    const listed = [
      ...grouped.map(([mutant]) => mutant),
      ...Object.values(timedGroups).flat(),
      ...Object.values(lassoGroups).flatMap((group) => Object.keys(group)),
      ...Object.values(scopeless).flat(),
    ];
    expect([...new Set(listed)].toSorted()).toEqual(namesOf(all.filter(isWrong)).toSorted());
  });

  it('that is benign survives in one, but for what time alone can show', () => {
    const benign = namesOf(all.filter((mutant) => !isWrong(mutant)));
    const listed = [...Object.keys(survivors), 'extra-heartbeats'];
    expect(listed.toSorted()).toEqual(benign.toSorted());
  });

  it.each(grouped)('%s is in a scope that there is, by a claim that can be asked', (...row) => {
    const [mutant, scope, claim] = row;
    expect(scopeNamed(scope)?.name).toBe(scope);
    expect(untimed.map(({ id }) => id)).toContain(claim);
    expect(all.find(({ spec }) => spec.name === mutant)?.breaks).toContain(claim);
  });
});

describe('the shortest story of a mutant in its scope', () => {
  it.each(grouped)('%s in %s: %s by %i events, and no fewer', (mutant, name, claim, length) => {
    const [spec, scope] = [named(mutant), scopeOf(name)];
    const claims = untimed.filter(({ id }) => id === claim);
    const found = shortestOf(spec, scope, claims);
    expect([found?.claim, found?.events.length]).toEqual([claim, length]);
    const script = { settings: scope.settings, events: found?.events ?? [], calm: false };
    const { refutation, refused } = judge(spec, script, { claims, witnesses: new Set() });
    expect({ refutation, refused }).toEqual({ refutation: { claim, at: length - 1 }, refused: [] });
  });

  it('is none under the paper', () => {
    expect(shortestOf(paper, scopeOf('order-alone'))).toBeNull();
  });

  it.each(grouped)('%s: is the one that is told', (mutant, scope, claim, events) => {
    const bundle = bundleOf(mutant);
    if (bundle === null) return; // random runs rarely find it: nothing is told of it
    const { script, certificate, calm } = bundle;
    expect([bundle.claim, calm]).toEqual([claim, false]);
    expect(certificate).toMatchObject({ kind: 'globally shortest', scope });
    expect(script).toHaveLength(events);
  });
});
