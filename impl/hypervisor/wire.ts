import { assert } from '../assert.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import type { EntryKind } from './entry.ts';
import { frameBytesMax, type Message } from './message.ts';

// A frame: the length of what follows (u32), the type's place in `types` (u8), the body. All
// numbers are little endian, whole but for the time of an entry; the bytes of an entry or a part
// are the rest of the frame.

/** Why a frame does not decode; the channel is to be closed and the peer suspected. */
export type BadFrame = { readonly because: string };

/** What is known of the frame that comes next: its length with all that is around it. */
export type FrameHead = { readonly frameBytes: number; readonly isEntry: boolean };

type Type = Message['type'];
type Kinds = readonly [EntryKind, ...EntryKind[]];

const types: readonly [Type, ...Type[]] = [
  'hello',
  'entry',
  'ack',
  'keepalive',
  'part',
  'got',
  'moved',
  'cancel',
  'go',
];
const kinds: Kinds = [
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
const purposes = ['follow', 'clone', 'arrive'] as const;
const wholes = ['image', 'snapshot', 'handover'] as const;
const had = [...wholes, 'go'] as const;
const lengthBytes = 4;

/** What tells the length and the type of a frame; no frame is shorter. */
export const frameHeadBytes: number = lengthBytes + 1;
/** The bytes of an entry's frame that are not its payload. */
export const entryHeaderBytes: number = frameHeadBytes + 26;
/** The bytes of one `part`, at most. */
export const partBytesMax: number = frameBytesMax - frameHeadBytes - 2;

const writeBody = (to: ByteWriter, message: Message): ByteWriter => {
  switch (message.type) {
    case 'hello':
      to.u8(purposes.indexOf(message.purpose)).string(message.copy).u64(message.generation);
      to.u64(message.received).u64(message.consumed).u64(message.position);
      return to.flag(message.wantsQuiet);
    case 'entry': {
      const { seq, position, kind, isLast, loggedAtMs, payload } = message.entry;
      to.u64(seq).u64(position).u8(kinds.indexOf(kind)).flag(isLast).f64(loggedAtMs);
      return to.bytes(payload);
    }
    case 'ack':
      to.u64(message.generation).u64(message.upTo).u64(message.consumed).u64(message.position);
      return to.flag(message.wantsQuiet);
    case 'part':
      return to.u8(wholes.indexOf(message.of)).flag(message.isLast).bytes(message.bytes);
    case 'got':
      return to.u8(had.indexOf(message.of)).u64(message.offer);
    case 'moved':
      return to.string(message.host);
    case 'go':
      return to.u64(message.offer).u64(message.consumed);
    case 'keepalive':
    case 'cancel':
      return to;
  }
};

/** One frame; the numbers of `message` are whole and below 2^53, its strings short. */
export const encode = (message: Message): Uint8Array => {
  const to = new ByteWriter().u32(0).u8(types.indexOf(message.type));
  const frame = writeBody(to, message).done();
  assert(frame.length <= frameBytesMax, `no frame is too long: ${frame.length} bytes`);
  new DataView(frame.buffer).setUint32(0, frame.length - lengthBytes, true);
  return frame;
};

/** The fields of literals are evaluated in the order in which they are on the wire. */
const readBody = (from: ByteReader, type: Type): Message => {
  switch (type) {
    case 'hello':
      return {
        type,
        purpose: from.oneOf(purposes),
        copy: from.string(),
        generation: from.u64(),
        received: from.u64(),
        consumed: from.u64(),
        position: from.u64(),
        wantsQuiet: from.flag(),
      };
    case 'entry': {
      const [seq, position, kind] = [from.u64(), from.u64(), from.oneOf(kinds)];
      const [isLast, loggedAtMs, payload] = [from.flag(), from.f64(), from.rest()];
      return { type, entry: { seq, position, kind, isLast, loggedAtMs, payload } };
    }
    case 'ack':
      return {
        type,
        generation: from.u64(),
        upTo: from.u64(),
        consumed: from.u64(),
        position: from.u64(),
        wantsQuiet: from.flag(),
      };
    case 'part': {
      const [of, isLast, bytes] = [from.oneOf(wholes), from.flag(), from.rest()];
      return { type, of, bytes, isLast };
    }
    case 'got':
      return { type, of: from.oneOf(had), offer: from.u64() };
    case 'moved':
      return { type, host: from.string() };
    case 'go':
      return { type, offer: from.u64(), consumed: from.u64() };
    case 'keepalive':
    case 'cancel':
      return { type };
  }
};

/** The message of one frame, given whole. */
export const decode = (frame: Uint8Array): Message | BadFrame => {
  const from = new ByteReader(frame);
  if (from.u32() !== frame.length - lengthBytes) return { because: 'a frame has another length' };
  const type = types[from.u8()];
  if (type === undefined) return { because: 'a frame is of no known type' };
  const message = readBody(from, type);
  return from.isDone ? message : { because: `a frame is no ${type}` };
};

/** Messages out of bytes that come in any pieces. Nothing that is pushed makes it throw. */
export type Frames = {
  /** Bytes that were pushed and are not yet part of a message taken. */
  readonly heldBytes: number;
  /** The next frame's, once its first bytes are here; else `null`. */
  readonly head: FrameHead | null;
  readonly push: (bytes: Uint8Array) => void;
  /** The next message, or that more bytes are needed; after a bad frame always that frame. */
  readonly next: () => Message | 'more' | BadFrame;
};

/** Reads frames of the form above. */
export class FrameReader implements Frames {
  #bytes: Uint8Array = new Uint8Array(256);
  #start = 0;
  #end = 0;
  #bad: BadFrame | null = null;

  get heldBytes(): number {
    return this.#end - this.#start;
  }

  get head(): FrameHead | null {
    if (this.heldBytes < frameHeadBytes) return null;
    const view = new DataView(this.#bytes.buffer, this.#start);
    const frameBytes = lengthBytes + view.getUint32(0, true);
    return { frameBytes, isEntry: types[view.getUint8(lengthBytes)] === 'entry' };
  }

  push(bytes: Uint8Array): void {
    if (this.#end + bytes.length > this.#bytes.length) this.#makeRoom(bytes.length);
    this.#bytes.set(bytes, this.#end);
    this.#end += bytes.length;
  }

  /** Moves what is held to the front, of a larger place if it fills more than half of this one. */
  #makeRoom(byteCount: number): void {
    const held = this.#bytes.subarray(this.#start, this.#end);
    const needed = 2 * (held.length + byteCount);
    const place = needed > this.#bytes.length ? new Uint8Array(needed) : this.#bytes;
    place.set(held);
    this.#bytes = place;
    this.#start = 0;
    this.#end = held.length;
  }

  next(): Message | 'more' | BadFrame {
    if (this.#bad !== null) return this.#bad;
    const head = this.head;
    if (head === null) return 'more';
    if (head.frameBytes < frameHeadBytes) return this.#refuse({ because: 'a frame is empty' });
    if (head.frameBytes > frameBytesMax) return this.#refuse({ because: 'a frame is too long' });
    if (head.frameBytes > this.heldBytes) return 'more';
    const message = decode(this.#bytes.subarray(this.#start, this.#start + head.frameBytes));
    if ('because' in message) return this.#refuse(message);
    this.#start += head.frameBytes;
    return message;
  }

  #refuse(bad: BadFrame): BadFrame {
    this.#bad = bad;
    return bad;
  }
}
