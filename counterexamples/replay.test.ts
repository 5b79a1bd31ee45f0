import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { paper } from '../model/paper.ts';
import type { Spec } from '../model/spec.ts';
import { claims } from '../properties/catalogue.ts';
import { judge } from '../properties/checker/judge.ts';
import type { Script } from '../properties/checker/script.ts';
import { isBadInput } from './bad-input.ts';
import { type Bundle, decodeBundle, isLasso } from './bundle.ts';
import { mutants, specificationNamed } from './catalogue.ts';
import { stateHash } from './state-hash.ts';

const folder = fileURLToPath(new URL('./traces', import.meta.url));
const files = readdirSync(folder).filter((file) => file.endsWith('.json'));

const bundleIn = (file: string): Bundle => {
  const bundle = decodeBundle(readFileSync(join(folder, file), 'utf8'), file);
  if (isBadInput(bundle)) throw new Error(bundle.sentence);
  if (isLasso(bundle)) throw new Error(`${file} is a lasso`);
  return bundle;
};

const specOf = ({ spec: name }: Bundle): Spec => {
  const spec = specificationNamed(name);
  if (spec === null) throw new Error(`there is no specification named ${name}`);
  return spec;
};

const scriptOf = ({ settings, script, calm }: Bundle): Script => ({
  settings,
  events: script.map(({ id: _, ...event }) => event),
  calm,
});

describe('the museum of mistakes', () => {
  it('has a counterexample of every mutant, and of nothing else', () => {
    const wrong = mutants.filter(({ breaks }) => breaks !== 'nothing');
    expect(files.sort()).toEqual(wrong.map(({ spec }) => `${spec.name}.json`).sort());
  });

  it.each(files)('%s still breaks its claim, at the event where it did', (file) => {
    const bundle = bundleIn(file);
    const claim = claims.filter(({ id }) => id === bundle.claim);
    const judged = judge(specOf(bundle), scriptOf(bundle), { claims: claim, witnesses: new Set() });
    expect(judged.refutation).toEqual({ claim: bundle.claim, at: bundle.at });
    expect(judged.refused).toEqual([]);
    expect(stateHash(judged.end)).toBe(bundle.end);
  });

  it.each(files)('%s is told beside it, and breaks a claim that its mutant names', (file) => {
    const bundle = bundleIn(file);
    const mutant = mutants.find(({ spec }) => spec.name === bundle.spec);
    const story = readFileSync(join(folder, file.replace('.json', '.txt')), 'utf8');
    expect(story).toContain(`${bundle.claim} is broken`);
    expect(mutant?.breaks).toContain(bundle.claim);
  });

  it.each(files)('%s breaks nothing under the paper, which refuses it or ends well', (file) => {
    const script = scriptOf(bundleIn(file));
    const { refutation } = judge(paper, script, { claims, witnesses: new Set() });
    expect(refutation).toBeNull();
  });
});
