import type { TLSSocket } from 'node:tls';
import { isLeft } from 'fp-ts/lib/Either.js';
import type { Codec } from './codecs.ts';

const lineBytesMax = 32 << 20;
const newline = 10;

/** What comes in on a connection of lines. */
export type LinesEnd<In> = {
  readonly onMessage: (message: In) => void;
  readonly onEnd: (because: string) => void; // once
};

/**
 * Messages on an authenticated connection: one JSON document a line. A line that does not decode
 * ends the connection; whoever is at the other end is then as good as gone.
 */
export class Lines<In, Out> {
  readonly #socket: TLSSocket;
  readonly #speaks: Codec<Out>;
  readonly #hears: Codec<In>;
  readonly #end: LinesEnd<In>;
  #pieces: Buffer[] = [];
  #byteCount = 0;
  #because = 'the other side has gone';

  constructor(socket: TLSSocket, speaks: Codec<Out>, hears: Codec<In>, end: LinesEnd<In>) {
    this.#socket = socket;
    this.#speaks = speaks;
    this.#hears = hears;
    this.#end = end;
    socket.on('data', (bytes: Buffer) => this.#take(bytes));
    socket.on('close', () => end.onEnd(this.#because));
  }

  /** Bytes that wait for the other side to read. */
  get waitingBytes(): number {
    return this.#socket.writableLength;
  }

  send(message: Out): void {
    if (!this.#socket.writable) return;
    this.#socket.write(`${JSON.stringify(this.#speaks.encode(message))}\n`);
  }

  /** Ends it when all has been sent. */
  finish(): void {
    this.#socket.destroySoon();
  }

  /** Ends it at once: nothing that has come and was not looked at will be. */
  drop(because: string): void {
    this.#because = because;
    this.#socket.destroy();
  }

  #take(bytes: Buffer): void {
    let rest = bytes;
    for (let at = rest.indexOf(newline); at >= 0; at = rest.indexOf(newline)) {
      this.#pieces.push(rest.subarray(0, at));
      const line = Buffer.concat(this.#pieces).toString('utf8');
      this.#pieces = [];
      this.#byteCount = 0;
      rest = rest.subarray(at + 1);
      if (!this.#read(line)) return;
    }
    this.#pieces.push(rest);
    this.#byteCount += rest.length;
    if (this.#byteCount > lineBytesMax) this.drop('a line is too long');
  }

  #read(line: string): boolean {
    if (this.#socket.destroyed) return false;
    const message = this.#hears.decode(parsed(line));
    if (isLeft(message)) {
      this.drop('a message does not decode');
      return false;
    }
    this.#end.onMessage(message.right);
    return true;
  }
}

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
};
