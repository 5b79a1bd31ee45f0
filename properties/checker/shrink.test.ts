import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Event } from '../../model/event.ts';
import { copyId } from '../../model/ids.ts';
import { specification } from '../../model/paper.ts';
import { defaultClock, defaultSettings } from '../../model/settings.ts';
import { claims } from '../catalogue.ts';
import { certify } from './certificate.ts';
import { type Judgement, judge } from './judge.ts';
import type { Refutation, Script } from './script.ts';
import { type Shrunk, shrink } from './shrink.ts';
import { cost, isLess } from './shrinking/cost.ts';
import { failing, type Specimen, specimens } from './shrinking/specimens.ts';

const budget = 50_000;

const shrunk = ({ spec, claims: own }: Specimen, { script, refutation }: Found): Shrunk =>
  shrink(spec, script, refutation, { claims: own, budget });

type Found = { readonly script: Script; readonly refutation: Refutation };

const judged = ({ spec, claims: own }: Specimen, script: Script, claim: string): Judgement =>
  judge(spec, script, { claims: own.filter(({ id }) => id === claim), witnesses: new Set() });

describe.each(specimens.map((specimen) => [specimen.spec.name, specimen] as const))(
  'a story of "%s"',
  (_, specimen) => {
    const known = new Map<number, readonly [Found, Shrunk]>();
    const storyFor = (seed: number): readonly [Found, Shrunk] => {
      const before = known.get(seed);
      if (before !== undefined) return before;
      const found = failing(specimen, seed);
      const story = [found, shrunk(specimen, found)] as const;
      known.set(seed, story);
      return story;
    };
    const each = (holds: (found: Found, result: Shrunk) => void): void => {
      const property = fc.property(fc.nat(1_000_000), (seed) => holds(...storyFor(seed)));
      fc.assert(property, { seed: 1, numRuns: 5, endOnFailure: true });
    };

    it('breaks the same claim at its last event, or in the calm', () => {
      each(({ refutation }, { script, refutation: still }) => {
        expect(still.claim).toBe(refutation.claim);
        expect(judged(specimen, script, still.claim).refutation).toEqual(still);
        expect(still.at).toBe(script.calm ? script.events.length : script.events.length - 1);
      });
    });

    it('costs no more than before, and all of its events happen', () => {
      each(({ script: before }, { script, refutation }) => {
        expect(isLess(cost(before), cost(script))).toBe(false);
        expect(judged(specimen, script, refutation.claim).refused).toEqual([]);
      });
    });

    it('is not shrunk any further', () => {
      each((_found, result) => {
        const again = shrunk(specimen, result);
        expect(again.script).toEqual(result.script);
        expect(again.refutation).toEqual(result.refutation);
      });
    });

    it('is certified, by the search and afterwards alike', () => {
      each((_found, { script, refutation, certificate }) => {
        expect(certificate.kind).toBe('locally minimal');
        expect(certify(specimen.spec, script, refutation, specimen.claims)).toEqual(certificate);
      });
    });

    it('is as short as can be, but for a gap that is named', () => {
      const lengths: number[] = [];
      each((_found, { script }) => void lengths.push(script.events.length));
      expect(Math.min(...lengths)).toBe(specimen.events);
      expect(Math.max(...lengths)).toBe(specimen.longest);
    });
  },
);

const leaky = specification('leaky', { outputRule: () => true });

const execute: Event = { type: 'execute', copy: copyId(0) };

describe('shrinking', () => {
  const [specimen] = specimens;
  if (specimen === undefined) throw new Error('there are specimens');
  const found = failing(specimen, 3);

  it('tells the story of a primary without the Output Rule in two events', () => {
    const { script } = shrunk(specimen, found);
    expect(script.events.map(({ type }) => type)).toEqual(['execute', 'release']);
    expect(script.settings).toEqual({ ...defaultSettings, program: ['transmit'] });
  });

  it('tries no more candidates than it may, and says that it is not done', () => {
    fc.assert(
      fc.property(fc.nat(20), (most) => {
        const options = { claims: specimen.claims, budget: most };
        const result = shrink(specimen.spec, found.script, found.refutation, options);
        expect(result.tried).toBeLessThanOrEqual(most);
        expect(judged(specimen, result.script, 'S2').refutation).toEqual(result.refutation);
        if (most < 10) expect(result.certificate.kind).toBe('not minimized');
      }),
    );
  });

  it('stops when its time is up', () => {
    let asked = 0;
    const deadline = () => ++asked > 5;
    const options = { claims: specimen.claims, budget, deadline };
    const result = shrink(specimen.spec, found.script, found.refutation, options);
    expect(result.tried).toBeLessThanOrEqual(5);
    expect(result.certificate.kind).toBe('not minimized');
  });

  it('reports how far it has come', () => {
    const lengths: number[] = [];
    const onProgress = ({ events }: { readonly events: number }) => lengths.push(events);
    const options = { claims: specimen.claims, budget, onProgress };
    const { script } = shrink(specimen.spec, found.script, found.refutation, options);
    expect(lengths.at(-1)).toBe(script.events.length);
  });

  it('gives back what breaks nothing', () => {
    const script = { settings: defaultSettings, events: [execute], calm: false };
    const result = shrink(leaky, script, { claim: 'S2', at: 0 }, { claims, budget });
    expect(result.script).toBe(script);
    expect(result.certificate.kind).toBe('not minimized');
  });

  it('shows a claim about steps that a calm breaks by the steps', () => {
    const script = {
      settings: { ...defaultSettings, clock: defaultClock },
      events: [],
      calm: true,
    };
    const result = shrink(leaky, script, { claim: 'S2', at: 0 }, { claims, budget });
    expect(result.script.events.map(({ type }) => type)).toEqual(['execute', 'release']);
    expect(result.script.calm).toBe(false);
  });
});
