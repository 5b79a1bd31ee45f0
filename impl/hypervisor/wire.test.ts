import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EntryKind } from './entry.ts';
import { frameBytesMax, type Message } from './message.ts';
import {
  type BadFrame,
  encode,
  entryHeaderBytes,
  FrameReader,
  frameHeadBytes,
  partBytesMax,
} from './wire.ts';

const kinds: readonly EntryKind[] = [
  'TIMER',
  'RX',
  'KEY',
  'MOUSE',
  'DONE',
  'ND',
  'OUT',
  'OFF',
  'SHARE',
  'QUIESCE',
];

const whole = fc.oneof(fc.nat(300), fc.maxSafeNat());
const name = fc.oneof(fc.constant('\ufeffhost'), fc.string({ unit: 'grapheme', maxLength: 40 }));
const bytes = fc.uint8Array({ maxLength: 80 });
const of = fc.constantFrom('image' as const, 'snapshot' as const, 'handover' as const);
const told = { generation: whole, consumed: whole, position: whole, wantsQuiet: fc.boolean() };

const messages: { [T in Message['type']]: fc.Arbitrary<Message & { type: T }> } = {
  hello: fc.record({
    type: fc.constant('hello' as const),
    purpose: fc.constantFrom('follow' as const, 'clone' as const, 'arrive' as const),
    copy: name,
    received: whole,
    ...told,
  }),
  entry: fc.record({
    type: fc.constant('entry' as const),
    entry: fc.record({
      seq: whole,
      position: whole,
      kind: fc.constantFrom(...kinds),
      isLast: fc.boolean(),
      loggedAtMs: fc.oneof(whole, fc.double({ min: 0, max: 1e9, noNaN: true })),
      payload: bytes,
    }),
  }),
  ack: fc.record({ type: fc.constant('ack' as const), upTo: whole, ...told }),
  keepalive: fc.constant({ type: 'keepalive' as const }),
  part: fc.record({ type: fc.constant('part' as const), of, bytes, isLast: fc.boolean() }),
  got: fc.record({ type: fc.constant('got' as const), of, offer: whole }),
  moved: fc.record({ type: fc.constant('moved' as const), host: name }),
  cancel: fc.constant({ type: 'cancel' as const }),
  go: fc.record({ type: fc.constant('go' as const), offer: whole, consumed: whole }),
};
const message: fc.Arbitrary<Message> = fc.oneof(...Object.values(messages));

const joined = (frames: readonly Uint8Array[]): Uint8Array => Buffer.concat(frames);

/** All that a reader gives for these pieces, up to the first 'more' after the last of them. */
const readAll = (pieces: readonly Uint8Array[]): readonly (Message | BadFrame)[] => {
  const reader = new FrameReader();
  const read: (Message | BadFrame)[] = [];
  for (const piece of pieces) {
    reader.push(piece);
    for (let next = reader.next(); next !== 'more'; next = reader.next()) {
      read.push(next);
      if ('because' in next) return read;
    }
  }
  return read;
};

const cutAt = (all: Uint8Array, sizes: readonly number[]): readonly Uint8Array[] => {
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (let turn = 0; at < all.length; turn += 1) {
    const size = sizes[turn % sizes.length] ?? 1;
    pieces.push(all.slice(at, at + size));
    at += size;
  }
  return pieces;
};

const frame = (body: readonly number[], length: number = body.length): Uint8Array => {
  const whole = new Uint8Array(4 + body.length);
  new DataView(whole.buffer).setUint32(0, length, true);
  whole.set(body, 4);
  return whole;
};

describe('frames', () => {
  it('give the same messages in whatever pieces they come', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 70 }), { minLength: 1, maxLength: 12 });
    const property = fc.property(fc.array(message), sizes, (sent, pieces) => {
      expect(readAll(cutAt(joined(sent.map(encode)), pieces))).toEqual(sent);
    });
    fc.assert(property, { numRuns: 1000 });
  });

  it('are not decoded before they are whole, and take nothing of the next one', () => {
    fc.assert(
      fc.property(message, message, (sent, later) => {
        const whole = encode(sent);
        for (let length = 0; length < whole.length; length += 1) {
          const reader = new FrameReader();
          reader.push(whole.subarray(0, length));
          expect(reader.next()).toBe('more');
          expect(reader.heldBytes).toBe(length);
          reader.push(joined([whole.subarray(length), encode(later)]));
          expect(reader.next()).toEqual(sent);
          expect(reader.heldBytes).toBe(encode(later).length);
        }
      }),
    );
  });

  it('are known by their first bytes: how long they are, and if they are entries', () => {
    fc.assert(
      fc.property(message, (sent) => {
        const reader = new FrameReader();
        const whole = encode(sent);
        reader.push(whole.subarray(0, frameHeadBytes - 1));
        expect(reader.head).toBeNull();
        reader.push(whole.subarray(frameHeadBytes - 1, frameHeadBytes));
        const isEntry = sent.type === 'entry';
        expect(reader.head).toEqual({ frameBytes: whole.length, isEntry });
        if (isEntry) expect(whole.length).toBe(entryHeaderBytes + sent.entry.payload.length);
      }),
    );
  });

  it('never throw, whatever comes: they decode to something or are bad', () => {
    const change = fc.tuple(fc.nat(), fc.nat(255));
    const corrupted = fc.tuple(fc.array(message, { minLength: 1 }), fc.array(change));
    const property = fc.property(
      corrupted,
      fc.integer({ min: 1, max: 50 }),
      ([sent, changes], n) => {
        const all = joined(sent.map(encode));
        for (const [place, value] of changes) all[place % all.length] = value;
        readAll(cutAt(all, [n]));
      },
    );
    fc.assert(property, { numRuns: 2000 });
    const noise = fc.uint8Array({ maxLength: 200 });
    fc.assert(
      fc.property(noise, (all) => void readAll([all])),
      { numRuns: 2000 },
    );
  });

  it('that are encoded again, once decoded, are the same bytes', () => {
    const change = fc.tuple(fc.nat(), fc.nat(255));
    const property = fc.property(message, change, (sent, [place, value]) => {
      const whole = encode(sent);
      whole[4 + (place % (whole.length - 4))] = value;
      const [read] = readAll([whole]);
      if (read !== undefined && 'type' in read) expect(encode(read)).toEqual(whole);
    });
    fc.assert(property, { numRuns: 1000 });
  });

  it('may be as long as the longest, and no longer', () => {
    const part = { type: 'part', of: 'image', isLast: false } as const;
    const longest = { ...part, bytes: new Uint8Array(partBytesMax) };
    expect(encode(longest)).toHaveLength(frameBytesMax);
    expect(readAll([encode(longest)])).toEqual([longest]);
    expect(() => encode({ ...part, bytes: new Uint8Array(partBytesMax + 1) })).toThrow('too long');
  });
});

describe('a frame is bad', () => {
  const isBad = (whole: Uint8Array): void => {
    expect(readAll([whole])).toEqual([{ because: expect.any(String) }]);
  };

  it('at once when it says that it is too long, and stays so', () => {
    const reader = new FrameReader();
    reader.push(frame([3], frameBytesMax - 3));
    const bad = { because: 'a frame is too long' };
    expect(reader.next()).toEqual(bad);
    reader.push(encode({ type: 'keepalive' }));
    expect(reader.next()).toEqual(bad);
  });

  it('when it is empty, of no type, or goes on after its end', () => {
    isBad(frame([0], 0));
    isBad(frame([9]));
    isBad(frame([3, 0]));
  });

  it('when it has a number that a double does not hold', () => {
    const ack: Message = {
      type: 'ack',
      generation: Number.MAX_SAFE_INTEGER,
      upTo: 0,
      consumed: 0,
      position: 0,
      wantsQuiet: false,
    };
    const whole = encode(ack);
    expect(readAll([whole])).toEqual([ack]);
    whole[frameHeadBytes + 6] = 0x20;
    isBad(whole);
  });

  it('when a name is no UTF-8 or too long, a flag no flag, a choice none', () => {
    isBad(frame([6, 1, 0, 0xff]));
    isBad(frame([6, 1, 2, ...new Uint8Array(513)]));
    isBad(frame([4, 0, 2]));
    isBad(frame([5, 4]));
  });
});
