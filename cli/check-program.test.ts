import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { paper } from '../model/paper.ts';
import { defaultSettings } from '../model/settings.ts';
import { check } from './check.ts';
import { readBundle } from './files.ts';
import { saveFinding } from './finding.ts';
import type { CheckOptions } from './options.ts';
import { replay } from './replay.ts';
import { collecting } from './terminal.ts';

const options: CheckOptions = {
  on: 'impl',
  spec: 'paper',
  seed: 3,
  runs: 30,
  property: [],
  strategy: [],
  without: [],
};

const home = process.cwd();
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lockstep-'));
  process.chdir(folder);
});

afterEach(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true });
});

it('checks the program against the paper, and says how many lines were followed', async () => {
  const { terminal, text } = collecting();
  expect(await check(options, terminal)).toBe(0);
  expect(text()).toContain('checking the program against paper');
  expect(text()).toMatch(/30 runs with [\d,]+ lines of report/);
  expect(text()).toContain('every run is one of paper');
});

it.each(['key-value', 'riscv'] as const)(
  'runs %s where it is named, and contents are compared as well',
  async (guest) => {
    const { terminal, text } = collecting();
    expect(await check({ ...options, guest }, terminal)).toBe(0);
    expect(text()).toContain(`checking the program, with ${guest}, against paper`);
    expect(text()).toContain('every run is one of paper');
  },
);

it('knows no other guest of the specification', async () => {
  const { terminal, text } = collecting();
  expect(await check({ ...options, on: 'spec', guest: 'fold' }, terminal)).toBe(2);
  expect(text()).toContain('--guest');
});

it('replays a script with the guest that it was saved with', async () => {
  const script = { settings: defaultSettings, events: [{ type: 'tick' }], calm: false } as const;
  const { file } = saveFinding(script, { guest: 'key-value' });
  expect(readBundle(file ?? '')).toMatchObject({ spec: 'program-with-key-value', claim: 'I1' });
  const { terminal, text } = collecting();
  expect(await replay(file ?? '', { format: 'lanes' }, terminal)).toBe(1);
  expect(text()).toContain('not refuted by these events any more');
});

it('gives the same document for the same seed, but for the seconds', async () => {
  const document = async (): Promise<object> => {
    const { terminal, text } = collecting();
    expect(await check({ ...options, json: true }, terminal)).toBe(0);
    return { ...JSON.parse(text()), seconds: 0 };
  };
  const first = await document();
  expect(first).toMatchObject({ on: 'impl', verdict: 'holds', runs: 30, refutation: null });
  expect(await document()).toEqual(first);
});

it('is about the paper alone: the program is written to nothing else', async () => {
  const { terminal, text } = collecting();
  expect(await check({ ...options, spec: 'no-wait' }, terminal)).toBe(2);
  expect(text()).toContain('--spec');
});

it('replays what was saved about the program on the program', async () => {
  const settings = { ...defaultSettings, program: paper.init(defaultSettings).settings.program };
  const { file } = saveFinding({ settings, events: [{ type: 'tick' }], calm: false });
  expect(readBundle(file ?? '')).toMatchObject({ spec: 'program', claim: 'I1' });
  const { terminal, text } = collecting();
  expect(await replay(file ?? '', { format: 'lanes' }, terminal)).toBe(1);
  expect(text()).toContain('not refuted by these events any more');
});
