import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { certificateText, certify } from './certificate.ts';
import { isFault, undoes } from './faults.ts';
import { judge } from './judge.ts';
import type { Script } from './script.ts';
import { shrink } from './shrink.ts';
import { cost, isLess } from './shrinking/cost.ts';
import { failing, type Specimen, specimens } from './shrinking/specimens.ts';

const breaks = ({ spec, claims }: Specimen, script: Script, claim: string): boolean => {
  const own = claims.filter(({ id }) => id === claim);
  return judge(spec, script, { claims: own, witnesses: new Set() }).refutation !== null;
};

const onlyAt = (script: Script, keep: (at: number) => boolean): Script => ({
  ...script,
  events: script.events.filter((_, at) => keep(at)),
});

const swappedAt = (script: Script, at: number): Script => {
  const [one, other] = script.events.slice(at, at + 2);
  if (one === undefined || other === undefined) return script;
  return { ...script, events: script.events.with(at, other).with(at + 1, one) };
};

const seeds = { seed: 2, numRuns: 4, endOnFailure: true };

describe.each(specimens.map((specimen) => [specimen.spec.name, specimen] as const))(
  'the certificate of "%s"',
  (_, specimen) => {
    const { spec, claims } = specimen;

    it('tells the truth, by a judge that knows nothing of shrinking', () => {
      const property = fc.property(fc.nat(1_000_000), (seed) => {
        const { script: long, refutation: first } = failing(specimen, seed);
        const options = { claims, budget: 50_000 };
        const { script, refutation } = shrink(spec, long, first, options);
        const still = (other: Script) => breaks(specimen, other, refutation.claim);
        const indices = script.events.map((_event, at) => at);
        const certificate = certify(spec, script, refutation, claims);

        const deleted = indices.map((index) => onlyAt(script, (at) => at !== index));
        const removed = script.events.filter(isFault).map((fault) => {
          const undo = script.events.find((event) => undoes(event, fault));
          return onlyAt(script, (at) => ![fault, undo].includes(script.events[at]));
        });
        const swapped = indices.slice(1).map((at) => swappedAt(script, at - 1));
        const alike = swapped.filter(still);

        expect(deleted.filter(still)).toEqual([]);
        expect(removed.filter(still)).toEqual([]);
        expect(alike.filter((other) => isLess(cost(other), cost(script)))).toEqual([]);
        expect(certificate).toEqual({
          kind: 'locally minimal',
          deletions: deleted.length,
          faults: removed.length,
          swaps: swapped.length - alike.length,
          alike: alike.length,
        });
      });
      fc.assert(property, seeds);
    });

    it('is refused, with something smaller, where an event can be left out', () => {
      const property = fc.property(fc.nat(1_000_000), (seed) => {
        const { script, refutation } = failing(specimen, seed);
        const certificate = certify(spec, script, refutation, claims);
        if (certificate.kind !== 'not minimal') {
          expect(shrink(spec, script, refutation, { claims, budget: 50_000 }).script).toEqual(
            script,
          );
          return;
        }
        expect(isLess(cost(certificate.smaller), cost(script))).toBe(true);
        expect(breaks(specimen, certificate.smaller, refutation.claim)).toBe(true);
      });
      fc.assert(property, seeds);
    });
  },
);

describe('a certificate in words', () => {
  it('counts what was tried', () => {
    const counts = { deletions: 6, faults: 1, swaps: 3, alike: 2 };
    expect(certificateText({ kind: 'locally minimal', ...counts })).toBe(
      'None can be left out: tried without each of 6 events, without each of 1 fault, ' +
        'and with each of 5 pairs of neighbours swapped; 2 of the swaps tell the same story.',
    );
  });

  it('says why there is none', () => {
    const text = certificateText({ kind: 'not minimized', because: 'the time ran out' });
    expect(text).toBe('Not known to be minimal: the time ran out.');
  });
});
