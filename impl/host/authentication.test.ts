// What strangers get: nothing.

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import type { Input } from '../hypervisor/input.ts';
import { LogChannel } from './channel.ts';
import { type Datagram, decodeDatagram, encodeDatagram, Heartbeats } from './heartbeats.ts';
import { type Address, keyOf, type Party } from './secure.ts';

const key = (byte: number): Uint8Array => new Uint8Array(32).fill(byte);
const party = (name: string, keys: Readonly<Record<string, Uint8Array>>): Party => ({
  name,
  keys: new Map(Object.entries(keys)),
});
const a = party('A', { B: key(1), C: key(2) });
const b = party('B', { A: key(1), C: key(3) });
const here: Address = { address: '127.0.0.1', port: 0 };

const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0)) end();
});

type Ear = { readonly inputs: Input[]; readonly strangers: string[]; readonly port: number };

const listening = async (who: Party): Promise<Ear> => {
  const ear = { inputs: [] as Input[], strangers: [] as string[], port: 0 };
  const channel = new LogChannel({
    party: who,
    at: here,
    peers: new Map(),
    onInput: (input) => void ear.inputs.push(input),
    onStranger: (_, because) => void ear.strangers.push(because),
  });
  endings.push(() => channel.shut());
  ear.port = await channel.open();
  return ear;
};

const calling = (who: Party, peer: string, port: number): Promise<Input> =>
  new Promise((resolve) => {
    const peers = new Map([[peer, { ...here, port }]]);
    const onStranger = (): void => undefined;
    const channel = new LogChannel({ party: who, at: here, peers, onInput: resolve, onStranger });
    endings.push(() => channel.shut());
    channel.connect(peer);
  });

it('a stranger on the channel port is refused, and none of his bytes comes further', async () => {
  const ear = await listening(b);
  const socket = connect(ear.port, here.address);
  socket.on('error', () => undefined);
  socket.write('{"type":"hello"}\n'.repeat(100));
  await once(socket, 'close');
  expect(ear.strangers).toHaveLength(1);
  expect(ear.inputs).toEqual([]);
});

it.each([
  ['a wrong key', party('A', { B: key(9) })],
  ['the key of another host', party('C', { B: key(1) })],
  ['another name for a key that is known', party('A', { B: key(3) })],
])('%s opens nothing', async (_, who) => {
  const ear = await listening(b);
  expect(await calling(who, 'B', ear.port)).toEqual({ type: 'unanswered', host: 'B' });
  expect(ear.strangers).toHaveLength(1);
  expect(ear.inputs).toEqual([]);
});

it('a host does not talk to one that has taken the place of another', async () => {
  const ear = await listening(party('B', { A: key(4) }));
  expect(await calling(a, 'B', ear.port)).toEqual({ type: 'unanswered', host: 'B' });
});

it('a key is for one direction and one purpose', () => {
  const keys = [
    keyOf(a, 'to', 'B', 'log'),
    keyOf(a, 'from', 'B', 'log'),
    keyOf(a, 'to', 'B', 'heartbeat'),
    keyOf(a, 'to', 'C', 'log'),
  ].map((it) => it?.toString('hex'));
  expect(new Set(keys).size).toBe(4);
  expect(keyOf(a, 'to', 'B', 'log')).toEqual(keyOf(b, 'from', 'A', 'log'));
  expect(keyOf(a, 'to', 'D', 'log')).toBeNull();
});

const beat = { copy: 'copy-1', generation: 2 ** 40 };
const fresh = { life: 3n, counter: 5n, echo: 2n ** 63n };
const datagrams: readonly Datagram[] = [
  { type: 'beat', fresh, beat },
  { type: 'question', stamp: { life: 5n, counter: 1n }, life: 3n, question: 2n ** 64n - 1n },
];
const heard = (bytes: Buffer): unknown =>
  decodeDatagram(bytes, (from) => (from === 'A' ? key(1) : null));

it('a heartbeat, or a question, is read back as it was written', () => {
  for (const datagram of datagrams) {
    expect(heard(encodeDatagram(key(1), 'A', datagram))).toEqual({ sender: 'A', datagram });
  }
});

it('a heartbeat of which any byte is changed, or which is cut, is none', () => {
  const sent = (): Buffer => encodeDatagram(key(1), 'A', { type: 'beat', fresh, beat });
  for (const [place, byte] of sent().entries()) {
    const changed = sent();
    changed[place] = byte ^ 1;
    expect(heard(changed), `byte ${place}`).toBeNull();
    expect(heard(sent().subarray(0, place)), `${place} bytes`).toBeNull();
  }
});

type Hearer = {
  readonly copies: string[]; // of the heartbeats that count
  readonly questions: bigint[]; // that A is asked
  readonly send: (bytes: Buffer) => Promise<unknown>;
};

const toB = keyOf(a, 'to', 'B', 'heartbeat') ?? key(0);
const toA = keyOf(a, 'from', 'B', 'heartbeat') ?? key(0);

const beating = (life: bigint, counter: bigint, echo: bigint, copy: string): Buffer =>
  encodeDatagram(toB, 'A', {
    ...{ type: 'beat', fresh: { life, counter, echo }, beat: { copy, generation: 0 } },
  });

/** Host B, which hears; A is a socket that says what it is told to. */
const hearer = async (): Promise<Hearer> => {
  const socket = createSocket('udp4');
  endings.push(() => void socket.close());
  const questions: bigint[] = [];
  socket.on('message', (bytes) => {
    const datagram = decodeDatagram(bytes, () => toA)?.datagram;
    if (datagram?.type === 'question') questions.push(datagram.question);
  });
  await new Promise<void>((resolve) => socket.bind(0, here.address, resolve));
  const copies: string[] = [];
  const peers = new Map([['A', { address: here.address, port: socket.address().port }]]);
  const onHeartbeat = ({ copy }: { readonly copy: string }): void => void copies.push(copy);
  const at = new Heartbeats({
    ...{ party: b, at: here, peers, everyMs: 100, nowMs: () => 0, onHeartbeat },
  });
  endings.push(() => at.shut());
  const port = await at.open();
  const send = (bytes: Buffer): Promise<unknown> =>
    new Promise((resolve) => socket.send(bytes, port, here.address, resolve));
  return { copies, questions, send };
};

const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
};

/** The question that a heartbeat of a life that is not known leads to. */
const asked = async ({ questions, send }: Hearer, bytes: Buffer): Promise<bigint> => {
  const { length } = questions;
  await send(bytes);
  await until(() => questions.length > length);
  return questions[length] ?? 0n;
};

it('a heartbeat that is played back, overtaken or turned round is not heard', async () => {
  const at = await hearer();
  const question = await asked(at, beating(1n, 1n, 0n, 'too early'));
  const turned: Datagram = { type: 'beat', fresh: { life: 1n, counter: 8n, echo: 0n }, beat };
  for (const bytes of [
    beating(1n, 7n, question, 'first'),
    beating(1n, 7n, question, 'played back'),
    beating(1n, 6n, question, 'overtaken'),
    encodeDatagram(toA, 'A', turned),
    beating(1n, 9n, 0n, 'last'),
  ]) {
    await at.send(bytes);
  }
  await until(() => at.copies.includes('last'));
  expect(at.copies).toEqual(['first', 'last']);
});

it('what one life of a host has sent is not heard in the next, nor by whoever is new', async () => {
  const at = await hearer();
  const first = await asked(at, beating(1n, 1n, 0n, ''));
  const recorded = [beating(1n, 2n, first, 'heard'), beating(1n, 3n, first, 'lost on the way')];
  await at.send(recorded[0] ?? Buffer.alloc(0));
  const second = await asked(at, beating(2n, 1n, first, ''));
  expect(second).not.toBe(first);
  await at.send(beating(2n, 2n, second, 'anew'));
  await until(() => at.copies.includes('anew'));
  for (const bytes of recorded) expect(await asked(at, bytes)).not.toBe(second);
  const other = await hearer();
  for (const bytes of recorded) await asked(other, bytes);
  expect([at.copies, other.copies]).toEqual([['heard', 'anew'], []]);
});
