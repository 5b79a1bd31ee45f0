import { describe, expect, test } from 'vitest';
import { paired } from './bench.ts';

const { flushWithinMs } = paired(['compute']).settings;

describe('what nobody waits for leaves in a while (R32-2)', () => {
  test('an entry rests no longer than it may, and those after it leave with it', () => {
    const world = paired(['compute']);
    world.tell('A', { type: 'timer' });
    world.pass(flushWithinMs - 1);
    world.tell('A', { type: 'timer' });
    world.settle();
    expect(world.at('A').status()).toMatchObject({ logged: 2, sent: 0 });
    world.pass(1);
    expect(world.at('A').status()).toMatchObject({ sent: 2, acked: 2 });
    expect(world.all('b', 'ackSent').filter(({ upTo }) => upTo > 0)).toHaveLength(1);
  });

  test('an output entry leaves at once, and takes those before it along (R35-5)', () => {
    const world = paired(['transmit']);
    world.tell('A', { type: 'timer' });
    world.run('A', 1);
    world.settle();
    expect(world.at('A').status()).toMatchObject({ logged: 2, acked: 2, withheldCount: 0 });
  });

  test('a completion and a control operation leave at once (R34-11, R33-1)', () => {
    const world = paired(['read x p']);
    world.run('A', 1);
    world.completeIo(1, new Uint8Array(4));
    world.settle();
    expect(world.at('A').status()).toMatchObject({ logged: 1, acked: 1 });
    world.tell('A', { type: 'order', order: { operation: 'setShare', share: 50 } });
    world.settle();
    expect(world.at('A').status()).toMatchObject({ logged: 2, acked: 2 });
  });

  test('nothing rests where an output waits until all before it is replayed (V1)', () => {
    const world = paired(['compute'], { ackPoint: 'replayed' });
    world.tell('A', { type: 'timer' });
    world.settle();
    expect(world.at('B').status()).toMatchObject({ received: 1 });
  });

  test('a primary whose log buffer is full sends what it has', () => {
    const sizes = { primaryBytes: 200, backupBytes: 4096, packetGroupMax: 1 };
    const world = paired(['readTime'], sizes);
    world.run('A', 20);
    expect(world.all('a', 'stalled')).toHaveLength(1);
    world.settle();
    expect(world.at('A').wantsCpu()).toBe(true);
  });

  test('nothing rests that a switchover waits for (Q20)', () => {
    const world = paired(['compute']);
    world.tell('A', { type: 'migrate', copy: 'm', host: 'C' });
    world.destination('m', 'C', 'A', 'arrive');
    world.held.add('B>A');
    world.settle();
    expect(world.did('a')).toContain('quieted');
    world.tell('A', { type: 'timer' });
    world.held.delete('B>A');
    world.settle();
    expect(world.did('a')).toContain('switchedOver');
    expect(world.at('C').status()).toMatchObject({ mode: 'recording', logged: 2 });
  });

  test('what rests on a connection that breaks is sent on the next one at once (R33-11)', () => {
    const world = paired(['compute']);
    world.tell('A', { type: 'timer' });
    world.resetConnections('A', 'B');
    world.pass(flushWithinMs);
    const sent = world.all('a', 'entrySent');
    expect(sent).toEqual([{ did: 'entrySent', connection: sent[0]?.connection, seq: 1 }]);
  });

  test('a backup tells at once what it has read, in a while what it has replayed (R32-3)', () => {
    const world = paired(['transmit']);
    world.run('A', 1);
    world.settle();
    world.run('B', 1);
    const told = () => world.all('b', 'ackSent').length;
    const before = told();
    world.pass(flushWithinMs - 1);
    expect(told()).toBe(before);
    world.pass(1);
    expect(told()).toBe(before + 1);
    expect(world.at('A').status().lagMs).toBe(0);
  });
});
