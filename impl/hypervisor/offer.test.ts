// A VM that serves is given away only to one that can go on with it (R33-9).

import { describe, expect, test } from 'vitest';
import { foldImage } from '../guest/fold.ts';
import { bench, paired } from './bench.ts';
import { Hypervisor } from './hypervisor.ts';
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
  world.run('B', 9);
  world.pass(world.settings.keepaliveEveryMs);
  expect(world.all('a', 'ackRead').length).toBeGreaterThan(before);
  expect(world.did('a')).not.toContain('switchedOver');
  world.held.delete('C>A');
  world.settle();
  expect(world.did('m').filter((did) => did === 'gotAll')).toHaveLength(1);
  expect(world.at('C').status()).toMatchObject({ mode: 'recording', peer: 'b', position: 30 });
});
