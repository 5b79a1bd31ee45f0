import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { judgedSoak } from '../properties/conformance/soaked.ts';
import { programWith, trial } from '../properties/conformance/trial.ts';
import { foldSoak, keyValueSoak } from '../properties/simulation/plan.ts';
import { isBadInput } from './bad-input.ts';
import { decodeBundle, isLasso } from './bundle.ts';

const folder = fileURLToPath(new URL('./found', import.meta.url));
const soaksFile = 'soaks.json';
const files = readdirSync(folder).filter((file) => file !== soaksFile);

const soaks: readonly {
  readonly seed: string;
  readonly troubledMs: number;
  readonly guest?: 'key-value'; // else the fold machine
  readonly cause: string;
}[] = JSON.parse(readFileSync(join(folder, soaksFile), 'utf8'));

describe('a script under which the program once left the specification', () => {
  it('is kept for each time', () => {
    expect(files.length).toBeGreaterThan(0);
  });

  it.each(files)('does so no more: %s', (file) => {
    const bundle = decodeBundle(readFileSync(join(folder, file), 'utf8'), file);
    if (isBadInput(bundle)) throw new Error(bundle.sentence);
    if (isLasso(bundle)) throw new Error(`${file} is a lasso`);
    const { settings, script, calm } = bundle;
    const events = script.map(({ id: _, ...event }) => event);
    const tried = trial(programWith(), { settings, events, calm });
    expect(tried.finding).toBeNull();
    expect(tried.applied).toBeGreaterThan(0);
  });
});

describe('a soak under which the program once left the specification', () => {
  it.each(soaks)('does so no more: $cause', ({ seed, troubledMs, guest }) => {
    const soak = guest === undefined ? foldSoak : keyValueSoak;
    expect(judgedSoak(programWith(), soak(seed, troubledMs)).wrong).toBeNull();
  });
});
