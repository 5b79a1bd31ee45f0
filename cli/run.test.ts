import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { launcher, lockstep, rooms, wideLines } from './launched.ts';
import { runFile } from './run.ts';
import { runStory } from './run-story.ts';

const { room: folderWith, remove } = rooms();
afterAll(remove);

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

type Told = {
  readonly by: string;
  readonly event: string;
  readonly facts: { readonly pid: number };
};

/** `lockstep run`, until it says that the guest is protected. */
const running = async (folder: string, ...args: readonly string[]) => {
  const child = spawn(process.execPath, [launcher, 'run', '--json', ...args], { cwd: folder });
  children.push(child);
  const pids: number[] = [];
  const told: Told[] = [];
  const lines = createInterface(child.stdout);
  await new Promise<void>((resolve, reject) => {
    lines.on('line', (line) => {
      const one: Told = JSON.parse(line);
      told.push(one);
      if (one.event === 'listening') pids.push(one.facts.pid);
      if (one.event === 'armed') resolve();
    });
    child.on('exit', () => reject(new Error('it has ended before the guest was protected')));
  });
  return { child, pids, told };
};

const isThere = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const gone = async (pids: readonly number[]): Promise<void> => {
  while (pids.some(isThere)) await delay(20);
};

describe('lockstep run', { timeout: 60_000 }, () => {
  it('powers the guest off at Ctrl-C, and leaves nothing behind', async () => {
    const folder = folderWith();
    const { child, pids, told } = await running(folder, '--timeout', '1000');
    expect(existsSync(join(folder, runFile))).toBe(true);
    child.kill('SIGINT');
    const [code] = await once(child, 'exit');
    expect(code).toBe(0);
    expect(told.map(({ event }) => event)).toContain('off');
    expect(pids).toHaveLength(6);
    await gone(pids);
    expect(existsSync(join(folder, runFile))).toBe(false);
  });

  it('leaves an observation of itself, and says how it is judged', async () => {
    const folder = folderWith();
    const { child } = await running(folder, '--timeout', '1000', '--observe', 'seen');
    let said = '';
    child.stderr.on('data', (data) => {
      said += data;
    });
    child.kill('SIGINT');
    await once(child, 'close');
    expect(said).toContain('npx lockstep validate seen/*.ndjson');
    const files = ['A', 'B', 'C', 'storage', 'world'].map((node) => join('seen', `${node}.ndjson`));
    const { out } = await lockstep(folder, 'validate', '--json', ...files);
    expect(JSON.parse(out)).toMatchObject({ verdict: 'accepted' });
    const all = files.map((file) => readFileSync(join(folder, file), 'utf8')).join('');
    for (const word of ['snapshot', 'arm', 'powerOff', 'stop']) expect(all).toContain(`"${word}"`);
  });

  it('leaves no process behind when it is killed', async () => {
    const { child, pids } = await running(folderWith());
    child.kill('SIGKILL');
    await gone(pids);
    expect(pids).toHaveLength(6);
  });

  it('shows how its hosts are', async () => {
    const folder = folderWith();
    await running(folder);
    const ran = await lockstep(folder, 'status', '--json');
    expect(ran).toMatchObject({ code: 0, err: '' });
    const { A, B, C } = JSON.parse(ran.out);
    const modes = [A, B, C].map(({ copy }) => copy?.mode ?? 'none');
    expect(modes.toSorted()).toEqual(['none', 'recording', 'replaying']);
    const table = await lockstep(folder, 'status');
    expect(table.out).toContain('recording');
    expect(wideLines(table.out)).toEqual([]);
  });

  it('guards the guest from a user who kills its host', async () => {
    const folder = folderWith();
    const { child, told } = await running(folder, '--timeout', '1000', '--folder', 'kept');
    const { port } = JSON.parse(readFileSync(join(folder, 'kept', 'gateway.json'), 'utf8')).guest;
    const socket = createSocket('udp4');
    const ask = async (request: string): Promise<string> => {
      const again = setInterval(() => socket.send(request, port, '127.0.0.1'), 100);
      socket.send(request, port, '127.0.0.1');
      const [reply] = await once(socket, 'message');
      clearInterval(again);
      return String(reply);
    };
    expect(await ask('#1 put colour blue')).toBe('#1 ok\n');
    const boot = told.find(({ by, event }) => by === 'A' && event === 'listening');
    process.kill(boot?.facts.pid ?? 0, 'SIGKILL');
    expect(await ask('#2 get colour')).toBe('#2 blue\n');
    socket.close();
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});

it('a run is told in sentences', () => {
  const { tell, serving, isProtected } = runStory();
  const say = (by: string, event: string, facts = {}): string | null =>
    tell({ at: '', atMs: 0, by, event, facts });
  expect(say('A', 'began', { purpose: 'boot' })).toBe('A boots the VM');
  expect(say('B', 'armed', { generation: 0 })).toBe(
    'protected: A is the primary, B its backup (generation 0)',
  );
  expect(say('A', 'ended', { code: null, signal: 'SIGKILL' })).toBe('A has ended: SIGKILL');
  expect(say('B', 'suspected', { evidence: 'heartbeats' })).toBe('B suspects its peer: heartbeats');
  expect(say('B', 'wentLive', { generation: 1 })).toBe('B took over (generation 1)');
  expect([serving(), isProtected()]).toEqual(['B', false]);
  expect(say('C', 'armed', { generation: 1 })).toContain('B is the primary, C its backup');
  expect(say('B', 'wentLive', { generation: 2 })).toBe('B goes on alone (generation 2)');
  expect(say('B', 'logged', {})).toBeNull();
});
