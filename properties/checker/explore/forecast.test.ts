import { describe, expect, it } from 'vitest';
import { forecastOf } from './forecast.ts';

const having = (levels: readonly number[]): Parameters<typeof forecastOf>[0] => {
  const distinct = levels.reduce((sum, count) => sum + count, 0);
  const progress = { depth: levels.length, distinct, generated: 0, queue: 0, bytes: 10 * distinct };
  return { levels, progress };
};

describe('the forecast', () => {
  it('is the next level while levels grow', () => {
    expect(forecastOf(having([1, 2, 4, 8]))).toEqual({ growth: 2, states: 16, bytes: 160 });
  });

  it('is all that is left while they shrink', () => {
    expect(forecastOf(having([64, 32]))).toEqual({ growth: 0.5, states: 32, bytes: 320 });
  });

  it('is not made of a single level', () => {
    expect(forecastOf(having([7]))).toBeNull();
  });
});
