import type { Copy } from './copy.ts';
import { Halted } from './halted.ts';
import type { Input } from './input.ts';
import type { Link } from './link.ts';
import type { Links } from './links.ts';
import type { Passage } from './passage.ts';
import { PartSender } from './parts.ts';
import { blank, type Look, type Role } from './role.ts';
import { Visitors } from './visitors.ts';

/**
 * The source of a VMotion after its switchover. It has given up for ever its right to execute, to
 * emit and to arbitrate (R23-21), and keeps the VM only until the destination has all of it, over
 * another connection if the first is lost (Q34).
 */
export class Departed implements Role {
  readonly mode = 'halted';
  readonly #copy: Copy;
  readonly #links: Links;
  readonly #passage: Passage;
  readonly #handover: Uint8Array;
  readonly #visitors = new Visitors();
  #link: Link | null;
  #sender: PartSender;
  #isThere = false;

  constructor(copy: Copy, links: Links, passage: Passage, handover: Uint8Array) {
    this.#copy = copy;
    this.#links = links;
    this.#passage = passage;
    this.#handover = handover;
    this.#link = passage.link;
    this.#sender = new PartSender('handover', handover);
  }

  handle(input: Input): void {
    switch (input.type) {
      case 'accepted':
        this.#links.accept(input.connection, input.host);
        break;
      case 'bytes':
        this.#read(this.#links.of(input.connection), input.bytes);
        break;
      case 'room':
        this.#links.of(input.connection)?.addRoom(input.byteCount);
        break;
      case 'closed':
        this.#lose(this.#links.of(input.connection));
        break;
      default: // it is no VM any more
    }
  }

  settle(): Role {
    if (this.#isThere) return new Halted(this.#copy, this.#links, 'moved');
    if (this.#link !== null) this.#sender.pump(this.#link);
    return this;
  }

  nextDeadlineMs(): null {
    return null;
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

  #read(link: Link | null, bytes: Uint8Array): void {
    if (link === null) return;
    link.take(bytes);
    for (let message = link.next(); message !== 'more'; message = link.next()) {
      if ('because' in message) {
        this.#links.close(link, message.because);
        this.#lose(link);
        return;
      }
      const { copy, host } = this.#passage.destination;
      if (message.type === 'got' && message.of === 'handover') this.#isThere = true;
      if (message.type !== 'hello') continue;
      this.#visitors.add(link, message);
      const again = this.#visitors.take(copy, 'arrive');
      if (again !== null) this.#sendAgain(again);
      else link.push({ type: 'moved', host });
    }
  }

  #sendAgain(link: Link): void {
    if (this.#link !== null) this.#links.close(this.#link, 'the destination has another connection');
    this.#link = link;
    this.#sender = new PartSender('handover', this.#handover);
  }

  #lose(link: Link | null): void {
    if (link === null) return;
    this.#links.wasClosed(link);
    if (link === this.#link) this.#link = null;
  }
}
