// Every requirement of sections 2 and 3 is decided somewhere in the model, and some mutant decides
// it otherwise; or no decision of the model's could be wrong there.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { mutants } from './catalogue.ts';
import { elusiveMutants } from './mutants/own.ts';
import { undecided } from './undecided.ts';

const root = join(import.meta.dirname, '..');
const text = readFileSync(join(root, 'docs', 'requirements.md'), 'utf8');
const requirements = [...text.matchAll(/^- \*\*(R[23]\d-\d+)\*\*/gmu)].map(([, id]) => id ?? '');

const sources = ['model', 'model/actions'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join(root, folder, name), 'utf8')),
);

const cited = new Set(sources.flatMap((source) => source.match(/R\d\d-\d+/gu) ?? []));
const changed = new Set([...mutants, ...elusiveMutants].flatMap(({ cites }) => cites));

it('the requirements are those of sections 2 and 3', () => {
  expect(requirements.length).toBeGreaterThan(100);
  expect(requirements).toContain('R20-1');
  expect(requirements).toContain('R35-5');
});

describe.each(requirements.filter((id) => !(id in undecided)))('%s', (id) => {
  it('is cited by the model', () => {
    expect([...cited]).toContain(id);
  });

  it('is decided otherwise by a mutant', () => {
    expect([...changed]).toContain(id);
  });
});

describe('what is listed as undecided', () => {
  it('exists, and is changed by no mutant', () => {
    for (const id of Object.keys(undecided)) {
      expect(requirements).toContain(id);
      expect([...changed]).not.toContain(id);
    }
  });
});
