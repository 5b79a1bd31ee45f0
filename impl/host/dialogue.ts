import type { TLSSocket } from 'node:tls';
import { monotonicMs } from './clock.ts';
import type { Codec } from './codecs.ts';
import { Lines } from './lines.ts';
import { type Address, call, type Listener, listen, type Party, type Purpose } from './secure.ts';

/** The two sides of a conversation in lines, and what each may say. */
export type Language<Asks, Answers> = {
  readonly purpose: Purpose;
  readonly asks: Codec<Asks>; // from those who call
  readonly answers: Codec<Answers>; // from the one who is called
};

/** Whom a client calls, and what it does with what it hears. */
export type Caller<Answers> = {
  readonly party: Party;
  readonly peer: string;
  readonly at: Address;
  readonly onUp: () => void;
  readonly onMessage: (message: Answers) => void;
  readonly onDown: () => void; // it was up
  readonly onMiss: () => void; // it has called, and nobody was there
};

const againMs = 200;
const soonestMs = 20; // after the last call, if there is something to say

/** A client that calls again when it has lost its server, at once if it has something to say. */
export class Client<Asks, Answers> {
  readonly #language: Language<Asks, Answers>;
  readonly #caller: Caller<Answers>;
  #lines: Lines<Answers, Asks> | null = null;
  #isShut = false;
  #again: NodeJS.Timeout | null = null; // while it does not call
  #calledAtMs = Number.NEGATIVE_INFINITY;

  constructor(language: Language<Asks, Answers>, caller: Caller<Answers>) {
    this.#language = language;
    this.#caller = caller;
    this.#call();
  }

  get isUp(): boolean {
    return this.#lines !== null;
  }

  get waitingBytes(): number {
    return this.#lines?.waitingBytes ?? 0;
  }

  /** Says something; false if nobody is there to hear it. */
  send(message: Asks): boolean {
    this.#lines?.send(message);
    if (this.#lines === null && this.#again !== null) this.#callIn(soonestMs);
    return this.#lines !== null;
  }

  /** Hangs up for good, when all has been sent. */
  shut(): void {
    this.#isShut = true;
    this.#lines?.finish();
  }

  #call(): void {
    this.#again = null;
    if (this.#isShut) return;
    this.#calledAtMs = monotonicMs();
    const { party, peer, at, onMiss } = this.#caller;
    const onFailure = (): void => {
      this.#callIn(againMs);
      if (!this.#isShut) onMiss();
    };
    const onOpen = (socket: TLSSocket): void => this.#begin(socket);
    call({ party, peer, purpose: this.#language.purpose, at, onOpen, onFailure });
  }

  /** So long after the last call, or now if that is over. */
  #callIn(ms: number): void {
    if (this.#again !== null) clearTimeout(this.#again);
    const waitMs = Math.max(0, this.#calledAtMs + ms - monotonicMs());
    this.#again = setTimeout(() => this.#call(), waitMs);
  }

  #begin(socket: TLSSocket): void {
    const { asks, answers } = this.#language;
    const { onMessage, onDown, onUp } = this.#caller;
    if (this.#isShut) {
      socket.destroy();
      return;
    }
    const onEnd = (): void => {
      this.#lines = null;
      this.#callIn(againMs);
      if (!this.#isShut) onDown();
    };
    this.#lines = new Lines(socket, asks, answers, { onMessage, onEnd });
    onUp();
  }
}

/** Whom a server hears, and who comes and goes. */
export type Hearer<Asks> = {
  readonly party: Party;
  readonly at: Address;
  readonly onCome: (peer: string) => void;
  readonly onMessage: (peer: string, message: Asks) => void;
  readonly onGo: (peer: string) => void;
  readonly onStranger: (from: string, because: string) => void;
};

/**
 * A server of which each peer has one connection. A newer one ends the older before anything is
 * heard on it, and nothing that came on the older is looked at any more: so a peer's messages are
 * never overtaken by those that it has sent again.
 */
export class Server<Asks, Answers> {
  readonly #language: Language<Asks, Answers>;
  readonly #hearer: Hearer<Asks>;
  readonly #lines: Map<string, Lines<Asks, Answers>> = new Map();
  #listener: Listener | null = null;

  constructor(language: Language<Asks, Answers>, hearer: Hearer<Asks>) {
    this.#language = language;
    this.#hearer = hearer;
  }

  async open(): Promise<number> {
    const { party, at, onStranger } = this.#hearer;
    this.#listener = await listen({
      party,
      purpose: this.#language.purpose,
      at,
      onPeer: (peer, socket) => this.#begin(peer, socket),
      onStranger,
    });
    return this.#listener.port;
  }

  get peers(): readonly string[] {
    return [...this.#lines.keys()];
  }

  /** Bytes on their way to a peer; none if it is not there. */
  waitingBytes(peer: string): number {
    return this.#lines.get(peer)?.waitingBytes ?? 0;
  }

  /** Says something; false if the peer is not there to hear it. */
  send(peer: string, message: Answers): boolean {
    const lines = this.#lines.get(peer);
    lines?.send(message);
    return lines !== undefined;
  }

  shut(): void {
    for (const lines of this.#lines.values()) lines.finish();
    this.#listener?.close();
  }

  #begin(peer: string, socket: TLSSocket): void {
    const { asks, answers } = this.#language;
    const { onCome, onMessage, onGo } = this.#hearer;
    this.#lines.get(peer)?.drop('it has come anew');
    const lines = new Lines(socket, answers, asks, {
      onMessage: (message) => onMessage(peer, message),
      onEnd: () => {
        if (this.#lines.get(peer) !== lines) return;
        this.#lines.delete(peer);
        onGo(peer);
      },
    });
    this.#lines.set(peer, lines);
    onCome(peer);
  }
}
