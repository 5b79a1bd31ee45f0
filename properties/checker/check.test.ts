import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paper, specification } from '../../model/paper.ts';
import { defaultSettings } from '../../model/settings.ts';
import { claims, everyStep, witnesses } from '../catalogue.ts';
import { holds, scripts } from './arbitrary.ts';
import { check, checkBlock, merge, type Suite, suiteOf } from './check.ts';
import { judge } from './judge.ts';
import { combinations } from './profile.ts';
import { noResult, strategyNames, verdictOf } from './verdict.ts';

const whole: Suite = suiteOf(paper, {
  seed: 'check',
  claims: 'all',
  strategies: strategyNames,
  fixed: {},
  stopsAtFirst: true,
});

const liveBeforeDrain = specification('live-before-drain', { mayGoLive: () => true });

describe('a block', () => {
  it('comes to the same whenever it is run', () => {
    expect(checkBlock(whole, 3, 60)).toEqual(checkBlock(whole, 3, 60));
  });

  it('is another one under another seed or number', () => {
    const { census } = checkBlock(whole, 0, 12);
    expect(checkBlock({ ...whole, seed: 'other' }, 0, 12).census).not.toEqual(census);
    expect(checkBlock(whole, 1, 12).census).not.toEqual(census);
  });

  it('merges with others in any order and any grouping', () => {
    const [one, two, three] = [0, 1, 2].map((block) => checkBlock(whole, block, 24));
    if (one === undefined || two === undefined || three === undefined) throw new Error('missing');
    const all = merge([one, two, three]);
    expect(merge([three, one, two])).toEqual(all);
    expect(merge([one, merge([two, three])])).toEqual(all);
    expect(merge([merge([one, two]), three])).toEqual(all);
  });

  it('survives being sent as JSON', () => {
    const block = checkBlock(whole, 0, 24);
    expect(JSON.parse(JSON.stringify(block))).toEqual(block);
  });
});

describe('a check', () => {
  it('finds the paper to hold, every witness seen', () => {
    const verdict = check({ ...whole, stopsAtFirst: false }, 6 * 192);
    expect(verdict.claims.filter(({ stance }) => stance !== 'holds')).toEqual([]);
    expect(verdict.overall).toBe('holds');
    expect(verdict.runs).toBe(6 * 192);
  });

  it('refutes a mutant, and its script breaks the claim when it is replayed', () => {
    const suite = { ...whole, spec: liveBeforeDrain };
    const { overall, first } = check(suite, 20 * 192);
    expect(overall).toBe('refuted');
    expect(first).not.toBeNull();
    if (first === null) return;
    const measure = { claims, witnesses: new Set<never>() };
    expect(judge(liveBeforeDrain, first.script, measure).refutation).toEqual(first.refutation);
    expect(check(suite, 20 * 192).first).toEqual(first);
  });

  it('is inconclusive about a claim whose witness was not seen', () => {
    const fixed = { clock: null, primaryCapacity: 500 }; // a buffer that never fills
    const verdict = check(suiteOf(paper, { ...whole, claims: ['S2', 'S8'], fixed }), 192);
    const stances = verdict.claims.map(({ id, stance, unseen }) => [
      id,
      stance,
      unseen.map((witness) => witness.id),
    ]);
    expect(stances).toEqual([
      ['S2', 'holds', []],
      ['S8', 'inconclusive', ['W8']],
    ]);
    expect(verdict.overall).toBe('inconclusive');
  });

  it('is inconclusive about a claim that was excused in every calm', () => {
    const excused = claims.flatMap((claim) =>
      claim.kind === 'afterCalm' ? [{ ...claim, excuse: () => 'never owed' }] : [],
    );
    const suite: Suite = { ...whole, claims: excused, witnesses: [], fixed: {} };
    const verdict = check(suite, 24);
    expect(verdict.claims.map(({ runs, stance }) => [runs, stance])).toEqual(
      excused.map(() => [0, 'inconclusive']),
    );
  });

  it('counts for each claim the calms in which it was judged', () => {
    const { claims: judged } = check({ ...whole, stopsAtFirst: false }, 192);
    const runsOf = (id: string): number => judged.find((claim) => claim.id === id)?.runs ?? 0;
    expect(runsOf('L4')).toBe(48);
    expect(runsOf('L6')).toBeLessThan(runsOf('L2'));
    expect(runsOf('L2')).toBeLessThan(48);
  });

  it('is inconclusive about claims that need time where there is none', () => {
    const suite = suiteOf(paper, { ...whole, claims: ['T3', 'L2'], fixed: { clock: null } });
    const { claims: stances, overall } = check(suite, 24);
    expect(stances.map(({ stance, runs }) => [stance, runs])).toEqual([
      ['inconclusive', 0],
      ['inconclusive', 0],
    ]);
    expect(overall).toBe('inconclusive');
  });

  it('never finds anything to hold when nothing was run or asked', () => {
    expect(verdictOf(noResult, claims, witnesses).overall).toBe('inconclusive');
    expect(verdictOf(checkBlock(whole, 0, 3), [], []).overall).toBe('inconclusive');
  });

  it('has a witness for every claim', () => {
    const guarded = new Set(witnesses.flatMap(({ guards }) => guards));
    expect(claims.filter(({ id }) => !guarded.has(id))).toEqual([]);
  });
});

describe('the combinations of settings', () => {
  it('are sixteen, with and without time, under eleven programs', () => {
    expect(combinations({})).toHaveLength(16 * 2 * 11);
    expect(combinations({ clock: null, program: ['transmit'] })).toHaveLength(16);
    expect(combinations(defaultSettings)).toHaveLength(1);
  });

  it('are all run before long, each in its turn', () => {
    const { combinations: runs } = check({ ...whole, strategies: ['swarm'], claims: [] }, 2 * 352);
    expect(Object.keys(runs)).toHaveLength(352);
    expect(new Set(Object.values(runs))).toEqual(new Set([1, 3]));
  });
});

describe('through fast-check', () => {
  it('no interleaving without time breaks a claim about every step', () => {
    for (const { fixed } of combinations({ clock: null, program: defaultSettings.program })) {
      const settings = { ...fixed, clock: null };
      const property = fc.property(scripts(paper, { settings }), holds(paper, everyStep));
      fc.assert(property, { numRuns: 25, seed: 1 });
    }
  });
});
