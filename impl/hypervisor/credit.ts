import { assert } from '../assert.ts';
import { type Frames, frameHeadBytes } from './wire.ts';

type Reader = Pick<Frames, 'heldBytes' | 'head'>;
type Readable = (freeBytes: number) => number;

/**
 * How many bytes a peer may still send. Whatever they are, the entries among them fit into the log
 * buffer; and a frame that has begun may always end, unless it is an entry that has to wait until
 * a group is consumed. So a full buffer holds up nothing but entries, and what is behind them.
 */
export class Credit {
  readonly #capacityBytes: number;
  readonly #readable: Readable;
  #allowed = 0; // and not yet come

  /** The log buffer's capacity; where no entries come, how far the peer may be ahead. */
  constructor(capacityBytes: number, readable: Readable = (freeBytes) => freeBytes) {
    this.#capacityBytes = capacityBytes;
    this.#readable = readable;
  }

  /** Bytes have come that were allowed. */
  spend(byteCount: number): void {
    assert(byteCount <= this.#allowed, `no more comes than ${this.#allowed}: ${byteCount} came`);
    this.#allowed -= byteCount;
  }

  /** Nothing may come: the silence that follows is one's own doing (Q13). */
  isDeaf(usedBytes: number, reader: Reader): boolean {
    return this.#allowed === 0 && this.#more(usedBytes, reader) === 0;
  }

  /** So many more are allowed now, given the log buffer and the reader as they are; maybe 0. */
  grant(usedBytes: number, reader: Reader): number {
    const granted = this.#more(usedBytes, reader);
    this.#allowed += granted;
    return granted;
  }

  /**
   * In general all that is on the way may turn out to be entries. But the first bytes of a frame,
   * and the rest of one that is known not to be an entry, never get into the log buffer.
   */
  #more(usedBytes: number, { heldBytes, head }: Reader): number {
    const comingBytes = heldBytes + this.#allowed;
    const free = this.#readable(this.#capacityBytes - usedBytes);
    const isHeldUp = head?.isEntry === true && head.frameBytes > free;
    const wantedBytes = isHeldUp ? 0 : (head?.frameBytes ?? frameHeadBytes);
    return Math.max(0, free - comingBytes, wantedBytes - comingBytes);
  }
}
