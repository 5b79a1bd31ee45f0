import { describe, expect, test } from 'vitest';
import { foldImage } from '../guest/fold.ts';
import type { Instruction } from '../guest/program.ts';
import { type Policies, paperPolicies } from './policies.ts';
import { defaultSettings, type Settings } from './settings.ts';
import { Workbench } from './workbench.ts';

const bench = (
  program: readonly Instruction[],
  settings: Partial<Settings> = {},
  policies: Partial<Policies> = {},
): Workbench =>
  new Workbench(
    foldImage(program),
    { ...defaultSettings, ...settings },
    { ...paperPolicies, ...policies },
  );

/** A runs alone, and has been cloned to B. */
const paired = (...how: Parameters<typeof bench>): Workbench => {
  const world = bench(...how);
  world.boot('a', 'A');
  world.tell('A', { type: 'placed', copy: 'b', host: 'B' });
  world.destination('b', 'B', 'A', 'clone');
  world.settle();
  return world;
};

describe('protection (R31)', () => {
  test('a VM that boots runs alone, withholds nothing and asks for a backup', () => {
    const world = bench(['transmit']);
    world.boot('a', 'A');
    world.run('A', 2);
    expect(world.askedForBackup).toEqual(['a']);
    expect(world.did('a')).toEqual([
      'askedForBackup',
      'performed',
      'released',
      'performed',
      'released',
    ]);
    expect(world.sent('a')).toHaveLength(2);
  });

  test('a clone is armed at the cut, and both are a pair then', () => {
    const world = bench(['compute', 'transmit']);
    world.boot('a', 'A');
    world.run('A', 3);
    world.tell('A', { type: 'placed', copy: 'b', host: 'B' });
    world.destination('b', 'B', 'A', 'clone');
    world.settle();
    expect(world.at('A').status()).toMatchObject({ mode: 'recording', generation: 0, peer: 'b' });
    expect(world.at('B').status()).toMatchObject({ mode: 'replaying', peer: 'a', position: 3 });
    expect(world.did('b')).toEqual(['gotImage', 'armed', 'connected', 'ackSent']);
    expect(world.did('a').slice(-4)).toEqual(['cloning', 'cut', 'connected', 'ackRead']);
  });

  test('a backup follows its primary, whatever the pieces in which the bytes come', () => {
    for (const chunkBytes of [1, 7, 1000]) {
      const world = bench(['compute', 'readTime', 'transmit', 'post', 'stamp']);
      world.chunkBytes = chunkBytes;
      world.boot('a', 'A');
      world.tell('A', { type: 'placed', copy: 'b', host: 'B' });
      world.destination('b', 'B', 'A', 'clone');
      world.settle();
      world.run('A', 20);
      world.tell('A', { type: 'timer' });
      world.tell('A', { type: 'packets', packets: [new Uint8Array([1, 0, 0, 0])] });
      world.settle();
      world.run('B', 40);
      world.settle();
      expect(world.all('b', 'diverged')).toEqual([]);
      const { logged, acked, withheldCount } = world.at('A').status();
      expect(withheldCount).toBe(0);
      expect(acked).toBe(logged);
      expect(world.at('B').status()).toMatchObject({ received: logged, consumed: logged });
      expect(world.sent('a')).toHaveLength(world.all('a', 'released').length);
      expect(world.sent('b')).toEqual([]);
    }
  });
});

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
    const world = paired(['stamp'], { primaryBytes: 200, backupBytes: 200 });
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
    const world = paired(['compute', 'stamp'], { primaryBytes: 200, backupBytes: 200 });
    world.held.add('A>B');
    while (world.at('A').wantsCpu()) world.run('A', 1);
    const { position } = world.at('A').status();
    world.tell('A', { type: 'timer' });
    world.run('A', 5);
    expect(world.at('A').status().position).toBe(position);
    world.held.delete('A>B');
    world.settle();
    expect(world.all('a', 'interrupted').at(-1)).toMatchObject({ position });
    world.run('A', 5);
    world.settle();
    world.run('B', 100);
    expect(world.all('b', 'diverged')).toEqual([]);
  });

  test('a backup with a full buffer stops reading, and counts no silence (Q13)', () => {
    const world = paired(['stamp'], {
      primaryBytes: 300,
      backupBytes: 200,
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
