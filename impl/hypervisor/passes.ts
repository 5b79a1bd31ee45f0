import { assert } from '../assert.ts';
import type { Memory, Pages } from '../guest/guest.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import type { Decisions } from './decisions.ts';
import type { Link } from './link.ts';

const partBytes = 1 << 16;

const numbersOf = ({ count }: Pages): readonly number[] =>
  Array.from({ length: count }, (_, number) => number);

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

/** What the passes are for: a cut, or a switchover. */
type Purpose = 'clone' | 'move';

/**
 * The first passes of a clone or of a VMotion, at its source. Each sends the pages that were
 * written to since the one before it began, as they are when their turn comes, while the guest runs
 * on; until few are left, or there were many passes (R31-2). What is left then is sent with the
 * rest.
 */
export class Passes {
  readonly #memory: Memory;
  readonly #pages: Pages;
  readonly #policies: Decisions;
  readonly #of: Purpose;
  #begun: number; // the mark at which this pass began
  #since: number; // pages written to before it have been copied
  #numbers: readonly number[]; // of this pass
  #at = 0;
  #passCount = 1;
  #isSent = false; // to its last part
  #isReady = false;
  #takenBytes = 0; // of the connection

  constructor(memory: Memory, pages: Pages, policies: Decisions, of: Purpose) {
    this.#memory = memory;
    this.#pages = pages;
    this.#policies = policies;
    this.#of = of;
    this.#begun = memory.mark();
    this.#since = this.#begun;
    this.#numbers = numbersOf(pages);
  }

  /** The destination has taken them all, and waits for the rest. */
  get isReady(): boolean {
    return this.#isReady;
  }

  get passCount(): number {
    return this.#passCount;
  }

  /** Adds as many parts as the connection takes now; true if the destination has taken some. */
  pump(link: Link): boolean {
    while (!this.#isSent && link.mayAdd) {
      const end = this.#at + Math.max(1, Math.floor(partBytes / (this.#pages.bytes + 4)));
      const bytes = bytesOf(this.#memory, this.#numbers.slice(this.#at, end));
      this.#at = end;
      this.#isSent = end >= this.#numbers.length;
      if (this.#isSent) this.#end();
      link.push({ type: 'part', of: 'image', bytes, isLast: this.#isSent });
    }
    const hasTaken = link.takenBytes > this.#takenBytes;
    this.#takenBytes = link.takenBytes;
    return hasTaken;
  }

  /** The destination has taken a pass: false if none was sent to its end. */
  took(): boolean {
    if (!this.#isSent || this.#isReady) return false;
    this.#goOn();
    return true;
  }

  /** The pages that the destination does not have as they are now, and their number (R31-3). */
  rest(): { readonly pageCount: number; readonly bytes: Uint8Array } {
    assert(this.#isReady, 'the rest comes after the first passes');
    const numbers = this.#policies.leftAtCut(this.#memory.changedSince(this.#since), this.#of);
    this.#begun = this.#memory.mark();
    return { pageCount: numbers.length, bytes: bytesOf(this.#memory, numbers) };
  }

  /** No page was written to since the rest was read. */
  get isRestAll(): boolean {
    return this.#memory.changedSince(this.#begun).length === 0;
  }

  /** The destination has taken the rest, and the guest runs on: that was one pass more. */
  tookRest(): void {
    this.#end();
    this.#passCount += 1;
    this.#goOn();
  }

  /** All pages as they are now. */
  all(): Uint8Array {
    return bytesOf(this.#memory, numbersOf(this.#pages));
  }

  /** A pass is taken: it was the last for now, or another copies what has changed. */
  #goOn(): void {
    const numbers = this.#memory.changedSince(this.#since);
    const restBytes = numbers.length * this.#pages.bytes;
    this.#isReady = this.#policies.mayCut({ restBytes, passCount: this.#passCount });
    if (this.#isReady) return;
    this.#begun = this.#memory.mark();
    this.#numbers = numbers;
    this.#passCount += 1;
    this.#at = 0;
    this.#isSent = false;
  }

  /** A page may have been sent at any time in the pass: what was written to since is not copied. */
  #end(): void {
    this.#since = this.#policies.copiedAt(this.#begun, () => this.#memory.mark());
  }
}

/** The memory at the destination of a clone or of a VMotion, page by page. */
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

  /** All of it, and no copy: what is added later is in it too. */
  whole(): Uint8Array {
    return this.#bytes;
  }
}
