import { expect, it } from 'vitest';
import { doRise, isFollowed, numberedIn } from './shown.ts';

const alone = 'round 1: a\nround 2: b\nround 3: c\nround 4: d\n';
const gap = { from: 14, to: 30 };

it.each([
  ['all of it', alone, true],
  ['a console that was opened late', alone.slice(5), true],
  ['a piece lost in a gap', 'round 1: a\nround 3: c\nround 4: d\n', true],
  ['two pieces of lines that meet in a gap', 'round 1: a\nround c\nround 4: d\n', true],
  ['a piece lost before the gap', 'round 1\nround 2: b\nround 3: c\n', false],
  ['two pieces lost in one gap', 'round 1: a\nround b\nround c\nround 4: d\n', false],
  ['a line that is repeated', 'round 1: a\nround 2: b\nround 2: b\nround 3: c\n', false],
  ['a byte that is another', 'round 1: a\nround 2: x\nround 3: c\n', false],
])('%s is, or is not, what the machine puts out alone', (_, shown, isSo) => {
  expect(isFollowed(shown, alone, [gap])).toBe(isSo);
});

const form = /^(\d+)\n/gm;

it.each([
  ['lines that rise', '7\n8\n9\n10\n11\n', true],
  ['a line that is not there yet', '70000\n80000\n90000\n43', true],
  ['one that two pieces make in a gap', '70000\n80000\n9110000\n120000\n', true],
  ['one such before a gap', '791100000\n80000\n90000\n110000\n', false],
  ['two that are repeated', '70000\n80000\n70000\n80000\n90000\n', false],
])('%s: the numbers rise, or do not', (_, shown, isSo) => {
  expect(doRise(numberedIn(shown, form), [gap])).toBe(isSo);
});
