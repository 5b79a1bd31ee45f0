import type { Link, Told } from './link.ts';

/**
 * When a backup acks: at once if it has read (R32-3), or certifies or wants something else than it
 * said; that it has nothing left to replay, which no output waits for, in a while.
 */
export class AckTime {
  readonly #restMs: number; // of what no output waits for
  #hasRead = false;
  #byMs: number = Number.POSITIVE_INFINITY;

  constructor(restMs: number) {
    this.#restMs = restMs;
  }

  /** When an ack is due though nothing comes; `null` if none is. */
  get deadlineMs(): number | null {
    return this.#byMs === Number.POSITIVE_INFINITY ? null : this.#byMs;
  }

  /** Entries were read, in this turn. */
  read(): void {
    this.#hasRead = true;
  }

  /** Once a turn: is it time to tell the peer that? */
  take(link: Link, told: Told, isReplayed: boolean, nowMs: number): boolean {
    const isNews = link.isNews(told);
    if (isNews && isReplayed) this.#byMs = Math.min(this.#byMs, nowMs + this.#restMs);
    const isChanged = told.upTo !== link.told?.upTo || told.wantsQuiet !== link.told.wantsQuiet;
    const isTime = this.#hasRead || isChanged || this.#byMs <= nowMs;
    this.#hasRead = false;
    if (isTime) this.#byMs = Number.POSITIVE_INFINITY;
    return link.isToTell || (isNews && isTime);
  }
}
