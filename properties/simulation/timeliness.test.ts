// The program in virtual time: when it does things, and by when all is back after the faults.

import { describe, expect, it } from 'vitest';
import { programWith } from '../conformance/trial.ts';
import { programOf } from '../conformance/wrong/wrong-program.ts';
import { foldSoak } from './plan.ts';
import { judged, type Timed, timely } from './timeliness.ts';
import { breachText, type Timely } from './timeliness-claim.ts';
import { timelySoak } from './timeliness-plan.ts';
import { wrongTiming } from './wrong-timing.ts';

const quiet = (): void => undefined;

const troubledMs = 3000;

const run = (seed: string, program = programWith()): Timed =>
  judged(program, timelySoak(seed, troubledMs), quiet);

const seeds = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => `${at}`);

describe('the program in virtual time', () => {
  const runs = seeds(50).map((seed) => run(seed));

  it('is never late, and never early', () => {
    expect(runs.flatMap(({ breaches }) => breaches.map(breachText))).toEqual([]);
  });

  it('has service and redundancy back after each calm', () => {
    expect(runs.map(({ missing }) => missing).filter((missing) => missing !== null)).toEqual([]);
  });

  it.each(timely)('comes to the case of $name: $reachedWhen', (claim) => {
    expect(Math.max(...runs.map(({ reached }) => reached.get(claim) ?? 0))).toBeGreaterThan(0);
  });
});

/** Runs that have needed most of a bound, of the first 600; of power-offs one of the first 6000. */
const slowest: readonly (readonly [name: string, seed: string])[] = [
  ['lag-falls', '437'],
  ['service-is-back', '244'],
  ['clients-are-answered', '70'],
  ['redundancy-is-back', '494'],
  ['nothing-stays-withheld', '490'],
  ['moves-end', '32'],
  ['guest-is-not-left-waiting', '244'],
  ['disk-comes-back', '244'],
  ['power-off-ends', '4938'],
  ['limit-is-back', '39'],
];

describe('the bounds are not generous', () => {
  it.each(slowest)('%s has needed nearly half of its bound, or more', (name, seed) => {
    const { used, breaches } = run(seed);
    const [, needed = 0] = [...used].find(([claim]) => claim.name === name) ?? [];
    expect(needed).toBeGreaterThan(0.45);
    expect(breaches).toEqual([]);
  });

  it('each of them is among those', () => {
    const bounded = [...run('0').used.keys()];
    expect(slowest.map(([name]) => name).toSorted()).toEqual(
      bounded.map(({ name }) => name).toSorted(),
    );
  });
});

describe('a program with another idea of time', () => {
  it.each(wrongTiming)('is refuted: $name', ({ seed, killedBy, ...wrong }) => {
    const { breaches } = run(seed, programOf(wrong));
    const broken = breaches.map(({ claim }) => claim.name);
    for (const name of killedBy) expect(broken).toContain(name);
  });

  it('is refuted by every claim', () => {
    const killing = new Set(wrongTiming.flatMap(({ killedBy }) => killedBy));
    expect(timely.filter(({ name }) => !killing.has(name)).map(({ name }) => name)).toEqual([]);
  });

  it('is told what it owed, and what was found', () => {
    const rare = programWith({ heartbeatAfter: ({ timeoutMs }) => timeoutMs });
    const [breach] = run('0', rare).breaches;
    const text = breach === undefined ? '' : breachText(breach);
    expect(text).toContain('R23-1');
    expect(text).toMatch(/In the timed run of seed 0, at \d+ ms, of copy \d+:/);
    expect(text).toMatch(/owed: {2}a heartbeat at \d+ ms/);
    expect(text).toMatch(/found: the last chance for one was at \d+ ms/);
  });
});

describe('the program was once late here', () => {
  // Under the first two a backup's first message on a new connection was not log traffic (R23-2,
  // R33-11); then a primary that had moved took what its backup had not consumed for consumed
  // (R32-9).
  it.each(['5', '9', '1', '12', '31'])('under storm %s', (seed) => {
    const { breaches } = judged(programWith(), foldSoak(seed, 6000), quiet);
    expect(breaches.map(breachText)).toEqual([]);
  });
});

it('each claim cites requirements, and has a name of its own', () => {
  const isCited = ({ cites }: Timely): boolean => cites.length > 0;
  expect(timely.filter((claim) => !isCited(claim))).toEqual([]);
  expect(new Set(timely.map(({ name }) => name)).size).toBe(timely.length);
});
