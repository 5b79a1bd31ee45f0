import { describe, expect, it } from 'vitest';
import { paper } from '../../../model/paper.ts';
import { largestGroup } from '../../../model/settings.ts';
import { claims, witnesses } from '../../catalogue.ts';
import { explore } from './explore.ts';
import { namedScopes } from './named-scopes.ts';
import { alwaysOf, possibleOf, systemFor } from './protocol.ts';
import type { Scope } from './scope.ts';
import { timedScopes } from './timed-scopes.ts';

const named = timedScopes.map((scope) => [scope.name, scope] as const);

const unbounded = { depth: Number.POSITIVE_INFINITY, bytes: Number.POSITIVE_INFINITY };

const explored = (scope: Scope) =>
  explore(systemFor(paper, scope), {
    claims: claims.flatMap((claim) => (claim.kind === 'everyStep' ? [alwaysOf(claim)] : [])),
    witnesses: witnesses.map(possibleOf),
    bounds: unbounded,
    goesOn: true,
    heap: () => 0,
    onProgress: () => true,
  });

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

describe('the paper holds, and comes to as many situations', () => {
  it.each([
    ['latency', 985, 2_999, 43],
    ['stamp', 3_361, 9_824, 74],
    ['reconnect', 1_920, 5_494, 30],
    ['first-backup', 1_616, 5_096, 44],
    ['move', 19_483, 57_987, 39],
  ])('in scope %s', (name, distinct, generated, depth) => {
    const scope = timedScopes.find((one) => one.name === name);
    if (scope === undefined) throw new Error(`no scope ${name}`);
    const { extent, refuted, progress, reached } = explored(scope);
    expect([extent, refuted]).toEqual(['exhausted', []]);
    expect(progress).toMatchObject({ distinct, generated, depth });
    expect(reached.map(({ id }) => id)).toContain('W2');
  });
});
