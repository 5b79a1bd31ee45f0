import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { conform } from './conform.ts';
import { init } from './init.ts';
import { collecting } from './terminal.ts';

const room = mkdtempSync(join(tmpdir(), 'lockstep-init-'));
afterAll(() => rmSync(room, { recursive: true }));

const built = (folder: string): readonly string[] => {
  const [out, ...sources] = ['pair', 'pair.c', 'lockstep.c'].map((file) => join(folder, file));
  execFileSync('cc', ['-std=c11', '-Wall', '-Wextra', '-Werror', '-o', `${out}`, ...sources]);
  return [`${out}`];
};

const commands = {
  ts: {
    tool: process.execPath,
    command: (folder: string) => [process.execPath, join(folder, 'pair.ts')],
  },
  python: { tool: 'python3', command: (folder: string) => ['python3', join(folder, 'pair.py')] },
  c: { tool: 'cc', command: built },
} as const;

const options = { seed: 1, scripts: 50, patience: 20_000, out: join(room, 'failures') };

it.for(['ts', 'python', 'c'] as const)(
  'what it writes in %s runs at once and is refused with a first story',
  async (lang, { skip }) => {
    const { tool, command } = commands[lang];
    skip(spawnSync(tool, ['--version']).status !== 0, `${tool} is not installed`);
    const folder = join(room, lang);
    expect(init(folder, { lang }, collecting().terminal)).toBe(0);
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).toContain('    ');
    expect(readFileSync(join(folder, 'README.md'), 'utf8')).not.toContain('@RUN@');
    const told = collecting();
    expect(await conform(command(folder), options, told.terminal)).toBe(1);
    expect(told.text()).toMatch(/entries logged: none, and the specification has e1 (OUT|ND)/);
  },
);

it('overwrites nothing', () => {
  const folder = join(room, 'twice');
  expect(init(folder, { lang: 'python' }, collecting().terminal)).toBe(0);
  const told = collecting();
  expect(init(folder, { lang: 'python' }, told.terminal)).toBe(2);
  expect(told.text()).toContain('has lockstep.py');
});
