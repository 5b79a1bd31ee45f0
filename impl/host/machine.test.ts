// The RISC-V machine as real processes: its key-value server, and Linux.

import { existsSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Alone } from '../riscv/alone.ts';
import { doRise, type Gap, isFollowed, numberedIn } from './shown.ts';
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

const followedMax = 400_000_000; // instructions

/** What is shown is what the machine prints alone, as far as that goes, but for the gaps. */
const expectAsAlone = (guest: string, line: RegExp, shown: string, gaps: readonly Gap[]): void => {
  const image = guestNamed(['riscv', guest]);
  if (typeof image === 'string') throw new Error(image);
  const one = new Alone({ guest: image.boot(), blockBytes: image.blockBytes, slice: 1_000_000 });
  const lines = numberedIn(shown, line);
  const end = lines.at(-1)?.number ?? 0;
  const text = (): string => one.console.replaceAll('\r', '');
  const last = (): number => numberedIn(text(), line).at(-1)?.number ?? 0;
  one.until(() => last() >= end, followedMax);
  const known = last();
  const beyond = lines.findIndex(({ number }) => number > known);
  expect(beyond < 0 ? lines.length : beyond).toBeGreaterThan(2);
  const until = lines[beyond]?.at ?? shown.lastIndexOf('\n') + 1;
  expect(isFollowed(shown.slice(0, until), text(), gaps), `${shown}\n---\n${text()}`).toBe(true);
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
    ['compute', /^\d+ primes up to (\d+)\n/gm],
    ['disk', /^round (\d+): [0-9a-f]{8}, torn blocks 0\n/gm],
    ['timer', /^(\d+) strikes, counted \d+, [0-9a-f]{8}\n/gm],
  ])('%s goes on where it was when its primary is killed, twice', async (guest, line) => {
    const run = await begin(`riscv ${guest}`);
    const shell = consoleOf(run);
    const goesOn = async (): Promise<void> => {
      const before = numberedIn(shell.text(), line).length;
      await shell.until((shown) => numberedIn(shown, line).length > before + 2);
    };
    await goesOn();
    const gaps: Gap[] = [];
    for (const generation of [1, 2]) {
      const from = shell.text().length;
      await kill(run, generation, goesOn);
      gaps.push({ from, to: shell.text().length });
    }
    await goesOn();
    const shown = shell.text();
    expect(doRise(numberedIn(shown, line), gaps), shown).toBe(true);
    expect(shown).not.toMatch(/trap|failed|torn blocks [1-9]/);
    if (guest !== 'timer') expectAsAlone(guest, line, shown, gaps);
  });
});

describe('Linux', { timeout: 180_000 }, () => {
  it('goes on with its session when the primary is killed in the middle of it', async ({
    skip,
  }) => {
    skip(!existsSync(linuxFile), 'there is no Image of Linux: npm run guest:linux builds it');
    const run = await begin('linux');
    const shell = consoleOf(run);
    // what is typed before the kernel has its console is lost, so it is typed again
    const again = setInterval(() => shell.type('echo it is up'), againMs);
    await shell.until(shows(/\n(# )?it is up\n/));
    clearInterval(again);
    shell.type('keep this');
    shell.type('count 100');
    await shell.until(shows(/\n10\n/));
    const gaps: Gap[] = [];
    for (const [generation, far] of [/\n[3-9]\d\n/, /\n[6-9]\d\n/].entries()) {
      const from = shell.text().length;
      await kill(run, generation + 1, () => shell.until(shows(far)));
      gaps.push({ from, to: shell.text().length });
    }
    shell.type('kept');
    await shell.until(shows(/\n(# )?this\n/));
    const numbers = numberedIn(shell.text(), /^(\d+)\n/gm);
    expect(doRise(numbers, gaps), shell.text()).toBe(true);
    expect(numbers.length).toBeGreaterThan(60);
    expect(await run.ask('anybody there?\n')).toBe('anybody there?'); // it echoes datagrams
    shell.type('poweroff');
    await run.until('it is off', ({ event }) => event === 'off');
  });
});
