import { describe, expect, test } from 'vitest';
import { paired } from './bench.ts';

describe('output commit (R22)', () => {
  test('an output leaves with the ack of its entry, and the guest runs on meanwhile (C3)', () => {
    const world = paired(['transmit']);
    world.held.add('A>B');
    world.run('A', 3);
    expect(world.at('A').status()).toMatchObject({ position: 3, logged: 3, withheldCount: 3 });
    world.held.delete('A>B');
    world.settle();
    expect(world.at('B').status()).toMatchObject({ received: 3, consumed: 0 });
    expect(world.at('A').status()).toMatchObject({ acked: 3, withheldCount: 0 });
  });

  test('under V1 an ack means replayed', () => {
    const world = paired(['transmit'], { ackPoint: 'replayed' });
    world.run('A', 2);
    world.settle();
    expect(world.sent('a')).toEqual([]);
    world.run('B', 1);
    world.settle();
    expect(world.sent('a')).toHaveLength(1);
  });

  test('without the Output Rule an output leaves before its entry is held', () => {
    const world = paired(['transmit'], {}, { mayLeave: () => true });
    world.held.add('A>B');
    world.run('A', 1);
    expect(world.sent('a')).toHaveLength(1);
  });

  test('a full log buffer stops the primary before the first entry of a group (R32-13)', () => {
    const world = paired(['stamp'], { primaryBytes: 200, backupBytes: 200, packetGroupMax: 1 });
    world.held.add('A>B');
    world.run('A', 10);
    const { position, logged, isStalled } = world.at('A').status();
    expect(isStalled).toBe(true);
    expect(logged).toBe(2 * position);
    expect(world.at('A').wantsCpu()).toBe(false);
    expect(world.all('a', 'stalled')).toHaveLength(1);
    world.held.delete('A>B');
    world.settle();
    expect(world.at('A').wantsCpu()).toBe(true);
  });

  test('an event that is due when the buffer is full is not passed by', () => {
    const world = paired(['compute', 'stamp'], {
      primaryBytes: 200,
      backupBytes: 200,
      packetGroupMax: 1,
    });
    world.held.add('A>B');
    while (world.at('A').wantsCpu()) world.run('A', 1);
    const { position } = world.at('A').status();
    world.tell('A', { type: 'timer' });
    world.run('A', 5);
    expect(world.at('A').status().position).toBe(position);
    world.held.delete('A>B');
    world.settle();
    world.run('A', 5); // what stalled first comes first
    expect(world.all('a', 'interrupted').at(-1)).toMatchObject({ position: position + 1 });
    world.settle();
    world.run('B', 100);
    expect(world.all('b', 'diverged')).toEqual([]);
  });

  test('a backup with a full buffer stops reading, and counts no silence (Q13)', () => {
    const world = paired(['stamp'], {
      primaryBytes: 300,
      backupBytes: 200,
      packetGroupMax: 1,
      stallTimeoutMs: 60_000,
    });
    for (let turn = 0; turn < 20; turn += 1) {
      world.run('A', 5);
      world.pass(500);
    }
    expect(world.at('B').status().bufferedBytes).toBeLessThanOrEqual(200);
    expect(world.at('A').status()).toMatchObject({ mode: 'recording', isStalled: true });
    expect(world.at('B').status().mode).toBe('replaying');
    world.run('B', 100);
    world.settle();
    expect(world.at('A').wantsCpu()).toBe(true);
  });
});
