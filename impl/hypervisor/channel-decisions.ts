import type { Draft, EntryKind } from './entry.ts';
import { type PlaceOf, placeOf } from './entry-ring.ts';
import { admitsNext } from './receive-log.ts';
import { FrameReader, type Frames } from './wire.ts';

/** How far the primary's log has come. */
export type LogReach = { readonly logged: number; readonly sent: number; readonly acked: number };

/** An ack as it comes: on the pair's connection of the moment or another one, of a generation. */
export type AckSource = { readonly isOnLink: boolean; readonly generation: number };

/** The decisions of the log and of the logging channel. */
export type ChannelDecisions = {
  // the primary's log
  /** What is logged of one instruction or event, in this order (R20-3, R21-7, R35-2). */
  readonly written: (drafts: readonly Draft[]) => readonly Draft[];
  /** The position that an entry carries of what happens at `position` (R21-4). */
  readonly recordedAt: (position: number) => number;
  /** Does this entry of a group carry its go-live point? (R21-9) */
  readonly endsGroup: (index: number, count: number) => boolean;
  /** Does a group go into the log buffer, or does the primary stop? (R32-6, R32-13) */
  readonly fits: (groupBytes: number, roomBytes: number) => boolean;
  /** Up to here the backup is known to hold the log (R22-5). */
  readonly held: (log: LogReach) => number;
  /** Up to here the primary frees its log (R21-12). */
  readonly mayFree: (log: LogReach) => number;
  /** Where in the ring of a log buffer the byte lies that is so many from the first (R32-4). */
  readonly placeOf: PlaceOf;
  // the backup's log
  /** How many bytes of entries may be read, given those that are free (R32-4). */
  readonly readable: (freeBytes: number) => number;
  /** What becomes of an entry that was read: only the next one is held (R22-6, R33-11). */
  readonly admits: (seq: number, received: number) => 'held' | 'duplicate' | 'gap';
  /** Does an entry of this kind tell the backup of a power-off? (R33-2) */
  readonly tellsOfEnd: (kind: EntryKind) => boolean;
  /** The number before the first entry that a clone is to read (R31-3). */
  readonly startsAfter: () => number;
  // connections
  /** How bytes that come on a connection are messages. */
  readonly frames: () => Frames;
  /** What a backup claims to hold in its first message on a connection (R33-11). */
  readonly claims: (received: number) => number;
  /** May a backup that claims so much connect, where so much is freed? (R33-11) */
  readonly isWelcome: (claimed: number, freed: number) => boolean;
  /** On a new connection the primary sends what comes after this entry (R33-11). */
  readonly resumesAfter: (claimed: number, sent: number) => number;
  /** Does an ack speak of the log of this pair? (R22-6) */
  readonly isOurs: (ack: AckSource, generation: number) => boolean;
};

/** As the paper has it, or what the requirements make of it. */
export const paperChannel: ChannelDecisions = {
  written: (drafts) => drafts,
  recordedAt: (position) => position,
  endsGroup: (index, count) => index === count - 1,
  fits: (groupBytes, roomBytes) => groupBytes <= roomBytes,
  held: ({ acked }) => acked,
  mayFree: ({ acked }) => acked,
  placeOf,
  readable: (freeBytes) => freeBytes,
  admits: admitsNext,
  tellsOfEnd: (kind) => kind === 'OFF',
  startsAfter: () => 0,
  frames: () => new FrameReader(),
  claims: (received) => received,
  isWelcome: (claimed, freed) => claimed >= freed,
  resumesAfter: (claimed) => claimed,
  isOurs: (ack, generation) => ack.isOnLink && ack.generation === generation,
};
