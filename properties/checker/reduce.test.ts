import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../model/event.ts';
import { connectionId, copyId } from '../../model/ids.ts';
import { paper } from '../../model/paper.ts';
import { defaultSettings } from '../../model/settings.ts';
import { scripts } from './arbitrary.ts';
import { judge } from './judge.ts';
import { reductions } from './reduce.ts';
import type { Script } from './script.ts';
import { cost, isLess } from './shrinking/cost.ts';

const refusedIn = (script: Script): readonly number[] =>
  judge(paper, { ...script, calm: false }, { claims: [], witnesses: new Set() }).refused;

const taken = (script: Script, most: number): readonly Script[] => {
  const all: Script[] = [];
  for (const one of reductions(paper, script)) {
    all.push(one);
    if (all.length >= most) break;
  }
  return all;
};

const options = { seed: 3, numRuns: 12 };
const some = scripts(paper, { length: 50 });

describe('a reduction', () => {
  it('costs less than the script', () => {
    const property = fc.property(some, (script) =>
      taken(script, 200).every((reduced) => isLess(cost(reduced), cost(script))),
    );
    fc.assert(property, options);
  });

  it('has only events that happen', () => {
    const property = fc.property(some, (script) =>
      taken(script, 200).every((reduced) => refusedIn(reduced).length === 0),
    );
    fc.assert(property, options);
  });

  it('is proposed once', () => {
    const property = fc.property(some, (script) => {
      const all = taken(script, 200).map((reduced) => JSON.stringify(reduced));
      return new Set(all).size === all.length;
    });
    fc.assert(property, options);
  });

  it('is the same whenever it is asked for', () => {
    const property = fc.property(some, (script) => {
      expect(taken(script, 50)).toEqual(taken(script, 50));
    });
    fc.assert(property, options);
  });

  it('is small among the first: the most aggressive come first', () => {
    const property = fc.property(some, (script) => {
      fc.pre(script.events.length >= 30);
      const lengths = taken(script, 25).map(({ events }) => events.length);
      expect(Math.min(...lengths)).toBeLessThanOrEqual(script.events.length / 2);
    });
    fc.assert(property, options);
  });
});

describe('reductions', () => {
  it('end, whichever is taken each time', () => {
    const walk = fc.tuple(some, fc.infiniteStream(fc.nat(12)));
    const property = fc.property(walk, ([script, choices]) => {
      let left = script;
      for (const choice of choices) {
        const found = taken(left, choice + 1).at(-1);
        if (found === undefined) break;
        left = found;
      }
      expect(left).toMatchObject({ events: [], calm: false });
      expect(left.settings).toEqual({ ...defaultSettings, program: ['compute'] });
    });
    fc.assert(property, { ...options, numRuns: 4 });
  });

  it('leave out what is refused', () => {
    const events: readonly Event[] = [
      { type: 'receive', copy: copyId(1) },
      { type: 'execute', copy: copyId(0) },
    ];
    const [first] = reductions(paper, { settings: defaultSettings, events, calm: false });
    expect(first?.events).toEqual(events.slice(1));
  });
});

const copy = copyId;
const placed = (id: number, host: 'B' | 'C'): readonly Event[] => [
  { type: 'requestBackup', copy: copy(0) },
  { type: 'place', copy: copy(0), host },
  { type: 'precopy', copy: copy(id) },
];

const armed = (id: number): readonly Event[] => [
  { type: 'snapshot', copy: copy(0) },
  { type: 'arm', copy: copy(id) },
  { type: 'readAck', copy: copy(0), connection: connectionId(0) },
];

/** Two clones, of which the first is lost. */
const twoClones: Script = {
  settings: { ...defaultSettings, start: 'unprotected' },
  events: [
    ...placed(1, 'C'),
    { type: 'crash', host: 'C' },
    { type: 'abandon', copy: copy(0) },
    ...placed(2, 'B'),
    ...armed(2),
    { type: 'execute', copy: copy(0) },
    { type: 'flush', copy: copy(0) },
    { type: 'receive', copy: copy(2) },
  ],
  calm: false,
};

describe('copies and connections', () => {
  const all = [...reductions(paper, twoClones)];

  it('of the example happen as they are numbered', () => {
    expect(refusedIn(twoClones)).toEqual([]);
  });

  it('take the number of a clone that is left out', () => {
    const events = [...placed(1, 'B'), ...armed(1)];
    const found = all.find((one) =>
      JSON.stringify(one.events).startsWith(JSON.stringify(events).slice(0, -1)),
    );
    expect(found?.events.at(-1)).toEqual({ type: 'receive', copy: 1 });
  });

  it('take the place of the first pair where the way to it is left out', () => {
    const types = ['execute', 'flush', 'receive'];
    const found = all.find(
      ({ events, settings }) =>
        settings.start === 'protected' && events.map(({ type }) => type).join() === types.join(),
    );
    expect(found?.events.at(-1)).toEqual({ type: 'receive', copy: 1 });
  });
});
