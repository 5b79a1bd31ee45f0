import { describe, expect, it } from 'vitest';
import { paper } from '../../../model/paper.ts';
import { largestGroup } from '../../../model/settings.ts';
import { namedScopes } from './named-scopes.ts';
import { differenceIn } from './scopes/counted.ts';
import { wholeOf } from './shortest.ts';
import { timedScopes } from './timed-scopes.ts';

const named = timedScopes.map((scope) => [scope.name, scope] as const);

it('gives every scope a name of its own', () => {
  const names = namedScopes.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});

describe.each(named)('scope %s', (_, { settings, most }) => {
  it('has a clock, and its end is a number of ticks', () => {
    expect(settings.clock).not.toBeNull();
    expect(most.tick).toBeGreaterThan(0);
  });

  it('keeps to what is agreed about timeouts', () => {
    const { clock } = settings;
    if (clock === null) return;
    expect(clock.heartbeatEvery).toBeLessThanOrEqual(clock.timeout / 6); // Q11
    expect(clock.keepaliveEvery).toBeLessThanOrEqual(clock.timeout / 4); // Q9
    expect(clock.stallTimeout).toBeGreaterThan(clock.timeout); // Q13
    expect(clock.switchover).toBeLessThan(clock.timeout); // R23-5
    expect(clock.slightLag).toBeLessThanOrEqual(clock.significantLag); // R32-10
  });

  it('has buffers that hold the largest group', () => {
    const { primaryCapacity, backupCapacity } = settings;
    expect(Math.min(primaryCapacity, backupCapacity)).toBeGreaterThanOrEqual(
      largestGroup(settings),
    ); // R32-13
  });
});

describe('the paper holds, and comes to as many situations as are written down', () => {
  it.each(['latency', 'stamp', 'reconnect', 'first-backup', 'move'])('in scope %s', (name) => {
    const scope = timedScopes.find((one) => one.name === name);
    if (scope === undefined) throw new Error(`no scope ${name}`);
    const whole = wholeOf(paper, scope);
    expect(differenceIn(name, whole)).toBeNull();
    expect(whole.reached.map(({ id }) => id)).toContain('W2');
  });
});
