import type { Copy } from './copy.ts';
import type { Link } from './link.ts';
import { newsBytes } from './pairing.ts';
import { type Had, PartSender } from './parts.ts';
import type { Peer } from './recorder.ts';

const nothing = new Uint8Array(0);

/** A plain loop: nothing is heard meanwhile, and a closure for each byte takes far longer. */
const areSame = (one: Uint8Array, other: Uint8Array): boolean => {
  if (one.length !== other.length) return false;
  for (let at = newsBytes; at < one.length; at += 1) if (one[at] !== other[at]) return false;
  return true;
};

/** A clone or a VMotion as its source sees it: first passes while it runs on, then the rest. */
export class Passage {
  readonly destination: Peer;
  readonly #copy: Copy;
  readonly #deadlineMs: number;
  #link: Link | null = null;
  #sender: PartSender | null = null;
  #hasTaken = false;
  #offered: Uint8Array | null = null;
  #isAccepted = false;
  #isFinal = false;

  constructor(copy: Copy, destination: Peer) {
    this.#copy = copy;
    this.destination = destination;
    this.#deadlineMs = copy.nowMs + copy.policies.patienceMs(copy.settings);
  }

  get link(): Link | null {
    return this.#link;
  }

  /** The destination has taken the first passes, and waits for the rest. */
  get isReady(): boolean {
    return this.#hasTaken && !this.#isFinal;
  }

  /** It has not come to the cut, or to the switchover, within the timeout (R31-5, Q35). */
  get isLate(): boolean {
    return !this.#isFinal && this.#copy.nowMs > this.#deadlineMs;
  }

  /** The destination is here: the first passes are copied, while the source runs on (R31-2). */
  begin(link: Link, image: Uint8Array): void {
    this.#link = link;
    this.#sender = new PartSender('image', image);
  }

  /** The destination says what it has. */
  took(of: Had): void {
    if (of === 'image') this.#hasTaken = true;
    if (of === 'handover') this.#isAccepted = this.#offered !== null;
  }

  /** The VM is on offer: nothing may change in it until it is given away, or not. */
  get isOffered(): boolean {
    return this.#offered !== null;
  }

  /** The destination has all that it was offered. */
  get isAccepted(): boolean {
    return this.#isAccepted;
  }

  /** The VM that is handed over. */
  get handover(): Uint8Array {
    return this.#offered ?? nothing;
  }

  /** Offers the VM as it is; true once the destination has just that (R33-9). */
  offer(whole: () => Uint8Array): boolean {
    if (this.#offered !== null && !this.#copy.policies.mayGiveAway(this.#isAccepted)) return false;
    const now = whole();
    if (this.#offered !== null && areSame(this.#offered, now)) {
      this.#isFinal = true;
      return true;
    }
    this.#offered = now;
    this.#isAccepted = false;
    this.#sender = new PartSender('handover', now);
    this.pump();
    return false;
  }

  /** It is not given away as it was: what has come meanwhile happens first. */
  withdraw(): void {
    this.#offered = null;
    this.#isAccepted = false;
  }

  /** The VM at the cut. */
  finish(snapshot: Uint8Array): void {
    this.#isFinal = true;
    this.#sender = new PartSender('snapshot', snapshot);
  }

  /** The VM at the switchover, whether the destination is there or not. */
  give(handover: Uint8Array): void {
    this.#isFinal = true;
    this.#offered = handover;
  }

  pump(): void {
    if (this.#link !== null) this.#sender?.pump(this.#link);
  }

  nextDeadlineMs(): number | null {
    return this.#isFinal ? null : this.#deadlineMs + 1;
  }
}
