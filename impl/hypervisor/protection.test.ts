import { describe, expect, test, vi } from 'vitest';
import { foldImage } from '../guest/fold.ts';
import { bench } from './bench.ts';
import { paperPolicies } from './policies.ts';
import { defaultSettings } from './settings.ts';
import { Workbench } from './workbench.ts';

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
    expect(world.did('a').slice(-5)).toEqual([
      'cloning',
      'cut',
      'digested',
      'connected',
      'ackRead',
    ]);
  });

  test('the whole memory is digested before the first passes, not first at the cut', () => {
    const image = foldImage(['compute']);
    const guest = image.boot();
    const digest = vi.spyOn(guest, 'digest');
    const world = new Workbench({ ...image, boot: () => guest }, defaultSettings, paperPolicies);
    world.boot('a', 'A');
    world.tell('A', { type: 'placed', copy: 'b', host: 'B' });
    world.destination('b', 'B', 'A', 'clone');
    for (let count = 0; count < 100 && !world.did('b').includes('gotImage'); count += 1) {
      world.step();
    }
    expect(world.did('a')).not.toContain('cut');
    expect(digest).toHaveBeenCalledTimes(1);
    world.settle();
    expect(world.did('a')).toContain('cut');
    expect(digest).toHaveBeenCalledTimes(2);
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
      world.pass(world.settings.flushWithinMs);
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
