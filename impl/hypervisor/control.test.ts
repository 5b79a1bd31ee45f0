import { describe, expect, test } from 'vitest';
import { bench, paired } from './bench.ts';

const off = { type: 'order', order: { operation: 'powerOff' } } as const;

describe('power-off (R33-2)', () => {
  test('both are gone once the backup has said that it knows', () => {
    const world = paired(['compute', 'transmit']);
    world.run('A', 4);
    world.tell('A', off);
    expect(world.at('A').status()).toMatchObject({ mode: 'recording', isOff: true });
    world.settle();
    expect(world.sent('a')).toHaveLength(2);
    expect(world.did('a').at(-1)).toBe('stopped');
    world.run('B', 20);
    expect(world.did('b').at(-1)).toBe('stopped');
    expect(world.did('b')).not.toContain('asked');
  });

  test('a backup that was told stops when it suspects, and asks nobody (d, f)', () => {
    const world = paired(['compute']);
    world.run('A', 4);
    world.held.add('B>A');
    world.tell('A', off);
    world.settle();
    world.crash('A');
    world.pass(4000);
    expect(world.did('b').slice(-2)).toEqual(['disconnected', 'stopped']);
    expect(world.did('b')).not.toContain('asked');
  });

  test('with a backup that is cut off the primary wins first and stops then (c)', () => {
    const world = paired(['compute', 'transmit']);
    world.cut('A', 'B');
    world.run('A', 2);
    world.tell('A', off);
    world.cutFromStorage.add('B');
    world.pass(4000);
    expect(world.did('a').slice(-3)).toEqual(['wentLive', 'released', 'stopped']);
    world.cutFromStorage.delete('B');
    world.pass(1000);
    expect(world.all('b', 'halted')).toMatchObject([{ because: 'lost' }]);
  });

  test('a guest that shuts itself down does as much (Q17)', () => {
    const world = paired(['compute', 'shutdown']);
    world.tell('A', { type: 'operated', input: { kind: 'KEY', bytes: new Uint8Array([1]) } });
    world.run('A', 5);
    world.settle();
    world.run('B', 5);
    expect(world.did('a').at(-1)).toBe('stopped');
    expect(world.did('b').at(-1)).toBe('stopped');
  });

  test('a VM without a backup just stops, and a clone that has begun is given up (Q37)', () => {
    const world = bench(['compute']);
    world.boot('a', 'A');
    world.tell('A', { type: 'placed', copy: 'b', host: 'B' });
    world.tell('A', off);
    expect(world.did('a').slice(-3)).toEqual(['ordered', 'abandoned', 'stopped']);
  });
});

describe('resources (R33-3)', () => {
  test('a share is changed on both, at one position, and a clone begins with it', () => {
    const world = bench(['compute']);
    world.boot('a', 'A');
    world.tell('A', { type: 'order', order: { operation: 'setShare', share: 50 } });
    world.tell('A', { type: 'placed', copy: 'b', host: 'B' });
    world.destination('b', 'B', 'A', 'clone');
    world.settle();
    expect(world.at('B').limitPercent()).toBe(50);
    world.tell('A', { type: 'order', order: { operation: 'setShare', share: 80 } });
    world.settle();
    world.run('B', 1);
    expect([world.at('A').limitPercent(), world.at('B').limitPercent()]).toEqual([80, 80]);
  });
});

describe('throttling (R32-10)', () => {
  test('a primary whose backup does not keep up is slowed down, and recovers', () => {
    const world = paired(['transmit'], { stallTimeoutMs: 60_000 });
    for (let turn = 0; turn < 12; turn += 1) {
      world.run('A', 1);
      world.pass(500);
    }
    expect(world.at('A').limitPercent()).toBeLessThan(100);
    for (let turn = 0; turn < 40; turn += 1) {
      world.run('A', 1);
      world.settle();
      world.run('B', 5);
      world.pass(500);
    }
    expect(world.at('A').limitPercent()).toBe(100);
  });
});

describe('announcements (R23-13)', () => {
  test('a VM that nobody reaches announces itself again, also when it records', () => {
    const world = paired(['compute']);
    world.pass(2500);
    expect(world.all('a', 'announced')).toEqual([]);
    world.pass(2000);
    const { length } = world.all('a', 'announced');
    expect(length).toBeGreaterThan(1);
    world.tell('A', { type: 'packets', packets: [new Uint8Array(4)] });
    world.pass(2500);
    expect(world.all('a', 'announced')).toHaveLength(length);
  });
});
