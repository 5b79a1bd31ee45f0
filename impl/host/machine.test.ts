// The RISC-V machine as real processes: its key-value server, and Linux.

import { existsSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { linuxFile } from './software.ts';
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
    until: (what: RegExp): Promise<void> =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!what.test(shown)) return;
          socket.off('data', look);
          resolve();
        };
        socket.on('data', look);
        look();
      }),
  };
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

describe('Linux', { timeout: 180_000 }, () => {
  // npm run guest:linux builds it
  it.skipIf(!existsSync(linuxFile))(
    'goes on with its session when the primary is killed in the middle of it',
    async () => {
      const run = await begin('linux');
      const shell = consoleOf(run);
      // what is typed before the kernel has its console is lost, so it is typed again
      const again = setInterval(() => shell.type('echo it is up'), againMs);
      await shell.until(/\n(# )?it is up\n/);
      clearInterval(again);
      shell.type('keep this');
      shell.type('count 100');
      await shell.until(/\n10\n/);
      await kill(run, 1, () => shell.until(/\n[3-9]\d\n/));
      await kill(run, 2, () => shell.until(/\n[6-9]\d\n/));
      shell.type('kept');
      await shell.until(/\n(# )?this\n/);
      const numbers = (shell.text().match(/^\d+$/gm) ?? []).map(Number);
      // what was put out at the moment of the failure may be lost (V7); nothing is put out twice
      expect(numbers).toEqual([...new Set(numbers)].sort((one, other) => one - other));
      expect(numbers.length).toBeGreaterThan(60);
      shell.type('poweroff');
      await run.until('it is off', ({ event }) => event === 'off');
    },
  );
});
