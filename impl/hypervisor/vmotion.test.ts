import { describe, expect, test } from 'vitest';
import { bench, paired } from './bench.ts';

describe('VMotion (R33-5 to R33-11)', () => {
  test('a VM that runs alone moves, and announces itself where it is', () => {
    const world = bench(['compute', 'transmit']);
    world.boot('a', 'A');
    world.run('A', 5);
    world.tell('A', { type: 'migrate', copy: 'm', host: 'C' });
    world.destination('m', 'C', 'A', 'arrive');
    world.settle();
    expect(world.all('a', 'halted')).toMatchObject([{ because: 'moved' }]);
    expect(world.at('C').status()).toMatchObject({ mode: 'live', generation: 0, position: 5 });
    expect(world.did('m')).toContain('announced');
    expect(world.askedForBackup.at(-1)).toBe('m');
  });

  test('a primary moves with a quiet disk, and its backup connects to it there', () => {
    const world = paired(['compute', 'write x p', 'transmit', 'compute']);
    world.run('A', 3);
    world.settle();
    world.tell('A', { type: 'migrate', copy: 'm', host: 'C' });
    world.destination('m', 'C', 'A', 'arrive');
    world.settle();
    expect(world.did('a')).toContain('quieting');
    expect(world.did('a')).not.toContain('switchedOver');
    world.run('A', 4);
    expect(world.at('A').status()).toMatchObject({ position: 5 }); // at its next write
    world.completeIo(1);
    world.settle();
    expect(world.did('a')).toContain('quieted');
    expect(world.all('a', 'switchedOver')).toMatchObject([{ copy: 'm', position: 5 }]);
    expect(world.at('C').status()).toMatchObject({ mode: 'recording', generation: 0, peer: 'b' });
    world.run('C', 6);
    world.pass(4000);
    world.run('B', 30);
    world.settle();
    expect(world.at('C').status()).toMatchObject({ mode: 'recording', withheldCount: 0 });
    expect(world.at('B').status()).toMatchObject({ mode: 'replaying', position: 11 });
    expect(world.all('b', 'diverged')).toEqual([]);
    expect(world.all('b', 'suspected')).toEqual([]);
  });

  test('a backup moves where the disk of its primary is at rest, with its log', () => {
    const world = paired(['compute', 'read x p', 'transmit', 'compute']);
    world.run('A', 3);
    world.settle();
    world.tell('B', { type: 'migrate', copy: 'm', host: 'C' });
    world.destination('m', 'C', 'B', 'arrive');
    world.settle();
    expect(world.all('b', 'ackSent').at(-1)).toMatchObject({ wantsQuiet: true });
    world.run('A', 4);
    world.completeIo(1, new Uint8Array([5, 6, 7, 8]));
    world.settle();
    expect(world.did('a')).toContain('quieted');
    expect(world.did('b')).not.toContain('switchedOver');
    for (let turn = 0; turn < 8; turn += 1) world.run('B', 1);
    world.settle();
    expect(world.all('b', 'halted')).toMatchObject([{ because: 'moved' }]);
    expect(world.at('A').status()).toMatchObject({ mode: 'recording', peer: 'm' });
    world.run('A', 2);
    world.settle();
    world.run('C', 20);
    world.pass(4000);
    expect(world.at('A').status().mode).toBe('recording');
    expect(world.all('m', 'diverged')).toEqual([]);
    world.crash('A');
    world.pass(5000);
    world.run('C', 20);
    expect(world.at('C').status()).toMatchObject({ mode: 'live', generation: 1 });
  });

  test('what a backup has acked and not replayed goes along with it (R33-10)', () => {
    const world = paired(['compute', 'transmit']);
    world.run('A', 1);
    world.tell('B', { type: 'migrate', copy: 'm', host: 'C' });
    world.destination('m', 'C', 'B', 'arrive');
    world.settle();
    world.run('A', 4);
    world.settle();
    expect(world.sent('a')).toHaveLength(2);
    while (!world.did('b').includes('switchedOver')) world.run('B', 1);
    world.settle();
    expect(world.at('C').status()).toMatchObject({ received: 3, consumed: 1, position: 1 });
    world.crash('A');
    world.pass(4000);
    world.run('C', 10);
    expect(world.all('m', 'wentLive')).toMatchObject([{ position: 4 }]);
  });

  test('under V4 a move is no lost connection', () => {
    const world = paired(['compute', 'transmit'], { connectionLoss: 'evidence' });
    world.tell('B', { type: 'migrate', copy: 'm', host: 'C' });
    world.destination('m', 'C', 'B', 'arrive');
    world.settle();
    world.run('B', 2);
    world.settle();
    expect(world.at('A').status()).toMatchObject({ mode: 'recording', peer: 'm' });
    world.tell('A', { type: 'migrate', copy: 'n', host: 'B' });
    world.destination('n', 'B', 'A', 'arrive');
    world.settle();
    world.pass(1000);
    expect(world.at('B').status()).toMatchObject({ mode: 'recording', peer: 'm' });
    expect(world.at('C').status()).toMatchObject({ mode: 'replaying' });
  });

  test('a move whose destination does not come is given up, and the disk goes on', () => {
    const world = paired(['write x p', 'compute']);
    world.tell('A', { type: 'migrate', copy: 'm', host: 'C' });
    world.pass(4000);
    expect(world.all('a', 'cancelled')).toMatchObject([{ copy: 'm' }]);
    world.run('A', 1);
    expect(world.at('A').status().position).toBe(1);
  });

  test('a quiet disk does not outlive the backup that asked for it (R33-8)', () => {
    const world = paired(['write x p', 'compute']);
    world.run('A', 1);
    world.settle();
    world.tell('B', { type: 'migrate', copy: 'm', host: 'C' });
    world.destination('m', 'C', 'B', 'arrive');
    world.settle();
    world.run('A', 2);
    expect(world.at('A').wantsCpu()).toBe(false);
    world.crash('B');
    world.crash('C');
    world.pass(4000);
    expect(world.at('A').status().mode).toBe('live');
    expect(world.at('A').wantsCpu()).toBe(true);
  });

  test('the handover is sent again on another connection (Q34)', () => {
    const world = bench(['compute']);
    world.boot('a', 'A');
    world.run('A', 3);
    world.tell('A', { type: 'migrate', copy: 'm', host: 'C' });
    world.destination('m', 'C', 'A', 'arrive');
    while (!world.did('a').includes('switchedOver')) world.step();
    world.held.add('A>C');
    world.settle();
    world.resetConnections('A', 'C');
    world.settle();
    world.held.delete('A>C');
    world.pass(1000);
    expect(world.at('C').status()).toMatchObject({ mode: 'live', position: 3 });
    expect(world.all('a', 'halted')).toMatchObject([{ because: 'moved' }]);
  });

  test('a source that does not hear that all has arrived asks, and lets its backup know', () => {
    const world = paired(['compute', 'transmit']);
    world.run('A', 3);
    world.settle();
    world.tell('A', { type: 'migrate', copy: 'm', host: 'C' });
    world.destination('m', 'C', 'A', 'arrive');
    while (!world.did('a').includes('switchedOver')) world.step();
    world.held.add('C>A');
    world.settle();
    expect(world.at('C').status().mode).toBe('recording');
    world.resetConnections('A', 'C');
    world.held.delete('C>A');
    world.pass(1000);
    expect(world.all('a', 'halted')).toMatchObject([{ because: 'moved' }]);
    world.run('B', 3); // else its primary would take it for stalled
    world.pass(4000);
    expect(world.at('C').status()).toMatchObject({ mode: 'recording', generation: 0 });
    expect(world.did('b')).not.toContain('suspected');
  });

  test('a source whose destination is gone does not wait for it for ever', () => {
    const world = bench(['compute']);
    world.boot('a', 'A');
    world.tell('A', { type: 'migrate', copy: 'm', host: 'C' });
    world.destination('m', 'C', 'A', 'arrive');
    while (!world.did('a').includes('switchedOver')) world.step();
    world.crash('C');
    world.resetConnections('A', 'C');
    world.pass(1000);
    expect(world.all('a', 'halted')).toMatchObject([{ because: 'moved' }]);
  });

  /** A VM that runs alone, up to where its destination says that it has it all. */
  const offered = () => {
    const world = bench(['compute', 'transmit']);
    world.boot('a', 'A');
    world.run('A', 3);
    world.tell('A', { type: 'migrate', copy: 'm', host: 'C' });
    world.destination('m', 'C', 'A', 'arrive');
    while (!world.did('m').includes('gotAll')) world.step();
    return world;
  };

  test('a source goes on whose destination dies before it is known to have all (R33-9)', () => {
    const world = offered();
    expect(world.at('A').wantsCpu()).toBe(false);
    world.crash('C');
    world.resetConnections('A', 'C');
    world.settle();
    expect(world.all('a', 'cancelled')).toMatchObject([{ copy: 'm' }]);
    expect(world.did('a')).not.toContain('switchedOver');
    world.run('A', 2);
    expect(world.at('A').status()).toMatchObject({ mode: 'live', position: 5 });
  });

  test('a source goes on whose destination is silent, and may not be moved to later', () => {
    const world = offered();
    world.held.add('C>A');
    world.pass(4000);
    expect(world.all('a', 'cancelled')).toMatchObject([{ copy: 'm' }]);
    world.held.delete('C>A');
    world.pass(8000);
    expect(world.at('A').status().mode).toBe('live');
    expect(world.all('m', 'halted')).toMatchObject([{ because: 'discarded' }]);
    expect(world.did('m')).not.toContain('tookUp');
  });

  test('a destination that has all is nobody until its source has given it up (R23-21)', () => {
    const world = offered();
    expect(world.at('C').status().mode).toBe('arriving');
    while (!world.did('a').includes('switchedOver')) world.step();
    expect(world.did('m')).not.toContain('tookUp');
    world.settle();
    expect(world.at('C').status()).toMatchObject({ mode: 'live', position: 3 });
    expect(world.all('a', 'halted')).toMatchObject([{ because: 'moved' }]);
  });

  test('a key that comes while the VM is on offer is not lost (R33-10)', () => {
    const world = offered();
    const input = { kind: 'KEY' as const, bytes: Uint8Array.of(1, 0, 0, 0) };
    world.tell('A', { type: 'operated', input });
    world.settle();
    const did = world.did('a');
    expect(did.indexOf('fed')).toBeGreaterThan(0);
    expect(did.indexOf('switchedOver')).toBeGreaterThan(did.indexOf('fed'));
    expect(world.at('C').status().mode).toBe('live');
  });
});
