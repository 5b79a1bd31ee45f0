import { Fifo } from './fifo.ts';
import type { Message } from './message.ts';
import type { SendLog, Taken } from './send-log.ts';
import { encode } from './wire.ts';

/** All that travels and is no entry. */
export type Control = Exclude<Message, { type: 'entry' }>;

/** Bytes to be sent, and what has its last byte, or its first, among them. */
export type Sent = Taken & {
  readonly sentControls: readonly Control[];
  readonly begunControls: readonly Control[]; // from here on it says what it says
};

type Framed = { readonly control: Control; readonly frame: Uint8Array };

const framed = (control: Control): Framed => ({ control, frame: encode(control) });

/** The sending side of one connection: control messages first, then the log (R32-2). */
export class Outbox {
  readonly #queue: Fifo<Framed> = new Fifo<Framed>();
  #queuedBytes = 0;
  #ack: Control | null = null;
  #keepalive: Control | null = null;
  #current: (Framed & { readonly takenBytes: number }) | null = null; // is on its way
  #log: SendLog | null = null;
  #flushes = (_: number): boolean => true;

  /** What is queued, acks and keepalives aside; a source adds parts while it is little. */
  get queuedBytes(): number {
    return this.#queuedBytes;
  }

  /**
   * A newer ack takes the place of one that is not on its way, and keepalives are not doubled: a
   * peer that does not read costs no memory. The others go in order, and before those two.
   */
  push(control: Control): void {
    if (control.type === 'ack') this.#ack = control;
    else if (control.type === 'keepalive') this.#keepalive = control;
    else {
      const next = framed(control);
      this.#queue.push(next);
      this.#queuedBytes += next.frame.length;
    }
  }

  /** From now on entries are sent too: the peer has said what it holds (R33-11). */
  follow(log: SendLog, flushes: (waitingCount: number) => boolean = this.#flushes): void {
    this.#log = log;
    this.#flushes = flushes;
  }

  /**
   * The next bytes. A frame that has begun is ended before another begins, whichever it is; entries
   * that may rest leave with whatever else does.
   */
  take(byteRoom: number, nowMs: number): Sent {
    const pieces: Uint8Array[] = [];
    const sentControls: Control[] = [];
    const begunControls: Control[] = [];
    const sentSeqs: number[] = [];
    let room = byteRoom;
    const add = (bytes: Uint8Array): void => {
      pieces.push(bytes);
      room -= bytes.length;
    };
    const addEntries = (log: SendLog, entryCountMax?: number): void => {
      const taken = log.take(room, entryCountMax);
      add(taken.bytes);
      for (const seq of taken.sentSeqs) sentSeqs.push(seq);
    };
    if (this.#log?.isMidFrame) addEntries(this.#log, 1);
    while (room > 0) {
      this.#current ??= this.#next();
      if (this.#current === null) break;
      const { control, frame, takenBytes } = this.#current;
      if (takenBytes === 0) begunControls.push(control);
      const bytes = frame.subarray(takenBytes, takenBytes + room);
      add(bytes);
      const isWhole = takenBytes + bytes.length === frame.length;
      if (isWhole) sentControls.push(control);
      this.#current = isWhole ? null : { control, frame, takenBytes: takenBytes + bytes.length };
    }
    const log = this.#log;
    const mayLeave = log !== null && this.#flushes(log.logged - log.sent);
    if (mayLeave && (room < byteRoom || log.leaveByMs <= nowMs)) addEntries(log);
    return { bytes: joined(pieces), sentSeqs, sentControls, begunControls };
  }

  #next(): (Framed & { readonly takenBytes: number }) | null {
    const queued = this.#queue.shift();
    if (queued !== undefined) {
      this.#queuedBytes -= queued.frame.length;
      return { ...queued, takenBytes: 0 };
    }
    const control = this.#ack ?? this.#keepalive;
    if (control === null) return null;
    if (control === this.#ack) this.#ack = null;
    else this.#keepalive = null;
    return { ...framed(control), takenBytes: 0 };
  }
}

const joined = (pieces: readonly Uint8Array[]): Uint8Array => {
  const [only, second] = pieces;
  if (only !== undefined && second === undefined) return only;
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
};
