import { describe, expect, it } from 'vitest';
import { type Adapter, campaign } from '../../oracle/suite.ts';
import { ftSuite } from '../../oracle/vitest.ts';
import { answering, type Make } from './typescript/lockstep.ts';
import { make } from './typescript/pair.ts';

const adapterOf = (program: Make): Adapter => {
  let lines: object[] = [];
  const answer = answering(program, {}, (line) => lines.push(line));
  return {
    tell: (stimulus) => {
      lines = [];
      answer(JSON.parse(JSON.stringify({ id: 0, ...stimulus })));
      return lines.filter((line) => !('done' in line));
    },
  };
};

ftSuite('a right pair', () => adapterOf(make), { scripts: 40 });

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
