import { describe, expect, it } from 'vitest';
import { paper } from '../../../model/paper.ts';
import { witnesses } from '../../catalogue.ts';
import { type Line, play } from '../../scenarios/play.ts';
import { faultKinds } from '../faults.ts';
import { isSafe } from '../shrinking/plainness.ts';
import { livenessScopes } from './liveness-scopes.ts';
import { namedScopes, scopeNamed } from './named-scopes.ts';
import { systemFor } from './protocol.ts';
import { type Scope, scopes } from './scope.ts';
import { countedIn, differenceIn } from './scopes/counted.ts';
import { cases, counts, unreached } from './scopes/counts.ts';
import { limitsOf, outputsIn } from './scopes/limits.ts';
import { untimed, wholeOf } from './shortest.ts';

const quickly = 10_000; // situations

const some = (claim: string, isSuch: (scope: Scope) => boolean): void =>
  it(claim, () => expect(scopes.filter(isSuch).map(({ name }) => name)).not.toEqual([]));

const holds = ({ primaryCapacity, wireCapacity, backupCapacity }: Scope['settings']): number =>
  Math.min(primaryCapacity, wireCapacity, backupCapacity);

/** Two outputs, two interrupts, and room for two entries in each place. */
const isRoomy = (scope: Scope): boolean =>
  outputsIn(scope) >= 2 && most(scope, 'interrupt') >= 2 && holds(scope.settings) >= 2;

const hasFailovers = (scope: Scope): boolean =>
  scope.generations >= 2 && most(scope, 'crash') > 0 && most(scope, 'cut') > 0;

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
    (scope) => scope === scopes[0] && isRoomy(scope),
  );
  some(
    'with two generations, a crash and a partition, and nothing left out that these allow',
    (scope) => hasFailovers(scope) && scope.omits === undefined,
  );
  some('with all of that at once', (scope) => isRoomy(scope) && hasFailovers(scope));
  some('with disk IO', ({ settings }) => settings.features.disk);
  some('with power-off', (scope) => scope.settings.features.control && most(scope, 'order') > 0);
  some('with VMotion', (scope) => scope.settings.features.vmotion && most(scope, 'migrate') > 0);
  some('with the other way in every variant', ({ settings }) => {
    const { ackPoint, connectionLoss, goLiveOutput, arbitration } = settings;
    const isOther = ackPoint === 'replayed' && connectionLoss === 'evidence';
    return isOther && goLiveOutput === 'emitLast' && arbitration === 'drainThenTestAndSet';
  });
});

describe('scope failover-twice', () => {
  const scope = scopes.find(({ name }) => name === 'failover-twice') ?? scopes[0];
  if (scope === undefined) throw new Error('no scope');

  const first: readonly Line[] = [
    ...(['A0 execute', 'A0 flush', 'B1 receive', 'B1 acknowledge', 'A0 readAck 0'] as const),
    ...(['cut log A B', 'B1 suspect', 'B1 testAndSet', 'B1 arbitrate', 'B1 learn'] as const),
    ...(['B1 replay', 'B1 goLive', 'A0 release', 'B1 interrupt'] as const),
  ];
  const again: readonly Line[] = [
    ...(['B1 requestBackup', 'B1 place C', 'C2 precopy', 'B1 snapshot', 'C2 arm'] as const),
    ...(['B1 readAck 1', 'B1 interrupt', 'B1 execute', 'B1 flush', 'B1 flush'] as const),
    ...(['C2 receive', 'C2 receive', 'C2 acknowledge', 'B1 readAck 1', 'B1 release'] as const),
  ];
  const second: readonly Line[] = [
    ...(['B crash', 'C2 suspect', 'C2 testAndSet', 'C2 arbitrate', 'C2 learn'] as const),
    ...(['C2 replay', 'C2 replay', 'C2 goLive'] as const),
  ];

  it('holds a cut, a takeover beside the old primary, a new backup, a crash and a takeover', () => {
    const { events, state } = play(paper, scope.settings, ...first, ...again, ...second);
    const { init, moves, isWithin = () => true } = systemFor(paper, scope);
    const end = events.reduce((situations, event) => {
      const next: typeof init = situations.flatMap((situation) => {
        const found: (typeof situation)[] = [];
        moves(situation, (taken, after) => {
          if (JSON.stringify(taken) === JSON.stringify(event)) found.push(after);
        });
        return found;
      });
      return next.filter(isWithin);
    }, init);
    expect(end.map((situation) => situation.state)).toEqual([state]);
    expect(state.copies.map(({ mode }) => mode)).toEqual(['recording', 'crashed', 'live']);
    expect(state.storage.generation).toBe(2);
  });
});

describe('the paper is exhausted, no claim breaks, and small scopes come to known counts', () => {
  it('of every scope', () => {
    const names = namedScopes.map(({ name }) => name);
    expect([Object.keys(counts), Object.keys(cases)]).toEqual([names, names]);
  });

  const small = scopes.filter(({ name }) => (counts[name]?.[0] ?? 0) <= quickly);

  it.each(small.map((scope) => [scope.name, scope] as const))('of %s', (name, scope) => {
    expect(differenceIn(name, wholeOf(paper, scope))).toBeNull();
  });

  it('which a difference of any kind is told from', () => {
    const scope = small.find(({ name }) => name === 'order-alone');
    if (scope === undefined) throw new Error('no scope');
    const whole = wholeOf(paper, scope);
    const { progress } = whole;
    const told = (changed: Partial<typeof whole>): string | null =>
      differenceIn('order-alone', { ...whole, ...changed });
    const reached = [{ id: 'W31', events: [], cause: null }];
    expect(countedIn({ ...whole, reached })).toEqual({ counts: [21, 37, 7, 6], cases: 'W31:0' });
    expect(told({ progress: { ...progress, distinct: 20, generated: 36 }, reached })).toBe(
      'Scope order-alone has 20 situations, not 21; 36 generated, not 37; ' +
        'the cases W31:0, not of none.',
    );
    expect(told({ progress: { ...progress, depth: 8 } })).toContain('8 levels, not 7');
    expect(told({ cutOff: 5 })).toContain('5 steps that lead out of it, not 6');
    expect(told({ extent: 'memory' })).toBe('Scope order-alone is not exhausted: memory.');
    expect(told({ refuted: reached })).toBe('W31 is broken in scope order-alone.');
    expect(differenceIn('nowhere', whole)).toBe('Nothing is known of scope nowhere.');
  });
});

describe('a case that must be reached', () => {
  const reached = new Set(
    scopes.flatMap(({ name }) => (cases[name] ?? '').split(' ').map((one) => one.split(':')[0])),
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
