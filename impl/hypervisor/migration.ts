import type { Copy } from './copy.ts';
import type { Link } from './link.ts';
import type { Links } from './links.ts';
import type { Message } from './message.ts';
import { Passage } from './passage.ts';
import type { Peer } from './recorder.ts';
import type { Replica } from './replica.ts';
import type { Visitors } from './visitors.ts';

type Hello = Extract<Message, { type: 'hello' }>;
type Got = Extract<Message, { type: 'got' }>;

/** A VMotion of this copy, while it is being prepared (R33-4). */
export class Migration {
  readonly #copy: Copy;
  readonly #links: Links;
  readonly #replica: Replica;
  readonly #visitors: Visitors;
  #passage: Passage | null = null;

  constructor(copy: Copy, links: Links, replica: Replica, visitors: Visitors) {
    this.#copy = copy;
    this.#links = links;
    this.#replica = replica;
    this.#visitors = visitors;
  }

  /** The destination has taken the first passes: the disk has to be quiet now (R33-5). */
  get isReady(): boolean {
    return this.#passage?.isReady === true;
  }

  get isOn(): boolean {
    return this.#passage !== null;
  }

  /** It is to move there; refused at once if it may not (Q33). */
  order(destination: Peer, mayMove: boolean): void {
    if (!mayMove || this.#passage !== null || this.#replica.guest.isOff) {
      this.#copy.say({ did: 'cancelled', copy: destination.copy });
      const link = this.#visitors.take(destination.copy, 'arrive');
      if (link !== null) this.#links.close(link, 'it may not be moved now');
      return;
    }
    this.#copy.say({ did: 'moving', copy: destination.copy, host: destination.host });
    this.#passage = new Passage(this.#copy, destination);
  }

  /** As whom it is to go on. */
  get copy(): string {
    return this.#passage?.destination.copy ?? '';
  }

  /** Where it is to go. */
  get host(): string {
    return this.#passage?.destination.host ?? '';
  }

  isDestination(link: Link): boolean {
    return this.#passage?.link === link;
  }

  /** Its destination says what it has; false if nobody could say so. */
  took(link: Link, got: Got): boolean {
    return this.isDestination(link) && this.#passage?.took(got) === true;
  }

  /** A destination has called: one that was here before is told that it is not wanted (Q34). */
  visit(link: Link, hello: Hello): boolean {
    this.#visitors.add(link, hello);
    if (hello.purpose === 'clone' || hello.received === 0) return true;
    link.push({ type: 'cancel' });
    link.flush();
    return false;
  }

  /** The source goes on here (R33-9). */
  cancel(because: string): void {
    if (this.#passage === null) return;
    this.#copy.say({ did: 'cancelled', copy: this.#passage.destination.copy });
    this.end(because);
  }

  /** Whoever suspects moves no more: that is said already (R23-21). */
  end(because: string): void {
    const link = this.#passage?.link ?? null;
    this.#passage = null;
    if (link === null) return;
    link.push({ type: 'cancel' });
    link.flush();
    this.#links.close(link, because);
  }

  /** A connection is gone, maybe the destination's. */
  forget(link: Link, because: string): void {
    this.#visitors.forget(link);
    if (this.isDestination(link)) this.cancel(because);
  }

  tick(): void {
    if (this.#passage?.isLate === true) this.cancel('it has taken too long');
    if (this.#replica.guest.isOff) this.cancel('the VM is off');
    if (this.#passage?.link === null) {
      const link = this.#visitors.take(this.#passage.destination.copy, 'arrive');
      if (link !== null) this.#passage.begin(link, this.#replica);
    }
    this.#passage?.pump();
  }

  /** The VM is on offer, and stands still. */
  get isOffered(): boolean {
    return this.#passage?.isOffered === true;
  }

  /** The destination has what it was offered. */
  get isAccepted(): boolean {
    return this.#passage?.isAccepted === true;
  }

  /** It has been on offer for as long as a VM may stand still. */
  get isOverdue(): boolean {
    return this.#passage?.isOverdue === true;
  }

  withdraw(): void {
    this.#passage?.withdraw();
  }

  /**
   * Offers the VM, and moves it once the destination has it all: up to then the source goes on if
   * the destination is lost (R33-9).
   */
  handOver(write: () => Uint8Array): Passage | null {
    if (this.#passage?.offerIt(write) !== true) return null;
    return this.#leave(this.#passage);
  }

  /** Moves the VM, whether the destination gets it or not. */
  switchOver(rest: Uint8Array): Passage | null {
    this.#passage?.give(rest);
    return this.#passage === null ? null : this.#leave(this.#passage);
  }

  /** The instant at which execution moves: from now on the source is nothing (R33-6). */
  #leave(passage: Passage): Passage {
    const { position } = this.#replica.guest;
    const { offer, destination } = passage;
    this.#copy.say({ did: 'switchedOver', copy: destination.copy, position, offer });
    return passage;
  }

  nextDeadlineMs(): number | null {
    return this.#passage?.nextDeadlineMs() ?? null;
  }
}
