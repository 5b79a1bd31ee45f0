import { assert } from '../assert.ts';
import { Fifo } from './fifo.ts';
import type { Policies } from './policies.ts';

/** How far the backup is behind in real time, by the primary's clock alone (R32-9). */
export class Lag {
  readonly #policies: Policies;
  readonly #stampsMs: Fifo<number> = new Fifo<number>(); // of the entries not consumed
  #logged: number;
  #consumedAtMs: number | null = null;

  /**
   * From the first entry on that it will be told of. Those before it that are not consumed were
   * logged on another host, by another clock: here they are as old as the primary is.
   */
  constructor(policies: Policies, start: { logged: number; consumed: number }, nowMs: number) {
    this.#policies = policies;
    this.#logged = start.logged;
    for (let seq = start.consumed; seq < start.logged; seq++) this.#stampsMs.push(nowMs);
  }

  logged(seq: number, loggedAtMs: number): void {
    assert(seq === this.#logged + 1, `entry ${this.#logged + 1} is next: got ${seq}`);
    this.#logged = seq;
    this.#stampsMs.push(loggedAtMs);
  }

  /** The backup has consumed all entries up to here. */
  consumed(upTo: number): void {
    assert(
      upTo <= this.#logged,
      `what is consumed is logged: ${upTo}, but only ${this.#logged} is`,
    );
    while (this.#logged - this.#stampsMs.length < upTo) {
      this.#consumedAtMs = this.#stampsMs.shift() ?? this.#consumedAtMs;
    }
  }

  lagMs(nowMs: number): number {
    const backlog = {
      consumedAtMs: this.#consumedAtMs,
      firstAfterAtMs: this.#stampsMs.at(0) ?? null,
      entryCount: this.#stampsMs.length,
    };
    return this.#policies.lagOf(backlog, nowMs);
  }
}
