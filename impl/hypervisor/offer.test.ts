// A VM that serves is given away only to one that can go on with it (R33-9).

import { describe, expect, test } from 'vitest';
import { foldImage } from '../guest/fold.ts';
import { bench, paired } from './bench.ts';
import { Hypervisor } from './hypervisor.ts';
import type { Policies } from './policies.ts';
import { defaultSettings } from './settings.ts';
import { FrameReader, type Frames } from './wire.ts';
import type { Workbench } from './workbench.ts';

/** A destination on C with something else in its configuration. */
const other = (world: Workbench, source: string, how: Partial<Workbench>): void => {
  const { settings, image, nowMs, policies } = world;
  const options = { copy: 'm', host: 'C', sourceHost: source, settings, image, nowMs, ...how };
  world.copies.set('C', Hypervisor.destination({ ...options, purpose: 'arrive' }, policies));
  world.tell('C', { type: 'wake' });
};

describe('a destination that cannot read what is handed over', () => {
  test('never says that it has a VM of another image, and the source goes on', () => {
    const world = bench(['compute', 'transmit']);
    world.boot('a', 'A');
    world.run('A', 3);
    world.tell('A', { type: 'migrate', copy: 'm', host: 'C' });
    other(world, 'A', { image: foldImage(['compute']) });
    world.settle();
    expect(world.did('m')).not.toContain('gotAll');
    expect(world.all('a', 'cancelled')).toMatchObject([{ copy: 'm' }]);
    world.run('A', 2);
    expect(world.at('A').status()).toMatchObject({ mode: 'live', position: 5 });
  });

  test('never says that it has a backup whose log its buffer does not hold', () => {
    const world = paired(['transmit']);
    world.tell('B', { type: 'migrate', copy: 'm', host: 'C' });
    other(world, 'B', { settings: { ...world.settings, backupBytes: 600 } });
    world.settle();
    world.run('A', 30);
    world.settle();
    for (let turn = 0; turn < 4; turn += 1) world.run('B', 1);
    world.settle();
    expect(world.did('b')).toContain('switchedOver');
    expect(world.did('m')).not.toContain('gotAll');
    expect(world.all('m', 'halted')).toMatchObject([{ because: 'discarded' }]);
    world.pass(10_000);
    expect(world.at('A').status()).toMatchObject({ mode: 'live', generation: 1 });
  });
});

test('a VM that is on offer is not offered again because its backup has replayed more', () => {
  const world = paired(['transmit']);
  world.run('A', 30);
  world.settle();
  world.tell('A', { type: 'migrate', copy: 'm', host: 'C' });
  world.destination('m', 'C', 'A', 'arrive');
  for (let count = 0; count < 200 && !world.did('m').includes('gotAll'); count += 1) world.step();
  world.held.add('C>A');
  const before = world.all('a', 'ackRead').length;
  world.run('B', 60);
  world.pass(world.settings.flushWithinMs);
  expect(world.all('a', 'ackRead').length).toBeGreaterThan(before);
  expect(world.did('a')).not.toContain('switchedOver');
  world.held.delete('C>A');
  world.settle();
  expect(world.did('m').filter((did) => did === 'gotAll')).toHaveLength(1);
  expect(world.at('C').status()).toMatchObject({ mode: 'recording', peer: 'b', position: 30 });
});

/** A VM that runs alone, up to where its destination says that it has the first offer. */
const offered = (policies: Partial<Policies> = {}): Workbench => {
  const world = bench(['compute', 'transmit'], {}, policies);
  world.boot('a', 'A');
  world.run('A', 3);
  world.tell('A', { type: 'migrate', copy: 'm', host: 'C' });
  world.destination('m', 'C', 'A', 'arrive');
  while (!world.did('m').includes('gotAll')) world.step();
  return world;
};

const offerMs = defaultSettings.timeoutMs / 4;

describe('a VM on offer', () => {
  test('stands still for a part of the timeout, whatever its destination does (R33-9)', () => {
    const world = offered();
    world.cut('A', 'C');
    let stillMs = 0;
    for (let ms = 0; ms < 4 * world.settings.timeoutMs; ms += 1) {
      if (!world.at('A').wantsCpu()) stillMs += 1;
      world.pass(1);
      world.tell('A', { type: 'run', instructionCount: 1, reading: world.nowMs });
    }
    expect(stillMs).toBe(offerMs);
    expect(world.all('a', 'cancelled')).toMatchObject([{ copy: 'm' }]);
    world.held.clear();
    world.pass(4 * world.settings.timeoutMs);
    expect(world.at('A').status().mode).toBe('live');
    expect(world.did('m')).not.toContain('tookUp');
    expect(world.all('m', 'halted')).toMatchObject([{ because: 'discarded' }]);
  });

  test('runs on until late word of the offer taken back comes, and is offered again', () => {
    const world = offered();
    world.held.add('C>A');
    world.pass(offerMs);
    world.run('A', 2);
    world.pass(offerMs);
    expect(world.all('m', 'gotAll')).toMatchObject([{ offer: 1 }]);
    world.held.delete('C>A');
    while (world.did('m').filter((did) => did === 'gotAll').length < 2) world.step();
    expect(world.did('a')).not.toContain('switchedOver');
    world.settle();
    expect(world.all('a', 'switchedOver')).toMatchObject([{ offer: 2, position: 5 }]);
    expect(world.all('m', 'tookUp')).toMatchObject([{ position: 5 }]);
  });

  test('runs, once it was taken back, for as long as it stood still', () => {
    const world = offered();
    world.held.add('C>A');
    world.pass(offerMs);
    world.held.delete('C>A');
    world.pass(offerMs - 1);
    expect(world.at('A').wantsCpu()).toBe(true);
    world.pass(1);
    expect(world.at('C').status().mode).toBe('live');
  });

  test('is not given away for word of an earlier offer', () => {
    const frames = (): Frames => {
      const reader = new FrameReader();
      return {
        push: (bytes) => reader.push(bytes),
        next: () => {
          const next = reader.next();
          if (typeof next === 'string' || 'because' in next || next.type !== 'got') return next;
          return next.offer === 2 ? { ...next, offer: 1 } : next;
        },
        get heldBytes() {
          return reader.heldBytes;
        },
        get head() {
          return reader.head;
        },
      };
    };
    const world = offered({ frames });
    const input = { kind: 'KEY' as const, bytes: Uint8Array.of(1, 0, 0, 0) };
    world.tell('A', { type: 'operated', input });
    world.settle();
    expect(world.all('m', 'gotAll')).toMatchObject([{ offer: 1 }, { offer: 2 }]);
    expect(world.did('a')).not.toContain('switchedOver');
    world.pass(2 * world.settings.timeoutMs);
    expect(world.all('a', 'cancelled')).toMatchObject([{ copy: 'm' }]);
    expect(world.did('m')).not.toContain('tookUp');
    expect(world.at('A').status().mode).toBe('live');
  });
});
