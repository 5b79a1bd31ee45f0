import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { claims } from '../properties/catalogue.ts';
import { explore } from '../properties/checker/explore/explore.ts';
import { alwaysOf, systemFor } from '../properties/checker/explore/protocol.ts';
import { timedScopes } from '../properties/checker/explore/timed-scopes.ts';
import { specificationNamed } from './catalogue.ts';
import { timedGroups } from './timed-groups.ts';

const matrix: Readonly<Record<string, readonly string[]>> = JSON.parse(
  readFileSync(new URL('./kill-matrix.json', import.meta.url), 'utf8'),
);

const grouped = Object.entries(timedGroups).flatMap(([scope, names]) =>
  names.map((name) => [name, scope] as const),
);

const timed = claims.filter((claim) => claim.kind === 'everyStep' && claim.needs === 'clock');
const timedIds = timed.map(({ id }) => id);

it('has each mutant that a claim about time kills first, in one group', () => {
  const names = grouped.map(([name]) => name);
  expect(new Set(names).size).toBe(names.length);
  const killed = Object.keys(matrix).filter((name) => timedIds.includes(matrix[name]?.[0] ?? ''));
  expect(killed.filter((name) => !names.includes(name))).toEqual([]);
});

it('is of scopes with a clock, and has mutants for each such claim but T1a', () => {
  const scopes = timedScopes.map(({ name }) => name);
  expect(Object.keys(timedGroups).filter((name) => !scopes.includes(name))).toEqual([]);
  const killers = new Set(grouped.flatMap(([name]) => matrix[name] ?? []));
  // what breaks T1a first overfills a log buffer, which S8 or S5 forbids
  expect(timedIds.filter((id) => !killers.has(id))).toEqual(['T1a']);
});

const long = ['slow', 'evidence']; // ten times as long as all others together

describe('a mutant dies in the scope of its group, by a claim about time', () => {
  it.each(grouped.filter(([, scope]) => !long.includes(scope)))('%s in %s', (name, scopeName) => {
    const spec = specificationNamed(name);
    const scope = timedScopes.find((one) => one.name === scopeName);
    if (spec === null || scope === undefined) throw new Error(`no ${name} in ${scopeName}`);
    const { extent, refuted } = explore(systemFor(spec, scope), {
      claims: claims.flatMap((claim) => (claim.kind === 'everyStep' ? [alwaysOf(claim)] : [])),
      witnesses: [],
      bounds: { depth: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY },
      goesOn: false,
      heap: () => 0,
      onProgress: () => true,
    });
    expect(extent).toBe('refuted');
    expect(timedIds).toContain(refuted[0]?.id);
  });
});
