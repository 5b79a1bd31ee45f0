import fc from 'fast-check';
import { expect, it } from 'vitest';
import { emptyAgenda } from './agenda.ts';

it('lets things happen by time, and at one instant as they were noted', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 20 })), (times) => {
      const agenda = emptyAgenda();
      const happened: (readonly [number, number])[] = [];
      for (const [order, timeMs] of times.entries()) {
        agenda.at(timeMs, () => happened.push([timeMs, order]));
      }
      while (agenda.step(20)) expect(agenda.nowMs()).toBe(happened.at(-1)?.[0]);
      const expected = times.map((timeMs, order) => [timeMs, order] as const);
      expect(happened).toEqual(expected.toSorted((a, b) => a[0] - b[0] || a[1] - b[1]));
    }),
  );
});

it('does what is noted while something happens, even if it is late, and no sooner than now', () => {
  const agenda = emptyAgenda();
  const happened: number[] = [];
  agenda.at(5, () => agenda.at(1, () => happened.push(agenda.nowMs())));
  while (agenda.step(10)) expect(agenda.nowMs()).toBe(5);
  expect(happened).toEqual([5]);
  expect(agenda.nowMs()).toBe(10);
});

it('does nothing that is later than it was let', () => {
  const agenda = emptyAgenda();
  agenda.at(7, () => expect.unreachable());
  expect(agenda.step(6)).toBe(false);
  expect(agenda.nowMs()).toBe(6);
});
