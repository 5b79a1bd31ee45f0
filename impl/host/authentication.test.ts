// What strangers get: nothing.

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import type { Input } from '../hypervisor/input.ts';
import { LogChannel } from './channel.ts';
import { decodeHeartbeat, encodeHeartbeat, Heartbeats } from './heartbeats.ts';
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
const sent = (): Buffer => encodeHeartbeat(key(1), 'A', 5n, beat);
const heard = (bytes: Buffer): unknown =>
  decodeHeartbeat(bytes, (from) => (from === 'A' ? key(1) : null));

it('a heartbeat is read back as it was written', () => {
  expect(heard(sent())).toEqual({ sender: 'A', counter: 5n, beat });
});

it('a heartbeat of which any byte is changed, or which is cut, is none', () => {
  for (const [place, byte] of sent().entries()) {
    const changed = sent();
    changed[place] = byte ^ 1;
    expect(heard(changed), `byte ${place}`).toBeNull();
    expect(heard(sent().subarray(0, place)), `${place} bytes`).toBeNull();
  }
});

it('a heartbeat that is played back or turned round is not heard', async () => {
  const beats: string[] = [];
  let done = (): void => undefined;
  const heardAll = new Promise<void>((resolve) => {
    done = resolve;
  });
  const at = new Heartbeats({
    party: b,
    at: here,
    peers: new Map(),
    onHeartbeat: ({ copy }) => {
      beats.push(copy);
      if (copy === 'last') done();
    },
  });
  endings.push(() => at.shut());
  const port = await at.open();
  const socket = createSocket('udp4');
  endings.push(() => void socket.close());
  const to = keyOf(a, 'to', 'B', 'heartbeat') ?? key(0);
  const back = keyOf(a, 'from', 'B', 'heartbeat') ?? key(0);
  const datagrams = [
    encodeHeartbeat(to, 'A', 7n, { copy: 'first', generation: 0 }),
    encodeHeartbeat(to, 'A', 7n, { copy: 'played back', generation: 0 }),
    encodeHeartbeat(to, 'A', 6n, { copy: 'overtaken', generation: 0 }),
    encodeHeartbeat(back, 'A', 8n, { copy: 'turned round', generation: 0 }),
    encodeHeartbeat(to, 'A', 9n, { copy: 'last', generation: 0 }),
  ];
  for (const bytes of datagrams) {
    await new Promise((resolve) => socket.send(bytes, port, here.address, resolve));
  }
  await heardAll;
  expect(beats).toEqual(['first', 'last']);
});
