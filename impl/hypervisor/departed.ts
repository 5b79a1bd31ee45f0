import type { Copy } from './copy.ts';
import { Halted } from './halted.ts';
import type { Input } from './input.ts';
import type { Link } from './link.ts';
import type { Links } from './links.ts';
import type { Message } from './message.ts';
import { PartSender } from './parts.ts';
import type { Passage } from './passage.ts';
import { blank, type Look, type Role } from './role.ts';

/**
 * The source of a VMotion after its switchover. It has given up for ever its right to execute, to
 * emit and to arbitrate (R23-21), and keeps the VM only until the destination has all of it and
 * knows that it is its own, over another connection if the first is lost (Q34). As what the
 * destination says of that may be lost too, it asks: a destination that waits has no answer, and
 * whoever is none any more says so.
 */
export class Departed implements Role {
  readonly mode = 'halted';
  readonly #copy: Copy;
  readonly #links: Links;
  readonly #passage: Passage;
  #link: Link | null;
  #sender: PartSender | null; // null: the destination has it
  readonly #consumed: number; // by the backup of the VM
  #hasSaidGo = false;
  #inquiry: Link | null = null;
  #callAtMs: number | null = null;
  #isOver = false; // the destination has all of it, or is gone

  constructor(copy: Copy, links: Links, passage: Passage, consumed: number) {
    this.#copy = copy;
    this.#links = links;
    this.#passage = passage;
    this.#consumed = consumed;
    this.#link = passage.link;
    this.#sender = passage.sender;
  }

  handle(input: Input): void {
    switch (input.type) {
      case 'accepted':
        this.#links.accept(input.connection, input.host);
        break;
      case 'bytes':
        this.#read(this.#links.of(input.connection), input.bytes);
        break;
      case 'closed':
        this.#lose(this.#links.of(input.connection));
        break;
      case 'connected':
        this.#inquire(this.#links.open(input.connection, input.host));
        break;
      case 'refused':
        this.#isOver = true;
        break;
      case 'unanswered':
        this.#callLater();
        break;
      default: // it is no VM any more
    }
  }

  settle(): Role {
    if (this.#isOver) return this.#leave();
    if (this.#link !== null) this.#pump(this.#link);
    else if (this.#callAtMs !== null && this.#copy.nowMs >= this.#callAtMs) {
      this.#callAtMs = null;
      this.#copy.want({ type: 'connect', host: this.#passage.destination.host });
    }
    return this;
  }

  nextDeadlineMs(): number | null {
    return this.#link === null ? this.#callAtMs : null;
  }

  wantsCpu(): boolean {
    return false;
  }

  limitPercent(): number {
    return 0;
  }

  look(): Look {
    return blank;
  }

  #pump(link: Link): void {
    this.#sender?.pump(link);
    if (this.#hasSaidGo || this.#sender?.isDone === false) return;
    this.#hasSaidGo = true;
    link.push({ type: 'go', offer: this.#passage.offer, consumed: this.#consumed });
  }

  #read(link: Link | null, bytes: Uint8Array): void {
    if (link === null) return;
    link.take(bytes);
    const because = link.readAll((message) => this.#hear(link, message));
    if (because === null) return;
    this.#links.close(link, because);
    this.#lose(link);
  }

  #hear(link: Link, message: Message): boolean {
    const { copy } = this.#passage.destination;
    if (message.type === 'got') this.#isOver ||= message.of === 'go';
    if (message.type === 'cancel') this.#isOver ||= link === this.#inquiry;
    if (message.type !== 'hello') return true; // too late for it
    if (message.purpose === 'arrive' && message.copy === copy) this.#sendAgain(link);
    return true;
  }

  /** Only now is there somebody for the other copy of the pair to connect to (R33-6). */
  #leave(): Role {
    const { host } = this.#passage.destination;
    for (const link of this.#links.all()) {
      if (link === this.#link || link === this.#inquiry) continue;
      link.push({ type: 'moved', host });
      link.flush();
    }
    return new Halted(this.#copy, this.#links, 'moved');
  }

  #sendAgain(link: Link): void {
    if (this.#link !== null)
      this.#links.close(this.#link, 'the destination has another connection');
    this.#link = link;
    this.#sender = new PartSender('handover', this.#passage.whole());
    this.#hasSaidGo = false;
  }

  #lose(link: Link | null): void {
    if (link === null) return;
    this.#links.wasClosed(link);
    if (link !== this.#link && link !== this.#inquiry) return;
    if (link === this.#link) this.#link = null;
    else this.#inquiry = null;
    this.#callLater();
  }

  #callLater(): void {
    this.#callAtMs = this.#copy.nowMs + this.#copy.settings.retryEveryMs;
  }

  /** Whoever serves or follows there turns away one that says it was there before (Q34). */
  #inquire(link: Link): void {
    this.#inquiry = link;
    const zero = { generation: 0, consumed: 0, position: 0, wantsQuiet: false };
    const copy = this.#copy.name;
    link.push({ type: 'hello', purpose: 'arrive', copy, received: 1, ...zero });
  }
}
