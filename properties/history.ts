import type { Io } from '../model/disk.ts';
import type { Effect } from '../model/effect.ts';
import type { Guest, Output } from '../model/guest.ts';
import type { ConnectionId, CopyId, Generation, Line, Seq } from '../model/ids.ts';

/** An output that the primary has logged: where its output entry is, if there is one. */
export type Marked = { readonly ordinal: number; readonly marker: Seq | null };

/** The primary's VM when it had generated a number of entries, at the end of a group. */
export type Digest = { readonly seq: Seq; readonly guest: Guest; readonly share: number };

/** A disk operation whose completion was logged and is not in the backup's log buffer yet. */
export type Finished = { readonly io: Io; readonly seq: Seq };

/**
 * What was observed of one pairing. What both sides have shown alike is forgotten, so that the
 * record stays as short as the backup's lag.
 */
export type PairRecord = {
  readonly primary: Line;
  readonly backup: Line;
  readonly cut: Guest; // the source's guest at log position 0 (R31-3)
  readonly held: Seq; // the highest entry that the backup has had in its buffer, without a gap
  readonly replayed: Seq;
  readonly acked: Seq; // what the backup has said it holds
  readonly marked: readonly Marked[]; // produced since the cut, not yet emitted
  readonly emitted: readonly Output[]; // seen by the world, not yet executed by the backup
  readonly executed: readonly Output[]; // executed by the backup, not yet seen by the world
  readonly digests: readonly Digest[]; // not yet compared
  readonly finished: readonly Finished[];
  readonly hasDiverged: boolean;
  readonly lastEntry: number; // the position of the newest entry
  readonly gap: number; // the most instructions between two entries
};

/** The copy that went live last, and how much its execution had put out before (S3). */
export type GoneLive = {
  readonly line: Line;
  readonly generation: Generation;
  readonly prefix: number; // outputs
  readonly newest: number; // the last packet that it had replayed; -1 for none
};

/** What the clients of one device have seen (S15). */
export type View = {
  readonly contents: readonly number[]; // by the number of the output; -1 where none was seen
  readonly shown: readonly (readonly number[])[]; // by line: the numbers that it has shown
  readonly isContradicted: boolean; // a number was shown with two contents
  readonly isRepeated: boolean; // a number was shown again, and no takeover is the reason
};

/** What the shared disk holds, and what each copy of the VM may think that it holds (S7). */
export type DiskRecord = {
  readonly applied: readonly number[]; // by block: the disk operation that wrote it last
  readonly written: readonly number[]; // by block: what that put there
  readonly wentBack: boolean; // a block was taken back to an older write, or to another content
  readonly believed: readonly (readonly (number | null)[])[]; // by copy and block; null: anything
  readonly isMisread: boolean; // a read gave what the copy's own execution has not written
  readonly submitter: readonly Line[]; // by the number of the disk operation: who submitted it last
};

/** All that the observers remember of a run. It is no part of the state; no action sees it. */
export type History = {
  readonly pairs: readonly PairRecord[];
  readonly gone: GoneLive; // the last takeover
  readonly takeovers: readonly GoneLive[]; // all of them, by generation
  readonly pair: readonly Line[]; // the newest pair: who may serve, unless one of them has won
  readonly winner: Line | null; // who has won since that pair was formed
  readonly winners: readonly (CopyId | null)[]; // by the generation that was won
  readonly lostConnections: readonly ConnectionId[]; // ended by a fault, a suspicion or a stop
  readonly newest: readonly number[]; // the last packet applied, by copy
  readonly operated: readonly number[]; // the last key or movement applied, by copy
  readonly invented: boolean; // an input or interrupt was applied that no log and no client sent
  readonly poweredOff: readonly Line[]; // whose guest was switched off, or has shut down (L2)
  readonly isOff: boolean; // the backup knows of a power-off, or the arbiter was won for it (S9)
  readonly disk: DiskRecord;
  readonly network: View;
  readonly console: View;
  readonly disturbedFor: number; // ticks for which something has not been as it should (T3)
  readonly quietFor: number; // ticks since it was so last
  readonly bereft: readonly number[]; // ticks for which a copy has outlived its peer (T1d)
  readonly waits: readonly number[]; // ticks for which a copy has had all it needs to go live (T1c)
};

/** The record of the newest pairing with that backup. */
export const pairWith = (history: History, backup: Line): PairRecord | undefined =>
  history.pairs.find((pair) => pair.backup === backup);

/** The history with another record of one of its pairings. */
export const withPair = (history: History, pair: PairRecord): History => ({
  ...history,
  pairs: history.pairs.map((old) => (old.backup === pair.backup ? pair : old)),
});

/** Who puts out what in an effect, where it puts something out at all (R22-10). */
export type Emission = { readonly copy: CopyId; readonly output: Output };

/** The output in an effect: a packet, a byte on the console, or a write submitted to the disk. */
export const emissionOf = (effect: Effect): Emission | null => {
  switch (effect.type) {
    case 'transmit':
    case 'print': {
      const { copy, device, ordinal, number, content } = effect;
      return { copy, output: { device, ordinal, number, content } };
    }
    case 'submit':
      return effect.output === null ? null : { copy: effect.copy, output: effect.output };
    default:
      return null;
  }
};
