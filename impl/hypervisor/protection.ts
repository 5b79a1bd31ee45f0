import { type AtCut, Cloning } from './cloning.ts';
import type { Copy } from './copy.ts';
import type { Link } from './link.ts';
import type { Links } from './links.ts';
import type { Peer } from './recorder.ts';
import type { Replica } from './replica.ts';
import type { Visitors } from './visitors.ts';

/** How a VM without a backup gets one: it asks, and is cloned (R31). */
export class Protection {
  readonly #copy: Copy;
  readonly #links: Links;
  readonly #replica: Replica;
  readonly #visitors: Visitors;
  #clone: Cloning | null = null;
  #askAtMs: number;

  constructor(copy: Copy, links: Links, replica: Replica, visitors: Visitors) {
    this.#copy = copy;
    this.#links = links;
    this.#replica = replica;
    this.#visitors = visitors;
    this.#askAtMs = copy.nowMs;
  }

  /** The destination, and what is sent to it. */
  get clone(): Cloning | null {
    return this.#clone;
  }

  /** The clustering service has chosen a host. */
  place(destination: Peer): void {
    if (this.#clone !== null) return;
    this.#copy.say({ did: 'cloning', copy: destination.copy, host: destination.host });
    this.#clone = new Cloning(this.#copy, destination);
  }

  /** It has found none, for now. */
  askLater(): void {
    this.#askAtMs = this.#copy.nowMs + this.#copy.settings.retryEveryMs;
  }

  /** The VM runs alone since now: it needs a backup (R23-23). */
  askNow(): void {
    this.#clone = null;
    this.#askAtMs = this.#copy.nowMs;
  }

  /** The attempt is known to have failed before the cut: nothing depends on it (R31-5). */
  abandon(because: string): void {
    if (this.#clone === null) return;
    const { link, destination } = this.#clone;
    this.#clone = null;
    if (link !== null) this.#links.close(link, because);
    this.#copy.say({ did: 'abandoned', copy: destination.copy });
    this.askLater();
  }

  /** The VM stands still, and is copied: where, and what all of its state comes to (R21-1). */
  cut(to: string, { passCount, pageCount }: AtCut): void {
    const { guest } = this.#replica;
    const { position } = guest;
    this.#copy.say({ did: 'cut', copy: to, position, passCount, pageCount });
    this.#copy.say({ did: 'digested', position, digest: guest.digest() });
  }

  /** The destination is armed: it is a backup now. */
  end(): void {
    this.#clone = null;
  }

  isDestination(link: Link): boolean {
    return this.#clone?.link === link;
  }

  /** What is due while the VM runs alone. */
  tick(generation: number): void {
    if (this.#clone?.isLate === true) this.abandon('it has taken nothing for the timeout');
    if (this.#clone?.link === null) {
      const link = this.#visitors.take(this.#clone.destination.copy, 'clone');
      if (link !== null) {
        this.#replica.guest.digest(); // all of memory now; at the cut only what was written since
        this.#clone.begin(link, this.#replica);
      }
    }
    const { name, nowMs, settings, policies } = this.#copy;
    if (this.#clone !== null || nowMs < this.#askAtMs) return;
    this.#askAtMs = nowMs + settings.retryEveryMs;
    if (!policies.asksForBackup()) return;
    this.#copy.want({ type: 'askForBackup', copy: name, generation });
    this.#copy.say({ did: 'askedForBackup' });
  }

  nextDeadlineMs(): number | null {
    return this.#clone === null ? this.#askAtMs : this.#clone.nextDeadlineMs();
  }
}
