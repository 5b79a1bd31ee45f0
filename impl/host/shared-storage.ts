import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Generations } from './generations.ts';
import { type Owned, own } from './ownership.ts';
import { DiskFile, type DiskRequest, type Geometry, type Transferred } from './shared-disk.ts';

/** The tag of a disk operation (R23-20). */
export type Tag = { readonly copy: string; readonly generation: number };

/**
 * What all hosts of a VM share: its generation and its disk. One process owns the folder, and does
 * one thing after the other to the end: between looking at the generation and writing there is no
 * instant at which another could win the next. A host can only ask; however long it stood still
 * with a request on its way, the request meets the generation that is, and is refused (R23-20).
 */
export class SharedStorage {
  readonly #generations: Generations;
  readonly #disk: DiskFile;
  readonly #owned: Owned;

  private constructor(folder: string, geometry: Geometry, owned: Owned) {
    this.#generations = new Generations(folder);
    this.#disk = new DiskFile(join(folder, 'disk'), geometry);
    this.#owned = owned;
  }

  /** Takes the folder; rejects if another process has it. */
  static async own(folder: string, geometry: Geometry): Promise<SharedStorage> {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return new SharedStorage(folder, geometry, await own(folder));
  }

  claim(copy: string): 'won' | 'lost' {
    this.#check();
    return this.#generations.claim(copy);
  }

  testAndSet(generation: number, copy: string): 'won' | 'lost' {
    this.#check();
    return this.#generations.testAndSet(generation, copy);
  }

  /** Performs the operation, unless a newer generation is won; of the tag that alone counts. */
  submit(request: DiskRequest, { generation }: Tag): Transferred | 'refused' {
    this.#check();
    return this.#generations.isLeft(generation) ? 'refused' : this.#disk.perform(request);
  }

  close(): void {
    this.#disk.close();
    this.#owned.release();
  }

  /** Whoever has taken the folder meanwhile has taken all of it: no answer is given any more. */
  #check(): void {
    if (!this.#owned.isOurs()) throw new Error('another process serves this storage now');
  }
}
