import { describe, expect, it } from 'vitest';
import { paper } from '../../../model/paper.ts';
import { witnesses } from '../../catalogue.ts';
import { faultKinds } from '../faults.ts';
import { isSafe } from '../shrinking/plainness.ts';
import { livenessScopes } from './liveness-scopes.ts';
import { namedScopes, scopeNamed } from './named-scopes.ts';
import { systemFor } from './protocol.ts';
import { type Scope, scopes } from './scope.ts';
import { cases, counts, unreached } from './scopes/counts.ts';
import { limitsOf, outputsIn } from './scopes/limits.ts';
import { untimed, wholeOf } from './shortest.ts';

const quickly = 10_000; // situations

const some = (claim: string, isSuch: (scope: Scope) => boolean): void =>
  it(claim, () => expect(scopes.filter(isSuch).map(({ name }) => name)).not.toEqual([]));

const holds = ({ primaryCapacity, wireCapacity, backupCapacity }: Scope['settings']): number =>
  Math.min(primaryCapacity, wireCapacity, backupCapacity);

const most = ({ most: counted }: Scope, type: keyof Scope['most']): number => counted[type] ?? 0;

describe('a scope', () => {
  it('has a name of its own, by which it is found', () => {
    for (const scope of scopes) expect(scopeNamed(scope.name)).toBe(scope);
    expect(scopeNamed('nowhere')).toBeNull();
  });

  it('is described in words, and so is what bounds it', () => {
    for (const { says } of scopes) expect(says).toMatch(/^[a-z].{20,}[a-z]$/);
    const limits = scopes.map(limitsOf);
    expect(new Set(limits).size).toBe(scopes.length);
    expect(limits[0]).toBe(
      '3 instructions (transmit, compute, transmit), 2 of them an output; 2 interrupts; ' +
        'suspicions at will; 2 arbiter requests; 1 generation; 2 copies; capacities 2, 2, 2',
    );
  });

  it('has no cuts of a network that nobody listens to without time', () => {
    const scope = scopeNamed('generations');
    if (scope === null) throw new Error('no generations');
    const nets = new Set<string>();
    const { init, moves } = systemFor(paper, scope);
    for (const first of init) moves(first, (event) => event.type === 'cut' && nets.add(event.net));
    expect([...nets]).toEqual(['log']);
  });

  it('has buffers that hold the largest group (R32-13)', () => {
    const all = [...namedScopes, ...livenessScopes];
    expect(all.filter(({ settings }) => !isSafe(settings)).map(({ name }) => name)).toEqual([]);
  });

  it('is bounded in whatever could go on for ever', () => {
    for (const { most: counted, settings } of scopes) {
      expect(settings.clock).toBeNull();
      for (const type of ['interrupt', 'testAndSet', 'requestBackup'] as const) {
        expect(counted[type]).toBeTypeOf('number');
      }
    }
  });
});

describe('there is a scope', () => {
  some(
    'with two outputs, two interrupts and capacities of two, and it comes first',
    (scope) =>
      scope === scopes[0] &&
      outputsIn(scope) >= 2 &&
      most(scope, 'interrupt') >= 2 &&
      holds(scope.settings) >= 2,
  );
  some(
    'with two generations, a crash and a partition',
    (scope) => scope.generations >= 2 && most(scope, 'crash') > 0 && most(scope, 'cut') > 0,
  );
  some('with disk IO', ({ settings }) => settings.features.disk);
  some('with power-off', (scope) => scope.settings.features.control && most(scope, 'order') > 0);
  some('with VMotion', (scope) => scope.settings.features.vmotion && most(scope, 'migrate') > 0);
  some('with the other way in every variant', ({ settings }) => {
    const { ackPoint, connectionLoss, goLiveOutput, arbitration } = settings;
    const isOther = ackPoint === 'replayed' && connectionLoss === 'evidence';
    return isOther && goLiveOutput === 'emitLast' && arbitration === 'drainThenTestAndSet';
  });
});

describe('the paper is exhausted, no claim breaks, and small scopes come to known counts', () => {
  it('of every scope', () => {
    const names = scopes.map(({ name }) => name);
    expect([Object.keys(counts), Object.keys(cases)]).toEqual([names, names]);
  });

  const small = scopes.filter(({ name }) => (counts[name]?.[0] ?? 0) <= quickly);

  it.each(small.map((scope) => [scope.name, scope] as const))('of %s', (name, scope) => {
    const { extent, refuted, progress, cutOff, reached } = wholeOf(paper, scope);
    const { distinct, generated, depth } = progress;
    const found = reached.map(({ id, events }) => `${id}:${events.length}`);
    expect({ extent, refuted }).toEqual({ extent: 'exhausted', refuted: [] });
    expect([distinct, generated, depth, cutOff]).toEqual(counts[name]);
    expect(found.join(' ')).toBe(cases[name]);
  });
});

describe('a case that must be reached', () => {
  const reached = new Set(
    Object.values(cases).flatMap((found) => found.split(' ').map((one) => one.split(':')[0])),
  );

  it.each(witnesses.map(({ id }) => id))('%s is, in some scope, or there is a reason', (id) => {
    expect(reached.has(id) ? null : unreached[id]).not.toBeUndefined();
    if (reached.has(id)) expect(unreached[id]).toBeUndefined();
  });

  it('guards each claim about every step of an untimed run', () => {
    const guarded = witnesses.filter(({ id }) => reached.has(id)).flatMap(({ guards }) => guards);
    expect(untimed.map(({ id }) => id).filter((id) => !guarded.includes(id))).toEqual([]);
  });

  it('rests on a fault of each kind that an untimed run can tell, in some scope', () => {
    const inVain = ['pause', 'wedge', 'overcommit']; // a host may do nothing for ever anyway
    const tried = faultKinds.filter((kind) => scopes.some((scope) => most(scope, kind) > 0));
    expect(faultKinds.filter((kind) => !tried.includes(kind))).toEqual(inVain);
  });
});
