import type { FrameHead } from './wire.ts';

/**
 * How many bytes a peer may still send. Whatever they are, the entries among them fit into the log
 * buffer; and a frame that has begun can always end, unless it is an entry that has to wait until
 * a whole group is consumed. So a full buffer does not hold up what comes before the next entry.
 */
export declare class Credit {
  /** The log buffer's capacity; where no entries come, how far the peer may be ahead. */
  constructor(capacityBytes: number);
  /** Nothing may come any more: the silence that follows is one's own doing (Q13). */
  readonly isSpent: boolean;
  /** Bytes have come that were allowed. */
  spend(byteCount: number): void;
  /** So many more are allowed now, given the log buffer and the reader as they are; maybe 0. */
  grant(
    usedBytes: number,
    reader: { readonly heldBytes: number; readonly head: FrameHead | null },
  ): number;
}
