import { describe, expect, test } from 'vitest';
import { paired } from './bench.ts';

describe('failover (R23)', () => {
  test('a primary dies, and what its backup has acked is consumed before it lives (C3, C5)', () => {
    const world = paired(['compute', 'transmit']);
    world.run('A', 6);
    world.settle();
    expect(world.sent('a')).toHaveLength(3);
    world.crash('A');
    world.pass(4000);
    expect(world.at('B').status()).toMatchObject({ mode: 'draining', generation: 0, consumed: 0 });
    expect(world.sent('b')).toEqual([]);
    world.run('B', 20);
    expect(world.all('b', 'wentLive')).toMatchObject([{ generation: 1, position: 6 }]);
    expect(world.at('B').status()).toMatchObject({ mode: 'live', generation: 1 });
    expect(world.askedForBackup.at(-1)).toBe('b');
    expect(world.seen.some((it) => it.copy === 'b' && it.what === 'announce')).toBe(true);
  });

  test('an entry that never left its primary never happened (C1)', () => {
    const world = paired(['transmit']);
    world.held.add('A>B');
    world.run('A', 1);
    world.crash('A');
    world.pass(4000);
    expect(world.all('b', 'wentLive')).toMatchObject([{ position: 0 }]);
    expect(world.sent('a')).toEqual([]);
  });

  test('a trailing part of a group is never acted on (C2, R21-9)', () => {
    const world = paired(['stamp']);
    world.chunkBytes = 5;
    world.run('A', 2);
    while (world.at('B').status().received < 3) world.step();
    world.held.add('A>B');
    world.settle();
    const { received, acked } = world.at('B').status();
    expect([received, acked]).toEqual([3, 2]);
    world.crash('A');
    world.pass(4000);
    world.run('B', 5);
    expect(world.all('b', 'wentLive')).toMatchObject([{ position: 1 }]);
  });

  test('a backup dies, and its primary sends what it withheld once it has won (C7, C8)', () => {
    const world = paired(['transmit']);
    world.run('A', 1);
    world.settle();
    world.crash('B');
    world.run('A', 2);
    world.settle();
    expect(world.sent('a')).toHaveLength(1);
    world.pass(4000);
    expect(world.did('a')).toContain('suspected');
    expect(world.at('A').status()).toMatchObject({ mode: 'live', generation: 1, withheldCount: 0 });
    expect(world.sent('a')).toHaveLength(3);
    expect(world.askedForBackup.filter((copy) => copy === 'a').length).toBeGreaterThan(1);
  });

  test('two that lose each other ask the arbiter, and one halts', () => {
    const world = paired(['transmit']);
    world.cut('A', 'B');
    world.run('A', 1);
    world.pass(4000);
    const modes = ['A', 'B'].map((host) => world.at(host).status().mode).sort();
    expect(modes).toEqual(['halted', 'live']);
  });

  test('whoever does not reach the storage waits, and loses in the end', () => {
    const world = paired(['transmit']);
    world.cut('A', 'B');
    world.cutFromStorage.add('A');
    world.run('A', 1);
    world.pass(20_000);
    expect(world.at('A').status()).toMatchObject({ mode: 'withholding', withheldCount: 1 });
    expect(world.at('B').status()).toMatchObject({ mode: 'live', generation: 1 });
    world.cutFromStorage.delete('A');
    world.pass(1000);
    expect(world.at('A').status().mode).toBe('halted');
    expect(world.all('a', 'halted')).toEqual([{ did: 'halted', because: 'lost' }]);
    expect(world.sent('a')).toEqual([]);
  });

  test('under V8 it drains first and asks then', () => {
    const world = paired(['transmit'], { arbitration: 'drainThenTestAndSet' });
    world.run('A', 2);
    world.settle();
    world.crash('A');
    world.pass(4000);
    expect(world.did('b')).not.toContain('asked');
    world.run('B', 5);
    world.settle();
    const did = world.did('b');
    expect(did.lastIndexOf('consumed')).toBeLessThan(did.indexOf('asked'));
    expect(did).toContain('wentLive');
  });

  test('under V7 the output at the go-live point is emitted, and no earlier one', () => {
    const world = paired(['transmit'], { goLiveOutput: 'emitLast' });
    world.run('A', 3);
    world.settle();
    world.crash('A');
    world.pass(4000);
    world.run('B', 3);
    expect(world.sent('b')).toEqual(world.sent('a').slice(2));
  });

  test('otherwise no output is emitted that was replayed', () => {
    const world = paired(['transmit']);
    world.run('A', 3);
    world.settle();
    world.crash('A');
    world.pass(4000);
    world.run('B', 3);
    expect(world.did('b')).toContain('wentLive');
    expect(world.sent('b')).toEqual([]);
  });

  test('a heartbeat counts only from the copy that one is paired with now (R23-1)', () => {
    const world = paired(['compute']);
    world.deaf.add('B>A');
    for (let turn = 0; turn < 8; turn += 1) {
      world.tell('A', { type: 'heartbeat', copy: 'b', generation: 1 });
      world.tell('A', { type: 'heartbeat', copy: 'x', generation: 0 });
      world.pass(500);
    }
    expect(world.all('a', 'suspected')).toMatchObject([{ evidence: 'heartbeats' }]);
  });

  test('under V4 a lost connection is evidence; else the backup connects again', () => {
    const strict = paired(['transmit'], { connectionLoss: 'evidence' });
    strict.resetConnections('A', 'B');
    strict.settle();
    expect(strict.all('a', 'suspected').concat(strict.all('b', 'suspected'))[0]?.evidence).toBe(
      'connection',
    );
    const lax = paired(['transmit']);
    lax.held.add('A>B');
    lax.run('A', 2);
    lax.resetConnections('A', 'B');
    lax.settle();
    lax.held.delete('A>B');
    lax.settle();
    expect(lax.at('A').status()).toMatchObject({ mode: 'recording', acked: 2, withheldCount: 0 });
    expect(lax.all('b', 'entryReceived')).toHaveLength(2);
  });

  test('a bad frame is a lost peer, and throws nothing', () => {
    const world = paired(['transmit']);
    const { connection } = world.all('a', 'connected')[0] ?? { connection: 0 };
    world.tell('A', { type: 'bytes', connection, bytes: new Uint8Array(40).fill(255) });
    world.settle();
    expect(world.all('a', 'suspected')).toMatchObject([{ evidence: 'connection' }]);
  });

  test('the winner is protected again, in the generation that it won (R31-8)', () => {
    const world = paired(['compute', 'transmit']);
    world.run('A', 4);
    world.settle();
    world.crash('A');
    world.pass(4000);
    world.run('B', 9);
    world.tell('B', { type: 'placed', copy: 'c', host: 'C' });
    world.destination('c', 'C', 'B', 'clone');
    world.settle();
    world.run('B', 4);
    world.settle();
    world.run('C', 20);
    world.settle();
    expect(world.at('B').status()).toMatchObject({ mode: 'recording', generation: 1, peer: 'c' });
    expect(world.at('C').status()).toMatchObject({ mode: 'replaying', generation: 1 });
    world.crash('B');
    world.pass(4000);
    world.run('C', 9);
    expect(world.at('C').status()).toMatchObject({ mode: 'live', generation: 2 });
  });
});
