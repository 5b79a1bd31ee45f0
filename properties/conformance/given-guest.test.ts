// A guest of any image, held against the specification: the machine alone is its guest there.

import { describe, expect, it } from 'vitest';
import { foldImage } from '../../impl/guest/fold.ts';
import type { Image } from '../../impl/guest/guest.ts';
import { keyValueImage } from '../../impl/guest/key-value.ts';
import { everyStep } from '../catalogue.ts';
import type { Program } from '../simulation/program.ts';
import { type ProgramSuite, type ProgramVerdict, programCheck } from './check-impl.ts';
import { divergenceText } from './divergence-text.ts';
import { type Finding, programWith } from './trial.ts';
import { countingSlices, interruptingLate, losingBytes, readingOn } from './wrong-guests.ts';

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

const suiteOn = (image: Image, by: Program = programWith()): ProgramSuite => ({
  ...{ program: by, seed: '1', fixed: { hostCount: 3 }, strategies: ['swarm', 'pct'] },
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
    const text = textOf(first?.finding);
    expect(text).toMatch(
      /the digest of the guest at \d+: the program has \d+, the specification \d+/,
    );
  });

  it.each([
    ['interrupts strike one instruction late', interruptingLate],
    ['packets lose their first byte', losingBytes],
    ['the clock is not that of the log', readingOn],
  ])('is refuted where on the backup %s', (__, wrong) => {
    const { first } = tried(suiteOn(image, wrong(programWith())), 100);
    if (first === null) throw new Error('it was not refuted');
    expect(textOf(first.finding)).toMatch(/the digest of the guest at \d+|outputs|alone/);
  });

  it('is refuted where an output leaves before its ack', () => {
    const { first } = tried(suiteOn(image, programWith({ mayLeave: () => true })), 100);
    expect(textOf(first?.finding)).toContain('the Output Rule holds it');
  });
});
