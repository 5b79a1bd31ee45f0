import { describe, expect, it } from 'vitest';
import { type Cause, lookout, peaksOf } from './hits.ts';
import type { Taken } from './system.ts';

type Step = Taken<number, string>;

const stepTo = (after: number): Step => ({ before: 0, event: '', after, note: undefined });

const causes: readonly Cause[] = [
  { faults: ['crash', 'cut'], phase: 'early' },
  { faults: ['crash'], phase: 'early' },
  { faults: ['cut'], phase: 'late' },
  { faults: ['crash', 'cut'], phase: 'late' },
];

const causeOf = ({ after }: Step): Cause => causes[after] ?? { faults: [], phase: '' };

const always = [{ id: 'never', occurs: () => true }];

describe('the causes that are told', () => {
  const toldOf = (...levels: readonly (readonly number[])[]): readonly (readonly number[])[] => {
    const { hits, look, settle } = lookout(always, causeOf);
    return levels.map((level) => {
      for (const [ordinal, cause] of level.entries()) look(stepTo(cause), 0, ordinal);
      return settle([...hits]).map(({ cause }) => (cause === null ? -1 : causes.indexOf(cause)));
    });
  };

  it('are those that no other explains, whichever is come upon first on a level', () => {
    expect(toldOf([0, 1])).toEqual([[1]]);
    expect(toldOf([1, 0])).toEqual([[1]]);
    expect(toldOf([1, 2, 3])).toEqual([[1, 2]]);
  });

  it('stay told if a smaller one comes later: they are shorter', () => {
    expect(toldOf([0], [1], [3])).toEqual([[0], [1], []]);
  });
});

describe('the greatest value', () => {
  const measures = [{ id: 'after', of: ({ after }: Step) => after }];

  it('up to a state is known though a later one has a greater', () => {
    const { peaks, look, settle } = peaksOf(measures);
    for (const [parent, value] of [3, 1, 5, 4, 9].entries()) look(stepTo(value), parent, 0);
    const upTo = (last: number): typeof all => all.filter(({ parent }) => parent <= last);
    const all = [...peaks()];
    expect(settle(upTo(3))).toMatchObject([{ value: 5, parent: 2 }]);
  });

  it('is the first of equal ones, and no level forgets it', () => {
    const { peaks, look, settle } = peaksOf(measures);
    look(stepTo(5), 0, 0);
    look(stepTo(5), 0, 1);
    expect(settle([...peaks()])).toMatchObject([{ value: 5, ordinal: 0 }]);
    look(stepTo(4), 7, 0);
    expect(settle([...peaks()])).toMatchObject([{ value: 5, parent: 0 }]);
  });
});
