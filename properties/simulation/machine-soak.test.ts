// The RISC-V machine in virtual time: faults one after the other, then a calm.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { framed } from '../../impl/guest/address.ts';
import type { Image } from '../../impl/guest/guest.ts';
import { elfIn } from '../../impl/riscv/elf.ts';
import { riscvImage } from '../../impl/riscv/image.ts';
import { opinionOf } from '../conformance/single-machine.ts';
import { programWith } from '../conformance/trial.ts';
import { foldSoak } from './plan.ts';
import type { Reported } from './reported.ts';
import { type Soak, soak } from './timed.ts';

const memoryBytes = 256 << 10; // a clone of more would take most of the time

const imageOf = (guest: string): Image => {
  const file = new URL(`../../guests/built/${guest}.elf`, import.meta.url);
  const elf = elfIn(guest, readFileSync(file), memoryBytes);
  return riscvImage({ name: guest, ...elf, memoryBytes, sectorCount: 256, commandLine: '' });
};

const asked = framed({
  client: { address: '10.0.0.7', port: 4711 },
  payload: new TextEncoder().encode('anybody there?'),
});

/** A soak like those of the fold machine, of a machine that is larger and faster. */
const planOf = (seed: string): Soak => {
  const { plan } = foldSoak(seed, 3000);
  const { settings, pace } = plan;
  const sized = { ...settings, primaryBytes: 1 << 18, backupBytes: 1 << 18 };
  return {
    ...plan,
    settings: sized,
    pace: { ...pace, instructionsPerMs: 50 },
    ...{ asked, blockCount: 256, blockBytes: 512, windowBytes: 65_536 },
  };
};

const run = (guest: string, seed: string, plan: Soak = planOf(seed)) => {
  const image = imageOf(guest);
  const reports: Reported[] = [];
  const soaked = soak(programWith(), image, plan, (reported) => reports.push(reported));
  const { goLiveOutput } = plan.settings;
  return { ...soaked, reports, opinion: opinionOf(image, reports, soaked.witnessed, goLiveOutput) };
};

const seeds = ['0', '1', '2', '3'];

describe('the RISC-V machine, after the calm', { timeout: 120_000 }, () => {
  it.each(seeds)('serves echoes, and has a backup (seed %s)', (seed) => {
    const { missing, opinion } = run('echo', seed);
    expect(missing).toBeNull();
    expect(opinion).toBeNull();
  });

  it.each([
    ['disk', seeds],
    ['timer', ['0']],
  ])('one machine alone would have put out what %s did', (guest, some) => {
    const runs = some.map((seed) => run(guest, seed));
    expect(runs.map(({ opinion }) => opinion)).toEqual(some.map(() => null));
    expect(Math.max(...runs.map(({ generation }) => generation))).toBeGreaterThan(0);
    expect(runs.some(({ witnessed }) => witnessed.printed.length > 0)).toBe(true);
  });
});

it('its timer strikes when it is due, in a world without a rhythm', () => {
  const plan = planOf('0');
  const pace = { sliceMs: 5, instructionsPerMs: 50, timerEveryMs: null, readsWhole: false };
  const { reports } = run('timer', '0', { ...plan, pace, troubledMs: 500, strikeEveryMs: 0 });
  const struck = reports.filter((one) => one.by === 'copy' && one.report.did === 'interrupted');
  expect(struck.length).toBeGreaterThan(100);
});
