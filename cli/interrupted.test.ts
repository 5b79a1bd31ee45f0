import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import {
  createReadStream,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { conform } from './conform.ts';
import type { ConformOptions } from './options.ts';
import { replay } from './replay.ts';
import { collecting } from './terminal.ts';

const room = mkdtempSync(join(tmpdir(), 'lockstep-interrupted-'));
afterAll(() => rmSync(room, { recursive: true }));

/** Logs nothing, or says that it is there and hangs: from its n-th start on, at some word. */
const program = (name: string, starts: number, word: string): readonly [string[], string] => {
  const [file, pipe, count] = ['ts', 'pipe', 'count'].map((kind) => join(room, `${name}.${kind}`));
  execFileSync('mkfifo', [`${pipe}`]);
  writeFileSync(
    `${file}`,
    `import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
     import { createInterface } from 'node:readline';
     appendFileSync(${JSON.stringify(count)}, 'x');
     const starts = readFileSync(${JSON.stringify(count)}, 'utf8').length;
     const say = (line) => console.log(JSON.stringify(line));
     createInterface({ input: process.stdin }).on('line', (text) => {
       const line = JSON.parse(text);
       if (starts >= ${starts} && line.do === '${word}') {
         writeFileSync(${JSON.stringify(pipe)}, 'here');
         return;
       }
       if (line.do === 'hello') say({ lockstep: 'conform', version: 1 });
       say({ done: line.id });
     });`,
  );
  return [[process.execPath, `${file}`], `${pipe}`];
};

/** Once the program is there, the keys are pressed. */
const whenThere = async (pipe: string): Promise<void> => {
  const reader = createReadStream(pipe);
  await once(reader, 'data');
  process.emit('SIGINT');
};

const options = { seed: 1, scripts: 20, patience: 600_000, out: join(room, 'out') } as const;

const conformed = async (
  name: string,
  starts: number,
  word: string,
  more: Partial<ConformOptions> = {},
): Promise<readonly [number, string]> => {
  const [command, pipe] = program(name, starts, word);
  const { terminal, text } = collecting();
  const ended = conform(command, { ...options, ...more }, terminal);
  await whenThere(pipe);
  return [await ended, text()];
};

describe('an interruption ends with what is known', { timeout: 60_000 }, () => {
  it('when nothing is, since the program hangs at hello', async () => {
    const [code, text] = await conformed('hello', 1, 'hello');
    expect(text).toMatch(/inconclusive: interrupted before it was played/);
    expect(code).toBe(3);
  });

  it('when nothing is, since it hangs in the first script', async () => {
    const [code, text] = await conformed('first', 1, 'reset', { json: true });
    expect(JSON.parse(text)).toMatchObject({ verdict: 'inconclusive', interrupted: true });
    expect(code).toBe(3);
  });

  it('when a script has refuted it and is tried again: it is on disk and told', async () => {
    const [code, text] = await conformed('again', 2, 'reset');
    const [file = ''] = readdirSync(options.out);
    expect(text.replaceAll(/\s+/g, ' ')).toContain('p on A does nothing although its guest runs');
    expect(text).toContain(`lockstep replay ${join(options.out, file)} --patience 600000 --on`);
    expect(existsSync(join(options.out, file))).toBe(true);
    expect(code).toBe(1);
    const [hanging, pipe] = program('replayed', 1, 'reset');
    const { terminal, text: told } = collecting();
    const ended = replay(join(options.out, file), { format: 'lanes', on: hanging }, terminal);
    await whenThere(pipe);
    expect(await ended).toBe(3);
    expect(told().replaceAll(/\s+/g, ' ')).toContain('interrupted before the end');
  });
});
