// The test-and-set in files: several processes at once, and a crash at any point.

import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { Generations } from './generations.ts';
import { tenancyOf } from './ownership.ts';
import { SharedStorage } from './shared-storage.ts';

const rooms: string[] = [];
afterEach(() => {
  for (const room of rooms.splice(0)) rmSync(room, { recursive: true, force: true });
});

const folder = (): string => {
  const room = mkdtempSync(join(tmpdir(), 'lockstep-generations-'));
  rooms.push(room);
  return room;
};

const geometry = { blockCount: 4, blockBytes: 8 };
const block = { blocks: [{ start: 1, end: 2 }] };

it('a VM boots once', () => {
  const generations = new Generations(folder());
  expect(generations.current()).toBeNull();
  expect(generations.claim('a')).toBe('won');
  expect(generations.claim('b')).toBe('lost');
  expect(generations.claim('a')).toBe('won');
  expect(generations.current()).toEqual({ generation: 0, owner: 'a' });
});

it('there is no leaving of a generation that is not there yet', () => {
  const generations = new Generations(folder());
  generations.claim('a');
  expect(() => generations.testAndSet(1, 'a')).toThrow('no generation 1 yet');
});

it('of many processes at once one wins, and all agree on which', async () => {
  const room = folder();
  new Generations(room).claim('boot');
  const module = new URL('./generations.ts', import.meta.url).href;
  const contender = join(room, 'contender.mjs');
  writeFileSync(
    contender,
    `import { Generations } from ${JSON.stringify(module)};
     const generations = new Generations(${JSON.stringify(room)});
     process.send('ready');
     process.once('message', () => {
       const outcomes = [0, 1, 2, 3, 4].map((at) => generations.testAndSet(at, process.argv[2]));
       process.send(outcomes, () => process.disconnect());
     });`,
  );
  const children = ['a', 'b', 'c', 'd'].map((copy) => fork(contender, [copy]));
  await Promise.all(children.map((child) => once(child, 'message')));
  const answers = children.map(async (child): Promise<string[]> => {
    const [outcomes] = await once(child, 'message');
    return outcomes;
  });
  for (const child of children) child.send('go');
  const outcomes = await Promise.all(answers);
  for (const generation of [0, 1, 2, 3, 4]) {
    const winners = outcomes.filter((of) => of[generation] === 'won');
    expect(winners, `from generation ${generation}`).toHaveLength(1);
    const owner = readFileSync(join(room, `generation.${generation + 1}`), 'utf8').trim();
    const place = outcomes.findIndex((of) => of[generation] === 'won');
    expect(owner).toBe('abcd'[place]);
  }
});

it('an attempt that a crash cut short leaves no generation', () => {
  const room = folder();
  new Generations(room).claim('a');
  writeFileSync(join(room, 'attempt.1'), 'half a na');
  const generations = new Generations(room);
  expect(generations.current()).toEqual({ generation: 0, owner: 'a' });
  expect(generations.testAndSet(0, 'b')).toBe('won');
  expect(readdirSync(room).toSorted()).toEqual(['generation.0', 'generation.1']);
});

it('a storage that comes back knows its generation, and refuses what is older', async () => {
  const room = folder();
  const data = new Uint8Array(8).fill(1);
  const before = await SharedStorage.own(room, geometry);
  before.claim('a');
  before.testAndSet(0, 'b');
  before.close();
  const after = await SharedStorage.own(room, geometry);
  const write = { kind: 'write', ...block, data } as const;
  expect(after.submit(write, { copy: 'a', generation: 0 })).toBe('refused');
  expect(after.submit(write, { copy: 'b', generation: 1 })).toMatchObject({ transferredCount: 1 });
  expect(after.testAndSet(0, 'b')).toBe('won');
  after.close();
});

it('a folder has one storage at a time', async () => {
  const room = folder();
  const first = await SharedStorage.own(room, geometry);
  await expect(SharedStorage.own(room, geometry)).rejects.toThrow('Another process serves');
  first.close();
});

it('an operation beyond the end of the disk is short (R34-10)', async () => {
  const storage = await SharedStorage.own(folder(), geometry);
  storage.claim('a');
  const read = { kind: 'read', blocks: [{ start: 3, end: 6 }], data: new Uint8Array() } as const;
  const done = storage.submit(read, { copy: 'a', generation: 0 });
  expect(done).toEqual({ transferredCount: 1, data: Buffer.alloc(8) });
  storage.close();
});

it('a process that another has taken the folder from does nothing more in it', async () => {
  const room = folder();
  const storage = await SharedStorage.own(room, geometry);
  expect(storage.claim('a')).toBe('won');
  const other = tenancyOf(room); // from where the first one's name cannot be seen
  expect(other.isOurs()).toBe(true);
  const request = { kind: 'read', blocks: [{ start: 0, end: 1 }], data: new Uint8Array() } as const;
  const acts = [
    () => storage.claim('a'),
    () => storage.testAndSet(0, 'a'),
    () => storage.submit(request, { copy: 'a', generation: 0 }),
  ];
  for (const act of acts) expect(act).toThrow('another process serves');
  storage.close();
  (await SharedStorage.own(room, geometry)).close();
  expect(other.isOurs()).toBe(false);
});
