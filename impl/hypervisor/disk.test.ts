import { describe, expect, test } from 'vitest';
import { bench, paired } from './bench.ts';

describe('disk (R34)', () => {
  test('a write is submitted once its marker is acked, a read at once', () => {
    const world = paired(['write x p', 'read y q']);
    world.held.add('A>B');
    world.run('A', 2);
    expect(world.submitted.map(({ io }) => io.kind)).toEqual(['read']);
    world.held.delete('A>B');
    world.settle();
    expect(world.submitted.map(({ io }) => io.kind)).toEqual(['read', 'write']);
  });

  test('what races waits for the ack of the completion of what was issued before (R34-11)', () => {
    const world = paired(['write x p', 'write x q', 'compute', 'compute', 'compute']);
    world.run('A', 3);
    world.settle();
    expect(world.submitted).toHaveLength(1);
    world.held.add('A>B');
    world.completeIo(1);
    expect(world.submitted).toHaveLength(0);
    world.held.delete('A>B');
    world.settle();
    expect(world.submitted.map(({ io }) => io.number)).toEqual([1]);
  });

  test('a read is completed at one position on both, with the data that the log carries', () => {
    const world = paired(['read x p', 'compute', 'touch p', 'transmit']);
    world.run('A', 2);
    world.completeIo(1, new Uint8Array([1, 2, 3, 4]));
    world.run('A', 2);
    world.settle();
    world.run('B', 20);
    expect(world.all('b', 'diverged')).toEqual([]);
    const digests = (copy: string): readonly number[] =>
      world
        .all(copy, copy === 'a' ? 'performed' : 'consumed')
        .flatMap(({ outputs }) => outputs.map(({ digest }) => digest));
    expect(digests('b')).toEqual(digests('a'));
  });

  test('whoever takes over submits again what is outstanding, under its own tag (R34-7)', () => {
    const world = paired(['write x p', 'read y q', 'compute', 'compute', 'transmit']);
    world.run('A', 5);
    world.settle();
    expect(world.submitted).toHaveLength(2);
    world.crash('A');
    world.submitted.length = 0;
    world.pass(4000);
    world.run('B', 10);
    expect(world.submitted.slice(0, 2)).toMatchObject([
      { host: 'B', generation: 1, io: { number: 0, kind: 'write' } },
      { host: 'B', generation: 1, io: { number: 1, kind: 'read' } },
    ]);
  });

  test('a primary that wins submits again under its new tag, and ignores the old answer', () => {
    const world = paired(['write x p', 'compute', 'compute']);
    world.run('A', 2);
    world.settle();
    const [old] = world.submitted;
    world.crash('B');
    world.pass(4000);
    expect(world.submitted).toMatchObject([{ generation: 0 }, { generation: 1 }]);
    world.submitted.splice(0, 1);
    const completion = { io: 0, transferredCount: 1, data: new Uint8Array() };
    world.tell('A', { type: 'ioDone', completion, generation: old?.generation ?? 0 });
    expect(world.all('a', 'completed')).toEqual([]);
    world.completeIo(1);
    expect(world.all('a', 'completed')).toHaveLength(1);
  });

  test('a write that is withheld when its primary wins is submitted once', () => {
    const world = paired(['write x p', 'transmit', 'compute']);
    world.held.add('A>B');
    world.run('A', 2);
    world.crash('B');
    world.pass(4000);
    expect(world.submitted).toMatchObject([{ generation: 1 }]);
    expect(world.all('a', 'released')).toHaveLength(2);
  });

  test('a clone is made while the disk is busy; its source delivers and logs (R31-4)', () => {
    const world = bench(['write x p', 'compute', 'compute', 'transmit']);
    world.boot('a', 'A');
    world.run('A', 1);
    world.tell('A', { type: 'placed', copy: 'b', host: 'B' });
    world.destination('b', 'B', 'A', 'clone');
    world.settle();
    world.completeIo(1);
    world.run('A', 3);
    world.settle();
    world.run('B', 10);
    expect(world.all('b', 'diverged')).toEqual([]);
    expect(world.all('b', 'consumed')).toHaveLength(2);
  });

  test('packets are handed over in groups, with what waits in the transmit ring (R35-4)', () => {
    const world = paired(['post', 'compute', 'reply'], { packetGroupMax: 2 });
    world.run('A', 1);
    const packet = (byte: number): Uint8Array => new Uint8Array([byte, 0, 0, 0]);
    world.tell('A', { type: 'packets', packets: [1, 2, 3].map(packet) });
    expect(world.all('a', 'delivered').map(({ digests }) => digests.length)).toEqual([2, 1]);
    expect(world.all('a', 'logged').map(({ kind }) => kind)).toEqual(['RX', 'RX', 'OUT', 'RX']);
    world.run('A', 2);
    world.settle();
    world.run('B', 9);
    expect(world.all('b', 'diverged')).toEqual([]);
    expect(world.sent('a')).toHaveLength(2);
  });
});
