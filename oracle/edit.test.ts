import { describe, expect, it } from 'vitest';
import { seeded } from '../properties/checker/chooser.ts';
import { mostWork, smallestEdit } from './edit.ts';
import { mostSteps } from './forward.ts';
import { judge, type Recent, type Refused } from './judge.ts';
import type { Observed } from './observation.ts';
import { toldRun } from './told-run.ts';

type Stopped = {
  readonly refused: Refused;
  readonly recent: Recent;
  readonly behind: readonly Observed[];
};

/** Where a right grey log of all of the protocol is refused that lacks one of its lines. */
const stoppedWithout = (seed: string, dropped: number): Stopped => {
  const { header, lines } = toldRun(
    seeded(seed),
    ['core', 'disk', 'control', 'migration'],
    200,
    'grey',
  );
  const left = lines.toSpliced(dropped, 1);
  const judging = judge(header);
  for (const [at, line] of left.entries()) {
    const verdict = judging.feed(line);
    if (verdict?.kind !== 'refused') continue;
    return { refused: verdict, recent: judging.recent(), behind: left.slice(at + 1, at + 33) };
  }
  throw new Error(`the log ${seed} without its line ${dropped} is not refused`);
};

/** What is found, and how much was tried for it. */
const editOf = ({ refused, recent, behind }: Stopped, most: number) => {
  const work = { left: most };
  const edits = smallestEdit(recent, refused.at, refused.line, behind, work);
  return { edits, done: most - work.left };
};

describe('the search for the smallest edit', () => {
  it('ends where nothing is found by as much as may be tried', () => {
    const { edits, done } = editOf(stoppedWithout('x96', 24), mostWork);
    expect(edits).toEqual([]);
    expect(done).toBeGreaterThanOrEqual(mostWork);
    expect(done).toBeLessThan(mostWork + 5 * mostSteps); // the last line that was tried
  });

  it('finds what there is by far less, and nothing where it may not try that much', () => {
    const stopped = stoppedWithout('x56', 48);
    const { edits, done } = editOf(stopped, mostWork);
    expect(edits).toHaveLength(1);
    expect(done).toBeLessThan(mostWork / 10);
    expect(editOf(stopped, Math.floor(done / 2)).edits).toEqual([]);
  });
});
