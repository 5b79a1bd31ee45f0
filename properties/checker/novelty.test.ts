import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boot } from '../../model/boot.ts';
import { defaultSettings } from '../../model/settings.ts';
import {
  type Census,
  mergeCensus,
  newShare,
  signatureOf,
  surveyor,
  unseenMass,
} from './novelty.ts';

const visits = fc.array(fc.tuple(fc.nat({ max: 12 }), fc.nat({ max: 5 })), {
  maxLength: 40,
  size: 'max',
});

/** The census of the visits to situations that runs of one block made, in the order of the runs. */
const censusOf = (all: readonly (readonly [number, number])[], firstRun: number): Census => {
  const { note, census } = surveyor();
  const ordered = all.toSorted(([, one], [, other]) => one - other);
  for (const [signature, run] of ordered) note(signature, firstRun + run);
  return census();
};

describe('a census of situations', () => {
  it('merges in any order and any grouping', () => {
    fc.assert(
      fc.property(visits, visits, visits, (one, two, three) => {
        const [a, b, c] = [censusOf(one, 0), censusOf(two, 10), censusOf(three, 20)];
        expect(mergeCensus(a, b)).toEqual(mergeCensus(b, a));
        expect(mergeCensus(mergeCensus(a, b), c)).toEqual(mergeCensus(a, mergeCensus(b, c)));
      }),
    );
  });

  it('is the same whether runs are counted together or apart', () => {
    fc.assert(
      fc.property(visits, visits, (one, two) => {
        const later = two.map(([signature, run]) => [signature, run + 10] as const);
        const apart = mergeCensus(censusOf(one, 0), censusOf(two, 10));
        expect(censusOf([...one, ...later], 0)).toEqual(apart);
      }),
    );
  });

  it('knows how much was new lately', () => {
    const census = { signatures: [1, 2, 3], runs: [8, 1, 1], firsts: [0, 5, 7] };
    expect(newShare(census, 8)).toBe(0.5); // of runs 6 and 7, run 7 reached something new
    expect(newShare(census, 100)).toBe(0);
    expect(newShare({ signatures: [], runs: [], firsts: [] }, 0)).toBe(1);
  });

  it('estimates what is unseen by what was seen once', () => {
    expect(unseenMass({ signatures: [1, 2, 3], runs: [8, 1, 1], firsts: [0, 5, 7] })).toBe(0.2);
    expect(unseenMass({ signatures: [], runs: [], firsts: [] })).toBe(1);
  });
});

describe('the signature of a situation', () => {
  const state = boot(defaultSettings);

  it('does not see what only grows', () => {
    const later = { ...state, now: 7, network: { ...state.network, packets: 4 } };
    expect(signatureOf(later)).toBe(signatureOf(state));
  });

  it('sees who has the port, what is broken and what is under way', () => {
    const others = [
      { ...state, network: { ...state.network, port: 'B' as const } },
      { ...state, service: { up: false } },
      { ...state, cuts: [{ net: 'log' as const, from: 'A' as const, to: 'B' as const }] },
      { ...state, hosts: { ...state.hosts, A: { ...state.hosts.A, paused: true } } },
      { ...state, copies: state.copies.slice(0, 1) },
    ];
    const signatures = new Set([state, ...others].map(signatureOf));
    expect(signatures.size).toBe(1 + others.length);
  });
});
