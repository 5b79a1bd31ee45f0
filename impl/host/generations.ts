import { randomUUID } from 'node:crypto';
import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

/** The present generation of a VM, and the copy that has won it (R23-19, R23-21). */
export type Held = { readonly generation: number; readonly owner: string };

/** Writes are on the disk once this returns, also if the machine loses power. */
export const syncFolder = (folder: string): void => {
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
};

const isExisting = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EEXIST';

const named = /^generation\.(\d{1,15})$/;

/**
 * The test-and-set of a VM as files `generation.N`, each with its owner inside: N is won by whoever
 * makes the file, and no file is ever changed or removed. The file is linked to its name when it is
 * whole, and a name can be linked once; so one wins, whatever processes try at once, and a process
 * that dies at any point leaves either nothing or a whole generation.
 */
export class Generations {
  readonly #folder: string;

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    for (const file of readdirSync(folder)) {
      if (file.startsWith('attempt.')) rmSync(join(folder, file), { force: true });
    }
    this.#folder = folder;
  }

  /** The first generation belongs to the copy that boots the VM; a second boot loses. */
  claim(copy: string): 'won' | 'lost' {
    return this.#take(0, copy);
  }

  /**
   * From a generation to the next. A copy that has won it already wins again, for its reply may
   * have been lost (R23-21); not if a newer one is there. Throws if there is none to leave.
   */
  testAndSet(generation: number, copy: string): 'won' | 'lost' {
    if (!existsSync(this.#file(generation))) throw new Error(`no generation ${generation} yet`);
    if (existsSync(this.#file(generation + 2))) return 'lost';
    return this.#take(generation + 1, copy);
  }

  /** Has somebody won the one after it? */
  isLeft(generation: number): boolean {
    return existsSync(this.#file(generation + 1));
  }

  /** The newest generation; nothing if the VM has never booted. */
  current(): Held | null {
    let generation = -1;
    for (const file of readdirSync(this.#folder)) {
      generation = Math.max(generation, Number(named.exec(file)?.[1] ?? -1));
    }
    return generation < 0 ? null : { generation, owner: this.#owner(generation) };
  }

  #file(generation: number): string {
    return join(this.#folder, `generation.${generation}`);
  }

  #owner(generation: number): string {
    return readFileSync(this.#file(generation), 'utf8').trim();
  }

  #take(generation: number, copy: string): 'won' | 'lost' {
    const attempt = join(this.#folder, `attempt.${randomUUID()}`);
    const handle = openSync(attempt, 'wx', 0o600);
    try {
      writeSync(handle, `${copy}\n`);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    try {
      linkSync(attempt, this.#file(generation));
    } catch (error) {
      if (!isExisting(error)) throw error;
    } finally {
      rmSync(attempt, { force: true });
    }
    // whoever made it may have died before this: no answer rests on what a power cut undoes
    syncFolder(this.#folder);
    return this.#owner(generation) === copy ? 'won' : 'lost';
  }
}
