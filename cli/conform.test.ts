import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { conform } from './conform.ts';
import type { ConformOptions } from './options.ts';
import { replay } from './replay.ts';
import { collecting, widthOf } from './terminal.ts';

const adapters = fileURLToPath(new URL('../docs/adapters', import.meta.url));
const room = mkdtempSync(join(tmpdir(), 'lockstep-conform-'));
afterAll(() => rmSync(room, { recursive: true }));

const has = (tool: string): boolean => spawnSync(tool, ['--version']).status === 0;
const python = has('python3');
const cc = has('cc');

const pairs = {
  own: (): readonly string[] => [process.execPath, join(adapters, 'own/pair.ts')],
  typescript: (): readonly string[] => [process.execPath, join(adapters, 'typescript/pair.ts')],
  python: (): readonly string[] => ['python3', join(adapters, 'python/pair.py')],
  c: (): readonly string[] => {
    const [source, reader] = ['pair.c', 'lockstep.c'].map((file) => join(adapters, 'c', file));
    const built = join(room, 'pair');
    const strict = ['-std=c11', '-O2', '-Wall', '-Wextra', '-Werror'];
    execFileSync('cc', [...strict, '-o', built, source ?? '', reader ?? '']);
    return [built];
  },
};

const languages = ['typescript', 'python', 'c'] as const;

const missing = (language: string): string | null => {
  if (language === 'python' && !python) return 'python3 is not installed';
  return language === 'c' && !cc ? 'cc is not installed' : null;
};

type Ran = { readonly code: number; readonly text: string; readonly out: string };

let rooms = 0;

const conformed = async (
  command: readonly string[],
  options: Partial<ConformOptions> = {},
): Promise<Ran> => {
  const out = join(room, `${rooms++}`);
  const { terminal, text } = collecting();
  const fixed = { seed: 1, scripts: 200, patience: 20_000, out };
  const code = await conform(command, { ...fixed, ...options }, terminal);
  return { code, text: text(), out };
};

/** A program in a file of its own, for Node. */
const written = (name: string, source: string): readonly string[] => {
  const file = join(room, name);
  writeFileSync(file, source);
  return [process.execPath, file];
};

const linesOf = (folder: string, file: string): number =>
  readFileSync(join(adapters, folder, file), 'utf8')
    .trimEnd()
    .split('\n').length;

/** Where lines break depends on the folder in which the tests run. */
const flat = (text: string): string => text.replaceAll(/\s+/g, ' ');

describe('the adapters', { timeout: 120_000 }, () => {
  it.for(languages)('are a right pair in %s', async (language, { skip }) => {
    const reason = missing(language);
    skip(reason !== null, reason ?? '');
    const command = pairs[language]();
    for (const options of [{}, { seed: 2, eachHost: true, scripts: 50 } as const]) {
      const ran = await conformed(command, options);
      expect(ran.text).toContain('passed');
      expect(ran.code).toBe(0);
    }
  });

  it("and Lockstep's own core are right", async () => {
    const { code, text } = await conformed(pairs.own());
    expect(text).toContain('passed');
    expect(code).toBe(0);
  });

  it('are judged by what they claim', async ({ skip }) => {
    skip(!python, 'python3 is not installed');
    const path = JSON.stringify(join(adapters, 'python'));
    const file = join(room, 'claims.py');
    const claims = '{"ackPoint": "replayed"}';
    const source = `import sys\nsys.path.insert(0, ${path})\nimport lockstep, pair\n`;
    writeFileSync(file, `${source}lockstep.serve(pair.Pair, ${claims})\n`);
    const { code, text } = await conformed(['python3', file]);
    expect(flat(text)).toContain('ackPoint replayed');
    expect(text).toMatch(/^R22-5: /m);
    expect(code).toBe(1);
  });

  it('are short', () => {
    expect(linesOf('typescript', 'lockstep.ts')).toBeLessThanOrEqual(120);
    expect(linesOf('python', 'lockstep.py')).toBeLessThanOrEqual(120);
    expect(linesOf('c', 'lockstep.c') + linesOf('c', 'lockstep.h')).toBeLessThanOrEqual(120);
    expect(linesOf('typescript', 'pair.ts')).toBeLessThanOrEqual(300);
    expect(linesOf('python', 'pair.py')).toBeLessThanOrEqual(300);
    expect(linesOf('c', 'pair.c')).toBeLessThanOrEqual(300);
  });
});

/** What each faulty pair is refused for. */
const faults: readonly (readonly [string, string])[] = [
  ['acknowledges_parts', 'R23-11'],
  ['asks_nobody', 'R23-17'],
  ['drops_what_it_withheld', 'R22-8'],
  ['emits_in_replay', 'R20-5'],
  ['flushes_behind', 'R35-5'],
  ['hears_the_log_only', 'R23-3'],
  ['leaves_its_log', 'R22-14'],
  ['logs_no_output', 'R22-3'],
  ['never_acknowledges', 'R32-3'],
  ['never_suspects', 'R23-3'],
  ['own_clock', 'R21-1'],
  ['releases_at_once', 'R22-4'],
  ['suspects_early', 'R23-3'],
];

const faultsFolder = 'python/faulty';

describe('the faulty pairs in Python', { timeout: 120_000 }, () => {
  it.for(faults)('have %s refused for %s', async ([name, requirement], { skip }) => {
    skip(!python, 'python3 is not installed');
    const file = join(adapters, faultsFolder, `${name}.py`);
    const { code, text } = await conformed(['python3', file], { scripts: 1000 });
    expect(code).toBe(1);
    expect(text).toMatch(new RegExp(`^${requirement}: [A-Z(]`, 'm'));
    const wide = text.split('\n').filter((line) => widthOf(line) > 80);
    expect(wide.filter((line) => !line.startsWith('lockstep replay'))).toEqual([]);
  });

  it('are all in the table', () => {
    const files = readdirSync(join(adapters, faultsFolder)).filter((file) =>
      /^[a-z].*\.py$/.test(file),
    );
    expect(files.sort()).toEqual(faults.map(([name]) => `${name}.py`));
  });
});

const answering = (cases: string): string => `
import { createInterface } from 'node:readline';
const say = (line) => console.log(JSON.stringify(line));
const hello = () => say({ lockstep: 'conform', version: 1 });
createInterface({ input: process.stdin }).on('line', (text) => {
  const line = JSON.parse(text);
  if (line.do === 'hello') hello();
  ${cases}
  say({ done: line.id });
});`;

const strange: readonly (readonly [string, string, number, string])[] = [
  ['does nothing', '', 1, 'R22-7'],
  ['hangs', "if (line.do === 'execute') return;", 1, 'does not answer execute on'],
  ['ends', "if (line.do === 'execute') process.exit(3);", 1, 'it ends with exit code 3'],
  ['throws', "if (line.do === 'execute') throw new Error('oh');", 1, 'its last words: "Error: oh"'],
  ['babbles', "console.log('hm');", 2, 'it says hm, which is no object of JSON'],
  ['knows a word', "if (line.do === 'execute') say({ did: 'tock' });", 1, 'where did should be'],
  [
    'says too little',
    "if (line.do === 'execute') say({ did: 'flush', copy: 'p' });",
    1,
    'seq should be',
  ],
  [
    'takes the world',
    "if (line.do === 'execute') say({ did: 'crash', host: 'A' });",
    1,
    'the harness',
  ],
  ['is another', "if (line.do === 'execute') say({ did: 'suspect', copy: 'x' });", 1, 'of copy x'],
  ['says done twice', "if (line.do === 'execute') say({ done: line.id });", 1, 'it '],
  ['counts wrongly', 'line.id += 7;', 2, 'it says done to 8, and it was asked 1'],
  [
    'is endless',
    "for (let i = 0; i < 20_000 && line.do === 'execute'; i++) " +
      "say({ did: 'heartbeat', copy: 'p' });",
    1,
    'more than 10000 lines',
  ],
  [
    'is wide',
    "if (line.do === 'execute') say('x'.repeat(70_000));",
    1,
    'more than 65536 characters',
  ],
  ['cannot begin', "if (line.do === 'reset') return say({ cannot: 'reset' });", 1, 'just been'],
  ['is another version', 'say({ lockstep: "conform", version: 2 });', 2, '"version":1'],
  [
    'claims nonsense',
    'say({ lockstep: "conform", version: 1, settings: { ackPoint: 7 } });',
    2,
    'ackPoint',
  ],
];

describe('a program that', { timeout: 60_000 }, () => {
  it.each(strange)('%s is told so', async (name, cases, expected, words) => {
    const command = written(`${name.replace(/ /g, '-')}.mjs`, answering(cases));
    const patience = name === 'hangs' ? 1000 : 20_000;
    const { code, text } = await conformed(command, { patience, scripts: 20 });
    expect(text.replace(/\n */g, ' ')).toContain(words);
    expect(code).toBe(expected);
  });

  it('is none is told so', async () => {
    const { code, text } = await conformed(['/no/such/program']);
    expect(flat(text)).toContain('cannot be started: there is no such command');
    expect(code).toBe(2);
  });

  it('cannot reset is started again for each script', async () => {
    const source = readFileSync(join(adapters, 'typescript/pair.ts'), 'utf8');
    const own = "'./lockstep.ts'";
    const library = JSON.stringify(join(adapters, 'typescript/lockstep.ts'));
    const once = `
      let isFirst = true;
      const parse = JSON.parse;
      JSON.parse = (text: string) => {
        const line = parse(text);
        if (line.do === 'reset' && !isFirst) console.log('{"cannot":"reset"}');
        if (line.do === 'reset') isFirst = false;
        return line;
      };`;
    const [node = ''] = written('once.ts', source.replace(own, library) + once);
    const { code, text } = await conformed([node, join(room, 'once.ts')], { scripts: 15 });
    expect(flat(text)).toContain('passed 15 scripts');
    expect(code).toBe(0);
  });
});

const withoutTimes = (text: string): string => text.replace(/\d+\.\d s/g, '# s');

describe('a counterexample', { timeout: 60_000 }, () => {
  const command = written('still.mjs', answering(''));

  const savedBy = ({ out }: Ran): string => join(out, readdirSync(out)[0] ?? '');

  it('is the same for the same seed', async () => {
    const [one, other] = [await conformed(command), await conformed(command)];
    expect(readFileSync(savedBy(one), 'utf8')).toBe(readFileSync(savedBy(other), 'utf8'));
    const plain = ({ text, out }: Ran): string => withoutTimes(text.replaceAll(out, 'out'));
    expect(plain(one)).toBe(plain(other));
  });

  it('is replayed on its program, and on another', async () => {
    const file = savedBy(await conformed(command));
    const told = collecting();
    expect(await replay(file, { format: 'lanes' }, told.terminal)).toBe(0);
    expect(flat(told.text())).toContain('refuted, as the file says');
    const other = collecting();
    const on = pairs.typescript();
    expect(await replay(file, { format: 'lanes', on }, other.terminal)).toBe(1);
    expect(flat(other.text())).toContain('not refuted by this script');
  });

  it('of another program is in another file', async () => {
    const [one, other] = [written('one.mjs', answering('')), written('other.mjs', answering(''))];
    const out = join(room, 'both');
    for (const program of [one, other, one]) await conformed(program, { out });
    const files = readdirSync(out).map((file) => readFileSync(join(out, file), 'utf8'));
    expect(files.map((text) => JSON.parse(text).command).sort()).toEqual([one, other]);
  });

  it('that is damaged is refused in one sentence', async () => {
    const file = join(room, 'damaged.json');
    writeFileSync(file, '{"format":3,"kind":"conform","script":{"events":[{"do":"fly"}]}}');
    const told = collecting();
    expect(await replay(file, { format: 'lanes' }, told.terminal)).toBe(2);
    expect(told.text()).toMatch(/^lockstep: in .*damaged.json, command should be a list/);
  });
});
