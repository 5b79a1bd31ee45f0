import { assert } from '../assert.ts';
import type { Completion, Io } from '../guest/guest.ts';
import type { IoPhase, Policies } from './policies.ts';

type Row = {
  readonly io: Io;
  phase: IoPhase;
  tag: number | null; // the generation under which it is submitted
  doneSeq: number; // of the entry by which it is settled
  heldUp: Row[]; // queued ones that are looked at again when it is out of their way
};

/** The disk operations of a guest that serves: what is submitted when, and what has come back. */
export class IoTable {
  readonly #policies: Policies;
  readonly #rows: Map<number, Row> = new Map(); // in order of issue
  #arrived: readonly Completion[] = []; // in order of arrival
  readonly #settled: Row[] = []; // in the order of their entries
  #toLookAt: Row[] = []; // queued: nothing is known to be in their way

  constructor(policies: Policies) {
    this.#policies = policies;
  }

  /** Operations issued, and not yet handed over (R33-5). */
  get outstandingCount(): number {
    return this.#rows.size - this.#settled.length;
  }

  /** The guest has issued it: a read goes to the queue of the disk (Q22), a write is withheld. */
  issue(io: Io): void {
    assert(!this.#rows.has(io.number), `an operation is issued once: ${io.number}`);
    const row: Row = { io, phase: 'withheld', tag: null, doneSeq: 0, heldUp: [] };
    this.#rows.set(io.number, row);
    const phase = this.#policies.issuedAs(io.kind);
    if (phase !== 'withheld') this.#enter(row, phase);
  }

  /** The write's marker is acked, or none is needed: it goes to the queue of the disk (Q31). */
  release(io: number): void {
    const row = this.#row(io);
    assert(row.phase === 'withheld', `what is released was withheld: ${io} is ${row.phase}`);
    this.#enter(row, 'queued');
  }

  /** What may be submitted now, in order of issue; from then on it is, under this tag (R34-11). */
  takeSubmittable(generation: number): readonly Io[] {
    const taken: Io[] = [];
    const rows = this.#toLookAt.sort((one, other) => one.io.number - other.io.number);
    this.#toLookAt = [];
    for (const row of rows) {
      const earlier = this.#inTheWayOf(row);
      if (earlier !== null) earlier.heldUp.push(row);
      else {
        this.#enter(row, 'submitted');
        row.tag = generation;
        taken.push(row.io);
      }
    }
    return taken;
  }

  /** The last of the operations issued earlier that hold it up (R34-9, R34-11). */
  #inTheWayOf(later: Row): Row | null {
    const rows = [...this.#rows.values()];
    for (let at = rows.lastIndexOf(later) - 1; at >= 0; at--) {
      const earlier = rows[at];
      if (earlier === undefined || !this.#policies.holdsUp(earlier.phase)) continue;
      if (this.#policies.races(earlier.io, later.io)) return earlier;
    }
    return null;
  }

  #enter(row: Row, phase: IoPhase): void {
    row.phase = phase;
    if (phase === 'queued') this.#toLookAt.push(row);
    if (!this.#policies.holdsUp(phase)) this.#getOutOfTheWay(row);
  }

  #remove(row: Row): void {
    this.#rows.delete(row.io.number);
    this.#getOutOfTheWay(row);
  }

  #getOutOfTheWay(row: Row): void {
    this.#toLookAt.push(...row.heldUp);
    row.heldUp = [];
  }

  /** False if it is not awaited under that tag: nothing has happened then. */
  arrive(completion: Completion, generation: number): boolean {
    const row = this.#awaited(completion.io, generation);
    if (row === null) return false;
    this.#enter(row, 'arrived');
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
      this.#remove(row);
      return;
    }
    row.doneSeq = doneSeq;
    this.#settled.push(row);
    this.#enter(row, 'settled');
  }

  /** The backup holds entries up to here: what raced with operations settled by them may go. */
  acked(upTo: number): void {
    let [row] = this.#settled;
    while (row !== undefined && this.#policies.isSettled(row.doneSeq, upTo)) {
      this.#settled.shift();
      this.#remove(row);
      [row] = this.#settled;
    }
  }

  /** The log has ended, and nothing waits for an ack of it any more (R22-8). */
  releaseAll(): void {
    this.acked(Number.POSITIVE_INFINITY);
    for (const row of this.#rows.values()) {
      if (row.phase === 'withheld') this.#enter(row, 'queued');
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
      if (row.phase !== 'submitted' && row.phase !== 'arrived') continue;
      this.#enter(row, this.#policies.reissues(row.io.kind) ? 'queued' : 'submitted');
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
