import { assert } from '../assert.ts';
import {
  type Bench,
  type Expectation,
  encoded,
  firstOf,
  ofType,
  type Rig,
} from './contract-rig.ts';

const bytesAt = (bench: Bench): string =>
  Buffer.concat(ofType(bench, 'bytes').map(({ bytes }) => bytes)).toString('latin1');

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

/** The logging channel. */
export const channel: readonly Expectation[] = [
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
