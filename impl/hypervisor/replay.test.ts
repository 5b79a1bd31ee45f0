import { describe, expect, test } from 'vitest';
import { paired } from './bench.ts';
import type { Workbench } from './workbench.ts';

/** Every output of a copy with its place and what stands for its content. */
const outputsOf = (world: Workbench, copy: string): readonly unknown[] =>
  world.reports.flatMap((it) =>
    it.copy === copy && 'outputs' in it.report ? it.report.outputs : [],
  );

describe('replay (R21)', () => {
  test('whatever strikes the primary, its backup puts out the same, and drops it', () => {
    const world = paired(['transmit', 'stamp', 'print', 'reply', 'post', 'touch p']);
    for (let turn = 0; turn < 6; turn += 1) {
      world.run('A', 3);
      if (turn % 2 === 0) world.tell('A', { type: 'timer' });
      world.tell('A', { type: 'packets', packets: [new Uint8Array([turn, 0, 0, 1])] });
      const input = { kind: turn % 2 === 0 ? 'KEY' : 'MOUSE', bytes: new Uint8Array([9]) } as const;
      world.tell('A', { type: 'operated', input });
      world.settle();
    }
    world.run('A', 6);
    world.settle();
    world.run('B', 100);
    expect(outputsOf(world, 'a').length).toBeGreaterThan(12);
    expect(outputsOf(world, 'b')).toEqual(outputsOf(world, 'a'));
    expect(world.seen.filter(({ copy }) => copy === 'b')).toEqual([]);
  });

  test('what strikes the guest costs its backup no more than it cost the primary (R32-7)', () => {
    const world = paired(['compute']);
    for (let turn = 0; turn < 5; turn += 1) {
      world.run('A', 2);
      world.tell('A', { type: 'timer' });
    }
    world.pass(world.settings.flushWithinMs);
    world.settle();
    const { position, logged } = world.at('A').status();
    const instructionCount = position + 1; // what strikes is a step only as the last one
    world.tell('B', { type: 'run', instructionCount, reading: 0 });
    expect(world.at('B').status()).toMatchObject({ position, consumed: logged });
  });

  test('no event of its own host reaches a backup (R20-4)', () => {
    const world = paired(['compute', 'transmit']);
    world.run('A', 4);
    world.settle();
    world.run('B', 1);
    world.tell('B', { type: 'timer' });
    world.tell('B', { type: 'packets', packets: [new Uint8Array(4)] });
    world.run('B', 10);
    expect(outputsOf(world, 'b')).toEqual(outputsOf(world, 'a'));
  });

  test('without an entry in hand it does not run, though nothing may happen (R21-8)', () => {
    const world = paired(['compute']);
    world.run('A', 10);
    world.settle();
    expect(world.at('B').wantsCpu()).toBe(false);
    world.run('B', 10);
    expect(world.at('B').status().position).toBe(0);
  });

  test('many instructions are one step where nothing is logged', () => {
    const world = paired(['compute']);
    world.tell('A', { type: 'run', instructionCount: 1000, reading: 0 });
    world.tell('A', { type: 'timer' });
    world.pass(world.settings.flushWithinMs);
    world.tell('B', { type: 'run', instructionCount: 5000, reading: 0 });
    expect(world.all('a', 'ran')).toEqual([{ did: 'ran', to: 1000 }]);
    expect(world.all('b', 'replayed')).toEqual([{ did: 'replayed', to: 1000 }]);
    expect(world.at('B').status()).toMatchObject({ position: 1000, consumed: 1 });
  });

  test('a backup that diverges stops for good, and its primary goes on alone (R21-11)', () => {
    const isLogged = (kind: string): boolean => kind !== 'RX';
    const world = paired(['compute', 'reply'], {}, { isLogged });
    world.tell('A', { type: 'packets', packets: [new Uint8Array(4)] });
    world.run('A', 4);
    world.settle();
    world.run('B', 10);
    expect(world.did('b').slice(-3)).toEqual(['diverged', 'disconnected', 'halted']);
    world.pass(4000);
    expect(world.at('A').status()).toMatchObject({ mode: 'live', generation: 1 });
    expect(world.all('b', 'asked')).toEqual([]);
  });
});
