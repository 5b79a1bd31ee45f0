import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { claims, everyStep, witnesses } from './catalogue.ts';
import { withTables } from './claim-table.ts';

const readme = readFileSync(new URL('./README.md', import.meta.url), 'utf8');

describe('the catalogue of claims', () => {
  it('gives each id to one claim or witness', () => {
    const ids = [...claims, ...witnesses].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('guards every claim about steps by a witness that its case was reached', () => {
    const guarded = new Set(witnesses.flatMap(({ guards }) => guards));
    expect(everyStep.filter(({ id }) => !guarded.has(id)).map(({ id }) => id)).toEqual([]);
  });

  it('has witnesses only for claims that exist', () => {
    const known = new Set(claims.map(({ id }) => id));
    const guarded = witnesses.flatMap(({ guards }) => guards);
    expect(guarded.filter((id) => !known.has(id))).toEqual([]);
  });

  it('is what README.md says; `lockstep mutants --write` writes it there', () => {
    expect(readme).toBe(withTables(readme));
  });
});
