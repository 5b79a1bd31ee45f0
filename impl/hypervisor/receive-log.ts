import { assert } from '../assert.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import type { LogEntry } from './entry.ts';
import { bytesOf, EntryRing } from './entry-ring.ts';
import { FrameReader } from './wire.ts';

const seqBytes = 8;

type Admits = (seq: number, received: number) => 'held' | 'duplicate' | 'gap';

/** What becomes of an entry: only the next one is held (R22-6, R33-11). */
export const admitsNext: Admits = (seq, received) => {
  if (seq <= received) return 'duplicate';
  return seq === received + 1 ? 'held' : 'gap';
};

/** The backup's log buffer: entries are kept until they are consumed (R21-12). */
export class ReceiveLog {
  readonly #ring: EntryRing;
  #completeUpTo: number;
  #group: readonly LogEntry[] | null = null; // the next one, once it was looked at

  /** `startSeq`: the entry before the first one that is to come. */
  constructor(capacityBytes: number, startSeq: number) {
    this.#ring = new EntryRing(capacityBytes, startSeq);
    this.#completeUpTo = startSeq;
  }

  /** The log buffer of a snapshot; `null` if it is none, or does not fit. */
  static restore(capacityBytes: number, snapshot: Uint8Array): ReceiveLog | null {
    const head = new ByteReader(snapshot.subarray(0, seqBytes));
    const log = new ReceiveLog(capacityBytes, head.u64());
    if (!head.isDone) return null;
    const frames = new FrameReader();
    frames.push(snapshot.subarray(seqBytes));
    for (let message = frames.next(); message !== 'more'; message = frames.next()) {
      if (!('type' in message) || message.type !== 'entry') return null;
      if (bytesOf(message.entry) > log.roomBytes || log.append(message.entry) !== 'held') {
        return null;
      }
    }
    return frames.heldBytes === 0 ? log : null;
  }

  get capacityBytes(): number {
    return this.#ring.capacityBytes;
  }

  get usedBytes(): number {
    return this.#ring.usedBytes;
  }

  get roomBytes(): number {
    return this.#ring.roomBytes;
  }

  /** It holds, or has consumed, every entry up to here. */
  get received(): number {
    return this.#ring.last;
  }

  get consumed(): number {
    return this.#ring.freed;
  }

  /** The last entry of the last whole group: acks go up to here (Q14). */
  get completeUpTo(): number {
    return this.#completeUpTo;
  }

  /** Keeps the entry, for which there is room, if it is the next one (R22-6, R33-11). */
  append(entry: LogEntry, admits: Admits = admitsNext): ReturnType<Admits> {
    const taken = admits(entry.seq, this.received);
    if (taken !== 'held') return taken;
    this.#ring.append(entry);
    if (entry.isLast) this.#completeUpTo = entry.seq;
    return 'held';
  }

  /** The first entry of the next whole group: replay runs up to its position (R21-8, R21-9). */
  head(): LogEntry | null {
    return this.peekGroup()?.[0] ?? null;
  }

  /** The next whole group; a trailing part of one is never acted on (R21-9). */
  peekGroup(): readonly LogEntry[] | null {
    if (this.consumed === this.#completeUpTo) return null;
    this.#group ??= this.#decodeGroup();
    return this.#group;
  }

  #decodeGroup(): readonly LogEntry[] {
    const group: LogEntry[] = [];
    while (group.at(-1)?.isLast !== true) {
      group.push(this.#ring.entryAt(this.consumed + group.length + 1));
    }
    return group;
  }

  /** Frees the next so many entries, which are whole groups. */
  consume(entryCount: number): void {
    const upTo = this.consumed + entryCount;
    assert(upTo <= this.#completeUpTo, `${upTo} is consumed: ${this.#completeUpTo} is complete`);
    if (entryCount === 0) return;
    const isGroup = entryCount === this.#group?.length || this.#ring.entryAt(upTo).isLast;
    assert(isGroup, `what is consumed ends with a group: ${upTo}`);
    this.#ring.free(upTo);
    this.#group = null;
  }

  /** All of it, to go along with a backup that moves (R33-10). */
  snapshot(): Uint8Array {
    const from = this.#ring.endOf(this.consumed);
    const frames = this.#ring.copy(from, this.#ring.endOf(this.received));
    return new ByteWriter().u64(this.consumed).bytes(frames).done();
  }
}
