import { assert } from '../assert.ts';
import type { Completion, Io } from '../guest/guest.ts';
import type { IoPhase, Policies } from './policies.ts';

type Row = {
  readonly io: Io;
  phase: IoPhase;
  tag: number | null; // the generation under which it is submitted
  doneSeq: number; // of the entry by which it is settled
};

/** The disk operations of a guest that serves: what is submitted when, and what has come back. */
export class IoTable {
  readonly #policies: Policies;
  readonly #rows: Map<number, Row> = new Map(); // in order of issue
  #arrived: readonly Completion[] = []; // in order of arrival

  constructor(policies: Policies) {
    this.#policies = policies;
  }

  /** Operations issued, and not yet handed over (R33-5). */
  get outstandingCount(): number {
    return [...this.#rows.values()].filter(({ phase }) => phase !== 'settled').length;
  }

  /** The guest has issued it: a read goes to the queue of the disk (Q22), a write is withheld. */
  issue(io: Io): void {
    assert(!this.#rows.has(io.number), `an operation is issued once: ${io.number}`);
    const phase = this.#policies.issuedAs(io.kind);
    this.#rows.set(io.number, { io, phase, tag: null, doneSeq: 0 });
  }

  /** The write's marker is acked, or none is needed: it goes to the queue of the disk (Q31). */
  release(io: number): void {
    const row = this.#row(io);
    assert(row.phase === 'withheld', `what is released was withheld: ${io} is ${row.phase}`);
    row.phase = 'queued';
  }

  /** What may be submitted now, in order of issue; from then on it is, under this tag (R34-11). */
  takeSubmittable(generation: number): readonly Io[] {
    const taken: Io[] = [];
    for (const row of this.#rows.values()) {
      if (row.phase !== 'queued' || this.#isHeldUp(row)) continue;
      row.phase = 'submitted';
      row.tag = generation;
      taken.push(row.io);
    }
    return taken;
  }

  /** Does an operation that was issued earlier stand in its way? (R34-9, R34-11) */
  #isHeldUp(later: Row): boolean {
    for (const earlier of this.#rows.values()) {
      if (earlier === later) return false;
      const isInTheWay = this.#policies.holdsUp(earlier.phase);
      if (isInTheWay && this.#policies.races(earlier.io, later.io)) return true;
    }
    return false;
  }

  /** False if it is not awaited under that tag: nothing has happened then. */
  arrive(completion: Completion, generation: number): boolean {
    const row = this.#awaited(completion.io, generation);
    if (row === null) return false;
    row.phase = 'arrived';
    this.#arrived = [...this.#arrived, completion];
    return true;
  }

  /** The oldest completion that is here and not handed over. */
  nextArrived(): Completion | null {
    return this.#arrived[0] ?? null;
  }

  /** It is handed over, by this entry; or by none, where nothing is recorded. */
  settle(io: number, doneSeq: number | null): void {
    const row = this.#row(io);
    assert(row.phase === 'arrived', `what is handed over has arrived: ${io} is ${row.phase}`);
    this.#arrived = this.#arrived.filter((completion) => completion.io !== io);
    if (doneSeq === null) {
      this.#rows.delete(io);
      return;
    }
    row.phase = 'settled';
    row.doneSeq = doneSeq;
  }

  /** The backup holds entries up to here: what raced with operations settled by them may go. */
  acked(upTo: number): void {
    for (const { io, phase, doneSeq } of this.#rows.values()) {
      if (phase !== 'settled' || !this.#policies.isSettled(doneSeq, upTo)) continue;
      this.#rows.delete(io.number);
    }
  }

  /** The log has ended, and nothing waits for an ack of it any more (R22-8). */
  releaseAll(): void {
    this.acked(Number.POSITIVE_INFINITY);
    for (const row of this.#rows.values()) {
      if (row.phase === 'withheld') row.phase = 'queued';
    }
  }

  /**
   * The arbiter is won: all that is pending goes, or goes again, under the new tag, which the next
   * `takeSubmittable` gives it. The fence refuses what was under way under the old one; if it is
   * done nevertheless, before the fence, that counts for nothing. Pending is what the guest waits
   * for, a completion that has arrived and is not handed over included (R23-20, R34-7, R34-8).
   */
  resubmitAll(): void {
    this.releaseAll();
    this.#arrived = [];
    for (const row of this.#rows.values()) {
      row.phase = this.#policies.reissues(row.io.kind) ? 'queued' : 'submitted';
    }
  }

  #row(io: number): Row {
    const row = this.#rows.get(io);
    assert(row !== undefined, `an operation is known: ${io}`);
    return row;
  }

  #awaited(io: number, generation: number): Row | null {
    const row = this.#rows.get(io);
    return row?.phase === 'submitted' && row.tag === generation ? row : null;
  }
}
