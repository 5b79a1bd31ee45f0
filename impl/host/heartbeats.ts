import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
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

/** What makes a heartbeat new: which life of its sender, which of that, and whom it has heard. */
export type Freshness = {
  readonly life: bigint; // drawn when the process begins
  readonly counter: bigint; // along it
  readonly echo: bigint; // the question that its receiver has asked last; 0 for none
};

/** A datagram: a heartbeat, or the question whether the sender of one lives now. */
export type Datagram =
  | { readonly type: 'beat'; readonly fresh: Freshness; readonly beat: Heartbeat }
  | { readonly type: 'question'; readonly life: bigint; readonly question: bigint };

const magic = Buffer.from('LSHB');
const version = 2;
const macBytes = 32;
const headBytes = magic.length + 1 + 1 + 3 * 8 + 6 + 1; // and then the sender, and the copy

const bodyOf = (sender: string, datagram: Datagram): Buffer => {
  const head = Buffer.alloc(headBytes);
  const from = Buffer.from(sender);
  magic.copy(head);
  head.writeUInt8(version, 4);
  head.writeUInt8(datagram.type === 'beat' ? 0 : 1, 5);
  head.writeUInt8(from.length, headBytes - 1);
  if (datagram.type === 'question') {
    head.writeBigUInt64BE(datagram.life, 6);
    head.writeBigUInt64BE(datagram.question, 14);
    return Buffer.concat([head, from]);
  }
  const { fresh, beat } = datagram;
  head.writeBigUInt64BE(fresh.life, 6);
  head.writeBigUInt64BE(fresh.counter, 14);
  head.writeBigUInt64BE(fresh.echo, 22);
  head.writeUIntBE(beat.generation, 30, 6);
  return Buffer.concat([head, from, Buffer.from(beat.copy)]);
};

/**
 * Magic, version, kind, three numbers of eight bytes, generation, the length of the sender's name,
 * that name and the copy's; and the HMAC-SHA256 of all that with the key of this direction.
 */
export const encodeDatagram = (key: Uint8Array, sender: string, datagram: Datagram): Buffer => {
  const body = bodyOf(sender, datagram);
  return Buffer.concat([body, createHmac('sha256', key).update(body).digest()]);
};

const datagramIn = (bytes: Buffer, copy: string): Datagram | null => {
  const life = bytes.readBigUInt64BE(6);
  const second = bytes.readBigUInt64BE(14);
  if (bytes.readUInt8(5) === 1) return { type: 'question', life, question: second };
  if (bytes.readUInt8(5) !== 0) return null;
  const fresh = { life, counter: second, echo: bytes.readBigUInt64BE(22) };
  return { type: 'beat', fresh, beat: { copy, generation: bytes.readUIntBE(30, 6) } };
};

type Heard = { readonly sender: string; readonly datagram: Datagram };

/** What is in a datagram; nothing unless it was made with the key of its sender. */
export const decodeDatagram = (
  bytes: Buffer,
  keyFrom: (sender: string) => Uint8Array | null,
): Heard | null => {
  const end = bytes.length - macBytes;
  if (end < headBytes || !bytes.subarray(0, 4).equals(magic)) return null;
  if (bytes.readUInt8(4) !== version) return null;
  const split = headBytes + bytes.readUInt8(headBytes - 1);
  if (split > end) return null;
  const sender = bytes.toString('utf8', headBytes, split);
  const key = keyFrom(sender);
  if (key === null) return null;
  const mac = createHmac('sha256', key).update(bytes.subarray(0, end)).digest();
  if (!timingSafeEqual(mac, bytes.subarray(end))) return null;
  const datagram = datagramIn(bytes, bytes.toString('utf8', split, end));
  return datagram === null ? null : { sender, datagram };
};

const drawn = (): bigint => randomBytes(8).readBigUInt64BE() | 1n; // never 0

/** What is known of another host that sends. */
type Sender = { life: bigint; counter: bigint; question: bigint };

/** What was sent to another host last, and what that has asked. */
type Receiver = { unanswered: Heartbeat | null; echo: bigint };

/**
 * Heartbeats over UDP. In one life of its sender a heartbeat counts whose counter is the largest so
 * far: others have been overtaken, or are played back. The first of a life that is not known counts
 * only if it answers a question drawn for it; else the question is sent, and the sender beats once
 * more. So nothing recorded is ever heard again, whatever the clocks say and whoever began anew.
 */
export class Heartbeats implements HeartbeatPort {
  readonly #place: HeartbeatPlace;
  readonly #socket: Socket = createSocket('udp4');
  readonly #senders: Map<string, Sender> = new Map();
  readonly #receivers: Map<string, Receiver> = new Map();
  readonly #life: bigint = drawn();
  #counter = 0n;

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

  beat(host: string, { copy, generation }: Heartbeat): void {
    const beat = { copy, generation };
    const receiver = this.#receivers.get(host) ?? { unanswered: null, echo: 0n };
    this.#receivers.set(host, receiver);
    receiver.unanswered = beat;
    this.#send(host, { type: 'beat', fresh: this.#fresh(receiver.echo), beat });
  }

  /** Hears and sends no more. */
  shut(): void {
    this.#socket.close();
  }

  #fresh(echo: bigint): Freshness {
    this.#counter += 1n;
    return { life: this.#life, counter: this.#counter, echo };
  }

  #send(host: string, datagram: Datagram): void {
    const { party, peers } = this.#place;
    const at = peers.get(host);
    const key = keyOf(party, 'to', host, 'heartbeat');
    if (at === undefined || key === null) return;
    const bytes = encodeDatagram(key, party.name, datagram);
    this.#socket.send(bytes, at.port, at.address, () => undefined);
  }

  #hear(bytes: Buffer): void {
    const { party, onHeartbeat } = this.#place;
    const heard = decodeDatagram(bytes, (from) => keyOf(party, 'from', from, 'heartbeat'));
    if (heard === null) return;
    const { sender, datagram } = heard;
    if (datagram.type === 'question') this.#answer(sender, datagram);
    else if (this.#isNew(sender, datagram.fresh)) onHeartbeat(datagram.beat, sender);
  }

  #isNew(host: string, { life, counter, echo }: Freshness): boolean {
    const sender = this.#senders.get(host) ?? { life: 0n, counter: 0n, question: drawn() };
    this.#senders.set(host, sender);
    if (life === sender.life && counter <= sender.counter) return false;
    if (life !== sender.life) {
      const { question } = sender;
      if (echo !== question) {
        this.#send(host, { type: 'question', life, question });
        return false;
      }
      sender.question = drawn();
    }
    Object.assign(sender, { life, counter });
    return true;
  }

  /** Each heartbeat is sent a second time at most: an answer is no rhythm of its own. */
  #answer(host: string, { life, question }: Extract<Datagram, { type: 'question' }>): void {
    const receiver = this.#receivers.get(host);
    if (receiver === undefined || life !== this.#life) return;
    receiver.echo = question;
    const beat = receiver.unanswered;
    receiver.unanswered = null;
    if (beat !== null) this.#send(host, { type: 'beat', fresh: this.#fresh(question), beat });
  }
}
