// The RISC-V machine as real processes: its key-value server, and Linux.

import { existsSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Alone } from '../riscv/alone.ts';
import { guestNamed, linuxFile } from './software.ts';
import { Trial } from './trial.ts';

const againMs = 500;

let trial: Trial | null = null;
let console: Socket | null = null;
afterEach(async () => {
  console?.destroy();
  await trial?.end();
  trial = null;
});

const begin = async (guest: string): Promise<Trial> => {
  trial = await Trial.start({ timeoutMs: 2000, stallTimeoutMs: 6000 }, guest);
  return trial;
};

/** Kills the primary, waits for the takeover, and for the next backup. */
const kill = async (run: Trial, generation: number, meanwhile: () => Promise<void>) => {
  const { primary, backup } = run;
  run.cluster.signal(primary, 'SIGKILL');
  const live = await run.until(
    'the backup takes over',
    ({ by, event }) => by === backup && event === 'wentLive',
  );
  expect(live.facts).toMatchObject({ generation });
  await meanwhile();
  run.cluster.repair(primary);
  await run.untilProtected();
};

/** The console: all that it has shown, and a promise of what it is still to show. */
const consoleOf = (run: Trial) => {
  const { address, port } = run.cluster.plan.gateway.console;
  const socket = connect(port, address);
  console = socket;
  let shown = '';
  socket.on('data', (bytes: Buffer) => {
    shown += bytes.toString().replaceAll('\r', '');
  });
  return {
    text: () => shown,
    type: (line: string) => socket.write(`${line}\n`),
    until: (isIt: (shown: string) => boolean): Promise<void> =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!isIt(shown)) return;
          socket.off('data', look);
          resolve();
        };
        socket.on('data', look);
        look();
      }),
  };
};

const shows =
  (what: RegExp) =>
  (shown: string): boolean =>
    what.test(shown);

/** Numbers that rise, none twice: what was put out when a host failed may be lost (V7). */
const expectRising = (numbers: readonly number[]): void => {
  expect(numbers).toEqual([...new Set(numbers)].sort((one, other) => one - other));
};

const followedMax = 400_000_000; // instructions

/** The lines, by their numbers, are those that the machine prints alone, as far as that goes. */
const expectAsAlone = (guest: string, line: RegExp, shown: string): void => {
  const image = guestNamed(['riscv', guest]);
  if (typeof image === 'string') throw new Error(image);
  const one = new Alone({ guest: image.boot(), blockBytes: image.blockBytes, slice: 1_000_000 });
  const numbered = (text: string): ReadonlyMap<number, string> =>
    new Map([...text.matchAll(line)].map(([all, number]) => [Number(number), all]));
  const seen = numbered(shown);
  const end = Math.max(...seen.keys());
  one.until(() => Math.max(...numbered(one.console).keys()) >= end, followedMax);
  const known = numbered(one.console);
  const followed = [...seen].filter(([number]) => number <= Math.max(...known.keys()));
  expect(followed.length).toBeGreaterThan(2);
  for (const [number, text] of followed) expect(text).toBe(known.get(number));
};

describe('the key-value server on the RISC-V machine', { timeout: 90_000 }, () => {
  it('survives kill -9 of its primary under load, and of the next one too', async () => {
    const run = await begin('riscv key-value');
    const load = run.load();
    await run.ask('put colour blue');
    for (const generation of [1, 2]) {
      await kill(run, generation, async () => {
        expect(await run.ask('get colour')).toBe('blue');
      });
    }
    const seen = await load.stop();
    expect(seen.length).toBeGreaterThan(0);
    for (const [place, value] of seen.entries()) {
      expect(value, `answer ${place}`).toBeGreaterThan(seen[place - 1] ?? 0);
    }
    expect(await run.ask('save colour')).toBe('saved');
    await run.ask('put colour red');
    expect(await run.ask('load colour')).toBe('blue');
  });
});

describe('a guest on the RISC-V machine', { timeout: 90_000 }, () => {
  it.each([
    ['compute', /^\d+ primes up to (\d+)$/gm],
    ['disk', /^round (\d+): [0-9a-f]{8}, torn blocks 0$/gm],
    ['timer', /^(\d+) strikes, counted \d+, [0-9a-f]{8}$/gm],
  ])('%s goes on where it was when its primary is killed, twice', async (guest, line) => {
    const run = await begin(`riscv ${guest}`);
    const shell = consoleOf(run);
    const numbers = (): readonly number[] =>
      [...shell.text().matchAll(line)].map(([, number]) => Number(number));
    const goesOn = async (): Promise<void> => {
      const before = numbers().length;
      await shell.until(() => numbers().length > before + 2);
    };
    await goesOn();
    for (const generation of [1, 2]) await kill(run, generation, goesOn);
    await goesOn();
    expectRising(numbers());
    expect(shell.text()).not.toMatch(/trap|failed|torn blocks [1-9]/);
    if (guest !== 'timer') expectAsAlone(guest, line, shell.text());
  });
});

describe('Linux', { timeout: 180_000 }, () => {
  // npm run guest:linux builds it
  it.skipIf(!existsSync(linuxFile))(
    'goes on with its session when the primary is killed in the middle of it',
    async () => {
      const run = await begin('linux');
      const shell = consoleOf(run);
      // what is typed before the kernel has its console is lost, so it is typed again
      const again = setInterval(() => shell.type('echo it is up'), againMs);
      await shell.until(shows(/\n(# )?it is up\n/));
      clearInterval(again);
      shell.type('keep this');
      shell.type('count 100');
      await shell.until(shows(/\n10\n/));
      await kill(run, 1, () => shell.until(shows(/\n[3-9]\d\n/)));
      await kill(run, 2, () => shell.until(shows(/\n[6-9]\d\n/)));
      shell.type('kept');
      await shell.until(shows(/\n(# )?this\n/));
      const numbers = (shell.text().match(/^\d+$/gm) ?? []).map(Number);
      expectRising(numbers);
      expect(numbers.length).toBeGreaterThan(60);
      expect(await run.ask('anybody there?\n')).toBe('anybody there?'); // it echoes datagrams
      shell.type('poweroff');
      await run.until('it is off', ({ event }) => event === 'off');
    },
  );
});
