// Real processes, with sockets, files and kill -9, as observations: what each of them did is in a
// file of its own, and `lockstep validate` finds an order in which all of it is a run.

import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { Told } from '../impl/host/journal.ts';
import { Trial } from '../impl/host/trial.ts';
import { defaultSettings } from '../impl/hypervisor/settings.ts';
import type { Line } from '../impl/observed/line.ts';
import { lockstep, rooms } from './launched.ts';
import { observe } from './observe.ts';

const { room, remove } = rooms();
afterAll(remove);

const trials: Trial[] = [];
afterEach(async () => {
  for (const trial of trials.splice(0)) await trial.end();
});

const hosts = ['A', 'B', 'C'];

/** Somebody at the console sees so many lines, or whatever comes at once. */
const printed = (run: Trial, count: number): Promise<void> =>
  new Promise((resolve, reject) => {
    const { address, port } = run.cluster.plan.gateway.console;
    const socket = connect(port, address);
    let left = count;
    socket.on('error', reject);
    socket.on('data', () => {
      left--;
      if (left > 0) return;
      socket.destroy();
      resolve();
    });
  });

const served = async (run: Trial, guest: string): Promise<void> => {
  if (guest.startsWith('fold')) return printed(run, 30);
  for (let count = 0; count < 5; count++) await run.ask('add n 1');
  await run.ask('save n');
};

const isOf =
  (host: string, what: string) =>
  ({ by, event }: Told): boolean =>
    by === host && event === what;

const killed = async (run: Trial): Promise<void> => {
  const { primary, backup } = run;
  const since = run.told.length;
  run.cluster.signal(primary, 'SIGKILL');
  await run.until(`${primary} is dead`, isOf(primary, 'ended'), since);
  await run.until(`${backup} takes over`, isOf(backup, 'wentLive'), since);
  run.cluster.repair(primary);
  await run.untilProtected();
};

const paused = async (run: Trial): Promise<void> => {
  const { primary, backup } = run;
  const since = run.told.length;
  run.cluster.signal(primary, 'SIGSTOP');
  await run.until(`${backup} takes over`, isOf(backup, 'wentLive'), since);
  await run.untilProtected();
  run.cluster.signal(primary, 'SIGCONT');
  await run.until('the loser stops', isOf(primary, 'halted'), since);
};

type Trouble = (run: Trial) => Promise<void>;

/** A run in files, after each of these troubles and before and after with clients. */
const observed = async (
  guest: string,
  speed: number | null,
  troubles: readonly Trouble[],
): Promise<readonly string[]> => {
  const run = await Trial.start({}, guest, speed);
  trials.push(run);
  for (const trouble of troubles) {
    await served(run, guest);
    await trouble(run);
  }
  await served(run, guest);
  const told = [...run.told];
  await run.cluster.stop();
  const { folder } = run;
  return observe({ folder, guest, hosts, settings: defaultSettings, told }, room());
};

const validated = (files: readonly string[]) => lockstep(room(), 'validate', '--json', ...files);

/** The last line of which that is true says something else. */
const altered = (
  files: readonly string[],
  alter: (line: Line) => object | null,
): readonly string[] => {
  const folder = room();
  let isDone = false;
  return files.map((file) => {
    const [header = '', ...lines] = readFileSync(file, 'utf8').trimEnd().split('\n');
    const at = isDone ? -1 : lines.findLastIndex((line) => alter(JSON.parse(line)) !== null);
    isDone ||= at >= 0;
    const others = lines.map((line, place) =>
      place === at ? JSON.stringify(alter(JSON.parse(line))) : line,
    );
    const to = join(folder, file.split('/').at(-1) ?? '');
    writeFileSync(to, [header, ...others].map((line) => `${line}\n`).join(''));
    return to;
  });
};

const withMoreHeld = ({ did, upTo, ...line }: Line): object | null =>
  did === 'acknowledge' ? { ...line, did, upTo: Number(upTo) + 1 } : null;

const withoutEntries = ({ did, entries, ...line }: Line): object | null =>
  entries === undefined ? null : { ...line, did };

const lessFar = ({ did, position, ...line }: Line): object | null =>
  did === 'replay' ? { ...line, did, position: Number(position) - 1 } : null;

describe('a run of real processes is accepted, file by file', { timeout: 120_000 }, () => {
  it.each([
    ['fold readTime transmit compute stamp print touch p write x p read x q', 200],
    ['key-value', 20_000],
    ['riscv key-value', 1_000_000],
  ])('the primary of %s is killed, and the next one too', async (guest, speed) => {
    const files = await observed(guest, speed, [killed, killed]);
    expect(files.map((file) => file.split('/').at(-1))).toEqual([
      ...['A.ndjson', 'B.ndjson', 'C.ndjson', 'storage.ndjson', 'world.ndjson'],
    ]);
    const { code, out } = await validated(files);
    expect(out).toContain('"verdict":"accepted"');
    expect(code).toBe(0);
    for (const alter of [withMoreHeld, withoutEntries, lessFar]) {
      expect((await validated(altered(files, alter))).code).toBe(1);
    }
  });

  it('the primary stands still, and goes on when it has been replaced', async () => {
    const files = await observed('fold readTime transmit compute stamp print', 200, [paused]);
    const { code, out } = await validated(files);
    expect(out).toContain('"verdict":"accepted"');
    expect(code).toBe(0);
  });
});
