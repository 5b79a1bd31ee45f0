import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../model/event.ts';
import { connectionId, copyId } from '../../model/ids.ts';
import { specification } from '../../model/paper.ts';
import { defaultSettings } from '../../model/settings.ts';
import { claims } from '../catalogue.ts';
import { attribution } from './attribution.ts';
import { isFault } from './faults.ts';
import { judge } from './judge.ts';
import type { Script } from './script.ts';
import { shrink } from './shrink.ts';
import { failing, specimens } from './shrinking/specimens.ts';

const [a, b] = [copyId(0), copyId(1)];
const settings = { ...defaultSettings, program: ['transmit'] as const };

const attributed = (spec: Parameters<typeof judge>[0], events: readonly Event[]) => {
  const script: Script = { settings, events, calm: false };
  const { refutation } = judge(spec, script, { claims, witnesses: new Set() });
  if (refutation === null) throw new Error('the script breaks a claim');
  return attribution(spec, script, refutation, claims);
};

describe('the table of faults', () => {
  it('says of a fault that matters that the claim holds without it', () => {
    const duplicate = specification('duplicates', { isDuplicate: () => false });
    const replayed = { ...settings, ackPoint: 'replayed' as const };
    const events: readonly Event[] = [
      { type: 'execute', copy: a },
      { type: 'flush', copy: a },
      { type: 'receive', copy: b },
      { type: 'reset', connection: connectionId(0) },
      { type: 'reconnect', copy: b },
      { type: 'readAck', copy: a, connection: connectionId(1) },
      { type: 'flush', copy: a },
      { type: 'receive', copy: b },
    ];
    const script: Script = { settings: replayed, events, calm: false };
    const { refutation } = judge(duplicate, script, { claims, witnesses: new Set() });
    expect(refutation).toEqual({ claim: 'S5', at: 7 });
    expect(attribution(duplicate, script, { claim: 'S5', at: 7 }, claims)).toEqual([
      { index: 3, event: events[3], without: 'the claim holds' },
    ]);
  });

  it('says of a fault that does not matter where the claim breaks all the same', () => {
    const leaky = specification('leaky', { outputRule: () => true });
    const pause: Event = { type: 'pause', host: 'C' };
    const events: readonly Event[] = [
      pause,
      { type: 'execute', copy: a },
      { type: 'resume', host: 'C' },
      { type: 'release', copy: a },
    ];
    expect(attributed(leaky, events)).toEqual([
      { index: 0, event: pause, without: 'still broken at event 4' },
    ]);
  });

  it('says which other claim breaks instead', () => {
    const wrong = specification('wrong', { outputRule: () => true, arbitrate: () => 'won' });
    const crash: Event = { type: 'crash', host: 'A' };
    const events: readonly Event[] = [
      { type: 'execute', copy: a },
      crash,
      { type: 'release', copy: a },
    ];
    const script: Script = { settings, events, calm: false };
    const [row] = attribution(wrong, script, { claim: 'S12', at: 2 }, claims);
    expect(row).toEqual({ index: 1, event: crash, without: 'another claim breaks: S2' });
  });

  it('has a line for every fault that happens, and for nothing else', () => {
    const property = fc.property(fc.nat(1_000_000), fc.nat(specimens.length - 1), (seed, index) => {
      const specimen = specimens[index];
      if (specimen === undefined) return;
      const { script, refutation } = failing(specimen, seed);
      const own = specimen.claims;
      const rows = attribution(specimen.spec, script, refutation, own);
      expect(rows.map(({ event }) => event)).toEqual(script.events.filter(isFault));
      for (const row of rows) expect(script.events[row.index]).toEqual(row.event);
    });
    fc.assert(property, { seed: 4, numRuns: 8, endOnFailure: true });
  });

  it('finds no fault idle in a story that was shrunk', () => {
    const property = fc.property(fc.nat(1_000_000), (seed) => {
      const specimen = specimens.at(-1);
      if (specimen === undefined) return;
      const { script, refutation } = failing(specimen, seed);
      const { spec, claims: own } = specimen;
      const story = shrink(spec, script, refutation, { claims: own, budget: 50_000 });
      const rows = attribution(spec, story.script, story.refutation, own);
      expect(rows.length).toBeGreaterThan(0);
      for (const row of rows) expect(row.without).toBe('the claim holds');
    });
    fc.assert(property, { seed: 5, numRuns: 4, endOnFailure: true });
  });
});
