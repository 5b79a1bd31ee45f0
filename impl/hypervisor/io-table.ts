import type { Completion, Io } from '../guest/guest.ts';
import type { Policies } from './policies.ts';
import type { Settings } from './settings.ts';

/** The disk operations of a guest that serves: what is submitted when, and what has come back. */
export declare class IoTable {
  constructor(settings: Settings, policies: Policies);
  /** Nothing is outstanding: issued, and not yet handed over (R33-5). */
  readonly isQuiet: boolean;
  readonly outstandingCount: number;
  /** The guest has issued it: a read goes to the queue of the disk, a write is withheld. */
  issue(io: Io): void;
  /** The write's marker is acked, or nothing is withheld: it goes to the queue of the disk (Q31). */
  release(io: number): void;
  /** What may be submitted now, in order of issue; from then on it is, under this tag (R34-11). */
  takeSubmittable(generation: number, nowMs: number): readonly Io[];
  /** False if it is not awaited under that tag: nothing has happened then. */
  arrive(completion: Completion, generation: number): boolean;
  /** It will not be done under that tag; if it is still wanted, it goes again after a while. */
  refuse(io: number, generation: number, nowMs: number): void;
  /** The oldest completion that is here and not handed over. */
  nextArrived(): Completion | null;
  /** It is handed over, by this entry, or by none: then nobody replays it. */
  settle(io: number, doneSeq: number | null): void;
  /** The backup has entries up to here: what waited for completions among them may go (R34-11). */
  acked(upTo: number): void;
  /**
   * The arbiter was won: all that is pending goes (again), under the new tag, in order of issue,
   * what races one by one; and nothing waits for an ack (R23-20, R34-7). By `takeSubmittable`.
   */
  resubmitAll(): void;
  /** When something refused may go again. */
  nextDeadlineMs(): number | null;
}
