import type { Completion, Io, Output } from '../guest/guest.ts';
import type { Copy } from './copy.ts';
import { IoTable } from './io-table.ts';
import type { Replica } from './replica.ts';
import type { Put } from './report.ts';
import { Withheld } from './withheld.ts';

const nothing = new Uint8Array(0);

/** A completion that is none of the operation is an error of the disk, to the guest (R34-10). */
const soundOf = (completion: Completion, io: Io, blockBytes: number): Completion => {
  const { transferredCount, data } = completion;
  const blockCount = io.blocks.reduce((sum, { start, end }) => sum + end - start, 0);
  const byteCount = io.kind === 'read' ? transferredCount * blockBytes : 0;
  const isCount = Number.isInteger(transferredCount) && transferredCount >= 0;
  const isSound = isCount && transferredCount <= blockCount && data.length === byteCount;
  return isSound ? completion : { io: io.number, transferredCount: 0, data: nothing };
};

/** The host's side of the devices of a copy that serves: what leaves, and when. */
export class Devices {
  readonly #copy: Copy;
  readonly #replica: Replica;
  readonly #withheld: Withheld;
  readonly #table: IoTable;
  #issuedCount = 0; // disk operations are numbered from 0
  #hasMoved: boolean; // and nobody has reached it since
  #trafficAtMs: number;
  #announcedAtMs = Number.NEGATIVE_INFINITY;

  constructor(copy: Copy, replica: Replica, hasMoved: boolean) {
    this.#copy = copy;
    this.#replica = replica;
    this.#withheld = new Withheld(copy.policies);
    this.#table = new IoTable(copy.policies);
    this.#hasMoved = hasMoved;
    this.#trafficAtMs = copy.nowMs;
    this.issue();
  }

  get withheldCount(): number {
    return this.#withheld.count;
  }

  get outstandingCount(): number {
    return this.#table.outstandingCount;
  }

  /** Nothing is issued whose completion the guest does not have (R33-5). */
  get isQuiet(): boolean {
    return this.#copy.policies.isAtRest(this.outstandingCount);
  }

  /** The guest may have issued disk operations. */
  issue(): void {
    for (const io of this.#replica.guest.outstanding()) {
      if (io.number < this.#issuedCount) continue;
      this.#issuedCount = io.number + 1;
      this.#table.issue(io);
    }
  }

  put(outputs: readonly Output[], puts: readonly Put[], requiredSeq: number): void {
    this.#withheld.add(outputs, puts, requiredSeq);
  }

  /** The log is over, by a win: nothing waits for its acks any more (R22-8, R23-8). */
  logEnds(): void {
    this.#withheld.free();
    this.#release(0);
    this.#table.resubmitAll();
  }

  /**
   * It has taken over: whatever its guest waits for goes to the disk again (R34-7), and of what it
   * replayed last it may emit what is no disk write (Q1).
   */
  takeOver(outputs: readonly Output[], puts: readonly Put[]): void {
    for (const [index, output] of outputs.entries()) {
      const put = puts[index];
      if (output.device !== 'disk' && put !== undefined) this.put([output], [put], 0);
    }
    this.#table.resubmitAll();
  }

  acked(upTo: number): void {
    this.#table.acked(upTo);
  }

  /** What the Output Rule lets go goes; what may be submitted is (R34-11). */
  release(ackedSeq: number, generation: number): void {
    this.#release(ackedSeq);
    const tag = this.#copy.policies.tagOf(generation);
    for (const io of this.#table.takeSubmittable(tag)) {
      this.#copy.want({ type: 'submit', io, copy: this.#copy.name, generation: tag });
      this.#copy.say({ did: 'submitted', io: io.number, generation: tag });
    }
  }

  /** False if nobody waits for it. */
  arrive(completion: Completion, generation: number): boolean {
    const io = this.#replica.outstanding(completion.io);
    if (io === null) return false;
    return this.#table.arrive(soundOf(completion, io, this.#copy.image.blockBytes), generation);
  }

  /** The oldest completion that has not been handed over. */
  nextArrived(): Completion | null {
    return this.#table.nextArrived();
  }

  /** It has been handed over, by this entry; by 0 if nobody replays it. */
  completed(io: number, doneSeq: number): void {
    this.#table.settle(io, doneSeq === 0 ? null : doneSeq);
  }

  /** Clients have reached it. */
  reached(): void {
    this.#hasMoved = false;
    this.#trafficAtMs = this.#copy.nowMs;
  }

  /** It makes itself known where it is, if nobody has reached it for long (R23-13). */
  announce(): void {
    const { nowMs, settings, policies } = this.#copy;
    if (nowMs < this.#announcedAtMs + settings.announceEveryMs) return;
    const quietMs = nowMs - this.#trafficAtMs;
    if (!policies.mayAnnounce({ hasMoved: this.#hasMoved, quietMs }, settings)) return;
    this.#announcedAtMs = nowMs;
    this.#copy.want({ type: 'announce' });
    this.#copy.say({ did: 'announced' });
  }

  nextDeadlineMs(isAnnouncing: boolean): number | null {
    if (!isAnnouncing) return null;
    const { timeoutMs, announceEveryMs } = this.#copy.settings;
    const quietAtMs = this.#hasMoved ? this.#trafficAtMs : this.#trafficAtMs + timeoutMs + 1;
    return Math.max(quietAtMs, this.#announcedAtMs + announceEveryMs);
  }

  #release(ackedSeq: number): void {
    for (const { output, put } of this.#withheld.takeReleasable(ackedSeq)) {
      if (output.device === 'network') this.#copy.want({ type: 'transmit', bytes: output.bytes });
      if (output.device === 'console') this.#copy.want({ type: 'print', bytes: output.bytes });
      if (output.device === 'disk') this.#table.release(output.io);
      this.#copy.say({ did: 'released', output: put });
    }
  }
}
