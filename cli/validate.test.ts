import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, describe, expect, it } from 'vitest';
import { isPlain, launcher, lockstep, type Ran, rooms } from './launched.ts';
import { collecting } from './terminal.ts';
import { validate } from './validate.ts';

const { room: folderWith, remove } = rooms();
afterAll(remove);

const page = readFileSync(new URL('../docs/guide/06-the-oracle.md', import.meta.url), 'utf8');

/** What stands on the page of the oracle between two marks, without its fence. */
const between = (mark: string): string => {
  const [, from = ''] = page.split(`<!-- ${mark}:begin -->`);
  const [part = ''] = from.split(`<!-- ${mark}:end -->`);
  return part.replace(/^\s*```\w*\n/, '').replace(/```\s*$/, '');
};

const example = between('example');
const [header = '', ...lines] = example.trimEnd().split('\n');

const counts = new Map<string, number>();
const withoutAck = lines
  .filter((line) => !/acknowledge|readAck/.test(line))
  .map((line) => {
    const [node = ''] = /"node":"\w+"/.exec(line) ?? [];
    const n = (counts.get(node) ?? 0) + 1;
    counts.set(node, n);
    return line.replace(/"n":\d+/, `"n":${n}`);
  });

const refused = [header, ...withoutAck, ''].join('\n');

const ofNode = (node: string): string =>
  [header, ...lines.filter((line) => line.includes(`"node":"${node}"`)), ''].join('\n');

/** Runs `lockstep validate -` with a text on its standard input. */
const piped = async (text: string, ...args: readonly string[]): Promise<Ran> => {
  const child = spawn(process.execPath, [launcher, 'validate', '-', ...args]);
  const told = { out: '', err: '' };
  child.stdout.on('data', (data) => {
    told.out += data;
  });
  child.stderr.on('data', (data) => {
    told.err += data;
  });
  child.stdin.on('error', () => undefined); // it may have read enough
  child.stdin.end(text);
  await once(child, 'close');
  return { code: child.exitCode, ...told };
};

describe.concurrent('lockstep validate', { timeout: 120_000 }, () => {
  it('accepts the example of the guide, in one file or three', async () => {
    const folder = folderWith({
      'run.ndjson': example,
      'A.ndjson': ofNode('A'),
      'B.ndjson': ofNode('B'),
      'world.ndjson': ofNode('world'),
    });
    const accepted = /^accepted: 15 lines are a run of the specification\nwhite, core · .*\n$/;
    for (const files of [['run.ndjson'], ['world.ndjson', 'B.ndjson', 'A.ndjson']]) {
      const ran = await lockstep(folder, 'validate', ...files);
      expect(ran).toMatchObject({ code: 0, err: '' });
      expect(ran.out).toMatch(accepted);
      expect(isPlain(ran)).toBe(true);
    }
  });

  it('refuses it without the acknowledgment, in the words of the guide', async () => {
    const folder = folderWith({ 'refused.ndjson': refused });
    const ran = await lockstep(folder, 'validate', 'refused.ndjson');
    expect(ran).toMatchObject({ code: 1, err: '' });
    expect(`$ npx lockstep validate refused.ndjson\n${ran.out}`).toBe(between('refusal'));
  });

  it('reads the standard input, and tells the verdict as JSON', async () => {
    const good = await piped(example, '--json');
    expect(good).toMatchObject({ code: 0, err: '' });
    expect(JSON.parse(good.out)).toMatchObject({ format: 1, verdict: 'accepted', lines: 15 });
    const bad = await piped(refused, '--json');
    expect(bad).toMatchObject({ code: 1, err: '' });
    expect(JSON.parse(bad.out)).toMatchObject({
      format: 1,
      verdict: 'refused',
      place: { file: 'the standard input', line: 5 },
      accepted: 3,
      requirement: 'R22-4',
    });
  });

  it.each([
    [['none.ndjson'], 'in none.ndjson, the file should be readable, but there is no such file.'],
    [['.'], 'in ., the file should be readable, but is a folder.'],
    [['x', 'x'], 'in the command line, FILE should be each file once, but x is there twice.'],
    [['-', '-'], 'in the command line, FILE should be each file once, but - is there twice.'],
    [
      ['good.ndjson', './good.ndjson'],
      'in the command line, FILE should be each file once, but ./good.ndjson is there twice.',
    ],
    [['empty.ndjson'], expect.stringContaining('but is empty.')],
    [['cut.ndjson'], expect.stringContaining('in cut.ndjson, line 16, column')],
    [['bom.ndjson'], expect.stringContaining('but is a byte order mark (BOM).')],
    [
      ['good.ndjson', 'none.ndjson'],
      'in none.ndjson, the file should be readable, but there is no such file.',
    ],
    [
      ['good.ndjson', 'good.json'],
      'in good.json, line 2, node should be another than those of good.ndjson, but is "A".',
    ],
    [['bad.ndjson'], 'in bad.ndjson, line 2, column 1 should be a value, but is "x".'],
  ])('answers %j with one sentence and exit 2', async (files, sentence) => {
    const folder = folderWith({
      'good.ndjson': example,
      'good.json': example,
      'bad.ndjson': `${header}\nx`,
      'empty.ndjson': '',
      'cut.ndjson': example.trimEnd().slice(0, -20),
      'bom.ndjson': `\ufeff${example}`,
    });
    const ran = await lockstep(folder, 'validate', ...files);
    expect(ran).toMatchObject({ code: 2, out: '' });
    expect(ran.err.replace(/^lockstep: /, '').trimEnd()).toEqual(sentence);
  });
});

it('reads a pipe that ends in the middle of a line', async () => {
  const cut = await piped(example.slice(0, 700));
  expect(cut).toMatchObject({ code: 2, out: '' });
  expect(cut.err).toMatch(
    /^lockstep: in the standard input, line \d+, .* the text ends there\.\n$/,
  );
});

it('ends with what it has when it is interrupted', async () => {
  const pipe = join(folderWith(), 'pipe');
  execFileSync('mkfifo', [pipe]);
  const { terminal, text } = collecting();
  const code = validate([pipe], {}, terminal);
  const writer = await open(pipe, 'w'); // once it is opened to be read: it listens by then
  process.emit('SIGINT');
  expect(await code).toBe(3);
  expect(text()).toBe('inconclusive: interrupted after 0 lines\n');
  await writer.close();
});

const collectGarbage = (): void => {
  setFlagsFromString('--expose-gc');
  runInNewContext('gc()');
};

it('keeps nothing of what it has read', async () => {
  const pipe = join(folderWith(), 'pipe');
  execFileSync('mkfifo', [pipe]);
  const { terminal, text } = collecting();
  const code = validate([pipe], {}, terminal);
  const writer = await open(pipe, 'w');
  const begins = { lockstep: 'observation', version: 1, sight: 'white', hosts: ['A', 'B'] };
  await writer.write(
    `${JSON.stringify({ ...begins, primary: { copy: 'p', host: 'A' }, backup: null })}\n`,
  );
  collectGarbage();
  const before = process.memoryUsage().arrayBuffers;
  for (let n = 0; n < 200_000; n += 1000) {
    const some = Array.from({ length: 1000 }, (_, at) => n + at + 1);
    const lines = some.map((one) => `{"node":"A","n":${one},"copy":"p","did":"heartbeat"}\n`);
    await writer.write(lines.join('')); // it returns when most of it was read
  }
  collectGarbage();
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(5e6); // of 10 MB, some under way
  await writer.close();
  expect(await code).toBe(0);
  expect(text()).toContain('accepted: 200,000 lines');
});
