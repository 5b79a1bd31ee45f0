import type { Message } from './message.ts';

/** Why a frame does not decode; the channel is to be closed and the peer suspected. */
export type BadFrame = { readonly because: string };

/** What is known of the frame that comes next: its length with all that is around it. */
export type FrameHead = { readonly frameBytes: number; readonly isEntry: boolean };

/** No copy's id and no host's name is longer, in UTF-8. */
export const stringBytesMax: number = 512;
/** The bytes of an entry's frame that are not its payload. */
export const entryHeaderBytes: number = 31;
/** The bytes of one `part`, at most. */
export const partBytesMax: number = (1 << 20) - 7;

/** One frame; `message` has whole numbers up to 2^53 - 1 and short strings. */
export declare const encode: (message: Message) => Uint8Array;

/** Frames out of bytes that come in any pieces. Nothing that is pushed makes it throw. */
export declare class FrameReader {
  /** Bytes that were pushed and are not yet part of a message taken. */
  readonly heldBytes: number;
  /** The next frame's, once its first bytes are here; else `null`. */
  readonly head: FrameHead | null;
  push(bytes: Uint8Array): void;
  /** The next message, or that more bytes are needed; after a bad frame always that frame. */
  next(): Message | 'more' | BadFrame;
}
