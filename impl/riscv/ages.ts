import { pageBytes, type Ram } from './ram.ts';

const pageWords = pageBytes / 4;

/**
 * When the pages of a memory were written last, and what they come to: both look only at what was
 * written since they were asked before. A page of zeros comes to nothing.
 */
export class Ages {
  readonly #ram: Ram;
  readonly #writtenAt: Float64Array; // by page: the instant after which it was written
  readonly #ones: Int32Array; // by page: its digest, in two lanes
  readonly #others: Int32Array;
  readonly #isStale: Uint8Array; // by page: its digest is older than the page
  #now = 0;
  #one = 0; // the sums of all
  #other = 0;

  constructor(ram: Ram) {
    this.#ram = ram;
    this.#writtenAt = new Float64Array(ram.pageCount).fill(-1);
    this.#ones = new Int32Array(ram.pageCount);
    this.#others = new Int32Array(ram.pageCount);
    this.#isStale = new Uint8Array(ram.pageCount).fill(1);
  }

  #sweep(): void {
    const { written } = this.#ram;
    for (let page = written.indexOf(1); page >= 0; page = written.indexOf(1, page + 1)) {
      written[page] = 0;
      this.#writtenAt[page] = this.#now;
      this.#isStale[page] = 1;
    }
  }

  /** A name for this instant. */
  mark(): number {
    this.#sweep();
    this.#now += 1;
    return this.#now;
  }

  /** The pages written to since then, each once, the lowest first. */
  writtenSince(mark: number): readonly number[] {
    this.#sweep();
    const pages: number[] = [];
    for (const [page, at] of this.#writtenAt.entries()) if (at >= mark) pages.push(page);
    return pages;
  }

  /**
   * Digests a page now that the next digest would have to look at: whoever copies all of memory in
   * passes does so while the machine runs on, and finds little left at the cut (R31-2).
   */
  look(page: number): void {
    if (this.#isStale[page] !== 1 || this.#ram.written[page] === 1) return;
    this.#isStale[page] = 0;
    this.#renew(page);
  }

  /** A digest of all of memory, in two lanes of 32 bits. */
  digest(): readonly [one: number, other: number] {
    this.#sweep();
    for (let page = this.#isStale.indexOf(1); page >= 0; page = this.#isStale.indexOf(1, page)) {
      this.#isStale[page] = 0;
      this.#renew(page);
    }
    return [this.#one >>> 0, this.#other >>> 0];
  }

  #renew(page: number): void {
    const { words } = this.#ram;
    const seed = Math.imul(page + 1, 0x9e3779b1);
    let [one, other, all] = [seed, ~seed, 0];
    for (let at = page * pageWords; at < (page + 1) * pageWords; at++) {
      const word = words[at] ?? 0;
      all |= word;
      one = Math.imul(one ^ word, 0x85ebca6b);
      one ^= one >>> 15;
      other = Math.imul(other ^ word, 0xc2b2ae35);
      other ^= other >>> 13;
    }
    if (all === 0) [one, other] = [0, 0];
    this.#one = (this.#one + one - (this.#ones[page] ?? 0)) | 0;
    this.#other = (this.#other + other - (this.#others[page] ?? 0)) | 0;
    this.#ones[page] = one;
    this.#others[page] = other;
  }
}
