import { describe, expect, it } from 'vitest';
import type { Order } from '../properties/checker/check.ts';
import { strategyNames } from '../properties/checker/verdict.ts';
import { type Budget, type Campaign, campaign, type Ended } from './pool.ts';

const order: Order = {
  seed: 'pool',
  claims: 'all',
  strategies: strategyNames,
  fixed: { clock: null },
  stopsAtFirst: true,
};

const run = (
  name: string,
  workers: number,
  budget: Budget,
  more: Partial<Campaign> = {},
): Promise<Ended> =>
  campaign({
    target: { name, file: null },
    order,
    workers,
    budget,
    onProgress: () => undefined,
    signal: null,
    ...more,
  });

describe('a pool of workers', () => {
  it('ends alike whatever the number of workers', async () => {
    const budget = { runs: 500, seconds: null };
    const one = await run('paper', 1, budget);
    const two = await run('paper', 2, budget);
    expect(two.result).toEqual(one.result);
    expect(one.because).toBe('runs');
    expect(one.result.untimed.runs).toBe(500);
  });

  it('finds the same refutation first whatever the number of workers', async () => {
    const budget = { runs: 20_000, seconds: null };
    const one = await run('live-before-drain', 1, budget);
    const two = await run('live-before-drain', 2, budget);
    expect(one.because).toBe('refuted');
    expect(two.result).toEqual(one.result);
  });

  it('stops when time is up, and when it is told to', async () => {
    const timedOut = await run('paper', 1, { runs: null, seconds: 0.1 });
    expect(timedOut.because).toBe('time');
    const stop = new AbortController();
    const told = await run(
      'paper',
      2,
      { runs: null, seconds: null },
      {
        onProgress: () => stop.abort(),
        signal: stop.signal,
      },
    );
    expect(told.because).toBe('interrupted');
    expect(told.result.blocks).toBeGreaterThan(0);
  });

  it('fails with a sentence when a worker dies', async () => {
    await expect(run('no-such-protocol', 1, { runs: 10, seconds: null })).rejects.toThrow(
      'A worker of the check has died: There is no specification named no-such-protocol.',
    );
  });
});
