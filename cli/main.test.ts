import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { encodeBundle } from '../counterexamples/bundle.ts';
import { good } from '../counterexamples/example.ts';
import { isPlain, launcher, lockstep, type Ran, rooms, wideLines } from './launched.ts';

const { room: folderWith, remove } = rooms();
afterAll(remove);

const expectPlain = (ran: Ran): void => {
  expect(isPlain(ran)).toBe(true);
  expect(wideLines(ran.out)).toEqual([]);
};

const model = new URL('../model/paper.ts', import.meta.url).href;

describe.concurrent('the command line', { timeout: 120_000 }, () => {
  it('explains itself, and each of its verbs', async () => {
    const folder = folderWith();
    for (const verb of [
      [],
      ['check'],
      ['replay'],
      ['shrink'],
      ['mutants'],
      ['doctor'],
      ['explore'],
      ['extreme'],
      ['run'],
      ['host'],
      ['status'],
      ['elf'],
      ['conform'],
      ['init'],
      ['validate'],
      ['schema'],
    ]) {
      const ran = await lockstep(folder, ...verb, '--help');
      expect(ran).toMatchObject({ code: 0, err: '' });
      expect(ran.out).toMatch(/^Usage: lockstep/);
      expectPlain(ran);
    }
  });

  it.each([
    [['--chekc'], "lockstep: unknown option '--chekc'.\n"],
    [['chekc'], "lockstep: unknown command 'chekc'; did you mean check?\n"],
    [['check', '--sed', '1'], "lockstep: unknown option '--sed'; did you mean --seed?\n"],
    [['check', '--seed'], "lockstep: option '--seed <n>' argument missing.\n"],
    [
      ['check', '--runs', '1e3'],
      'lockstep: in the command line, --runs should be a whole number from 1 to 1000000000000, ' +
        'but is "1e3".\n',
    ],
    [
      ['check', '--property', 'S99'],
      /^lockstep: in the command line, --property should be S1, .*, but is "S99".*\n$/,
    ],
    [
      ['check', '--without', 'network'],
      'lockstep: in the command line, --without should be console, control, disk or vmotion, ' +
        'but is "network".\n',
    ],
    [
      ['check', '--spec', 'no-reissue', '--without', 'disk'],
      'lockstep: in the command line, --without should be left out or something else, ' +
        'but is disk, which this mutant is about.\n',
    ],
    [
      ['check', '--spec', 'release-of-by-one'],
      /, but is "release-of-by-one"; did you mean release-off-by-one\?\.?\n$/,
    ],
    [['replay', 'none.json'], /^lockstep: in none\.json, the file should be readable, .*\n$/],
    [['mutants', '--only', 'x'], /^lockstep: in the command line, --only should be .*\n$/],
    [
      ['run', 'minesweeper'],
      /^lockstep: there is no such guest: expected riscv, .* or fold, got 'minesweeper'\.\n$/,
    ],
    [['host'], "lockstep: required option '--config <file>' not specified.\n"],
    [['host', '--config', 'A.json'], /^lockstep: ENOENT: .*A\.json'\n$/],
    [
      ['elf', 'none.elf'],
      'lockstep: in none.elf, the file should be readable, but there is no such file.\n',
    ],
    [
      ['conform'],
      "lockstep: missing required argument 'command' " +
        '(the command and its options stand behind --).\n',
    ],
    [
      ['init', 'here', '--lang', 'cobol'],
      'lockstep: in the command line, --lang should be ts, python or c, but is "cobol".\n',
    ],
    [['elf'], "lockstep: missing required argument 'file'.\n"],
    [['status'], /^lockstep: nothing runs here: .*\n$/],
  ])('answers %j with one sentence and exit 2', async (args, sentence) => {
    const folder = folderWith();
    const ran = await lockstep(folder, ...args);
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(ran.err).toMatch(sentence);
    expect(ran.err.split('\n')).toHaveLength(2);
    expect(readdirSync(folder)).toEqual([]);
  });

  it('says where a damaged counterexample is damaged, and writes nothing', async () => {
    const text = encodeBundle(good);
    const folder = folderWith({ 'cut.json': text.slice(0, 200) });
    for (const verb of ['replay', 'shrink']) {
      const ran = await lockstep(folder, verb, 'cut.json', '--spec', 'paper');
      expect(ran).toMatchObject({ code: 2, out: '' });
      expect(ran.err).toMatch(/^lockstep: in cut\.json, line \d+, column \d+ should be .*\n$/);
    }
    expect(readdirSync(folder)).toEqual(['cut.json']);
  });

  it('refutes a mutant, saves it first, and tells it again at once', async () => {
    const folder = folderWith();
    const args = ['check', '--spec', 'release-off-by-one', '--seed', '1'] as const;
    const first = await lockstep(folder, ...args);
    expect(first).toMatchObject({ code: 1, err: '' });
    expectPlain(first);
    expect(first.out).toMatch(/\n(\S+) is broken: [\s\S]*\nthe paper refuses event \d+, /);
    const saved = readdirSync(join(folder, '.lockstep', 'failures'));
    expect(saved).toHaveLength(1);
    expect(saved[0]).toMatch(/^release-off-by-one-[A-Z]\w+-[\da-f]{8}\.json$/);
    const file = join('.lockstep', 'failures', saved[0] ?? '');
    expect(first.out).toMatch(/\nagain:[ \n]npx lockstep replay \S+\n/);
    expect(first.out).toContain(`npx lockstep replay ${file}\n`);
    const again = await lockstep(folder, ...args);
    expect(again).toMatchObject({ code: 1, err: '' });
    expect(again.out).toContain('by a saved counterexample');
    const told = await lockstep(folder, 'replay', file);
    expect(told).toMatchObject({ code: 0, err: '' });
    expectPlain(told);
    const elsewhere = await lockstep(folder, 'replay', file, '--spec', 'paper');
    expect(elsewhere.code).toBe(1);
    const shorter = await lockstep(folder, 'shrink', file, '--time', '2', '--out', 'short.json');
    expect(shorter).toMatchObject({ code: 0, err: '' });
    expect(readFileSync(join(folder, 'short.json'), 'utf8')).toContain('"locally minimal"');
    const walked = await lockstep(folder, 'replay', file, '--step');
    expect(walked).toMatchObject({ code: 2, out: '' });
    expect(walked.err).toMatch(/^lockstep: in the command line, --step should be .*\n$/);
  });

  it('is inconclusive after too few runs, in text and in JSON', async () => {
    const folder = folderWith();
    const args = ['check', '--runs', '1', '--seed', '1', '--workers', '1'] as const;
    const text = await lockstep(folder, ...args);
    expect(text).toMatchObject({ code: 3, err: '' });
    expectPlain(text);
    expect(text.out).toContain('\npaper: sampled: inconclusive: ');
    expect(text.out).not.toMatch(/\bproved\b/);
    const json = await lockstep(folder, ...args, '--json');
    expect(json).toMatchObject({ code: 3, err: '' });
    const said = { spec: 'paper', seed: 1, kind: 'sampled', verdict: 'inconclusive' };
    expect(JSON.parse(json.out)).toMatchObject(said);
  });

  it('ends with the verdict so far when it is interrupted', async () => {
    const child = spawn(process.execPath, [launcher, 'check', '--time', '600'], {
      cwd: folderWith(),
    });
    let out = '';
    child.stdout.on('data', (data) => {
      if (out === '') child.kill('SIGINT');
      out += data;
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    expect([0, 3]).toContain(code);
    expect(out).toMatch(/\npaper: sampled: interrupted after \d+ s; /);
  });

  it('tells a refutation that it cannot save', async () => {
    const folder = folderWith({ '.lockstep': 'a file' });
    const ran = await lockstep(folder, 'check', '--spec', 'no-output-rule', '--seed', '1');
    expect(ran.code).toBe(1);
    expect(ran.err).toMatch(
      /^lockstep: in \.lockstep\/failures\/.*, the file should be writable, .*\n$/,
    );
    expect(ran.out).toMatch(/ is broken: /);
    expect(ran.out).not.toMatch(/again:/);
    expect(readdirSync(folder)).toEqual(['.lockstep']);
  });

  it('leaves out of every run what it is told to leave out', async () => {
    const folder = folderWith();
    const left = ['--without', 'vmotion', '--without', 'control'] as const;
    const args = ['check', '--runs', '64', '--seed', '1', '--json', ...left] as const;
    const { out } = await lockstep(folder, ...args);
    const { fixed, coverage, faultPairs } = JSON.parse(out);
    expect(fixed).toEqual({
      features: { console: true, control: false, disk: true, vmotion: false },
    });
    expect(faultPairs).toMatchObject({ possible: 152, isExact: true });
    for (const type of ['order', 'migrate'] as const) {
      expect(coverage[type]).not.toHaveProperty('performed');
    }
    expect(coverage.operate.performed).toBeGreaterThan(0);
  });

  it("checks a user's own variant, and says what is wrong with one that is none", async () => {
    const folder = folderWith({
      'mine.ts': `import { specification } from '${model}';
        export const spec = specification('mine', { outputRule: () => true });`,
      'taken.js': `import { paper } from '${model}'; export default paper;`,
      'none.js': 'export const other = 1;',
      'broken.js': 'export const spec = ;',
    });
    const mine = await lockstep(folder, 'check', '--spec', './mine.ts', '--seed', '1');
    expect(mine).toMatchObject({ code: 1, err: '' });
    expect(mine.out).toMatch(/again:[ \n]npx lockstep replay \S+ --spec \.\/mine\.ts\n/);
    for (const [file, sentence] of [
      ['./taken.js', /, spec\.name should be a name of its own, .*, but is "paper"\.\n$/],
      ['./none.js', /, the export `spec` should be a specification, but is missing\.\n$/],
      ['./broken.js', /, the file should be a module that loads, but it fails: .*\n$/],
      ['./absent.js', /, the file should be a module, but there is no such file\.\n$/],
    ] as const) {
      const ran = await lockstep(folder, 'check', '--spec', file);
      expect(ran).toMatchObject({ code: 2, out: '' });
      expect(ran.err).toMatch(sentence);
    }
  });
});
