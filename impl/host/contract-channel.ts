import { assert } from '../assert.ts';
import {
  type Bench,
  type Expectation,
  encoded,
  firstOf,
  ofType,
  type Rig,
} from './contract-rig.ts';

const decoder = new TextDecoder('latin1');

const bytesAt = (bench: Bench): string =>
  ofType(bench, 'bytes')
    .map(({ bytes }) => decoder.decode(bytes))
    .join('');

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
  await firstOf(rig, other, 'room');
  return { from, to };
};

const say = ({ channel }: Bench, connection: number, text: string): void => {
  channel.send(connection, encoded(text));
  channel.flush();
};

const arrives = (rig: Rig, at: Bench, text: string): Promise<void> =>
  rig.until(`${at.name} gets ${text}`, () => bytesAt(at) === text);

const roomOf = (bench: Bench): number =>
  ofType(bench, 'room').reduce((sum, { byteCount }) => sum + byteCount, 0);

const keptMost = 64 << 20; // no kernel keeps more for a reader who takes none

const quietBeats = 10; // one after the other, in which what can get on gets on

/** One sends until heartbeats come and go and bring no room; how many bytes that were. */
const filled = async (rig: Rig, from: number): Promise<number> => {
  const { one, other } = rig;
  let sent = 0;
  for (let quiet = 0; quiet < quietBeats; quiet++) {
    const byteCount = roomOf(one) - sent;
    if (byteCount > 0) {
      one.channel.send(from, new Uint8Array(byteCount).fill(7));
      one.channel.flush();
      quiet = 0;
    }
    sent += byteCount;
    assert(sent < keptMost, `somebody keeps ${sent} bytes for a reader who takes none`);
    const { length } = ofType(other, 'heartbeat');
    one.heartbeats.beat(other.name, { copy: one.copy, generation: 0 });
    await rig.until('a heartbeat comes', () => ofType(other, 'heartbeat').length > length);
  }
  return sent;
};

const takenAt = (bench: Bench): number =>
  ofType(bench, 'bytes').reduce((sum, { bytes }) => sum + bytes.length, 0);

const making: readonly Expectation[] = [
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
      for (const { inputs } of [rig.one, rig.other]) {
        const types = inputs.map(({ type }) => type);
        assert(types[1] === 'room', `room comes with a connection: got ${types.join(', ')}`);
      }
    },
  },
  {
    sentence: 'nobody answers an attempt through a cut, and that is no refusal (Q34)',
    check: async (rig) => {
      const { one, other, faults } = rig;
      faults.cut('log', one, other);
      one.channel.connect(other.name);
      one.heartbeats.beat(other.name, { copy: one.copy, generation: 0 });
      await firstOf(rig, other, 'heartbeat'); // the other network carries
      assert(one.inputs.length === 0, `nothing is known: got ${one.inputs.length} inputs`);
      faults.heal('log', one, other);
      await rig.until('it ends', () => one.inputs.length > 0);
      const types = one.inputs.map(({ type }) => type);
      assert(types[0] === 'connected' || types[0] === 'unanswered', `it ends with ${types[0]}`);
    },
  },
];

const carrying: readonly Expectation[] = [
  {
    sentence: 'bytes arrive whole and in order, and no more of them than were allowed',
    check: async (rig) => {
      const { one, other } = rig;
      const { from, to } = await connected(rig);
      for (const text of ['abc', 'de', 'fghij']) one.channel.send(from, encoded(text));
      one.channel.flush();
      for (const upTo of [1, 4, 10]) {
        other.channel.allow(to, upTo - bytesAt(other).length);
        await arrives(rig, other, 'abcdefghij'.slice(0, upTo));
      }
    },
  },
  {
    sentence: 'room comes back for what was taken',
    check: async (rig) => {
      const { one, other } = rig;
      const { from, to } = await connected(rig);
      const byteCount = roomOf(one);
      one.channel.send(from, new Uint8Array(byteCount));
      one.channel.flush();
      other.channel.allow(to, byteCount);
      await rig.until('all of it', () => roomOf(one) === 2 * byteCount);
    },
  },
  {
    sentence: 'a reader who is slow ends the room, and loses nothing (R32-4)',
    check: async (rig) => {
      const { other } = rig;
      const { from, to } = await connected(rig);
      const sent = await filled(rig, from);
      other.channel.allow(to, sent);
      await rig.until('all of it arrives', () => takenAt(other) === sent);
      assert(bytesAt(other) === '\u0007'.repeat(sent), 'it is what was sent');
    },
  },
  {
    sentence: 'a cut holds back one direction, and what was sent into it arrives when it heals',
    check: async (rig) => {
      const { one, other, faults } = rig;
      const { from, to } = await connected(rig);
      one.channel.allow(from, 100);
      other.channel.allow(to, 100);
      faults.cut('log', one, other);
      say(one, from, 'there');
      say(other, to, 'back');
      await arrives(rig, one, 'back');
      assert(bytesAt(other) === '', `nothing gets through: got ${bytesAt(other)}`);
      faults.heal('log', one, other);
      await arrives(rig, other, 'there');
    },
  },
];

const ending: readonly Expectation[] = [
  {
    sentence: 'what was sent before a close arrives before it shows',
    check: async (rig) => {
      const { one, other } = rig;
      const { from, to } = await connected(rig);
      const sent = await filled(rig, from);
      one.channel.close(from);
      other.channel.allow(to, 2 * sent);
      const { connection } = await firstOf(rig, other, 'closed');
      assert(connection === to, `the connection ${to} is closed: got ${connection}`);
      assert(takenAt(other) === sent, `all ${sent} bytes arrive: got ${takenAt(other)}`);
    },
  },
  {
    sentence:
      'a connection that breaks in mid-frame has brought the first bytes, and both ends know',
    check: async (rig) => {
      const { one, other, faults } = rig;
      const { from, to } = await connected(rig);
      one.channel.allow(from, 100);
      other.channel.allow(to, 3);
      say(one, from, 'abcdef');
      await arrives(rig, other, 'abc');
      faults.reset();
      other.channel.allow(to, 100); // a stream shows its end to whoever reads on
      await firstOf(rig, one, 'closed');
      await firstOf(rig, other, 'closed');
      assert('abcdef'.startsWith(bytesAt(other)), `a beginning arrives: got ${bytesAt(other)}`);
      const last = other.inputs.at(-1);
      assert(last?.type === 'closed', `the close is the last of it: got ${last?.type}`);
    },
  },
  {
    sentence: 'whoever closes hears no more of the connection',
    check: async (rig) => {
      const { one, other } = rig;
      const { from, to } = await connected(rig);
      one.channel.allow(from, 100);
      one.channel.close(from);
      say(other, to, 'too late');
      other.channel.allow(to, 1);
      await firstOf(rig, other, 'closed');
      const heard = one.inputs.filter(({ type }) => type === 'bytes' || type === 'closed');
      assert(heard.length === 0, `nothing is heard: got ${heard.length} inputs`);
      say(one, from, 'to nobody');
    },
  },
  {
    sentence: 'a host that stands still loses nothing that is sent to it meanwhile (R23-5)',
    needs: 'pause',
    check: async (rig) => {
      const { one, other, faults } = rig;
      const { from, to } = await connected(rig);
      other.channel.allow(to, 100);
      faults.pause?.(other);
      say(one, from, 'meanwhile');
      const untilMs = one.nowMs() + 1000; // simulated: no real host is made to stand
      await rig.until('time passes', () => one.nowMs() >= untilMs);
      assert(bytesAt(other) === '', `it stands still: got ${bytesAt(other)}`);
      faults.resume?.(other);
      await arrives(rig, other, 'meanwhile');
    },
  },
];

/** The logging channel. */
export const channel: readonly Expectation[] = [...making, ...carrying, ...ending];
