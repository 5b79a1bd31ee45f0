// What a question does to the host that is asked, and what an old one does not.

import { createSocket } from 'node:dgram';
import { afterEach, expect, it } from 'vitest';
import { decodeDatagram, encodeDatagram, Heartbeats } from './heartbeats.ts';
import { type Address, keyOf, type Party } from './secure.ts';

const key = new Uint8Array(32).fill(1);
const a: Party = { name: 'A', keys: new Map([['B', key]]) };
const toB = keyOf(a, 'to', 'B', 'heartbeat') ?? key;
const toA = keyOf(a, 'from', 'B', 'heartbeat') ?? key;
const here: Address = { address: '127.0.0.1', port: 0 };
const everyMs = 100;

const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

/** Host A, which beats; B is a socket that asks what it is told to. */
const beater = async () => {
  const socket = createSocket('udp4');
  endings.push(() => void socket.close());
  const beats: string[] = []; // each with the question that it answers
  let life = 0n;
  socket.on('message', (bytes) => {
    const datagram = decodeDatagram(bytes, () => toB)?.datagram;
    if (datagram?.type !== 'beat') return;
    life = datagram.fresh.life;
    beats.push(`${datagram.beat.copy} ${datagram.fresh.echo}`);
  });
  await new Promise<void>((resolve) => socket.bind(0, here.address, resolve));
  const peers = new Map([['B', { address: here.address, port: socket.address().port }]]);
  const clock = { nowMs: 0 };
  const heard: string[] = [];
  const heartbeats = new Heartbeats({
    ...{ party: a, at: here, peers, everyMs, nowMs: () => clock.nowMs },
    onHeartbeat: ({ copy }) => void heard.push(copy),
  });
  endings.push(() => heartbeats.shut());
  const port = await heartbeats.open();
  const send = (bytes: Buffer): Promise<unknown> =>
    new Promise((resolve) => socket.send(bytes, port, here.address, resolve));
  const asks = (ofLife: bigint, counter: bigint, question: bigint): Promise<unknown> =>
    send(
      encodeDatagram(toA, 'B', {
        ...{ type: 'question', stamp: { life: ofLife, counter }, life, question },
      }),
    );
  /** Ends when A has looked at all that B has sent: it asks whoever is new, and B is. */
  const look = async (): Promise<void> => {
    const beat = { copy: 'fence', generation: 0 };
    const fresh = { life: BigInt(++fences), counter: 1n, echo: 0n };
    const asked = new Promise((resolve) => socket.once('message', resolve));
    await send(encodeDatagram(toA, 'B', { type: 'beat', fresh, beat }));
    await asked;
  };
  let fences = 0;
  const comes = async (count: number): Promise<void> => {
    while (beats.length < count) await new Promise((resolve) => setImmediate(resolve));
  };
  const beat = async (copy: string): Promise<void> => {
    heartbeats.beat('B', { copy, generation: 0 });
    await comes(beats.length + 1);
  };
  return { heartbeats, clock, beats, beat, asks, look, comes };
};

it('a question is answered at once, with the last heartbeat, and once', async () => {
  const at = await beater();
  await at.beat('copy');
  await at.asks(1n, 1n, 7n);
  await at.comes(2);
  await at.asks(1n, 2n, 8n);
  await at.look();
  await at.beat('copy');
  expect(at.beats).toEqual(['copy 0', 'copy 7', 'copy 8']);
});

it('a question that was held back until a copy was over does not let it beat again', async () => {
  const at = await beater();
  await at.beat('over');
  at.heartbeats.forget();
  await at.asks(1n, 1n, 7n);
  await at.look();
  await at.beat('next');
  expect(at.beats).toEqual(['over 0', 'next 7']);
});

it('a question that was held back for a period makes nobody beat who does not', async () => {
  const at = await beater();
  await at.beat('stopped');
  at.clock.nowMs += everyMs + 1;
  await at.asks(1n, 1n, 7n);
  await at.look();
  await at.beat('again');
  expect(at.beats).toEqual(['stopped 0', 'again 7']);
});

it('a question that is played back, or comes after a later one, changes nothing', async () => {
  const at = await beater();
  await at.beat('one');
  await at.asks(1n, 2n, 8n);
  await at.comes(2);
  await at.beat('two');
  for (const counter of [1n, 2n]) await at.asks(1n, counter, 7n);
  await at.look();
  await at.asks(1n, 3n, 9n);
  await at.comes(4);
  expect(at.beats).toEqual(['one 0', 'one 8', 'two 8', 'two 9']);
});

it('questions of an earlier life of who asks keep no answer from its next one', async () => {
  const at = await beater();
  await at.beat('one');
  await at.asks(1n, 1n, 7n);
  await at.comes(2);
  await at.asks(2n, 1n, 8n);
  await at.look();
  for (const copy of ['two', 'three']) {
    await at.beat(copy);
    await at.asks(1n, 1n, 7n); // played back after each heartbeat
    await at.look();
  }
  expect(at.beats).toEqual(['one 0', 'one 7', 'two 8', 'three 8']);
});
