import { expect, it } from 'vitest';
import { type Chooser, seeded } from '../properties/checker/chooser.ts';
import type { Breach } from './candidate.ts';
import { isCertain, isTooLate } from './certain.ts';
import { type Judge, judge } from './judge.ts';
import { goesFirst, isWatched, type Sees } from './movers.ts';
import type { Observed, Profile, Sight } from './observation.ts';
import type { ToldLog } from './tell-log.ts';
import { toldRun } from './told-run.ts';

/** What of some lines cannot be, one after the other; the judge stands where it stood. */
const firstBreach = (judging: Judge, lines: readonly Observed[]): Breach | null => {
  const mark = judging.mark();
  let found: Breach | null = null;
  for (const line of lines) {
    found = judging.offer(line);
    if (found !== null) break;
  }
  judging.returnTo(mark);
  return found;
};

const without = (lines: readonly Observed[], one: Observed): readonly Observed[] =>
  lines.filter((line) => line !== one);

type Tally = { moved: number; readonly wrong: string[] };

/** The next line of each node, whether it goes first, and whether that is right. */
const judgeNext = (
  judging: Judge,
  rest: readonly Observed[],
  next: Observed,
  tally: Tally,
): boolean => {
  const recent = judging.recent();
  const { log, hidden, now } = recent;
  const breach = firstBreach(judging, [next]);
  if (breach !== null) {
    const never = isCertain(log, hidden, now, next, breach);
    if (never || isTooLate(log, hidden, now, next, breach)) {
      tally.wrong.push(`${next.did} on ${next.node} is given up, and comes later`);
    }
    return false;
  }
  const sees: Sees = (isSuch) =>
    rest.some((line) => line.node !== next.node && isWatched(line) && isSuch(line));
  const mark = judging.mark();
  judging.offer(next);
  const change = { before: now, after: judging.recent().now };
  judging.returnTo(mark);
  if (!goesFirst(next, recent, change, sees)) return false;
  tally.moved++;
  const behind = firstBreach(judging, [next, ...without(rest, next)]);
  if (behind !== null) tally.wrong.push(`${next.did} on ${next.node} hinders a line`);
  return behind === null;
};

/** Follows a right log, in other orders than its own: whatever may go first does, or does not. */
const follow = ({ header, lines }: ToldLog, chooser: Chooser, tally: Tally): void => {
  const judging = judge(header);
  if (firstBreach(judging, lines) !== null) return; // not all that happened can be told
  let rest = lines;
  for (let [first] = rest; first !== undefined; [first] = rest) {
    const nodes = [...new Set(rest.map(({ node }) => node))];
    const heads = nodes.flatMap((node) => rest.find((line) => line.node === node) ?? []);
    const movers = heads.filter((next) => judgeNext(judging, rest, next, tally));
    const taken = movers[chooser.below(2 * movers.length + 1)] ?? first;
    judging.offer(taken);
    rest = without(rest, taken);
  }
};

const kinds: readonly (readonly [string, readonly Profile[], Sight, number])[] = [
  ['the core', ['core'], 'white', 40],
  ['the core, half seen,', ['core'], 'grey', 40],
  ['all of the protocol', ['core', 'disk', 'control', 'migration'], 'white', 30],
];

it.each(kinds)(
  'what goes first in runs of %s hinders nothing, and what is given up never comes',
  { timeout: 120_000 },
  (_, profiles, sight, count) => {
    const tally: Tally = { moved: 0, wrong: [] };
    for (let seed = 0; seed < count; seed++) {
      const chooser = seeded(`movers ${seed}`);
      follow(toldRun(chooser, profiles, 100, sight), chooser, tally);
    }
    expect(tally.wrong).toEqual([]);
    expect(tally.moved).toBeGreaterThan(200);
  },
);

/** Goes wrong ways through a right log: any line that is possible may be next, until none is. */
const stray = ({ header, lines }: ToldLog, chooser: Chooser, tally: Tally): void => {
  const judging = judge(header);
  if (firstBreach(judging, lines) !== null) return;
  let rest = lines;
  for (;;) {
    const { log, hidden, now } = judging.recent();
    const nodes = [...new Set(rest.map(({ node }) => node))];
    const heads = nodes.flatMap((node) => rest.find((line) => line.node === node) ?? []);
    const possible = heads.filter((next) => {
      const breach = firstBreach(judging, [next]);
      if (breach !== null && isCertain(log, hidden, now, next, breach)) {
        tally.wrong.push(`${next.did} on ${next.node} is refused: ${JSON.stringify(breach)}`);
      }
      return breach === null;
    });
    const taken = possible[chooser.below(Math.max(1, possible.length))];
    if (taken === undefined) return;
    tally.moved++;
    judging.offer(taken);
    rest = without(rest, taken);
  }
};

it.each(kinds)(
  'whatever order of runs of %s is followed, no line that can be is refused for certain',
  { timeout: 120_000 },
  (_, profiles, sight, count) => {
    const tally: Tally = { moved: 0, wrong: [] };
    for (let seed = 0; seed < 2 * count; seed++) {
      const chooser = seeded(`stray ${seed}`);
      stray(toldRun(chooser, profiles, 100, sight), chooser, tally);
    }
    expect(tally.wrong).toEqual([]);
    expect(tally.moved).toBeGreaterThan(200);
  },
);

const world = { node: 'world', n: 1 } as const;
const onA = { node: 'A', n: 1, copy: 'p' } as const;
const timer: Observed = {
  ...onA,
  did: 'interrupt',
  position: 0,
  entries: [{ seq: 1, kind: 'TIMER' }],
};

it.each<readonly [string, readonly Observed[], Observed, Observed]>([
  ['entry', [timer], { ...world, did: 'reset', copy: 'p' }, { ...onA, did: 'flush', seq: 1 }],
  [
    'request',
    [{ ...onA, did: 'suspect' }],
    { ...world, did: 'loseStorage', host: 'A' },
    { ...onA, did: 'testAndSet' },
  ],
])('an %s that reaches nobody does not go first', (_, before, lost, line) => {
  const goes = (...lines: readonly Observed[]): boolean => {
    const judging = judge({
      ...{ lockstep: 'observation', version: 1, sight: 'white', hosts: ['A', 'B'] },
      ...{ primary: { copy: 'p', host: 'A' }, backup: { copy: 'b', host: 'B' } },
    });
    for (const one of lines) expect(judging.offer(one)).toBeNull();
    const recent = judging.recent();
    expect(judging.offer(line)).toBeNull();
    const change = { before: recent.now, after: judging.recent().now };
    return goesFirst(line, recent, change, () => false);
  };
  expect(goes(...before)).toBe(true);
  expect(goes(...before, lost)).toBe(false);
});
