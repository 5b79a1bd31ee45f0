// What a peer, the storage or an operator may say that nobody should: it never throws.

import { describe, expect, test } from 'vitest';
import { bench, paired } from './bench.ts';
import type { Message } from './message.ts';
import { encode } from './wire.ts';
import type { Workbench } from './workbench.ts';

const connection = 9000;
const told = { generation: 0, consumed: 0, position: 0, wantsQuiet: false };

/** Somebody on host C who has connected to A says this. */
const say = (world: Workbench, ...messages: readonly Message[]): void => {
  world.tell('A', { type: 'accepted', connection, host: 'C' });
  for (const message of messages) {
    world.tell('A', { type: 'bytes', connection, bytes: encode(message) });
  }
};

describe('nonsense', () => {
  test('a first message that claims to have consumed what was not sent loses its sender', () => {
    const world = paired(['transmit']);
    const hello = { type: 'hello', purpose: 'follow', copy: 'b', received: 0, ...told } as const;
    say(world, { ...hello, consumed: 7 });
    expect(world.at('A').status().mode).toBe('recording');
    world.run('A', 1);
    world.pass(1000);
    world.run('B', 5);
    world.pass(1000);
    expect(world.sent('a')).toHaveLength(1);
  });

  test('an ack that claims to have consumed what was not sent makes its sender suspect', () => {
    const world = paired(['transmit']);
    const hello = { type: 'hello', purpose: 'follow', copy: 'b', received: 0, ...told } as const;
    const ack = { type: 'ack', upTo: 0, ...told, consumed: 7 } as const;
    say(world, hello, ack);
    expect(world.all('a', 'suspected')).toMatchObject([{ evidence: 'connection' }]);
  });

  test.each([
    ['too many blocks', 3, 12],
    ['too few bytes', 1, 3],
    ['too many bytes', 1, 8],
  ])('a completion with %s is an error of the disk', (_, transferredCount, byteCount) => {
    const world = paired(['read x p', 'compute', 'touch p', 'transmit']);
    world.run('A', 1);
    world.completeIo(transferredCount, new Uint8Array(byteCount));
    expect(world.all('a', 'completed')).toMatchObject([{ io: 0, transferredCount: 0 }]);
    world.run('A', 3);
    world.settle();
    world.run('B', 10);
    expect(world.did('b')).not.toContain('diverged');
  });

  test('a write whose completion has data is one that failed', () => {
    const world = paired(['write x p', 'compute']);
    world.run('A', 1);
    world.settle();
    world.completeIo(1, new Uint8Array(4));
    expect(world.all('a', 'completed')).toMatchObject([{ io: 0, transferredCount: 0 }]);
  });

  test('keys that no group of the image could hold are dropped, and no log waits for them', () => {
    const world = paired(['compute'], { primaryBytes: 4096, backupBytes: 4096 });
    const press = (byteCount: number): void =>
      world.tell('A', {
        type: 'operated',
        input: { kind: 'KEY', bytes: new Uint8Array(byteCount) },
      });
    press(5000);
    press(2 << 20);
    press(1);
    expect(world.all('a', 'fed')).toHaveLength(1);
    expect(world.at('A').wantsCpu()).toBe(true);
  });

  test('keys that wait for a full log take so much memory and no more', () => {
    const world = paired(['compute'], { primaryBytes: 400, backupBytes: 400, packetGroupMax: 1 });
    world.held.add('A>B');
    const key = { kind: 'KEY', bytes: new Uint8Array(1) } as const;
    for (let count = 0; count < 5000; count += 1) {
      world.tell('A', { type: 'operated', input: key });
    }
    world.held.delete('A>B');
    for (let count = 0; count < 2000; count += 1) {
      world.settle();
      world.run('B', 20);
      world.settle();
    }
    expect(world.all('a', 'fed').length).toBeLessThan(1100);
  });

  test('who boots may not have a log buffer that the largest group does not fit into', () => {
    expect(() => bench(['compute'], { primaryBytes: 100 }).boot('a', 'A')).toThrow(/group/);
    expect(() => bench(['compute'], { backupBytes: 100 }).boot('a', 'A')).toThrow(/group/);
  });
});
