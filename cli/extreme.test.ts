import { describe, expect, it } from 'vitest';
import { extremes, larger } from '../properties/checker/explore/extremes.ts';
import { scopeNamed } from '../properties/checker/explore/named-scopes.ts';
import type { Extent } from '../properties/checker/explore/question.ts';
import { measureExtreme } from './extreme.ts';
import { type Judgement, judgementOf } from './measured.ts';
import { type ExtremeOptions, exitCodes } from './options.ts';
import type { Measured } from './survey.ts';
import { collecting } from './terminal.ts';

const progress = { depth: 3, distinct: 5, generated: 8, queue: 0, bytes: 0 };

const extreme = extremes.find(({ name }) => name === 'backlog');
const buffers = scopeNamed('buffers');
if (extreme === undefined || buffers === null) throw new Error('nothing to judge');

const family = [buffers, larger(buffers, 1), larger(buffers, 2)];

/** What came of a scope in which the worst was a value. */
const measuredAs = (value: number, index: number, extent: Extent = 'exhausted'): Measured => {
  const worst = [{ id: 'backlog', value, events: [], cause: null }];
  const explored = { extent, progress, levels: [], cutOff: 0, refuted: [], reached: [], worst };
  return { scope: family[index] ?? buffers, explored, seconds: 1 };
};

describe('a family of scopes', () => {
  const judged = (...measured: readonly Measured[]): Judgement =>
    judgementOf({ extreme, family }, measured);

  it('is judged by its largest and told by its first, unless that is within the formula', () => {
    const grows = judged(measuredAs(3, 0), measuredAs(4, 1), measuredAs(5, 2));
    expect(grows).toMatchObject({ isExceeded: true, isWhole: true, growth: 'grows' });
    expect(grows.told).toMatchObject({ scope: { instructions: 7 }, worst: { value: 5 } });
    const stays = judged(measuredAs(4, 0), measuredAs(4, 1), measuredAs(4, 2));
    expect(stays).toMatchObject({ isExceeded: false, isWhole: true, growth: 'bound' });
    expect(stays.told).toMatchObject({ scope: { instructions: 5 }, isWhole: true });
  });

  it('is whole only if each scope is exhausted', () => {
    const cut = judged(measuredAs(4, 0), measuredAs(4, 1, 'stopped'));
    expect(cut).toMatchObject({ isExceeded: false, isWhole: false, growth: 'open' });
    expect(judged(measuredAs(9, 0, 'memory'))).toMatchObject({
      isExceeded: true,
      told: { isWhole: false },
    });
    expect(judged(measuredAs(Number.NEGATIVE_INFINITY, 0))).toMatchObject({
      told: null,
      isWhole: false,
    });
  });
});

type Ran = { readonly code: number; readonly text: string };

const measure = async (what: string, options: Partial<ExtremeOptions> = {}): Promise<Ran> => {
  const { terminal, text } = collecting();
  const all = { spec: 'paper', larger: 0, memory: 3000, ...options };
  const code = await measureExtreme(what, all, terminal);
  return { code, text: text() };
};

const plainly = ({ text }: Ran): string => text.replace(/\s+/g, ' ');

describe('lockstep extreme', { timeout: 120_000 }, () => {
  it('tells the worst, its formula, and that it is a bound', async () => {
    const ran = await measure('backlog', { larger: 2 });
    expect(ran.code).toBe(exitCodes.holds);
    const text = plainly(ran);
    expect(text).toContain('At worst 4 entries, in scope buffers of 5 instructions: 10 events');
    expect(text).toContain('The formula allows 4 entries: 2 in the');
    expect(text).toContain('(R32-4, R21-12). No less would do.');
    expect(text).toContain('A bound, set by the capacities: it is no more in scopes of 6 and 7');
    expect(text).toContain('paper: backlog: at most 4 entries in scope buffers, within the 4');
    expect(text).toMatch(/10 A0 runs instruction 3 .* The formula/);
    expect(ran.text.split('\n').every((line) => line.length <= 80)).toBe(true);
  });

  it('fails where a mutant exceeds the formula, and tells how it grows', async () => {
    const ran = await measure('backlog', { spec: 'unbounded-backup-read', larger: 1 });
    expect(ran.code).toBe(exitCodes.refuted);
    expect(plainly(ran)).toContain('backlog: 5 entries, more than the 4 that the formula');
    expect(plainly(ran)).toContain('It grows with the scope: 5 and 6 entries in scopes of 5 and 6');
  });

  it('says the same as JSON', async () => {
    const { code, text } = await measure('withheld', { json: true });
    expect(code).toBe(exitCodes.holds);
    expect(JSON.parse(text)).toMatchObject({
      format: 1,
      spec: 'paper',
      extreme: { name: 'withheld', unit: 'output' },
      scope: { name: 'buffers' },
      formula: { value: 2 },
      value: 2,
      isExceeded: false,
      growth: 'open',
      scopes: [{ larger: 0, size: 5, of: 'instruction', extent: 'exhausted', distinct: 2704 }],
      events: [
        { type: 'execute', copy: 0 },
        { type: 'execute', copy: 0 },
      ],
    });
  });

  it('is inconclusive where memory does not suffice', async () => {
    const ran = await measure('backlog', { memory: 1, larger: 2 });
    expect(ran.code).toBe(exitCodes.inconclusive);
    expect(plainly(ran)).toContain('bounded for want of memory');
  });

  it('is inconclusive where there is nothing to measure', async () => {
    const ran = await measure('lag', { scope: 'first-backup', spec: 'no-notify' });
    expect(ran.code).toBe(exitCodes.inconclusive);
    expect(plainly(ran)).toContain('no-notify: lag: nothing to measure in scope first-backup');
  });

  it.each([
    ['lga', {}, 'what should be lag, backlog, withheld, unprotected or outage, but is "lga"'],
    ['lag', { scope: 'lga' }, '--scope should be .*, but is "lga"; did you mean lag\\?'],
    ['lag', { scope: 'output' }, '--scope should be a scope with a clock, but is output'],
    ['lag', { spec: 'papre' }, '--spec should be .* "papre"'],
  ])('refuses %s with %o', async (what, options, sentence) => {
    const ran = await measure(what, options);
    expect(ran.code).toBe(exitCodes.badInput);
    expect(plainly(ran)).toMatch(new RegExp(sentence));
  });
});
