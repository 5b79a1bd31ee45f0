// Ends that come at the same time as something else: nothing is left over, or happens after them.

import { describe, expect, test } from 'vitest';
import { keyValueImage } from '../guest/key-value.ts';
import { paired } from './bench.ts';
import type { Command } from './command.ts';
import type { Input } from './input.ts';
import type { Message } from './message.ts';
import { paperPolicies } from './policies.ts';
import { defaultSettings } from './settings.ts';
import { encode } from './wire.ts';
import { Workbench } from './workbench.ts';

const told = { generation: 0, consumed: 0, position: 0, wantsQuiet: false };

const commandsOf = (world: Workbench, host: string, input: Input): readonly Command[] =>
  world.at(host).handle(input, world.nowMs);

describe('loose ends', () => {
  test('what is acked before it is sent again is not, but for a frame that has begun (V1)', () => {
    const world = paired(['transmit'], { ackPoint: 'replayed' });
    world.run('A', 5);
    world.settle();
    const connection = 9000; // on which there is no room yet
    const hear = (message: Message): void =>
      world.tell('A', { type: 'bytes', connection, bytes: encode(message) });
    world.tell('A', { type: 'accepted', connection, host: 'B' });
    hear({ type: 'hello', purpose: 'follow', copy: 'b', received: 0, ...told });
    hear({ type: 'ack', upTo: 2, ...told, consumed: 2 });
    expect(world.all('a', 'suspected')).toEqual([]);
    expect(world.sent('a')).toHaveLength(2);
    const sentBefore = world.all('a', 'entrySent').length;
    world.tell('A', { type: 'room', connection, byteCount: 20 });
    hear({ type: 'ack', upTo: 4, ...told, consumed: 4 });
    world.tell('A', { type: 'room', connection, byteCount: 4000 });
    expect(world.all('a', 'entrySent').slice(sentBefore)).toMatchObject(
      [3, 5].map((seq) => ({ connection, seq })),
    );
    hear({ type: 'ack', upTo: 5, ...told, consumed: 5 });
    expect(world.sent('a')).toHaveLength(5);
    expect(world.at('A').status()).toMatchObject({ mode: 'recording', bufferedBytes: 0 });
  });

  test('a primary that loses does nothing after it has halted', () => {
    const world = paired(['read x p', 'compute']);
    world.run('A', 2);
    world.cut('A', 'B');
    world.cutFromStorage.add('A');
    world.pass(4000);
    expect(world.at('A').status().mode).toBe('withholding');
    world.tell('A', { type: 'ioRefused', io: 0, generation: 0 });
    const { nowMs } = world;
    world.nowMs = nowMs + world.settings.retryEveryMs;
    const commands = commandsOf(world, 'A', { type: 'decided', generation: 0, outcome: 'lost' });
    expect(commands.at(-1)).toEqual({ type: 'halt', because: 'lost' });
  });

  test('a connection that was asked for before a suspicion is closed when it comes', () => {
    const world = paired(['transmit']);
    world.cutFromStorage.add('B');
    world.crash('A');
    world.pass(4000);
    const late: Input = { type: 'connected', connection: 77, host: 'A' };
    const closing = expect.objectContaining({ type: 'close', connection: 77 });
    expect(world.at('B').status().mode).toBe('frozen');
    expect(commandsOf(world, 'B', late)).toContainEqual(closing);
    world.cutFromStorage.clear();
    world.pass(1000);
    expect(world.at('B').status().mode).toBe('live');
    expect(commandsOf(world, 'B', late)).toContainEqual(closing);
  });

  test('keys that wait for an instruction that stalled are not left behind by a move', () => {
    const small = { primaryBytes: 160, backupBytes: 160, packetGroupMax: 1 };
    const world = paired(['transmit'], small);
    world.tell('A', { type: 'migrate', copy: 'm', host: 'C' });
    world.destination('m', 'C', 'A', 'arrive');
    world.held.add('B>A');
    world.settle();
    world.run('A', 9);
    expect(world.at('A').status().isStalled).toBe(true);
    const input = { kind: 'KEY', bytes: new Uint8Array([1]) } as const;
    world.tell('A', { type: 'operated', input });
    world.settle();
    world.run('B', 9);
    world.held.delete('B>A');
    world.settle();
    for (const host of ['A', 'B', 'A', 'B', 'C']) {
      world.run(host, 1);
      world.settle();
    }
    expect(world.did('a')).toContain('switchedOver');
    expect([...world.all('a', 'fed'), ...world.all('m', 'fed')]).toHaveLength(1);
  });

  test('a guest that has come to a disk instruction has other things to do meanwhile', () => {
    const world = new Workbench(keyValueImage, defaultSettings, paperPolicies);
    const ask = (text: string): void => {
      const packet = new TextEncoder().encode(`123456${text}`);
      world.tell('A', { type: 'packets', packets: [packet] });
      world.run('A', 100);
    };
    world.boot('a', 'A');
    world.run('A', 100);
    ask('put k v');
    ask('save k');
    world.tell('A', { type: 'migrate', copy: 'm', host: 'C' });
    world.destination('m', 'C', 'A', 'arrive');
    world.settle(); // now the disk is to be quiet, and is not yet
    ask('save k');
    expect(world.at('A').wantsCpu()).toBe(false);
    const line = new TextEncoder().encode('stats\n');
    world.tell('A', { type: 'operated', input: { kind: 'KEY', bytes: line } });
    world.run('A', 10);
    const prints = world.seen.filter(({ what }) => what === 'print');
    expect(prints).toHaveLength(2);
    expect(world.at('A').wantsCpu()).toBe(false);
  });

  test('a destination that may be all there is calls again, as long as its source may be', () => {
    const world = paired(['compute']);
    const calls = (): number => {
      const commands = commandsOf(world, 'C', { type: 'wake' });
      return commands.filter(({ type }) => type === 'connect').length;
    };
    world.destination('m', 'C', 'A', 'arrive');
    world.settle();
    world.tell('A', { type: 'migrate', copy: 'm', host: 'C' });
    world.held.add('A>C');
    world.settle();
    world.held.delete('A>C');
    world.step(); // it has the first passes
    while (!world.did('m').includes('gotImage')) world.step();
    world.crash('A');
    world.tell('C', { type: 'unanswered', host: 'A' });
    world.nowMs += world.settings.retryEveryMs;
    expect(calls()).toBe(1);
    world.tell('C', { type: 'connected', connection: 77, host: 'A' });
    const bytes = encode({ type: 'cancel' }); // says a host on which there is nobody
    world.tell('C', { type: 'bytes', connection: 77, bytes });
    expect(world.all('m', 'halted')).toMatchObject([{ because: 'discarded' }]);
  });
});
