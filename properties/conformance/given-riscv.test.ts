// Software on the RISC-V machine, held against the specification.

import { describe, expect, it } from 'vitest';
import type { Guest, Image } from '../../impl/guest/guest.ts';
import { builtImage } from '../../impl/host/software.ts';
import { everyStep } from '../catalogue.ts';
import { riscvBlockCount } from '../simulation/clients.ts';
import { riscvSoak } from '../simulation/plan.ts';
import type { Program } from '../simulation/program.ts';
import { type ProgramSuite, type ProgramVerdict, programCheck } from './check-impl.ts';
import { divergenceText } from './divergence-text.ts';
import { type Judged, judgedSoak } from './soaked.ts';
import { type Finding, programWith } from './trial.ts';
import { programOf } from './wrong/wrong-program.ts';
import {
  countingSlices,
  everyGuest,
  interruptingLate,
  losingBytes,
  readingOn,
} from './wrong-guests.ts';
import { wrongPrograms } from './wrong-policies.ts';

const imageOf = (what: string, memoryBytes: number): Image => {
  const image = builtImage(what, { memoryBytes, sectorCount: riscvBlockCount });
  if (typeof image === 'string') throw new Error(image);
  return image;
};

const devices = imageOf('devices', 256 << 10);
const keyValue = imageOf('key-value', 5 << 20);

const suiteOn = (image: Image, by: Program = programWith()): ProgramSuite => ({
  ...{ program: by, seed: '1', fixed: {}, strategies: ['swarm', 'pct'] },
  ...{ claims: [], image },
});

const tried = (suite: ProgramSuite, runs: number): ProgramVerdict => {
  const check = programCheck(suite, []);
  for (let run = 0; run < runs && check.next(); run++);
  return check.verdict();
};

const textOf = (finding: Finding | undefined): string =>
  finding?.kind === 'divergence'
    ? divergenceText(finding.divergence).replace(/\s+/g, ' ')
    : `${finding?.sentence}`;

const soakOf = (image: Image, seed: number, by: Program = programWith()): Judged =>
  judgedSoak(by, riscvSoak(image, `${seed}`, 1000));

const seeds = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at);

describe('what is unmodified is replicated as the specification says', { timeout: 120_000 }, () => {
  it.each([
    ['every device at once', devices, 60],
    ['the key-value server', keyValue, 10],
  ])('in scripts, contents and states included: %s', (_, image, runs) => {
    const { first, runs: done } = tried({ ...suiteOn(image), claims: everyStep }, runs);
    expect(first === null ? null : textOf(first.finding)).toBeNull();
    expect(done).toBe(runs);
  });

  it.each(seeds(10))('in a soak of every device at once, %s', (seed) => {
    expect(soakOf(devices, seed).wrong).toBeNull();
  });

  it.each(seeds(2))('in a soak of the key-value server, %s', (seed) => {
    expect(soakOf(keyValue, seed).wrong).toBeNull();
  });
});

const countOf = ({ lines }: Judged, what: RegExp): number =>
  lines.filter((line) => what.test(line)).length;

/** A soak of software that answers nobody, as fast as it needs. */
const silentSoak = (image: Image, seed: number, instructionsPerMs: number): Judged => {
  const { plan } = riscvSoak(image, `${seed}`, 1000);
  return judgedSoak(programWith(), {
    image,
    plan: { ...plan, pace: { ...plan.pace, instructionsPerMs } },
  });
};

describe('of what answers nobody all else is as the specification says', () => {
  it.each([
    ['disk', 5, 2000, 'submitted'],
    ['timer', 3, 100, 'interrupted'],
  ])('%s, in a world where a host dies', (what, seed, instructionsPerMs, did) => {
    const judged = silentSoak(imageOf(what, 256 << 10), seed, instructionsPerMs);
    expect(judged).toMatchObject({ wrong: 'clients get no answers', story: '' });
    expect(judged.generation).toBeGreaterThan(0);
    expect(countOf(judged, new RegExp(`"did":"${did}"`))).toBeGreaterThan(100);
  });
});

/** Its timer is set whenever it is struck, or somebody strikes it who has not been told to. */
const struckWhenDue: (image: Image) => Image = (image) =>
  everyGuest(image, (inner: Guest) => ({
    interrupt: () => {
      if (inner.alarmMs === null) throw new Error('it is struck before its time');
      inner.interrupt();
    },
  }));

describe('what befalls the devices of the machine', () => {
  it('has several disk operations at one instruction, and lines of a console byte by byte', () => {
    const judged = soakOf(devices, 0);
    const write = '\\{"device":"disk"[^}]*\\}';
    expect(countOf(judged, new RegExp(`"performed".*${write},${write}`))).toBeGreaterThan(0);
    expect(countOf(judged, /"performed".*"console"/)).toBeGreaterThan(0);
    expect(countOf(judged, /"performed".*"needs":\[\],/)).toBeGreaterThan(0); // reads alone
    expect(countOf(judged, /"did":"fed"/)).toBeGreaterThan(0);
  });

  it('has its timer strike when the guest has asked for it, and not before', () => {
    const judged = soakOf(struckWhenDue(devices), 0);
    expect(judged.wrong).toBeNull();
    expect(countOf(judged, /"did":"interrupted"/)).toBeGreaterThan(0);
    const { first } = tried(suiteOn(struckWhenDue(devices)), 20);
    expect(first).toBeNull();
  });
});

const replays: readonly (readonly [string, (program: Program) => Program])[] = [
  ['interrupts strike one instruction late', interruptingLate],
  ['packets lose their first byte', losingBytes],
  ['the clock is not that of the log', readingOn],
];

/** Of what one turn comes to, an output or the end of a replay is told before the digest. */
const told = /They differ in (outputs|mode|the digest of the guest at \d+):/;

describe('it is refuted', { timeout: 120_000 }, () => {
  it('where its state depends on how it was let run', () => {
    const { first } = tried(suiteOn(countingSlices(devices)), 20);
    expect(textOf(first?.finding)).toMatch(/the digest of the guest at \d+/);
  });

  it('where one write of several is put out on no disk', () => {
    const silent = everyGuest(devices, (inner) => ({
      perform: (reading) => {
        const outputs = inner.perform(reading);
        return outputs.length > 1 ? outputs.slice(1) : outputs;
      },
    }));
    const { first } = tried(suiteOn(silent), 20);
    expect(textOf(first?.finding)).toContain('no instruction of the specification needs and does');
  });

  it.each(replays)('by scripts where on the backup %s', (_, wrong) => {
    const { first } = tried(suiteOn(devices, wrong(programWith())), 60);
    expect(textOf(first?.finding)).toMatch(told);
  });

  it.each(replays)('by soaks where on the backup %s', (_, wrong) => {
    const stories = seeds(4).map((seed) => soakOf(devices, seed, wrong(programWith())).story);
    expect(stories.join(' ').replace(/\s+/g, ' ')).toMatch(told);
  });

  it.each([
    ...['release-off-by-one', 'no-output-rule', 'output-during-replay', 'timer-not-logged'],
    ...['input-not-logged', 'nd-op-not-logged', 'output-entry-omitted', 'backup-runs-ahead'],
    ...['backup-skips-TAS', 'loser-stays'],
  ])('where the program is %s', (name) => {
    const wrong = wrongPrograms.find((one) => one.name === name);
    if (wrong === undefined) throw new Error('there is such a policy');
    expect(tried(suiteOn(devices, programOf(wrong)), 60).overall).toBe('refuted');
  });
});
