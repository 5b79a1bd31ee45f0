import { createHmac, timingSafeEqual } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { type Address, keyOf, type Party } from './secure.ts';

/** What a heartbeat says: this copy, of this generation, is on a host that runs (R23-1). */
export type Heartbeat = { readonly copy: string; readonly generation: number };

/** Sends heartbeats. */
export type HeartbeatPort = {
  readonly beat: (host: string, heartbeat: Heartbeat) => void;
};

/** What heartbeats have to know about their host. */
export type HeartbeatPlace = {
  readonly party: Party;
  readonly at: Address;
  readonly peers: ReadonlyMap<string, Address>;
  readonly onHeartbeat: (heartbeat: Heartbeat, host: string) => void;
};

const magic = Buffer.from('LSHB');
const version = 1;
const macBytes = 32;
const headBytes = magic.length + 1 + 8 + 6 + 1; // version, counter, generation, length of sender

/**
 * The datagram: magic, version, counter, generation, sender and copy by their lengths, and the
 * HMAC-SHA256 of all that with the key of this direction.
 */
export const encodeHeartbeat = (
  key: Uint8Array,
  sender: string,
  counter: bigint,
  { copy, generation }: Heartbeat,
): Buffer => {
  const [from, by] = [Buffer.from(sender), Buffer.from(copy)];
  const head = Buffer.alloc(headBytes);
  magic.copy(head);
  head.writeUInt8(version, 4);
  head.writeBigUInt64BE(counter, 5);
  head.writeUIntBE(generation, 13, 6);
  head.writeUInt8(from.length, 19);
  const body = Buffer.concat([head, from, by]);
  return Buffer.concat([body, createHmac('sha256', key).update(body).digest()]);
};

type Heard = { readonly sender: string; readonly counter: bigint; readonly beat: Heartbeat };

/** The heartbeat in a datagram; nothing unless it was made with the key of its sender. */
export const decodeHeartbeat = (
  bytes: Buffer,
  keyFrom: (sender: string) => Uint8Array | null,
): Heard | null => {
  const end = bytes.length - macBytes;
  if (end < headBytes || !bytes.subarray(0, 4).equals(magic)) return null;
  if (bytes.readUInt8(4) !== version) return null;
  const split = headBytes + bytes.readUInt8(19);
  if (split > end) return null;
  const sender = bytes.toString('utf8', headBytes, split);
  const key = keyFrom(sender);
  if (key === null) return null;
  const mac = createHmac('sha256', key).update(bytes.subarray(0, end)).digest();
  if (!timingSafeEqual(mac, bytes.subarray(end))) return null;
  const beat = { copy: bytes.toString('utf8', split, end), generation: bytes.readUIntBE(13, 6) };
  return { sender, counter: bytes.readBigUInt64BE(5), beat };
};

/**
 * Heartbeats over UDP. The counter grows along a sender's life and from one to the next, for it
 * begins with the time of day in microseconds; a datagram whose counter is not the largest of its
 * sender so far has been overtaken or played back, and is none.
 */
export class Heartbeats implements HeartbeatPort {
  readonly #place: HeartbeatPlace;
  readonly #socket: Socket = createSocket('udp4');
  readonly #highest: Map<string, bigint> = new Map();
  #counter: bigint = BigInt(Date.now()) * 1000n;

  constructor(place: HeartbeatPlace) {
    this.#place = place;
  }

  /** Listens. */
  async open(): Promise<number> {
    const { address, port } = this.#place.at;
    this.#socket.on('message', (bytes) => this.#hear(bytes));
    this.#socket.bind(port, address);
    await once(this.#socket, 'listening');
    this.#socket.on('error', () => undefined); // a datagram that cannot leave is a lost one
    return this.#socket.address().port;
  }

  beat(host: string, heartbeat: Heartbeat): void {
    const { party, peers } = this.#place;
    const at = peers.get(host);
    const key = keyOf(party, 'to', host, 'heartbeat');
    if (at === undefined || key === null) return;
    this.#counter += 1n;
    const bytes = encodeHeartbeat(key, party.name, this.#counter, heartbeat);
    this.#socket.send(bytes, at.port, at.address, () => undefined);
  }

  /** Hears and sends no more. */
  shut(): void {
    this.#socket.close();
  }

  #hear(bytes: Buffer): void {
    const { party, onHeartbeat } = this.#place;
    const heard = decodeHeartbeat(bytes, (from) => keyOf(party, 'from', from, 'heartbeat'));
    if (heard === null) return;
    const { sender, counter, beat } = heard;
    if (counter <= (this.#highest.get(sender) ?? 0n)) return;
    this.#highest.set(sender, counter);
    onHeartbeat(beat, sender);
  }
}
