import { assert } from '../assert.ts';
import type { Memory, Pages } from '../guest/guest.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import type { Decisions } from './decisions.ts';
import type { Link } from './link.ts';

const partBytes = 1 << 16;

const blank = 0x80000000; // with a page's number: it is all zeros, and its bytes are not sent

/** A plain loop: most pages of a machine are blank, and each is looked at to its end. */
const isBlank = (page: Uint8Array): boolean => {
  for (let at = 0; at < page.length; at++) if (page[at] !== 0) return false;
  return true;
};

/** Each page as its number, in four bytes, and its own bytes, unless it is blank. */
const bytesOf = (memory: Memory, numbers: readonly number[]): Uint8Array => {
  const to = new ByteWriter();
  for (const number of numbers) {
    const page = memory.page(number);
    if (isBlank(page)) to.u32(blank + number);
    else to.u32(number).bytes(page);
  }
  return to.done();
};

/**
 * The first passes of a clone, at its source. Each sends the pages that were written to since the
 * one before it began, as they are when their turn comes, while the guest runs on; until few are
 * left, or there were many passes (R31-2). What is left then is sent with the cut.
 */
export class Passes {
  readonly #memory: Memory;
  readonly #pages: Pages;
  readonly #policies: Decisions;
  #begun: number; // the mark at which this pass began
  #since: number; // pages written to before it have been copied
  #numbers: readonly number[]; // of this pass
  #at = 0;
  #passCount = 1;
  #isSent = false; // to its last part
  #isReady = false;

  constructor(memory: Memory, pages: Pages, policies: Decisions) {
    this.#memory = memory;
    this.#pages = pages;
    this.#policies = policies;
    this.#begun = memory.mark();
    this.#since = this.#begun;
    this.#numbers = Array.from({ length: pages.count }, (_, number) => number);
  }

  /** The destination has taken them all, and waits for the cut. */
  get isReady(): boolean {
    return this.#isReady;
  }

  get passCount(): number {
    return this.#passCount;
  }

  /** Adds as many parts as the connection takes now; false if it takes none. */
  pump(link: Link): boolean {
    let hasAdded = false;
    while (!this.#isSent && link.mayAdd) {
      const end = this.#at + Math.max(1, Math.floor(partBytes / (this.#pages.bytes + 4)));
      const bytes = bytesOf(this.#memory, this.#numbers.slice(this.#at, end));
      this.#at = end;
      this.#isSent = end >= this.#numbers.length;
      if (this.#isSent) this.#end();
      link.push({ type: 'part', of: 'image', bytes, isLast: this.#isSent });
      hasAdded = true;
    }
    return hasAdded;
  }

  /** The destination has taken a pass: false if none was sent to its end. */
  took(): boolean {
    if (!this.#isSent || this.#isReady) return false;
    const { mayCut } = this.#policies;
    const numbers = this.#memory.changedSince(this.#since);
    const restBytes = numbers.length * this.#pages.bytes;
    this.#isReady = mayCut({ restBytes, passCount: this.#passCount });
    if (this.#isReady) return true;
    this.#begun = this.#memory.mark();
    this.#numbers = numbers;
    this.#passCount += 1;
    this.#at = 0;
    this.#isSent = false;
    return true;
  }

  /** The numbers of the pages that the destination does not have as they are now (R31-3). */
  left(): readonly number[] {
    return this.#policies.leftAtCut(this.#memory.changedSince(this.#since));
  }

  /** Those pages themselves, and how they are counted. */
  rest(): { readonly pageCount: number; readonly bytes: Uint8Array } {
    assert(this.#isReady, 'the cut comes after the first passes');
    const numbers = this.left();
    return { pageCount: numbers.length, bytes: bytesOf(this.#memory, numbers) };
  }

  /** A page may have been sent at any time in the pass: what was written to since is not copied. */
  #end(): void {
    this.#since = this.#policies.copiedAt(this.#begun, () => this.#memory.mark());
  }
}

/** The memory of a clone at its destination, page by page. */
export class PageCollector {
  readonly #pages: Pages;
  readonly #bytes: Uint8Array;

  constructor(pages: Pages) {
    this.#pages = pages;
    this.#bytes = new Uint8Array(pages.count * pages.bytes);
  }

  /** Puts whole pages in their places; false if these bytes are none of this memory. */
  add(bytes: Uint8Array): boolean {
    const from = new ByteReader(bytes);
    const { count, bytes: pageBytes } = this.#pages;
    for (let at = 0; at < bytes.length; at += 4) {
      const said = from.u32();
      const isBlankOne = said >= blank;
      const number = isBlankOne ? said - blank : said;
      if (number >= count) return false;
      if (isBlankOne) {
        // an earlier pass may have brought other bytes
        this.#bytes.fill(0, number * pageBytes, (number + 1) * pageBytes);
        continue;
      }
      const page = from.some(pageBytes);
      if (page.length < pageBytes) return false;
      this.#bytes.set(page, number * pageBytes);
      at += pageBytes;
    }
    return from.isDone;
  }

  /** All of it; it is the collector's no more. */
  whole(): Uint8Array {
    return this.#bytes;
  }
}
