import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Chooser, seeded } from '../properties/checker/chooser.ts';
import { type Judge, judge, type Verdict } from './judge.ts';
import { type Observed, observed, type Profile, type Sight } from './observation.ts';
import type { ToldLog } from './tell-log.ts';
import { toldRun } from './told-run.ts';

const profiles: readonly (readonly [string, readonly Profile[], number])[] = [
  ['the core', ['core'], 150],
  ['the disk', ['core', 'disk'], 80],
  ['control operations', ['core', 'control'], 80],
  ['migration', ['core', 'migration'], 80],
  ['all of the protocol', ['core', 'disk', 'control', 'migration'], 120],
];

const feed = (judging: Judge, lines: readonly Observed[]): Verdict => {
  for (const line of lines) {
    const verdict = judging.feed(line);
    if (verdict !== null) return verdict;
  }
  return judging.end();
};

const judged = ({ header, lines }: ToldLog): Verdict => feed(judge(header), lines);

const choosers = fc.integer({ min: 0 }).map((seed): Chooser => seeded(String(seed)));

const runs = (parts: readonly Profile[], sight: Sight): fc.Arbitrary<ToldLog> =>
  choosers.map((chooser) => toldRun(chooser, parts, 150, sight));

type Path = readonly [number, ...string[]];

/** Numbers that nothing else in a log determines: what the guest reads, and the lines' own. */
const free: readonly string[] = ['n', 'value'];

/** Where in the lines the numbers are that cannot be others. */
const numbersIn = (lines: readonly Observed[]): readonly Path[] => {
  const found: Path[] = [];
  const visit = (value: unknown, [at, ...path]: Path): void => {
    if (typeof value === 'number') found.push([at, ...path]);
    if (typeof value !== 'object' || value === null) return;
    for (const [key, one] of Object.entries(value)) {
      if (!free.includes(key)) visit(one, [at, ...path, key]);
    }
  };
  for (const [at, line] of lines.entries()) visit(line, [at]);
  return found;
};

const changedAt = (value: unknown, [key, ...path]: readonly string[], by: number): unknown => {
  if (key === undefined) return Number(value) + (value === 0 ? 1 : by);
  const copy: Record<string, unknown> = Array.isArray(value)
    ? Object.assign([...value])
    : Object.assign({}, value);
  copy[key] = changedAt(copy[key], path, by);
  return copy;
};

const wrong = (lines: readonly Observed[], [at, ...path]: Path, by: number): readonly unknown[] =>
  lines.map((line, index) => (index === at ? changedAt(line, path, by) : line));

/**
 * A position is wrong only if the copy says where it is, or does something, later; a backup that
 * says that it is at a position may have consumed the events there or not.
 */
const isSettledLater = (lines: readonly Observed[], [at, key]: Path): boolean => {
  const line = lines[at];
  if (line?.did === 'replay' && key === 'upTo') return false;
  if (key !== 'position' || line === undefined || !('copy' in line)) return true;
  return lines.slice(at + 1).some((later) => {
    return 'position' in later && 'copy' in later && later.copy === line.copy;
  });
};

describe.each(profiles)('a told run of %s', (_, parts, numRuns) => {
  it('is accepted, whatever happens in it', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(runs(parts, 'white'), (log) => {
        expect(judged(log)).toMatchObject({ kind: 'accepted', lines: log.lines.length });
      }),
      { numRuns, seed: 7 },
    );
  });

  it('is refused with one wrong number in it', { timeout: 120_000 }, () => {
    const wrongs = fc.tuple(runs(parts, 'white'), fc.nat(), fc.boolean());
    fc.assert(
      fc.property(wrongs, ([log, drawn, isLess]) => {
        const places = numbersIn(log.lines).filter((path) => isSettledLater(log.lines, path));
        const place = places[drawn % Math.max(1, places.length)];
        fc.pre(place !== undefined);
        if (place === undefined) return;
        const lines = wrong(log.lines, place, isLess ? -1 : 1).filter(observed.is);
        const told = JSON.stringify([place, lines[place[0]]]);
        expect(judged({ ...log, lines }).kind, told).toBe('refused');
      }),
      { numRuns, seed: 7 },
    );
  });
});

it('an acknowledgment can have come by either of two connections of a backup', () => {
  const log = toldRun(seeded('x9094'), ['core', 'disk', 'control', 'migration'], 200, 'white');
  expect(judged(log).kind).toBe('accepted');
});
