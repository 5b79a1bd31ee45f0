import { once } from 'node:events';
import { mkdirSync, statSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { BadConfig } from './config.ts';
import { Generations } from './generations.ts';
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
  readonly #owned: Server;

  private constructor(folder: string, geometry: Geometry, owned: Server) {
    this.#generations = new Generations(folder);
    this.#disk = new DiskFile(join(folder, 'disk'), geometry);
    this.#owned = owned;
  }

  /** Takes the folder; rejects if another process has it. */
  static async own(folder: string, geometry: Geometry): Promise<SharedStorage> {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const owned = await lockOf(folder);
    return new SharedStorage(folder, geometry, owned);
  }

  claim(copy: string): 'won' | 'lost' {
    return this.#generations.claim(copy);
  }

  testAndSet(generation: number, copy: string): 'won' | 'lost' {
    return this.#generations.testAndSet(generation, copy);
  }

  /** Performs the operation, unless a newer generation is won; of the tag that alone counts. */
  submit(request: DiskRequest, { generation }: Tag): Transferred | 'refused' {
    return this.#generations.isLeft(generation) ? 'refused' : this.#disk.perform(request);
  }

  close(): void {
    this.#disk.close();
    this.#owned.close();
  }
}

/**
 * A name that the kernel gives to one process, and takes back when that ends, however it ends: on
 * Linux an abstract socket, elsewhere a socket in the folder.
 */
const lockOf = async (folder: string): Promise<Server> => {
  const { dev, ino } = statSync(folder);
  const isLinux = process.platform === 'linux';
  const path = isLinux ? `\0lockstep-storage-${dev}-${ino}` : join(folder, 'owner');
  const server = createServer((socket) => socket.destroy());
  server.listen(path);
  try {
    await once(server, 'listening');
  } catch {
    throw new BadConfig(`Another process serves the storage ${folder} already.`);
  }
  server.unref();
  return server;
};
