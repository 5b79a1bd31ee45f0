import { assert } from '../assert.ts';
import type { Memory, Pages } from './guest.ts';

/** For a machine whose state is small: all of it is in `rest`. */
export const noPages: Pages = { count: 0, bytes: 0 };

/** The memory of a machine without pages. */
export const noMemory: Memory = {
  page: () => new Uint8Array(0),
  mark: () => 0,
  changedSince: () => [],
};

/**
 * Memory as one array of bytes. For each page it keeps the number of the last mark before it was
 * written to: one store more for each write, and no set to clear when a pass begins.
 */
export class PagedMemory implements Memory {
  readonly bytes: Uint8Array;
  readonly #pages: Pages;
  readonly #writtenAfter: Float64Array;
  #mark = 0;

  /** Takes the array over; nothing of it counts as written. */
  constructor(pages: Pages, bytes: Uint8Array = new Uint8Array(pages.count * pages.bytes)) {
    const byteCount = pages.count * pages.bytes;
    assert(bytes.length === byteCount, `memory has ${byteCount} bytes: got ${bytes.length}`);
    this.bytes = bytes;
    this.#pages = pages;
    this.#writtenAfter = new Float64Array(pages.count).fill(-1);
  }

  /** Bytes from `start` up to, but not including, `end` are written to. */
  wrote(start: number, end: number): void {
    const { bytes } = this.#pages;
    this.#writtenAfter.fill(this.#mark, Math.floor(start / bytes), Math.ceil(end / bytes));
  }

  page(number: number): Uint8Array {
    const { bytes } = this.#pages;
    return this.bytes.slice(number * bytes, (number + 1) * bytes);
  }

  mark(): number {
    this.#mark += 1;
    return this.#mark;
  }

  changedSince(mark: number): readonly number[] {
    const changed: number[] = [];
    for (const [page, after] of this.#writtenAfter.entries()) if (after >= mark) changed.push(page);
    return changed;
  }
}
