import type { Output } from '../guest/guest.ts';
import type { Policies } from './policies.ts';
import type { Put } from './report.ts';

/** An output that has been produced and has not left. */
export type Held = {
  readonly output: Output;
  readonly put: Put;
  readonly requiredSeq: number; // of its output entry; 0: it waits for nobody
};

/** The outputs that wait, in the order in which they were produced, whatever their device (Q31). */
export class Withheld {
  readonly #policies: Policies;
  #queue: Held[] = [];

  constructor(policies: Policies) {
    this.#policies = policies;
  }

  get count(): number {
    return this.#queue.length;
  }

  add(outputs: readonly Output[], puts: readonly Put[], requiredSeq: number): void {
    for (const [index, output] of outputs.entries()) {
      const put = puts[index];
      if (put !== undefined) this.#queue.push({ output, put, requiredSeq });
    }
  }

  /** The log that they waited for is over: nothing is required of another one (R22-8). */
  free(): void {
    this.#queue = this.#queue.flatMap((held) => {
      const requiredSeq = this.#policies.whenLogEnds(held.requiredSeq);
      return requiredSeq === null ? [] : [{ ...held, requiredSeq }];
    });
  }

  /** The oldest ones, as many as the Output Rule lets go (R22-4). */
  takeReleasable(ackedSeq: number): readonly Held[] {
    let count = 0;
    for (const { requiredSeq, put } of this.#queue) {
      if (!this.#policies.mayLeave(requiredSeq, ackedSeq, put.device)) break;
      count += 1;
    }
    return count === 0 ? [] : this.#queue.splice(0, count);
  }
}
