import { describe, expect, it } from 'vitest';
import { type Adapter, campaign } from '../../oracle/suite.ts';
import { ftSuite } from '../../oracle/vitest.ts';
import { answering, type Make } from './typescript/lockstep.ts';
import { make } from './typescript/pair.ts';

const adapterOf = (program: Make, settings: NonNullable<Adapter['settings']> = {}): Adapter => {
  let lines: object[] = [];
  const answer = answering(program, {}, (line) => lines.push(line));
  return {
    settings,
    tell: (stimulus) => {
      lines = [];
      answer(JSON.parse(JSON.stringify({ id: 0, ...stimulus })));
      return lines.filter((line) => !('done' in line));
    },
  };
};

ftSuite('a right pair', () => adapterOf(make), { scripts: 40 });

const variants: readonly NonNullable<Adapter['settings']>[] = [
  { ackPoint: 'replayed' },
  { goLiveOutput: 'emitLast' },
  { arbitration: 'drainThenTestAndSet' },
  { ackPoint: 'replayed', goLiveOutput: 'emitLast', arbitration: 'drainThenTestAndSet' },
];

/** The pair works as `own` says, and claims something else. */
const claiming = (own: object, settings: NonNullable<Adapter['settings']>): Adapter =>
  adapterOf(
    (reset, say, isPrimary) =>
      make({ ...reset, settings: { ...reset.settings, ...own } }, say, isPrimary),
    settings,
  );

describe('a right pair of each variant', { timeout: 60_000 }, () => {
  it.each(variants)('%o is right', async (settings) => {
    const { story } = await campaign(adapterOf(make, settings), {
      seed: 1,
      count: 150,
      length: 50,
    });
    expect(story).toBeNull();
  });

  it.each([
    [{ ackPoint: 'received' }, { ackPoint: 'replayed' }, 'R22-5'],
    [{ goLiveOutput: 'drop' }, { goLiveOutput: 'emitLast' }, 'R22-8'],
    [{ goLiveOutput: 'emitLast' }, { goLiveOutput: 'drop' }, 'R22-8'],
    [{ arbitration: 'testAndSetThenDrain' }, { arbitration: 'drainThenTestAndSet' }, 'R23-15'],
  ] as const)('%o is refused where it claims %o', async (own, settings, requirement) => {
    const { story } = await campaign(claiming(own, settings), { seed: 1, count: 300, length: 50 });
    expect(story).toContain(requirement);
  });
});

const few = { seed: 1, count: 40, length: 15 };

/** The right pair, but for what it says with one word. */
const saying = (did: string, change: (values: object) => object | null): Adapter =>
  adapterOf((reset, say, isPrimary) =>
    make(
      reset,
      (word, values = {}) => {
        const changed = word === did ? change(values) : values;
        if (changed !== null) say(word, changed);
      },
      isPrimary,
    ),
  );

describe('a wrong pair in the suite', () => {
  it('is refuted by a story with its requirement, made short', async () => {
    const { story } = await campaign(
      saying('acknowledge', (values) => ({ ...values, upTo: 99 })),
      few,
    );
    expect(story).toContain('R22-5');
    expect(story?.split('\n').length).toBeLessThan(12);
  });

  it('is refuted where nobody learns that it serves from another host', async () => {
    const { story } = await campaign(
      saying('announce', () => null),
      few,
    );
    expect(story).toContain('(R23-13');
  });

  it('is refuted where it does nothing', async () => {
    const { story } = await campaign({ tell: () => [] }, few);
    expect(story).toContain('does nothing although its guest runs and nothing stops it');
  });

  it('is refuted where it says what is no observation', async () => {
    const { story } = await campaign(
      saying('execute', () => ({ place: 1 })),
      few,
    );
    expect(story).toContain('but is missing');
  });
});
