import { expect, it } from 'vitest';
import { Arbitration } from './arbitration.ts';
import { paperPolicies } from './policies.ts';
import { defaultSettings as settings } from './settings.ts';

const asking = (): Arbitration => new Arbitration(4, settings, paperPolicies, 100);

it('one request is made at once, and another whenever nobody has decided for a while', () => {
  const arbitration = asking();
  expect(arbitration.nextDeadlineMs()).toBe(100);
  expect([arbitration.takeRequest(100), arbitration.takeRequest(100)]).toEqual([true, false]);
  expect(arbitration.decided(4, 'unreachable')).toBeNull();
  expect(arbitration.takeRequest(99 + settings.retryEveryMs)).toBe(false);
  expect(arbitration.nextDeadlineMs()).toBe(100 + settings.retryEveryMs);
  expect(arbitration.takeRequest(100 + settings.retryEveryMs)).toBe(true);
});

it('a reply about another generation is none, and the first about this one is final', () => {
  for (const outcome of ['won', 'lost'] as const) {
    const arbitration = asking();
    expect(arbitration.decided(3, 'lost')).toBeNull();
    expect(arbitration.decided(5, 'won')).toBeNull();
    expect(arbitration.decided(4, outcome)).toBe(outcome);
    expect(arbitration.decided(4, outcome === 'won' ? 'lost' : 'won')).toBe(outcome);
    expect(arbitration.outcome).toBe(outcome);
    expect(arbitration.takeRequest(1e6)).toBe(false);
    expect(arbitration.nextDeadlineMs()).toBeNull();
  }
});

it('a copy that takes an unreachable arbiter for a failure loses', () => {
  const policies = {
    ...paperPolicies,
    conclude: (outcome: 'won' | 'lost' | 'unreachable') => (outcome === 'won' ? 'won' : 'lost'),
  } as const;
  const arbitration = new Arbitration(4, settings, policies, 100);
  expect(arbitration.decided(4, 'unreachable')).toBe('lost');
});
