// The guests on the machine alone: what each puts out, and that it is a function of its events.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { framed, unframed } from '../guest/address.ts';
import {
  advance,
  type Event,
  type Moment,
  play,
  type Run,
  replay,
  strike,
} from '../guest/drive.ts';
import type { Image } from '../guest/guest.ts';
import { guestNamed } from '../host/software.ts';
import { Alone } from './alone.ts';

const guestImage = (guest: string): Image => {
  const image = guestNamed(['riscv', guest]);
  if (typeof image === 'string') throw new Error(image);
  return image;
};

const alone = (guest: string): Alone => {
  const image = guestImage(guest);
  const one = new Alone({ guest: image.boot(), blockBytes: image.blockBytes });
  expect(one.until(() => one.console.endsWith('\n'))).toBe(true);
  return one;
};

const client = { address: '127.0.0.1', port: 4711 };
const asking = (text: string): Uint8Array =>
  framed({ client, payload: new TextEncoder().encode(text) });

/** What the guest answers to a request. */
const ask = (one: Alone, text: string): string => {
  one.receive(asking(text));
  expect(one.until(() => one.packets.length > 0)).toBe(true);
  const [packet = new Uint8Array()] = one.packets.splice(0);
  const datagram = unframed(packet);
  expect(datagram?.client).toEqual(client);
  return new TextDecoder().decode(datagram?.payload);
};

describe('a guest on the machine alone', () => {
  it('echo sends back what it gets', () => {
    const one = alone('echo');
    expect(one.console).toBe('echo server: it is up\n');
    for (const text of ['one', 'x'.repeat(1000), '']) expect(ask(one, text)).toBe(text);
  });

  it.each([
    ['put colour blue', 'ok'],
    ['#7 put colour  light blue ', '#7 ok'],
    ['get colour', 'blue'],
    ['  #x   get colour', '#x blue'],
    ['add colour 1', 'error: colour is no whole number'],
    ['add n 5', '5'],
    ['add n -7', '-7'],
    ['add n 1.5', "error: not a whole number: '1.5'"],
    [`add n ${2 ** 53 - 1}`, `${2 ** 53 - 1}`],
    [`add n ${2 ** 53}`, `error: not a whole number: '${2 ** 53}'`],
    ['count', '2'],
    ['count now', 'error: count stands alone'],
    ['get nothing', 'error: no nothing'],
    ['save nothing', 'error: no nothing'],
    ['save colour', 'saved'],
    ['load nothing', 'error: no nothing on the disk'],
    ['get', 'error: get needs a key'],
    ['get a b', 'error: get takes a key alone'],
    ['put a', 'error: put needs a value'],
    [`put a ${'v'.repeat(401)}`, 'error: a value has at most 400 bytes'],
    [`get ${'k'.repeat(65)}`, 'error: a key has at most 64 bytes'],
    ['', 'error: expected put KEY VALUE, get KEY, add KEY N, count, time, save KEY or load KEY'],
  ])('key-value, that knows a colour, answers %j with %j', (request, answer) => {
    const one = alone('key-value');
    expect(ask(one, 'put colour blue')).toBe('ok\n');
    expect(ask(one, request)).toBe(`${answer}\n`);
  });

  it('key-value keeps what it has saved on its disk', () => {
    const one = alone('key-value');
    ask(one, 'put colour blue');
    expect(ask(one, 'save colour')).toBe('saved\n');
    ask(one, 'put colour red');
    expect(ask(one, '#1 load colour')).toBe('#1 blue\n');
    expect(ask(one, 'get colour')).toBe('blue\n');
  });

  it('key-value tells the time of its clock', () => {
    const one = alone('key-value');
    const before = one.nowMs;
    expect(Math.abs(Number(ask(one, 'time')) - before)).toBeLessThanOrEqual(1);
  });

  it('key-value obeys its console, and is off after halt', () => {
    const one = alone('key-value');
    ask(one, 'put colour blue');
    one.type('stats\nwhat\n');
    one.until(() => false, 100_000);
    expect(one.console).toBe(
      'key-value server: it is up\n1 requests, 1 keys\n' +
        'the console knows stats and halt, not what\n',
    );
    one.type('halt\n');
    one.until(() => false, 100_000);
    expect(one.guest.isOff).toBe(true);
  });

  it('disk reads what it wrote, several requests at a time', () => {
    const one = alone('disk');
    expect(one.until(() => one.console.includes('round 2'))).toBe(true);
    expect(one.console).toContain('round 0: de9de1c5, torn blocks 0\n');
  });

  it('devices answers with what has come of blocks that it reads and writes', () => {
    const one = alone('devices');
    const first = ask(one, 'again');
    expect(first.startsWith('again')).toBe(true);
    one.until(() => one.guest.outstanding().length === 0);
    expect(ask(one, 'again')).not.toBe(first);
    one.type('x');
    for (let at = 2; at < 8; at++) ask(one, `${at}`);
    one.until(() => false, 10_000);
    expect(one.console).toMatch(/^up\nx[0-9a-f]{8}\n$/);
  });

  it('compute runs in user mode, and calls machine mode to print', () => {
    const one = alone('compute');
    expect(one.until(() => one.console.includes('20000'))).toBe(true);
    expect(one.console).toBe(
      'compute: it is up\n1229 primes up to 10000\n2262 primes up to 20000\n',
    );
  });

  it('timer is struck when it wants to be', () => {
    const one = alone('timer');
    const began = one.nowMs;
    expect(one.until(() => one.console.includes('50 strikes'))).toBe(true);
    const tookMs = one.nowMs - began;
    expect(tookMs).toBeGreaterThanOrEqual(49); // the first is set before it says that it is up
    expect(tookMs).toBeLessThan(60); // it is struck between two slices
  });

  it('input says what is done to keyboard and mouse', () => {
    const one = alone('input');
    one.type('aB');
    one.operate({ kind: 'MOUSE', bytes: Uint8Array.of(3, 254, 1) });
    one.until(() => false, 1_000_000);
    const keys = ['30 down', '30 up', '42 down', '48 down', '48 up', '42 up'];
    expect(one.console).toBe(
      [
        'input: 2 devices',
        ...keys.map((what) => `Lockstep keyboard: key ${what}`),
        'Lockstep mouse: key 272 down',
        'Lockstep mouse: key 273 up',
        'Lockstep mouse: key 274 up',
        'Lockstep mouse: right 3',
        'Lockstep mouse: down -2',
        '',
      ].join('\n'),
    );
  });
});

const requests = ['put a 1', 'get a', 'add a 5', 'count', '#1 time', 'no', 'save a', 'load a'];
const packet = fc.oneof(fc.constantFrom(...requests).map(asking), fc.uint8Array({ maxLength: 12 }));
const key = fc
  .constantFrom('stats\n', 'sT', 'halt\n')
  .map((text) => new TextEncoder().encode(text));

const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ kind: fc.constant('interrupt') }),
  fc.record({
    kind: fc.constant('receive'),
    packets: fc.array(packet, { minLength: 1, maxLength: 4 }),
  }),
  fc.record({ kind: fc.constantFrom('KEY', 'MOUSE'), bytes: key }),
  fc.record({
    kind: fc.constant('complete'),
    index: fc.nat({ max: 7 }),
    seed: fc.nat({ max: 1000 }),
  }),
);

const history: fc.Arbitrary<readonly Moment[]> = fc
  .array(fc.record({ after: fc.nat({ max: 900 }), event }), { maxLength: 12 })
  // it is up by then
  .map((moments) => [{ after: 9000, event: { kind: 'interrupt' } }, ...moments]);

const guests = ['compute', 'devices', 'disk', 'echo', 'input', 'key-value', 'timer'] as const;

describe.each(guests)('%s', (guest) => {
  const image = guestImage(guest);
  const runs: fc.Arbitrary<Run> = fc.record({
    image: fc.constant(image),
    moments: history,
    seed: fc.nat({ max: 1000 }),
  });
  const options = { numRuns: 3, endOnFailure: true };

  it('is the same whatever the slices in which it runs', () => {
    fc.assert(
      fc.property(runs, (run) => {
        const whole = play(run);
        for (const slice of [1, 13, 97]) {
          const sliced = play(run, slice);
          expect(sliced.guest.digest()).toBe(whole.guest.digest());
          expect(sliced.put).toEqual(whole.put);
          expect(sliced.record).toEqual(whole.record);
        }
      }),
      options,
    );
  });

  it('does the same again from what was recorded, without a clock', () => {
    fc.assert(
      fc.property(runs, (run) => {
        const { guest: one, put, record } = play(run);
        const again = replay(image, record, one.position);
        expect(again.put).toEqual(put);
        expect(again.guest.digest()).toBe(one.digest());
      }),
      options,
    );
  });

  it('goes on from a snapshot as if nothing had been', () => {
    fc.assert(
      fc.property(runs, (run) => {
        const { guest: one } = play(run);
        const snapshot = one.snapshot();
        const other = image.restore(snapshot);
        expect(other.digest()).toBe(one.digest());
        const end = one.position + 500;
        for (const each of [one, other]) advance(each, end, 97, (at) => at);
        expect(other.digest()).toBe(one.digest());
      }),
      options,
    );
  });
});

it('an interrupt that strikes one instruction later is noticed', () => {
  const image = guestImage('timer');
  const { guest } = play({ image, moments: [], seed: 0 });
  advance(guest, 20_000, 97, (at) => at / 1000);
  const snapshot = guest.snapshot();
  const [early, late] = [image.restore(snapshot), image.restore(snapshot)];
  strike(early, { kind: 'interrupt' });
  advance(late, 20_001, 97, () => 30);
  strike(late, { kind: 'interrupt' });
  for (const one of [early, late]) advance(one, 21_000, 97, () => 30);
  expect(late.digest()).not.toBe(early.digest());
});
