import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  createReadStream,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { conform } from './conform.ts';
import type { ConformOptions } from './options.ts';
import { collecting } from './terminal.ts';

const room = mkdtempSync(join(tmpdir(), 'lockstep-hostile-'));
afterAll(() => rmSync(room, { recursive: true }));

const adapters = fileURLToPath(new URL('../docs/adapters/typescript', import.meta.url));

/** A right pair, but for what it does before or after it answers its n-th line. */
const source = (before: string, after: string): string => `
import { spawn } from 'node:child_process';
import { closeSync, writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { answering } from ${JSON.stringify(join(adapters, 'lockstep.ts'))};
import { make } from ${JSON.stringify(join(adapters, 'pair.ts'))};
const write = (text) => writeSync(1, text);
const say = (line) => write(JSON.stringify(line) + '\\n');
const answer = answering(make, {}, say);
const stop = () => { for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0); };
const kept = [];
let n = 0;
createInterface({ input: process.stdin }).on('line', (text) => {
  const line = JSON.parse(text);
  n++;
  ${before}
  answer(line);
  ${after}
});
`;

const written = (name: string, text: string): readonly string[] => {
  const file = join(room, `${name.replace(/\W/g, '-')}.ts`);
  writeFileSync(file, text);
  return [process.execPath, file];
};

type Ran = { readonly code: number; readonly text: string };

const conformed = async (
  command: readonly string[],
  options: Partial<ConformOptions> = {},
): Promise<Ran> => {
  const { terminal, text } = collecting();
  const out = join(room, 'out');
  const usual = { seed: 1, scripts: 12, patience: 20_000, out };
  const code = await conform(command, { ...usual, ...options }, terminal);
  return { code, text: text().replaceAll(/\s+/g, ' ') };
};

type Deed = readonly [name: string, before: string, after: string, code: number, words: string];

const odd = (text: string): string =>
  `if (line.do === 'tick' && line.host === 'A') write(${JSON.stringify(text)});`;

const deeds: readonly Deed[] = [
  ['ends in the middle', 'if (n === 30) process.exit(0);', '', 1, 'it ends with exit code 0 when'],
  [
    'complains of very much',
    "const x = 'x'.repeat(1 << 20); if (n === 9) for (let i = 0; i < 64; i++) writeSync(2, x);",
    '',
    0,
    'passed 12 scripts',
  ],
  [
    'speaks after done',
    'const more = \'\\n{"did":"heartbeat","copy":"p"}\\n\';' +
      'if (n === 30) return write(JSON.stringify({ done: line.id }) + more);',
    '',
    1,
    'it speaks although it was told nothing',
  ],
  ['says done to another', 'if (n === 30) say({ done: 7 });', '', 1, 'it says done to 7 once more'],
  [
    'closes its output',
    'if (n === 30) { closeSync(1); stop(); }',
    '',
    1,
    'it has closed its standard output and goes on',
  ],
  [
    'closes its input',
    'if (n === 30) { closeSync(0); answer(line); stop(); }',
    '',
    1,
    'it has closed its standard input and goes on',
  ],
  ['says bytes', 'if (n === 30) writeSync(1, Buffer.from([0xff, 10]));', '', 1, 'are no UTF-8'],
  ['begins with a mark', "if (n === 1) write('\\ufeff');", '', 2, 'a byte order mark (BOM)'],
  ['says no end of a line', "if (n === 1) { write('{'); stop(); }", '', 2, 'no end of the line'],
  [
    'cannot reset now',
    "if (n === 30) say({ cannot: 'reset' });",
    '',
    1,
    'it says that it cannot reset when told',
  ],
  ['says no hello', 'if (n === 1) return say({ done: 1 });', '', 2, 'answers hello without a line'],
  [
    'says hello late',
    "if (n === 30) say({ lockstep: 'conform', version: 1 });",
    '',
    1,
    'it says hello when told',
  ],
  [
    'says a number that is not exact',
    odd('{"did":"heartbeat","copy":"p","message":9007199254740993}\n'),
    '',
    1,
    'where 9007199254740993 is beyond the numbers that are exact',
  ],
  [
    'says a field twice',
    odd('{"did":"heartbeat","copy":"p","message":{"a":1,"\\u0061":2}}\n'),
    '',
    1,
    'where "a" is there twice',
  ],
  [
    'nests without end',
    odd(`{"did":"heartbeat","copy":"p","message":${'['.repeat(9999)}${']'.repeat(9999)}}\n`),
    '',
    1,
    'which is nested more than 100 deep',
  ],
  [
    'says no number',
    odd('{"did":"replay","copy":"p","position":NaN}\n'),
    '',
    1,
    'no object of JSON',
  ],
  [
    'says very much',
    "if (line.do === 'tick' || line.do === 'message') for (let i = 0; i < 9000; i++) " +
      "say({ did: 'heartbeat', copy: line.host === 'A' ? 'p' : 'b' });",
    '',
    1,
    'it says more than 100000 lines in one script',
  ],
];

describe('a program that', { timeout: 120_000 }, () => {
  it.each(deeds)('%s is told so in a sentence', async (name, before, after, code, words) => {
    const patience = name.includes('no end') ? 1000 : 20_000;
    const ran = await conformed(written(name, source(before, after)), { patience });
    expect(ran.text).toContain(words);
    expect(ran.code).toBe(code);
  });

  it('ends its lines with CR and LF is understood', async () => {
    const crlf = source('', '').replace("'\\n'", "'\\r\\n'");
    expect(crlf).not.toBe(source('', ''));
    const { code, text } = await conformed(written('crlf', crlf));
    expect(text).toContain('passed 12 scripts');
    expect(code).toBe(0);
  });

  it('is left alone by one of its two processes is told which', async () => {
    const dies = "if (line.host === 'B' && n > 30) throw new Error('gone');";
    const command = written('one of two', source(dies, ''));
    const { code, text } = await conformed(command, { eachHost: true });
    expect(text).toMatch(/its process for host B ends with exit code 1 .* words: "Error: gone"/);
    expect(text).toContain('--each-host');
    expect(code).toBe(1);
  });

  it('does otherwise when it has just been started is told how to see it again', async () => {
    const later = "if (line.do === 'reset') kept.push(1); if (kept.length === 9) process.exit(5);";
    const { code, text } = await conformed(written('later', source(later, '')));
    expect(text).toContain('it ends with exit code 5 when told reset');
    expect(text).toContain('A process that has just been started does otherwise');
    expect(text).toContain('lockstep conform --seed 1 --scripts 9 ');
    expect(code).toBe(1);
  });
});

describe('one JSON document', () => {
  const told = async (before: string, scripts = 14): Promise<unknown> => {
    const { terminal, text } = collecting();
    const out = join(room, 'json');
    const options = { seed: 1, scripts, patience: 20_000, out, json: true } as const;
    const code = await conform(written('json', source(before, '')), options, terminal);
    return { code, ...JSON.parse(text()) };
  };
  const head = { format: 1, seed: 1, eachHost: false, claims: {}, interrupted: false };

  it('tells a pass, and that without a takeover there is none', async () => {
    const reached = { takeovers: 2, digests: 33 };
    const passed = { ...head, code: 0, verdict: 'passed', scripts: 14, reached, refutation: null };
    expect(await told('')).toMatchObject(passed);
    const untested = { ...head, code: 3, verdict: 'inconclusive', scripts: 3, refutation: null };
    expect(await told('', 3)).toMatchObject(untested);
  });

  it('tells a refutation and the file it is in', async () => {
    const file = expect.stringMatching(/conform-[\da-f]{8}\.json$/);
    const refutation = { script: 1, kind: 'owed', cites: ['R22-7', 'R21-2'], file, repeats: true };
    const lazy = "if (line.do === 'execute') return say({ done: line.id });";
    const refuted = { ...head, code: 1, verdict: 'refuted', scripts: 0, refutation };
    expect(await told(lazy)).toMatchObject(refuted);
  });

  it('tells what makes it unusable, in a script or before', async () => {
    const key = { key: 'ended', sentence: expect.stringContaining('it ends with exit code 3') };
    const file = expect.stringMatching(/\.json$/);
    const late = "if (line.do === 'execute') process.exit(3);";
    const inScript = { verdict: 'unusable', refutation: { ...key, file, script: 1 } };
    expect(await told(late)).toMatchObject({ code: 1, ...inScript });
    const before = { verdict: 'unusable', refutation: { ...key, file: null, script: null } };
    expect(await told('process.exit(3);')).toMatchObject({ code: 2, ...before });
  });
});

describe('a command that cannot be started', () => {
  const folder = join(room, 'folder');
  const plain = join(room, 'plain');
  const orphan = join(room, 'orphan');
  mkdirSync(folder);
  writeFileSync(plain, 'hello');
  writeFileSync(orphan, '#!/no/such/interpreter\n', { mode: 0o755 });

  it.each([
    ['/no/such/program', 'there is no such command'],
    [folder, 'it is a folder'],
    [plain, 'it is no file that may be executed'],
    [orphan, 'what should run it, by its first line behind #!, is not there'],
    ['', 'the command is empty'],
  ])('such as %s is told why', async (file, words) => {
    const { code, text } = await conformed([file]);
    expect(text).toContain(`cannot be judged: it cannot be started: ${words}`);
    expect(code).toBe(2);
  });
});

const grows = (bytes: number): string => `
  kept.push(Buffer.alloc(${bytes}, 1));
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);`;

describe.skipIf(!existsSync('/proc/self/stat'))('a program on a system with /proc', () => {
  const many = { memory: 200, scripts: 100_000 };

  it('is ended when it grows without end while it answers', async () => {
    const endless = `if (n === 5) for (;;) { ${grows(5e6)} }`;
    const { code, text } = await conformed(written('grows', source(endless, '')), many);
    expect(text).toMatch(/it takes \d+ MB of memory .* when told \w+.*, and may take 200 MB/);
    expect(code).toBe(1);
  });

  it('is ended when it keeps a little of each script, and told after how many', async () => {
    const leaks = `if (line.do === 'reset') { ${grows(1e6)} }`;
    const { code, text } = await conformed(written('leaks', source(leaks, '')), many);
    expect(text).toMatch(/takes \d+ MB .* in script \d+ since it was started \(\d+ MB when/);
    expect(text).toMatch(/Again: lockstep conform --seed 1 --scripts \d+ .*--memory 200/);
    expect(code).toBe(1);
  });

  it('is ended for what a child of it takes', async () => {
    const child = `const kept = []; for (;;) { ${grows(5e6)} }`;
    const begins = `if (n === 5) { spawn(process.execPath, ['-e', ${JSON.stringify(child)}]); }`;
    const { code, text } = await conformed(written('child', source(begins, '')), many);
    expect(text).toMatch(/takes \d+ MB of memory with all that it has started/);
    expect(code).toBe(1);
  });

  const leaves = (how: string): string =>
    "const left = { detached: true, stdio: ['ignore', 1, 9] };" +
    `if (n === 5) { spawn('sleep', ['1000'], left); ${how} }`;

  it.each([
    ['goes on', ''],
    ['ends at once', 'process.exit(0);'],
    ['hangs', 'stop();'],
  ])('leaves nothing behind when it %s after it has started others', async (name, how) => {
    const pipe = join(room, `pipe-${name.length}`);
    execFileSync('mkfifo', [pipe]);
    const reader = createReadStream(pipe);
    const ended = once(reader.resume(), 'end'); // when nobody has it open any more
    const script = written(`leaves ${name}`, source(leaves(how), '')).join(' ');
    const command = ['sh', '-c', `sleep 1000 9>${pipe} & exec ${script} 9>${pipe}`];
    await conformed(command, { patience: 2000 });
    await ended;
  });
});
