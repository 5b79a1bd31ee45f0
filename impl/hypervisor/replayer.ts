import type { Need, Output } from '../guest/guest.ts';
import type { Copy } from './copy.ts';
import type { LogEntry } from './entry.ts';
import { completionOf, isGuestsOwn, readingOf, shareOf } from './payload.ts';
import { ReceiveLog } from './receive-log.ts';
import type { Replica } from './replica.ts';
import type { Put } from './report.ts';
import type { Look } from './role.ts';
import { trapsMax } from './slice.ts';

/** What an entry did to the guest, or why it cannot have happened to it (R21-11). */
type Outcome = readonly Output[] | string;

/** Outputs with their places. */
type Last = { readonly outputs: readonly Output[]; readonly puts: readonly Put[] };

const none: readonly Output[] = [];

/** Replay: the guest runs from entry to entry, and each happens where it happened (R21-4). */
export class Replayer {
  readonly #copy: Copy;
  readonly replica: Replica;
  readonly log: ReceiveLog;
  mode: 'replaying' | 'frozen' | 'draining' = 'replaying'; // of whom it replays for
  #last: Last = { outputs: none, puts: [] };
  #isQuiet = false;
  #isDiverged = false;

  constructor(copy: Copy, replica: Replica, log: ReceiveLog) {
    this.#copy = copy;
    this.replica = replica;
    this.log = log;
  }

  /** It is unfit, for good (R21-11). */
  get isDiverged(): boolean {
    return this.#isDiverged;
  }

  /** The outputs of the last group, if an output entry ended it: at the go-live point (Q1). */
  get last(): Last {
    return this.#last;
  }

  /** The disk was at rest on the primary at this point, and nothing was issued since (R33-7). */
  get isQuiet(): boolean {
    return this.#isQuiet;
  }

  get outstandingCount(): number {
    return this.replica.guest.outstanding().length;
  }

  /** Whole groups are there that are not consumed. */
  get hasMore(): boolean {
    return this.log.head() !== null;
  }

  look(): Partial<Look> {
    return {
      position: this.replica.guest.position,
      isOff: this.replica.guest.isOff,
      received: this.log.received,
      consumed: this.log.consumed,
      bufferedBytes: this.log.usedBytes,
      outstandingCount: this.outstandingCount,
      share: this.replica.share,
    };
  }

  mayRun(): boolean {
    if (this.#isDiverged) return false;
    const { position } = this.replica.guest;
    const head = this.log.head();
    return head !== null || this.#copy.policies.mayRunTo(null, position) > position;
  }

  /** What goes along with a backup that moves: its log buffer (R33-10). */
  logToMove(): Uint8Array {
    if (this.#copy.policies.movesLog()) return this.log.snapshot();
    return new ReceiveLog(this.log.capacityBytes, this.log.received).snapshot();
  }

  /**
   * Replays at most so many instructions. What struck the guest comes along with them, as it did on
   * the primary: were it charged for here, a backup with the same CPU would fall behind (R32-7).
   * Only as the last step is it one, so that a single step is a single thing.
   */
  replay(instructionCount: number): void {
    let left = instructionCount;
    for (let traps = 0; traps < trapsMax && left > 0 && !this.#isDiverged; traps++) {
      const group = this.log.peekGroup();
      const head = group?.[0] ?? null;
      const { position } = this.replica.guest;
      const limit = this.#copy.policies.mayRunTo(head, position);
      if (position < limit) {
        const isSpent = this.#runTo(Math.min(limit, position + left), head);
        left -= this.replica.guest.position - position;
        if (isSpent) return;
      } else if (group === null || head === null) return;
      else {
        if (left === 1 || isInstruction(head)) left -= 1;
        this.#consume(group, head);
      }
    }
  }

  /** It runs at least one instruction, or has diverged. True if its devices have had enough. */
  #runTo(limit: number, head: LogEntry | null): boolean {
    const { guest } = this.replica;
    const before = guest.position;
    const stop = guest.run(limit);
    const trap = stop === 'trap' && guest.position < limit ? guest.trap() : null;
    if (trap !== null && trap.needs.length === 0) {
      if (trap.issuesIo) this.#isQuiet = false;
      guest.perform(0);
    } else if (guest.position < limit && stop !== 'limit') {
      const what = trap === null ? `is ${stop}` : `needs ${trap.needs.join(' and ')}`;
      this.#diverge(head?.seq ?? 0, `the guest ${what} at ${guest.position}`);
    }
    const to = guest.position;
    if (to > before) this.#copy.say({ did: 'replayed', to });
    return stop === 'limit' && to < limit;
  }

  #consume(group: readonly LogEntry[], head: LogEntry): void {
    const { guest } = this.replica;
    if (guest.position > head.position) {
      this.#diverge(head.seq, `its position ${head.position} is passed`);
      return;
    }
    const outcome = this.#apply(group, head);
    if (typeof outcome === 'string') {
      this.#diverge(head.seq, outcome);
      return;
    }
    const outputs = this.replica.place(outcome);
    const isLast = group.at(-1)?.kind === 'OUT';
    this.#last = isLast ? { outputs: outcome, puts: outputs } : { outputs: none, puts: [] };
    this.log.consume(group.length);
    const { position } = guest;
    this.#copy.say({ did: 'consumed', upTo: this.log.consumed, position, outputs });
    if (this.#copy.policies.emitsInReplay(this.mode)) this.#emit(outcome, outputs);
  }

  #emit(outputs: readonly Output[], puts: readonly Put[]): void {
    for (const [index, output] of outputs.entries()) {
      const put = puts[index];
      if (put === undefined || output.device !== 'network') continue;
      this.#copy.want({ type: 'transmit', bytes: output.bytes });
      this.#copy.say({ did: 'released', output: put });
    }
  }

  #apply(group: readonly LogEntry[], head: LogEntry): Outcome {
    const { guest } = this.replica;
    switch (head.kind) {
      case 'RX':
        return this.#receive(group);
      case 'ND':
      case 'OUT':
        return this.#perform(group);
      case 'OFF':
        if (isGuestsOwn(head.payload) === true) return this.#perform(group);
        guest.powerOff();
        break;
      case 'TIMER':
        guest.interrupt();
        break;
      case 'KEY':
      case 'MOUSE':
        guest.operate({ kind: head.kind, bytes: head.payload });
        break;
      case 'DONE': {
        const completion = completionOf(head.payload);
        const isTaken = completion !== null && guest.complete(completion);
        if (!isTaken) return 'the guest waits for no such completion';
        break;
      }
      case 'SHARE':
        this.replica.share = shareOf(head.payload) ?? this.replica.share;
        break;
      case 'QUIESCE':
        if (guest.outstanding().length > 0) return 'the disk is not at rest';
        this.#isQuiet = true;
        break;
    }
    return group.length === 1 ? none : `a ${head.kind} has no other entries in its group`;
  }

  #receive(group: readonly LogEntry[]): Outcome {
    const { guest } = this.replica;
    const packets = group.filter(({ kind }) => kind === 'RX').map(({ payload }) => payload);
    const rest = group.slice(packets.length).map(({ kind }) => kind);
    const needs = guest.needsOfReceiving();
    if (!isSame(rest, needs)) return `packets need ${needs.join()}, and the log has ${rest.join()}`;
    return guest.receive(packets);
  }

  #perform(group: readonly LogEntry[]): Outcome {
    const { guest } = this.replica;
    const trap = guest.isOff ? null : guest.trap();
    const kinds = group.map(({ kind }) => kind);
    const needs = trap?.needs ?? [];
    if (trap === null || !isSame(kinds, needs)) {
      return `the guest needs ${needs.join() || 'nothing'}, and the log has ${kinds.join()}`;
    }
    const entry = group.find(({ kind }) => kind === 'ND');
    const reading = entry === undefined ? 0 : readingOf(entry.payload);
    if (reading === null) return 'its reading is none';
    if (trap.issuesIo) this.#isQuiet = false;
    return guest.perform(reading);
  }

  #diverge(seq: number, because: string): void {
    this.#isDiverged = true;
    this.#copy.say({ did: 'diverged', seq, because });
  }
}

/** Is it the guest that did this, and not something that happened to it? */
const isInstruction = ({ kind, payload }: LogEntry): boolean =>
  kind === 'ND' || kind === 'OUT' || (kind === 'OFF' && isGuestsOwn(payload) === true);

const isSame = (kinds: readonly LogEntry['kind'][], needs: readonly Need[]): boolean =>
  kinds.length === needs.length && needs.every((need, index) => kinds[index] === need);
