import { expect, it } from 'vitest';
import { copyId } from '../model/ids.ts';
import { differenceLines } from './doctor.ts';

it('names the run, the event and both versions of it', () => {
  const difference = {
    run: 6,
    strategy: 'pct',
    at: 11,
    first: { type: 'execute', copy: copyId(0) },
    second: null,
    why: 'the events differ',
  } as const;
  expect(differenceLines(difference)).toEqual([
    'run 7 (pct) differs from itself at event 12: the events differ',
    '  first: {"type":"execute","copy":0}',
    '  then:  nothing, the run is over',
  ]);
});
