// A guest of any image, held against the specification: the machine alone is its guest there.

import { describe, expect, it } from 'vitest';
import { foldImage } from '../../impl/guest/fold.ts';
import type { Image } from '../../impl/guest/guest.ts';
import { keyValueImage } from '../../impl/guest/key-value.ts';
import { everyStep } from '../catalogue.ts';
import { foldSoak, type ImageSoak, keyValueSoak } from '../simulation/plan.ts';
import type { Program } from '../simulation/program.ts';
import { type ProgramSuite, type ProgramVerdict, programCheck } from './check-impl.ts';
import { divergenceText } from './divergence-text.ts';
import { judgedSoak } from './soaked.ts';
import { type Finding, programWith } from './trial.ts';
import { programOf } from './wrong/wrong-program.ts';
import { countingSlices, interruptingLate, losingBytes, readingOn } from './wrong-guests.ts';
import { wrongPrograms } from './wrong-policies.ts';

const program = [
  'readTime',
  'stamp',
  'reply',
  'touch p',
  'write x p',
  'read y q',
  'print',
] as const;

const images: readonly (readonly [string, Image])[] = [
  ['the fold machine', foldImage(program)],
  ['the key-value server', keyValueImage],
];

const differing = /the digest of the guest at \d+: the program has \d+, the specification \d+/;

/** Of what one turn comes to, an output or the end of a replay is told before the digest. */
const told = /They differ in (outputs|mode|the digest of the guest at \d+):/;

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

describe.each(images)('%s', (_, image) => {
  it('is replicated as the specification says, contents and states included', () => {
    const { first, runs } = tried({ ...suiteOn(image), claims: everyStep }, 200);
    expect(first === null ? null : textOf(first.finding)).toBeNull();
    expect(runs).toBe(200);
  });

  it('is refuted where its state depends on how it was let run', () => {
    const { first } = tried(suiteOn(countingSlices(image)), 20);
    expect(textOf(first?.finding)).toMatch(differing);
  });

  it.each([
    ['interrupts strike one instruction late', interruptingLate],
    ['packets lose their first byte', losingBytes],
    ['the clock is not that of the log', readingOn],
  ])('is refuted where on the backup %s', (__, wrong) => {
    const { first } = tried(suiteOn(image, wrong(programWith())), 100);
    if (first === null) throw new Error('it was not refuted');
    expect(textOf(first.finding)).toMatch(told);
  });
});

/** What any guest shows within a few scripts: the rest needs programs that are made for it. */
const shownByAll: readonly string[] = [
  ...['release-off-by-one', 'no-output-rule', 'acks-one-more', 'ack-after-replay'],
  ...['output-during-replay', 'timer-not-logged', 'input-not-logged', 'nd-op-not-logged'],
  ...['output-entry-omitted', 'console-input-not-logged', 'backup-runs-ahead', 'backup-skips-TAS'],
  ...['primary-skips-TAS', 'loser-stays'],
];

describe('with the key-value server a program that decides wrongly is refuted', () => {
  it.each(shownByAll)('%s', (name) => {
    const wrong = wrongPrograms.find((one) => one.name === name);
    if (wrong === undefined) throw new Error('there is such a policy');
    const { image } = keyValueSoak('0', 0);
    expect(tried(suiteOn(image, programOf(wrong)), 100).overall).toBe('refuted');
  });
});

const seeds = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => `${at}`);

const foldAsAny = (seed: string): ImageSoak => {
  const { program: instructions, plan } = foldSoak(seed, 1000);
  return { image: foldImage(instructions), plan };
};

describe('a soak is a run of the specification', () => {
  it.each(seeds(20))('of the key-value server, %s', (seed) => {
    expect(judgedSoak(programWith(), keyValueSoak(seed, 1500)).wrong).toBeNull();
  });

  it.each(seeds(10))('of the fold machine as any other, %s', (seed) => {
    expect(judgedSoak(programWith(), foldAsAny(seed)).wrong).toBeNull();
  });
});

/** What the specification says of the first soak of the key-value server that it refuses. */
const storyOf = (by: Program): string => {
  const stories = seeds(10).map((seed) => judgedSoak(by, keyValueSoak(seed, 1500)).story);
  return stories.find((story) => story !== '')?.replace(/\s+/g, ' ') ?? '';
};

describe('a soak of the key-value server is refused', () => {
  it.each([
    ['interrupts strike one instruction late', interruptingLate],
    ['packets lose their first byte', losingBytes],
    ['the clock is not that of the log', readingOn],
  ])('where on the backup %s', (_, wrong) => {
    expect(storyOf(wrong(programWith()))).toMatch(told);
  });

  it('where completions are not logged', () => {
    const story = storyOf(programWith({ isLogged: (kind) => kind !== 'DONE' }));
    expect(story).toContain('They differ in entries logged');
  });
});
