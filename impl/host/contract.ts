import { assert } from '../assert.ts';
import type { Completion, Io } from '../guest/guest.ts';
import type { Input } from '../hypervisor/input.ts';
import type { ChannelPort } from './channel.ts';
import type { HeartbeatPort } from './heartbeats.ts';
import type { NetworkPort } from './network.ts';
import type { StoragePort } from './storage-client.ts';

/** A host as its surroundings see it: what it may do, and what has happened to it, in order. */
export type Bench = {
  readonly name: string;
  readonly channel: ChannelPort;
  readonly heartbeats: HeartbeatPort;
  readonly network: NetworkPort;
  readonly storage: StoragePort;
  readonly inputs: readonly Input[];
};

/** Two hosts with a network, a client, an operator and a storage; real, or a simulation of that. */
export type Rig = {
  readonly one: Bench;
  readonly other: Bench;
  /** The first generation belongs to a copy of this name. */
  readonly booted: string;
  readonly client: { readonly send: (text: string) => void; readonly heard: readonly string[] };
  readonly operator: { readonly type: (text: string) => void; readonly seen: () => string };
  /** Lets the world go on until it is so. Rejects if that does not come. */
  readonly until: (what: string, isSo: () => boolean) => Promise<void>;
};

/** What everybody who writes a port has to keep, and everybody who uses one may rely on. */
export type Expectation = {
  readonly sentence: string;
  readonly check: (rig: Rig) => Promise<void>;
};

type Kind = Input['type'];
type Of<T extends Kind> = Extract<Input, { readonly type: T }>;

const ofType = <T extends Kind>({ inputs }: Bench, type: T): readonly Of<T>[] =>
  inputs.filter((input): input is Of<T> => input.type === type);

const firstOf = async <T extends Kind>(rig: Rig, bench: Bench, type: T): Promise<Of<T>> => {
  await rig.until(`${bench.name} gets ${type}`, () => ofType(bench, type).length > 0);
  const [first] = ofType(bench, type);
  assert(first !== undefined, `${bench.name} has got ${type}`);
  return first;
};

const bytesAt = (bench: Bench): string =>
  Buffer.concat(ofType(bench, 'bytes').map(({ bytes }) => bytes)).toString('latin1');

const encoded = (text: string): Uint8Array => new TextEncoder().encode(text);

type Ends = { readonly from: number; readonly to: number };

/** A connection from one to the other: its number at each. */
const connected = async (rig: Rig): Promise<Ends> => {
  const { one, other } = rig;
  one.channel.connect(other.name);
  const { connection: from, host: callee } = await firstOf(rig, one, 'connected');
  const { connection: to, host: caller } = await firstOf(rig, other, 'accepted');
  assert(callee === other.name, `it is connected to ${other.name}: got ${callee}`);
  assert(caller === one.name, `${one.name} has connected: got ${caller}`);
  await firstOf(rig, one, 'room');
  return { from, to };
};

const channel: readonly Expectation[] = [
  {
    sentence: 'an attempt to connect to a host that is not there is refused',
    check: async (rig) => {
      rig.one.channel.connect('nobody');
      const { host } = await firstOf(rig, rig.one, 'refused');
      assert(host === 'nobody', `the refusal names the host: got ${host}`);
    },
  },
  {
    sentence: 'both ends of a connection learn who the other is, and may send once they have room',
    check: async (rig) => {
      await connected(rig);
      await firstOf(rig, rig.other, 'room');
      for (const { inputs } of [rig.one, rig.other]) {
        const types = inputs.map(({ type }) => type);
        assert(types[1] === 'room', `room comes with a connection: got ${types.join(', ')}`);
      }
    },
  },
  {
    sentence: 'bytes arrive whole and in order, and no more of them than were allowed',
    check: async (rig) => {
      const { one, other } = rig;
      const { from, to } = await connected(rig);
      for (const text of ['abc', 'de', 'fghij']) one.channel.send(from, encoded(text));
      one.channel.flush();
      for (const upTo of [1, 4, 10]) {
        other.channel.allow(to, upTo - bytesAt(other).length);
        await rig.until(`${upTo} bytes arrive`, () => bytesAt(other).length >= upTo);
        const text = bytesAt(other);
        assert(text === 'abcdefghij'.slice(0, upTo), `${upTo} bytes were allowed: got ${text}`);
      }
    },
  },
  {
    sentence: 'room comes back for what has left',
    check: async (rig) => {
      const { from } = await connected(rig);
      const [{ byteCount } = { byteCount: 0 }] = ofType(rig.one, 'room');
      rig.one.channel.send(from, new Uint8Array(byteCount));
      rig.one.channel.flush();
      await rig.until('room', () => ofType(rig.one, 'room').length > 1);
    },
  },
  {
    sentence: 'what was sent before a close arrives before it shows',
    check: async (rig) => {
      const { one, other } = rig;
      const { from, to } = await connected(rig);
      const [{ byteCount } = { byteCount: 0 }] = ofType(one, 'room');
      one.channel.send(from, new Uint8Array(byteCount));
      one.channel.close(from);
      one.channel.flush();
      other.channel.allow(to, 2 * byteCount);
      const { connection } = await firstOf(rig, other, 'closed');
      assert(connection === to, `the connection ${to} is closed: got ${connection}`);
      const { length } = bytesAt(other);
      assert(length === byteCount, `all ${byteCount} bytes have arrived: got ${length}`);
    },
  },
  {
    sentence: 'whoever closes hears no more of the connection',
    check: async (rig) => {
      const { one, other } = rig;
      const { from, to } = await connected(rig);
      one.channel.allow(from, 100);
      one.channel.close(from);
      other.channel.send(to, encoded('too late'));
      other.channel.flush();
      other.channel.allow(to, 1);
      await firstOf(rig, other, 'closed');
      const heard = one.inputs.filter(({ type }) => type === 'bytes' || type === 'closed');
      assert(heard.length === 0, `nothing is heard: got ${heard.length} inputs`);
      one.channel.send(from, encoded('to nobody'));
      one.channel.flush();
    },
  },
];

const heartbeats: readonly Expectation[] = [
  {
    sentence: 'a heartbeat arrives as it was sent, at whom it was sent to',
    check: async (rig) => {
      rig.one.heartbeats.beat(rig.other.name, { copy: 'a-1', generation: 7 });
      const { copy, generation } = await firstOf(rig, rig.other, 'heartbeat');
      assert(copy === 'a-1' && generation === 7, `a-1 beats in 7: got ${copy} in ${generation}`);
      assert(ofType(rig.one, 'heartbeat').length === 0, 'nobody hears himself');
    },
  },
];

const answersOf = (bench: Bench): string =>
  ofType(bench, 'decided')
    .map(({ generation, outcome }) => `${generation} ${outcome}`)
    .join(', ');

const ask = async (rig: Rig, bench: Bench, generation: number, copy: string): Promise<string> => {
  const before = ofType(bench, 'decided').length;
  bench.storage.testAndSet(generation, copy);
  await rig.until('the arbiter answers', () => ofType(bench, 'decided').length > before);
  return answersOf(bench);
};

const arbiter: readonly Expectation[] = [
  {
    sentence: 'of two that ask, one wins, and both can ask again without a change (R23-17, R23-21)',
    check: async (rig) => {
      rig.one.storage.testAndSet(0, 'a');
      rig.other.storage.testAndSet(0, 'b');
      await firstOf(rig, rig.one, 'decided');
      await firstOf(rig, rig.other, 'decided');
      const first = [answersOf(rig.one), answersOf(rig.other)];
      assert(first.toSorted().join() === '0 lost,0 won', `one has won: got ${first.join(', ')}`);
      const second = [await ask(rig, rig.one, 0, 'a'), await ask(rig, rig.other, 0, 'b')];
      const expected = first.map((answer) => `${answer}, ${answer}`);
      assert(second.join() === expected.join(), `they stay: got ${second.join(' and ')}`);
    },
  },
  {
    sentence: 'who has won a generation is beaten in the next one only by one of it (R23-19)',
    check: async (rig) => {
      await ask(rig, rig.one, 0, 'a');
      await ask(rig, rig.other, 1, 'b');
      assert(answersOf(rig.other) === '1 won', `b leaves 1: got ${answersOf(rig.other)}`);
      const answers = await ask(rig, rig.one, 0, 'a');
      assert(answers === '0 won, 0 lost', `what is over loses: got ${answers}`);
    },
  },
];

const io = (number: number, kind: Io['kind'], block: number, data = new Uint8Array()): Io => ({
  number,
  kind,
  blocks: [{ start: block, end: block + 1 }],
  memory: [{ start: 0, end: 1 }],
  data,
});

const completionOf = async (rig: Rig, bench: Bench, number: number): Promise<Completion> => {
  const found = (): Completion | undefined =>
    ofType(bench, 'ioDone').find(({ completion }) => completion.io === number)?.completion;
  await rig.until(`operation ${number} completes`, () => found() !== undefined);
  const completion = found();
  assert(completion !== undefined, `operation ${number} has completed`);
  return completion;
};

const disk: readonly Expectation[] = [
  {
    sentence: 'what one host has written, another reads',
    check: async (rig) => {
      const { data: blank } = await read(rig, rig.one, 0, 0);
      assert(
        blank.every((byte) => byte === 0),
        'a block that was never written is blank',
      );
      const written = new Uint8Array(blank.length).fill(7);
      const tag = { copy: rig.booted, generation: 0 };
      rig.one.storage.submit(io(1, 'write', 0, written), tag);
      const { transferredCount } = await completionOf(rig, rig.one, 1);
      assert(transferredCount === 1, `all of it is written: got ${transferredCount}`);
      const { data } = await read(rig, rig.other, 2, 0);
      assert(
        data.every((byte) => byte === 7),
        'the other reads it',
      );
    },
  },
  {
    sentence: 'once a generation is won, operations of an older one are refused (R23-20)',
    check: async (rig) => {
      const { data: blank } = await read(rig, rig.one, 0, 0);
      await ask(rig, rig.other, 0, 'b');
      const stale = new Uint8Array(blank.length).fill(9);
      rig.one.storage.submit(io(1, 'write', 0, stale), { copy: rig.booted, generation: 0 });
      const { io: number, generation } = await firstOf(rig, rig.one, 'ioRefused');
      assert(number === 1 && generation === 0, `1 of 0 is refused: got ${number} of ${generation}`);
      const { data } = await read(rig, rig.other, 2, 1);
      assert(
        data.every((byte) => byte === 0),
        'nothing of it is on the disk',
      );
    },
  },
];

const read = (rig: Rig, bench: Bench, number: number, generation: number): Promise<Completion> => {
  bench.storage.submit(io(number, 'read', 0), { copy: rig.booted, generation });
  return completionOf(rig, bench, number);
};

const packetsAt = (bench: Bench): readonly Uint8Array[] =>
  ofType(bench, 'packets').flatMap(({ packets }) => packets);

const network: readonly Expectation[] = [
  {
    sentence: 'packets go to the host that announced last, and what it transmits to the client',
    check: async (rig) => {
      for (const [bench, text] of [
        [rig.one, 'first'],
        [rig.other, 'second'],
      ] as const) {
        const { inputs } = bench;
        bench.network.announce();
        await rig.until(`${bench.name} is reached`, () => {
          if (packetsAt(bench).length === 0) rig.client.send(text); // it may have been too early
          return packetsAt(bench).length > 0;
        });
        const [packet = new Uint8Array()] = packetsAt(bench);
        bench.network.transmit(packet);
        await rig.until('the client is answered', () => rig.client.heard.includes(text));
        assert(inputs === bench.inputs, 'inputs are one list');
      }
    },
  },
  {
    sentence: 'what is printed shows on the console, and what is typed arrives where the VM is',
    check: async (rig) => {
      rig.one.network.announce();
      rig.one.network.print(encoded('hello'));
      await rig.until('the operator sees it', () => rig.operator.seen() === 'hello');
      rig.operator.type('stats');
      const { input } = await firstOf(rig, rig.one, 'operated');
      const text = new TextDecoder().decode(input.bytes);
      assert(input.kind === 'KEY' && text === 'stats', `keys arrive: got ${input.kind} ${text}`);
      assert(ofType(rig.other, 'operated').length === 0, 'they arrive there alone');
    },
  },
];

/** All of it, by the port. */
export const contract: Readonly<Record<string, readonly Expectation[]>> = {
  channel,
  heartbeats,
  arbiter,
  disk,
  network,
};
