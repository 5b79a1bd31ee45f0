import { assert } from '../assert.ts';
import type { Image } from '../guest/guest.ts';
import type { Copy } from './copy.ts';
import type { Link } from './link.ts';
import { type Had, PartSender } from './parts.ts';
import { Passes } from './passes.ts';
import type { Peer } from './recorder.ts';
import type { Replica } from './replica.ts';

/** How many passes came before the cut, and how many pages go with it. */
export type AtCut = {
  readonly passCount: number;
  readonly pageCount: number;
};

/** A clone as its source sees it: first passes while it runs on, then the rest (R31-2). */
export class Cloning {
  readonly destination: Peer;
  readonly #copy: Copy;
  readonly #image: Image;
  #movedAtMs: number; // the destination was there, or took something
  #link: Link | null = null;
  #passes: Passes | null = null;
  #sender: PartSender | null = null; // of the cut

  constructor(copy: Copy, destination: Peer) {
    this.#copy = copy;
    this.#image = copy.image;
    this.destination = destination;
    this.#movedAtMs = copy.nowMs;
  }

  get link(): Link | null {
    return this.#link;
  }

  /** The destination has taken the first passes, and waits for the cut. */
  get isReady(): boolean {
    return this.#passes?.isReady === true && this.#sender === null;
  }

  /** Before the cut the destination has taken nothing for the timeout (R31-5). */
  get isLate(): boolean {
    const { nowMs, settings } = this.#copy;
    return this.#sender === null && nowMs > this.#movedAtMs + settings.timeoutMs;
  }

  /** The destination is here. */
  begin(link: Link, { guest }: Replica): void {
    this.#link = link;
    this.#passes = new Passes(guest.memory, this.#image.pages, this.#copy.policies, 'clone');
  }

  /** The destination says what it has; false if that cannot be. */
  took(of: Had): boolean {
    if (of === 'snapshot') return this.#sender !== null;
    return of === 'image' && this.#passes?.took() === true;
  }

  /** The VM as it is now: the pages that are left, and all that is not in pages (R31-3). */
  cut(generation: number, replica: Replica): AtCut {
    assert(this.#passes !== null, 'what is cut has begun');
    const { passCount } = this.#passes;
    const { pageCount, bytes: pages } = this.#passes.rest();
    const bytes = replica.writeCut({ primary: this.#copy.name, generation, pages });
    this.#sender = new PartSender('snapshot', bytes);
    return { passCount, pageCount };
  }

  pump(): void {
    if (this.#link === null) return;
    if (this.#sender !== null) this.#sender.pump(this.#link);
    else if (this.#passes?.pump(this.#link) === true) this.#movedAtMs = this.#copy.nowMs;
  }

  nextDeadlineMs(): number | null {
    if (this.#sender !== null) return null;
    return this.#movedAtMs + this.#copy.settings.timeoutMs + 1;
  }
}
