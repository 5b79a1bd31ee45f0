import type { Copy } from './copy.ts';
import type { Link } from './link.ts';
import { PartSender, type Whole } from './parts.ts';
import type { Peer } from './recorder.ts';

/** A clone or a VMotion as its source sees it: first passes while it runs on, then the rest. */
export class Passage {
  readonly destination: Peer;
  readonly #copy: Copy;
  readonly #deadlineMs: number;
  #link: Link | null = null;
  #sender: PartSender | null = null;
  #hasTaken = false;
  #isFinal = false;

  constructor(copy: Copy, destination: Peer) {
    this.#copy = copy;
    this.destination = destination;
    this.#deadlineMs = copy.nowMs + copy.policies.passageWithin(copy.settings);
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
  took(of: Whole): void {
    if (of === 'image') this.#hasTaken = true;
  }

  /** The VM at the cut, or at the switchover. */
  finish(of: 'snapshot' | 'handover', bytes: Uint8Array): void {
    this.#isFinal = true;
    this.#sender = new PartSender(of, bytes);
  }

  pump(): void {
    if (this.#link !== null) this.#sender?.pump(this.#link);
  }

  nextDeadlineMs(): number | null {
    return this.#isFinal ? null : this.#deadlineMs + 1;
  }
}
