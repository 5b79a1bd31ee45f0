import type { Copy } from './copy.ts';
import type { Devices } from './devices.ts';
import type { Execution } from './execution.ts';

/** Who wants the disk quiet, as things stand. */
export type Wish = {
  readonly isAsked: boolean; // by the backup, in its last ack
  readonly isReady: boolean; // to be moved: the destination waits for a quiet disk
  readonly to: string; // or is yet to come there: then a quiet that is there is kept; or empty
  readonly isAlone: boolean; // or about to be
};

/** A quiet disk, asked for by level: nothing is issued while it is wanted (R33-7, R33-8). */
export class DiskRest {
  readonly #copy: Copy;
  readonly #devices: Devices;
  readonly #execution: Execution;
  #isQuiet = false;
  #to = '';
  #isMarked = false;

  constructor(copy: Copy, devices: Devices, execution: Execution) {
    this.#copy = copy;
    this.#devices = devices;
    this.#execution = execution;
  }

  /** Nothing is outstanding, and the log has the place from which on that is so. */
  get isMarked(): boolean {
    return this.#isMarked;
  }

  /** Follows the wish of this moment; marks the log where the disk has come to rest. */
  keep({ isAsked, isReady, to, isAlone }: Wish, position: number): void {
    const isOwn = isReady || (this.#isQuiet && to !== '' && to === this.#to);
    const isQuiet = this.#copy.policies.keepsQuiet(isAsked, isOwn, isAlone);
    if (isReady && !this.#isQuiet) this.#copy.say({ did: 'quieting' });
    this.#isQuiet = isQuiet;
    this.#to = to;
    this.#execution.keepQuiet(isQuiet);
    if (!isQuiet) this.#isMarked = false;
    if (!isQuiet || this.#isMarked || !this.#devices.isQuiet) return;
    if (!this.#execution.mark('QUIESCE')) return;
    this.#isMarked = true;
    this.#copy.say({ did: 'quieted', position });
  }
}
