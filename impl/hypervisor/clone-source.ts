import type { Copy } from './copy.ts';
import type { Link } from './link.ts';
import { PartSender } from './parts.ts';
import type { Peer } from './recorder.ts';

/** An FT VMotion as its source sees it: first passes, and then the cut (R31-2). */
export class CloneSource {
  readonly destination: Peer;
  readonly #copy: Copy;
  readonly #deadlineMs: number;
  #link: Link | null = null;
  #sender: PartSender | null = null;
  #hasTaken = false;
  #hasCut = false;

  constructor(copy: Copy, destination: Peer) {
    this.#copy = copy;
    this.destination = destination;
    this.#deadlineMs = copy.nowMs + copy.settings.timeoutMs;
    copy.say({ did: 'cloning', copy: destination.copy, host: destination.host });
  }

  get link(): Link | null {
    return this.#link;
  }

  /** The destination has taken the first passes: it may be cut. */
  get mayCut(): boolean {
    return this.#hasTaken && !this.#hasCut;
  }

  /** It has not come to the cut within the timeout: it cannot be armed (R31-5). */
  get isLate(): boolean {
    return !this.#hasCut && this.#copy.nowMs > this.#deadlineMs;
  }

  /** The destination is here: the first passes are copied, while the source runs on. */
  begin(link: Link, image: Uint8Array): void {
    this.#link = link;
    this.#sender = new PartSender('image', image);
  }

  took(): void {
    this.#hasTaken = true;
  }

  /** The VM at the cut, at log position 0 (R31-3). */
  cut(snapshot: Uint8Array): void {
    this.#hasCut = true;
    this.#sender = new PartSender('snapshot', snapshot);
  }

  pump(): void {
    if (this.#link !== null) this.#sender?.pump(this.#link);
  }

  nextDeadlineMs(): number | null {
    return this.#hasCut ? null : this.#deadlineMs + 1;
  }
}
