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
  readonly everyMs: number; // a copy beats; a question that comes later is not answered
  readonly nowMs: () => number;
  readonly onHeartbeat: (heartbeat: Heartbeat, host: string) => void;
};

/** The place of a datagram among all of its sender. */
export type Stamp = {
  readonly life: bigint; // drawn when the process begins
  readonly counter: bigint; // along it
};

/** What makes a heartbeat new: where its sender is, and whom it has heard. */
export type Freshness = Stamp & {
  readonly echo: bigint; // the question that its receiver has asked last; 0 for none
};

/** A datagram: a heartbeat, or the question whether the sender of one lives now. */
export type Datagram =
  | { readonly type: 'beat'; readonly fresh: Freshness; readonly beat: Heartbeat }
  | {
      readonly type: 'question';
      readonly stamp: Stamp; // of who asks
      readonly life: bigint; // of whom he asks
      readonly question: bigint;
    };

const magic = Buffer.from('LSHB');
const version = 3;
const macBytes = 32;
const headBytes = magic.length + 1 + 1 + 4 * 8 + 1; // and then the sender, and the copy

const bodyOf = (sender: string, datagram: Datagram): Buffer => {
  const head = Buffer.alloc(headBytes);
  const from = Buffer.from(sender);
  magic.copy(head);
  head.writeUInt8(version, 4);
  head.writeUInt8(datagram.type === 'beat' ? 0 : 1, 5);
  head.writeUInt8(from.length, headBytes - 1);
  const isBeat = datagram.type === 'beat';
  const { life, counter } = isBeat ? datagram.fresh : datagram.stamp;
  head.writeBigUInt64BE(life, 6);
  head.writeBigUInt64BE(counter, 14);
  head.writeBigUInt64BE(isBeat ? datagram.fresh.echo : datagram.question, 22);
  head.writeBigUInt64BE(isBeat ? BigInt(datagram.beat.generation) : datagram.life, 30);
  return Buffer.concat([head, from, Buffer.from(isBeat ? datagram.beat.copy : '')]);
};

/**
 * Magic, version, kind, four numbers of eight bytes, the length of the sender's name, that name and
 * the copy's; and the HMAC-SHA256 of all that with the key of this direction.
 */
export const encodeDatagram = (key: Uint8Array, sender: string, datagram: Datagram): Buffer => {
  const body = bodyOf(sender, datagram);
  return Buffer.concat([body, createHmac('sha256', key).update(body).digest()]);
};

const datagramIn = (bytes: Buffer, copy: string): Datagram | null => {
  const stamp = { life: bytes.readBigUInt64BE(6), counter: bytes.readBigUInt64BE(14) };
  const third = bytes.readBigUInt64BE(22);
  const fourth = bytes.readBigUInt64BE(30);
  if (bytes.readUInt8(5) === 1) return { type: 'question', stamp, life: fourth, question: third };
  if (bytes.readUInt8(5) !== 0 || fourth > Number.MAX_SAFE_INTEGER) return null;
  const beat = { copy, generation: Number(fourth) };
  return { type: 'beat', fresh: { ...stamp, echo: third }, beat };
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
type Receiver = {
  unanswered: { readonly beat: Heartbeat; readonly atMs: number } | null;
  echo: bigint;
  readonly asked: Map<bigint, bigint>; // in each of its lives, the counter of its last question
};

/**
 * Heartbeats over UDP. In one life of its sender a heartbeat counts whose counter is the largest so
 * far: others have been overtaken, or are played back. The first of a life that is not known counts
 * only if it answers a question drawn for it; else the question is sent, and the sender beats once
 * more. So nothing recorded is ever heard again, whatever the clocks say and whoever began anew.
 *
 * A question counts once, and none that was asked before one that has come. It makes nobody beat
 * who has not beaten within a period by himself: held back, it does not raise a copy that is over.
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
    const receiver = this.#receivers.get(host) ?? { unanswered: null, echo: 0n, asked: new Map() };
    this.#receivers.set(host, receiver);
    receiver.unanswered = { beat, atMs: this.#place.nowMs() };
    this.#send(host, { type: 'beat', fresh: { ...this.#stamp(), echo: receiver.echo }, beat });
  }

  /** The copy is over: nobody who asks hears of it again. */
  forget(): void {
    for (const receiver of this.#receivers.values()) receiver.unanswered = null;
  }

  /** Hears and sends no more. */
  shut(): void {
    this.#socket.close();
  }

  #stamp(): Stamp {
    this.#counter += 1n;
    return { life: this.#life, counter: this.#counter };
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
        this.#send(host, { type: 'question', stamp: this.#stamp(), life, question });
        return false;
      }
      sender.question = drawn();
    }
    Object.assign(sender, { life, counter });
    return true;
  }

  /** Each heartbeat is sent a second time at most: an answer is no rhythm of its own. */
  #answer(host: string, asked: Extract<Datagram, { type: 'question' }>): void {
    const { stamp, life, question } = asked;
    const receiver = this.#receivers.get(host);
    if (receiver === undefined || life !== this.#life) return;
    if (stamp.counter <= (receiver.asked.get(stamp.life) ?? 0n)) return;
    receiver.asked.set(stamp.life, stamp.counter);
    receiver.echo = question;
    const last = receiver.unanswered;
    receiver.unanswered = null;
    if (last === null || this.#place.nowMs() > last.atMs + this.#place.everyMs) return;
    this.#send(host, {
      type: 'beat',
      fresh: { ...this.#stamp(), echo: question },
      beat: last.beat,
    });
  }
}
