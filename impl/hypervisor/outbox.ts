import type { Message } from './message.ts';
import type { SendLog, Taken } from './send-log.ts';

/** All that travels and is no entry. */
export type Control = Exclude<Message, { type: 'entry' }>;

/** Bytes to be sent, and what has its last byte among them. */
export type Sent = Taken & { readonly sentControls: readonly Control[] };

/** The sending side of one connection: control messages first, then the log (R32-2). */
export declare class Outbox {
  /** Queued control messages that are not taken; a source adds parts while this is small. */
  readonly queuedBytes: number;
  /** A newer ack takes the place of one that is not on its way yet; keepalives are not doubled. */
  push(control: Control): void;
  /** From now on entries are sent too: after the peer has said what it holds (R33-11). */
  follow(log: SendLog): void;
  /** Entries are not sent any more (R23-7); a frame that has begun is not ended either. */
  unfollow(): void;
  take(byteRoom: number): Sent;
}
