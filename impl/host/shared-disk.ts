import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';
import type { Io, Range } from '../guest/guest.ts';

/** What became of a disk operation: blocks transferred, and of a read their data (R34-10). */
export type Transferred = { readonly transferredCount: number; readonly data: Uint8Array };

/** The size of a virtual disk. */
export type Geometry = { readonly blockCount: number; readonly blockBytes: number };

/** A disk operation, without its place in the guest. */
export type DiskRequest = Pick<Io, 'kind' | 'blocks' | 'data'>;

const nothing = new Uint8Array(0);

/** Blocks of a virtual disk as a file. */
export class DiskFile {
  readonly #handle: number;
  readonly #geometry: Geometry;

  constructor(file: string, geometry: Geometry) {
    this.#handle = openSync(file, 'a+', 0o600); // makes it if it is not there
    closeSync(this.#handle);
    this.#handle = openSync(file, 'r+');
    this.#geometry = geometry;
    const byteCount = geometry.blockCount * geometry.blockBytes;
    if (fstatSync(this.#handle).size < byteCount) ftruncateSync(this.#handle, byteCount);
  }

  /** Performs an operation; a write is on the disk when this returns, as far as it says. */
  perform({ kind, blocks, data }: DiskRequest): Transferred {
    const numbers = this.#numbersIn(blocks);
    return kind === 'read' ? this.#read(numbers) : this.#write(numbers, data);
  }

  /** Lets go of the file. */
  close(): void {
    closeSync(this.#handle);
  }

  /** As many as there are blocks, at most, and none that is not there: it ends short (R34-10). */
  #numbersIn(blocks: readonly Range[]): readonly number[] {
    const { blockCount } = this.#geometry;
    const numbers: number[] = [];
    for (const { start, end } of blocks) {
      for (let block = start; block < end; block++) {
        if (block >= blockCount || numbers.length === blockCount) return numbers;
        numbers.push(block);
      }
    }
    return numbers;
  }

  #read(numbers: readonly number[]): Transferred {
    const { blockBytes } = this.#geometry;
    const data = Buffer.alloc(numbers.length * blockBytes);
    let transferredCount = 0;
    for (const block of numbers) {
      const at = transferredCount * blockBytes;
      try {
        if (readSync(this.#handle, data, at, blockBytes, block * blockBytes) < blockBytes) break;
      } catch {
        break; // an error of the device is one of the guest's disk: it ends short (R34-10)
      }
      transferredCount++;
    }
    return { transferredCount, data: data.subarray(0, transferredCount * blockBytes) };
  }

  #write(numbers: readonly number[], data: Uint8Array): Transferred {
    const { blockBytes } = this.#geometry;
    let transferredCount = 0;
    try {
      for (const block of numbers) {
        const at = transferredCount * blockBytes;
        if (at + blockBytes > data.length) break;
        if (writeSync(this.#handle, data, at, blockBytes, block * blockBytes) < blockBytes) break;
        transferredCount++;
      }
      fdatasyncSync(this.#handle);
    } catch {
      return { transferredCount: 0, data: nothing }; // what is on the disk is not known (Q40)
    }
    return { transferredCount, data: nothing };
  }
}
