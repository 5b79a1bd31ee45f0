import { describe, expect, it } from 'vitest';
import { answering, framed, packetBytesMax, unframed } from './address.ts';
import { advance } from './drive.ts';
import type { Guest, Output } from './guest.ts';
import { keyValueImage } from './key-value.ts';

const client = { address: '192.168.7.255', port: 54_321 };
const encoded = (text: string): Uint8Array => new TextEncoder().encode(text);
const decoded = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

const textOf = (output: Output): string => {
  if (output.device === 'disk') return `disk ${output.io}`;
  if (output.device === 'console') return `console ${decoded(output.bytes)}`;
  const datagram = unframed(output.bytes);
  expect(datagram?.client).toEqual(client);
  return decoded(datagram?.payload ?? new Uint8Array());
};

/** Runs until it waits, or is off. */
const settle = (guest: Guest): readonly string[] =>
  advance(guest, Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY, () => 1234).put.map(textOf);

const booted = (): Guest => {
  const guest = keyValueImage.boot();
  expect(settle(guest)).toEqual(['console key-value server: it is up\n']);
  return guest;
};

const ask = (guest: Guest, ...texts: readonly string[]): readonly string[] => {
  const packets = texts.map((text) => framed({ client, payload: encoded(text) }));
  expect(guest.needsOfReceiving()).toEqual([]);
  expect(guest.receive(packets)).toEqual([]);
  return settle(guest);
};

const type = (guest: Guest, text: string): readonly string[] => {
  guest.operate({ kind: 'KEY', bytes: encoded(text) });
  return settle(guest);
};

const saving = (guest: Guest, text: string): Uint8Array => {
  const [output] = ask(guest, text);
  const [io] = guest.outstanding();
  expect(output).toBe(`disk ${io?.number}`);
  return io?.data ?? new Uint8Array();
};

describe('the key-value server answers each request once', () => {
  const kinds = 'put KEY VALUE, get KEY, add KEY N, count, time, save KEY or load KEY';
  it.each([
    ['put a 1', 'ok\n'],
    ['  put a  several words \n', 'ok\n'],
    ['get name', 'Lockstep for you\n'],
    ['get nothing', 'error: no nothing\n'],
    ['add n 5', '12\n'],
    ['add n -9', '-2\n'],
    ['add fresh 3', '3\n'],
    ['add name 3', 'error: name is no whole number\n'],
    ['add n x', "error: not a whole number: 'x'\n"],
    ['add n 9007199254740991', 'error: n would grow beyond 2^53\n'],
    ['count', '3\n'],
    ['time', '1234\n'],
    ['#id-7 get n', '#id-7 7\n'],
    ['#id-7 get nothing', '#id-7 error: no nothing\n'],
    ['put', 'error: put needs a key\n'],
    ['put a', 'error: put needs a value\n'],
    ['get a b', 'error: get takes a key alone\n'],
    ['time now', 'error: time stands alone\n'],
    [`get ${'k'.repeat(65)}`, 'error: a key has at most 64 bytes\n'],
    [`put k ${'v'.repeat(401)}`, 'error: a value has at most 400 bytes\n'],
    ['save nothing', 'error: no nothing\n'],
    ['', `error: expected ${kinds}\n`],
    ['remove a', `error: expected ${kinds}\n`],
  ])('%j', (request, reply) => {
    const guest = booted();
    ask(guest, 'put name Lockstep for you', 'put n 7');
    expect(ask(guest, request)).toEqual([reply]);
  });
});

it('takes an instruction for each byte that it reads, and none while it waits', () => {
  const guest = booted();
  const { position } = guest;
  expect([guest.run(position + 1000), guest.position]).toEqual(['idle', position]);
  ask(guest, 'count');
  const short = guest.position - position;
  ask(guest, '     count');
  expect(guest.position - position - short).toBe(short + 5);
});

it('drops what is no packet of the virtual network, or too long, or has no room', () => {
  const guest = booted();
  guest.receive([new Uint8Array(5), new Uint8Array(packetBytesMax + 1)]);
  expect(settle(guest)).toEqual([]);
  expect(type(guest, 'stats\n')).toEqual([
    'console 0 requests, 0 keys, 2 packets dropped, 0 ticks, 0 moves of the mouse\n',
  ]);
  expect(ask(guest, ...Array<string>(300).fill('get a')).length).toBe(256 + 2); // with the console
});

it('prints a line for every hundred requests', () => {
  const guest = booted();
  const replies = ask(guest, ...Array<string>(100).fill('time'));
  expect(replies.filter((text) => text !== '1234\n')).toEqual([
    'console key-value server: 100 requests\n',
  ]);
});

it('obeys lines of the console, and is off after halt', () => {
  const guest = booted();
  expect(type(guest, 'sta')).toEqual([]);
  guest.interrupt();
  guest.operate({ kind: 'MOUSE', bytes: encoded('x') });
  expect(type(guest, 'ts\r\n')).toEqual([
    'console 0 requests, 0 keys, 0 packets dropped, 1 ticks, 1 moves of the mouse\n',
  ]);
  expect(type(guest, 'help\n')).toEqual(['console the console knows stats and halt, not help\n']);
  guest.operate({ kind: 'KEY', bytes: encoded('halt\n') });
  expect(guest.run(guest.position + 1)).toBe('trap');
  expect(guest.trap()).toEqual({ needs: ['OFF'], issuesIo: false });
  expect([guest.perform(0), guest.isOff, guest.trap()]).toEqual([[], true, null]);
  expect(guest.run(guest.position + 1)).toBe('off');
});

it('remembers in a snapshot what was typed of a line', () => {
  const guest = booted();
  type(guest, 'sta');
  const restored = keyValueImage.restore(guest.snapshot());
  expect(type(restored, 'ts\n')).toEqual([
    'console 0 requests, 0 keys, 0 packets dropped, 0 ticks, 0 moves of the mouse\n',
  ]);
});

it('is in the same state in whatever order keys were put', () => {
  const digest = (...texts: readonly string[]): number => {
    const guest = booted();
    ask(guest, ...texts);
    return guest.digest();
  };
  expect(digest('put a 1', 'put b 2')).toBe(digest('put b 2', 'put a 1'));
  expect(digest('put a 1', 'put b 2')).not.toBe(digest('put a 2', 'put b 1'));
});

describe('the disk of the key-value server', () => {
  it('answers a save once the block is written, and other requests meanwhile', () => {
    const guest = booted();
    ask(guest, 'put a 1');
    const block = saving(guest, '#1 save a');
    expect(block.length).toBe(512);
    expect(ask(guest, 'get a', 'put a 2')).toEqual(['1\n', 'ok\n']);
    const completion = { io: 0, transferredCount: 1, data: new Uint8Array() };
    expect(guest.complete(completion)).toBe(true);
    expect(settle(guest)).toEqual(['#1 saved\n']);
    expect(guest.complete(completion)).toBe(false);
  });

  it('gives back what was saved when it was', () => {
    const guest = booted();
    ask(guest, 'put a before');
    const data = saving(guest, 'save a');
    guest.complete({ io: 0, transferredCount: 1, data: new Uint8Array() });
    settle(guest);
    ask(guest, 'put a after');
    expect(ask(guest, 'load a')).toEqual([]);
    expect(guest.outstanding()[0]?.kind).toBe('read');
    expect(guest.complete({ io: 1, transferredCount: 1, data })).toBe(true);
    expect(settle(guest)).toEqual(['before\n']);
    expect(ask(guest, 'get a')).toEqual(['before\n']);
  });

  it('takes from each block what was asked of it, in whatever order they come', () => {
    const guest = booted();
    ask(guest, 'put a 1', 'put b 2');
    const one = saving(guest, 'save a');
    guest.complete({ io: 0, transferredCount: 1, data: new Uint8Array() });
    settle(guest);
    const other = saving(guest, 'save b');
    guest.complete({ io: 1, transferredCount: 1, data: new Uint8Array() });
    settle(guest);
    ask(guest, 'load a', 'load b');
    guest.complete({ io: 3, transferredCount: 1, data: other });
    guest.complete({ io: 2, transferredCount: 1, data: one });
    expect(settle(guest)).toEqual(['2\n', '1\n']);
  });

  it('says so if the disk fails, or holds another key', () => {
    const guest = booted();
    ask(guest, 'put a 1');
    const data = saving(guest, 'save a');
    guest.complete({ io: 0, transferredCount: 0, data: new Uint8Array() });
    expect(settle(guest)).toEqual(['error: the disk failed\n']);
    ask(guest, 'load b', 'load c');
    guest.complete({ io: 2, transferredCount: 1, data: new Uint8Array(512) });
    guest.complete({ io: 1, transferredCount: 1, data });
    expect(settle(guest)).toEqual(['error: no c on the disk\n', 'error: no b on the disk\n']);
  });

  it('has eight operations under way, each with a page of its own, and the next one waits', () => {
    const guest = booted();
    ask(guest, ...Array.from({ length: 9 }, (_, index) => `load key${index}`), 'count');
    const pages = guest.outstanding().map(({ memory }) => memory[0]?.start);
    expect(pages).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(guest.run(guest.position + 100)).toBe('idle');
    guest.complete({ io: 3, transferredCount: 0, data: new Uint8Array() });
    expect(settle(guest)).toEqual(['error: the disk failed\n', '10\n']);
    expect(guest.outstanding().at(-1)?.memory).toEqual([{ start: 3, end: 4 }]);
  });
});

it('an answer goes to where the question came from', () => {
  const packet = framed({ client, payload: encoded('question') });
  expect([...packet.subarray(0, 6)]).toEqual([192, 168, 7, 255, 0xd4, 0x31]);
  expect(unframed(answering(packet, encoded('answer')))).toEqual({
    client,
    payload: encoded('answer'),
  });
  expect(unframed(packet.subarray(0, 5))).toBeNull();
  const payload = new Uint8Array();
  for (const address of ['::1', '1.2.3', '1.2.3.256']) {
    expect(() => framed({ client: { address, port: 1 }, payload })).toThrow('an address of IPv4');
  }
});
