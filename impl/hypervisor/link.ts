import type { Copy } from './copy.ts';
import { Credit } from './credit.ts';
import type { Message } from './message.ts';
import { type Control, Outbox } from './outbox.ts';
import type { SendLog } from './send-log.ts';
import type { Frames } from './wire.ts';

/** What a backup says of itself, in an ack or in its first message (R33-11). */
export type Told = {
  readonly upTo: number;
  readonly consumed: number;
  readonly position: number;
  readonly wantsQuiet: boolean;
};

/** As much as a peer may be ahead of what is read where no log buffer is behind it. */
export const windowBytes: number = 1 << 18;

const nothingUsed = (): number => 0;

const tells = (control: Control): Told | null => {
  if (control.type === 'ack') return control;
  if (control.type !== 'hello' || control.purpose !== 'follow') return null;
  return { ...control, upTo: control.received };
};

/** Is something new in it to whom it is told? Else it keeps the channel alive (Q9). */
const isNews = (before: Told | null, now: Told): boolean =>
  before === null ||
  before.upTo !== now.upTo ||
  before.consumed !== now.consumed ||
  before.position !== now.position ||
  before.wantsQuiet !== now.wantsQuiet;

/** One connection: frames both ways, as far as each side has room for bytes (R32-4). */
export class Link {
  readonly connection: number;
  readonly host: string; // of the peer
  readonly #copy: Copy;
  readonly #outbox = new Outbox();
  readonly #reader: Frames;
  readonly #credit: Credit;
  #usedBytes: () => number = nothingUsed;
  #roomBytes = 0;
  #takenBytes = 0;
  #isPaired = false;
  #isClosed = false;
  #queued: Control | null = null; // that tells something; or said already
  #said: Told | null = null; // or has begun to
  #begun: Control | null = null;
  #saidUpTo = -1;
  #heard: Told | null = null;

  constructor(copy: Copy, connection: number, host: string, capacityBytes: number) {
    this.#copy = copy;
    this.connection = connection;
    this.host = host;
    this.#reader = copy.policies.frames();
    this.#credit = new Credit(capacityBytes, copy.policies.readable);
  }

  /** Nothing may come on it: the silence is one's own doing (Q13). */
  get isFull(): boolean {
    return this.#credit.isDeaf(this.#usedBytes(), this.#reader);
  }

  /** Little is waiting to be sent: parts of something large may be added. */
  get mayAdd(): boolean {
    return this.#outbox.queuedBytes < windowBytes;
  }

  /** From now on it is the logging channel of a pair, with this backup. */
  pair(generation: number, backup: string): void {
    this.#isPaired = true;
    this.#copy.say({ did: 'connected', connection: this.connection, generation, backup });
  }

  /** Entries come here: into a log buffer of which so many bytes are used. */
  readInto(usedBytes: () => number): void {
    this.#usedBytes = usedBytes;
  }

  push(control: Control): void {
    if (tells(control) !== null) this.#queued = control;
    this.#outbox.push(control);
  }

  /** Is this something new to the peer, after all that is on its way? */
  isNews(told: Told): boolean {
    return isNews(this.told, told);
  }

  /** What the peer is told, once all is there that is on its way. */
  get told(): Told | null {
    return this.#queued === null ? null : tells(this.#queued);
  }

  /** An ack was pushed and has not begun to leave: a newer one takes its place. */
  get isToTell(): boolean {
    return this.#queued?.type === 'ack' && this.#queued !== this.#begun;
  }

  /** What has left, to its last byte, says so. */
  get saidUpTo(): number {
    return this.#saidUpTo;
  }

  /** Entries are sent from now on. */
  follow(log: SendLog): void {
    this.#outbox.follow(log, this.#copy.policies.flushes);
  }

  /** Grows as the peer takes what is sent, from the first room that there is for it. */
  get takenBytes(): number {
    return this.#takenBytes;
  }

  addRoom(byteCount: number): void {
    this.#roomBytes += byteCount;
    this.#takenBytes += byteCount;
  }

  take(bytes: Uint8Array): void {
    this.#credit.spend(bytes.length);
    this.#reader.push(bytes);
  }

  /** Each message that is there, to whoever hears it; why the peer is lost, or `null`. */
  readAll(hear: (message: Message) => boolean): string | null {
    for (let next = this.#reader.next(); next !== 'more'; next = this.#reader.next()) {
      if ('because' in next) return next.because;
      if (!hear(next)) return `out of turn: ${next.type}`;
      if (this.#isClosed) return null;
    }
    return null;
  }

  /** An ack, or the first message, was read: is it news? */
  hear(told: Told): boolean {
    const isNew = isNews(this.#heard, told);
    this.#heard = told;
    return isNew;
  }

  /** What may go goes, and what there is room for may come; nothing on one that is closed. */
  flush(): void {
    if (this.#isClosed) return;
    this.#send();
    const byteCount = this.#credit.grant(this.#usedBytes(), this.#reader);
    if (byteCount > 0) {
      this.#copy.want({ type: 'allow', connection: this.connection, byteCount });
    }
  }

  close(because: string): void {
    this.#isClosed = true;
    this.#copy.want({ type: 'close', connection: this.connection, because });
    this.#sayClosed(because);
  }

  wasClosed(): void {
    this.#isClosed = true;
    this.#sayClosed('the connection is gone');
  }

  #send(): void {
    const { connection } = this;
    while (this.#roomBytes > 0) {
      const sent = this.#outbox.take(this.#roomBytes, this.#copy.nowMs);
      const { bytes, begunControls, sentControls, sentSeqs } = sent;
      if (bytes.length === 0) return;
      this.#roomBytes -= bytes.length;
      this.#copy.want({ type: 'send', connection, bytes });
      for (const control of begunControls) this.#sayTold(control);
      for (const control of sentControls) this.#saidUpTo = tells(control)?.upTo ?? this.#saidUpTo;
      for (const seq of sentSeqs) this.#copy.say({ did: 'entrySent', connection, seq });
    }
  }

  #sayTold(control: Control): void {
    const told = tells(control);
    if (told === null) return;
    const { connection } = this;
    const isHello = control.type === 'hello';
    const { upTo, wantsQuiet } = told;
    const ack = { connection, upTo, isNews: isNews(this.#said, told), isHello, wantsQuiet };
    this.#copy.say({ did: 'ackSent', ...ack });
    this.#said = told;
    this.#begun = control;
  }

  #sayClosed(because: string): void {
    if (!this.#isPaired) return;
    this.#copy.say({ did: 'disconnected', connection: this.connection, because });
  }
}
