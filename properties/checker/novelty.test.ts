import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boot } from '../../model/boot.ts';
import { defaultSettings } from '../../model/settings.ts';
import { type Chooser, seeded } from './chooser.ts';
import {
  type Census,
  chanceOfNew,
  marginOfChance,
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
    // of ten runs, numbers 5 and 7 have each reached something that no other did
    const census = { signatures: [1, 2, 3, 4], runs: [8, 1, 1, 1], firsts: [0, 5, 7, 7] };
    expect(chanceOfNew(census, 10)).toBe(0.2);
    expect(chanceOfNew({ signatures: [], runs: [], firsts: [] }, 0)).toBe(1);
    expect(marginOfChance(400)).toBe(0.1);
    expect(marginOfChance(0)).toBe(1);
  });
});

/** A world where all is known: each run draws a topic, and from that some of its situations. */
type World = {
  readonly topics: number;
  readonly shares: readonly number[]; // of the situations of a topic; they add up to 1
  readonly draws: number;
};

const worldOf = (topics: number, size: number, draws: number, skew: number): World => {
  const weights = Array.from({ length: size }, (_, place) => 1 / (place + 1) ** skew);
  const all = weights.reduce((sum, weight) => sum + weight, 0);
  return { topics, shares: weights.map((weight) => weight / all), draws };
};

const placeAt = (shares: readonly number[], chooser: Chooser): number => {
  let left = chooser.below(1e9) / 1e9;
  const place = shares.findIndex((share) => {
    left -= share;
    return left < 0;
  });
  return place < 0 ? shares.length - 1 : place;
};

const sampled = ({ topics, shares, draws }: World, runs: number, chooser: Chooser): Census => {
  const { note, census } = surveyor();
  for (let run = 0; run < runs; run++) {
    const topic = chooser.below(topics);
    for (let draw = 0; draw < draws; draw++) {
      note(topic * shares.length + placeAt(shares, chooser), run);
    }
  }
  return census();
};

/** What is true of one more run after a sample: by the shares, not by what was drawn. */
const truthOf = ({ topics, shares, draws }: World, { signatures }: Census) => {
  const seen = new Set(signatures);
  const reaches = (share: number): number => 1 - (1 - share) ** draws;
  let chance = 0;
  let fresh = 0;
  for (let topic = 0; topic < topics; topic++) {
    const unseen = shares.filter((_, place) => !seen.has(topic * shares.length + place));
    chance += reaches(unseen.reduce((sum, share) => sum + share, 0)) / topics;
    fresh += unseen.reduce((sum, share) => sum + reaches(share), 0);
  }
  return { chance, share: fresh / shares.reduce((sum, one) => sum + topics * reaches(one), 0) };
};

const samples = 60;

describe.each([
  ['nearly all is new', worldOf(3, 2000, 5, 1), 200],
  ['some is new', worldOf(3, 300, 5, 1), 200],
  ['little is new', worldOf(2, 100, 10, 1), 300],
  ['hardly anything is new', worldOf(1, 50, 3, 0), 100],
  ['rare things stay rare', worldOf(4, 500, 20, 1.5), 300],
  ['a run reaches one thing only', worldOf(1, 3000, 1, 1), 500],
] as const)('the estimate of what is unseen, where %s', (_, world, runs) => {
  const errors = Array.from({ length: samples }, (_, seed) => {
    const census = sampled(world, runs, seeded(`${seed}`));
    const { chance, share } = truthOf(world, census);
    return { chance: chanceOfNew(census, runs) - chance, share: unseenMass(census) - share };
  });
  const mean = (of: (error: { chance: number; share: number }) => number): number =>
    errors.reduce((sum, error) => sum + of(error), 0) / samples;

  it('is within its margin in nineteen of twenty samples, and not far off in the mean', () => {
    const margin = marginOfChance(runs);
    const far = errors.filter(({ chance }) => Math.abs(chance) > margin).length;
    expect(far).toBeLessThanOrEqual(samples / 20);
    const standard = 1 / Math.sqrt(runs); // of one sample, at most
    expect(Math.sqrt(mean(({ chance }) => chance ** 2))).toBeLessThan(standard);
    expect(Math.abs(mean(({ chance }) => chance))).toBeLessThan(standard / 4);
  });

  it('is right about the share that is new as well', () => {
    const standard = 1 / Math.sqrt(runs);
    expect(Math.sqrt(mean(({ share }) => share ** 2))).toBeLessThan(standard);
    expect(Math.abs(mean(({ share }) => share))).toBeLessThan(standard / 4);
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
