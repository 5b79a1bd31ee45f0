import type { TLSSocket } from 'node:tls';
import type { Input } from '../hypervisor/input.ts';
import { type Address, call, type Listener, listen, type OnFailure, type Party } from './secure.ts';

type ChannelInputType =
  | 'connected'
  | 'refused'
  | 'unanswered'
  | 'accepted'
  | 'bytes'
  | 'room'
  | 'closed';

/** What happens on the logging channel, as a hypervisor is told it. */
export type ChannelInput = Extract<Input, { readonly type: ChannelInputType }>;

/** The logging channel of a host: commands in, inputs out. */
export type ChannelPort = {
  readonly connect: (host: string) => void;
  readonly send: (connection: number, bytes: Uint8Array) => void;
  readonly allow: (connection: number, byteCount: number) => void;
  readonly close: (connection: number) => void;
  /** The turn of the core is over: what it sent may leave, in one piece. */
  readonly flush: () => void;
};

/** What the channel has to know about its host. */
export type ChannelPlace = {
  readonly party: Party;
  readonly at: Address;
  readonly peers: ReadonlyMap<string, Address>;
  readonly onInput: (input: ChannelInput) => void;
  readonly onStranger: (from: string, because: string) => void;
};

const windowBytes = 256 << 10; // on the way from the core to the kernel, at most
const lingerMs = 2000; // for what was sent before a close

type Line = {
  readonly connection: number;
  readonly socket: TLSSocket;
  waiting: Uint8Array[]; // of this turn
  allowedBytes: number;
};

/**
 * The logging channel over TCP (R32-2). What one turn of the core sends is one write. Backpressure
 * goes both ways by credit: the core sends only into `room`, which comes back when the kernel has
 * taken the bytes; and no more is read than the core allows, so that the kernel's own flow control
 * reaches the peer (R32-4).
 */
export class LogChannel implements ChannelPort {
  readonly #place: ChannelPlace;
  readonly #lines: Map<number, Line> = new Map();
  readonly #written: Set<Line> = new Set();
  #listener: Listener | null = null;
  #connectionCount = 0;
  #life = 0; // of the copy: what an earlier one began is for nobody

  constructor(place: ChannelPlace) {
    this.#place = place;
  }

  /** Lets peers in. */
  async open(): Promise<number> {
    const { party, at, onStranger } = this.#place;
    this.#listener = await listen({
      party,
      purpose: 'log',
      at,
      onPeer: (host, socket) => this.#begin('accepted', host, socket),
      onStranger,
    });
    return this.#listener.port;
  }

  connect(host: string): void {
    const { party, peers, onInput } = this.#place;
    const at = peers.get(host);
    const life = this.#life;
    const onFailure: OnFailure = (type) => {
      if (life === this.#life) onInput({ type, host });
    };
    if (at === undefined) {
      queueMicrotask(() => onFailure('refused'));
      return;
    }
    const onOpen = (socket: TLSSocket): void => {
      if (life === this.#life) this.#begin('connected', host, socket);
      else socket.destroy();
    };
    call({ party, peer: host, purpose: 'log', at, onOpen, onFailure });
  }

  send(connection: number, bytes: Uint8Array): void {
    const line = this.#lines.get(connection);
    if (line === undefined) return; // it broke in the same turn: the core will hear of it
    line.waiting.push(bytes);
    this.#written.add(line);
  }

  allow(connection: number, byteCount: number): void {
    const line = this.#lines.get(connection);
    if (line === undefined) return;
    line.allowedBytes += byteCount;
    // never from within a turn of the core: it takes one input at a time
    setImmediate(() => this.#read(line));
  }

  close(connection: number): void {
    const line = this.#lines.get(connection);
    if (line === undefined) return;
    this.#write(line);
    this.#written.delete(line);
    this.#lines.delete(connection);
    line.socket.resume(); // what still comes is for nobody
    line.socket.destroySoon();
    setTimeout(() => line.socket.destroy(), lingerMs).unref();
  }

  flush(): void {
    for (const line of this.#written) this.#write(line);
    this.#written.clear();
  }

  /** The copy is over: its connections end, and those that it was still making. */
  reset(): void {
    this.#life++;
    for (const connection of [...this.#lines.keys()]) this.close(connection);
  }

  /** Ends all connections and lets nobody in any more. */
  shut(): void {
    this.#listener?.close();
    for (const { socket } of this.#lines.values()) socket.destroy();
    this.#lines.clear();
  }

  #begin(type: 'connected' | 'accepted', host: string, socket: TLSSocket): void {
    const connection = ++this.#connectionCount;
    const line: Line = { connection, socket, waiting: [], allowedBytes: 0 };
    this.#lines.set(connection, line);
    const { onInput } = this.#place;
    socket.pause();
    socket.on('readable', () => this.#read(line));
    socket.on('close', () => {
      if (this.#lines.delete(connection)) onInput({ type: 'closed', connection });
    });
    onInput({ type, connection, host });
    onInput({ type: 'room', connection, byteCount: windowBytes });
  }

  #read(line: Line): void {
    const { socket, connection } = line;
    while (this.#lines.has(connection)) {
      const byteCount = Math.min(line.allowedBytes, socket.readableLength);
      // a read of nothing is what lets an end of the stream show
      const bytes: Buffer | null = socket.read(byteCount);
      if (bytes === null || bytes.length === 0) return;
      line.allowedBytes -= bytes.length;
      this.#place.onInput({ type: 'bytes', connection, bytes });
    }
  }

  #write(line: Line): void {
    const { connection, socket, waiting } = line;
    if (waiting.length === 0) return;
    const bytes = Buffer.concat(waiting);
    line.waiting = [];
    socket.write(bytes, (error) => {
      if (error || !this.#lines.has(connection)) return;
      this.#place.onInput({ type: 'room', connection, byteCount: bytes.length });
    });
  }
}
