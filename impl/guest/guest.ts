/** What an instruction needs logged before it is executed: a value, an output's place, the end. */
export type Need = 'ND' | 'OUT' | 'OFF';

/** Places from `start` up to, but not including, `end`. */
export type Range = { readonly start: number; readonly end: number };

/** An outstanding disk operation: issued by the guest, its completion not yet given to it. */
export type Io = {
  readonly number: number; // in the order of issue along one execution, from 0
  readonly kind: 'read' | 'write';
  readonly blocks: readonly Range[]; // of the virtual disk
  readonly memory: readonly Range[]; // of the guest: as long, in the same order
  readonly data: Uint8Array; // of a write: the bounce buffer, filled at issue (R34-4); else empty
};

/** How a disk operation ended (R34-10). */
export type Completion = {
  readonly io: number;
  readonly transferredCount: number; // blocks: all is success, none an error, fewer are short
  readonly data: Uint8Array; // of a read: the blocks transferred; it was not in the guest till now
};

/** What the guest puts out (R22-10). A disk write's data is with its operation. */
export type Output =
  | { readonly device: 'network'; readonly bytes: Uint8Array }
  | { readonly device: 'console'; readonly bytes: Uint8Array }
  | { readonly device: 'disk'; readonly io: number };

/** Keyboard and mouse: what an operator does (R20-2). */
export type Operated = { readonly kind: 'KEY' | 'MOUSE'; readonly bytes: Uint8Array };

/**
 * Why the guest stopped: it has come to the limit, or may go on at once; the next instruction traps
 * and was not executed (R21-10); it waits for an event, which does not count as executing; or it is
 * off.
 */
export type Stop = 'limit' | 'trap' | 'idle' | 'off';

/** What the instruction that traps needs, in the order in which it is logged. */
export type Trap = {
  readonly needs: readonly Need[]; // empty for one that only issues a disk read
  readonly issuesIo: boolean;
};

/** The pages that a machine's memory has; none if all of its state is small. */
export type Pages = { readonly count: number; readonly bytes: number };

/**
 * The memory of a machine in pages, of which it is known when they were written to last: what a
 * clone copies while the machine runs on, pass by pass (R31-2).
 */
export type Memory = {
  /** A page as it is now, as a copy; pages are numbered from 0. */
  readonly page: (number: number) => Uint8Array;
  /** A name for this instant. */
  readonly mark: () => number;
  /** All pages written to since that instant, each once, the lowest first; others may be too. */
  readonly changedSince: (mark: number) => readonly number[];
};

/**
 * A deterministic machine with one processor (R20-8): the same events at the same positions give
 * the same states and the same outputs (R21-1). It does not know that it is replicated (R20-10).
 * Nothing that is not a function of its state happens by itself: it comes by one of these calls,
 * between two instructions. `run`, `perform` and the events throw only for a bug of the caller.
 */
export type Guest = {
  /** Instructions executed since it booted; taking an event counts none (R21-4). */
  readonly position: number;
  readonly isOff: boolean;
  /**
   * The reading of the clock at which its timer has to strike, `null` while that is not set: a host
   * strikes as soon as its clock has come to it. A guest without it is struck as often as the host
   * was told to.
   */
  readonly alarmMs?: number | null | undefined;
  /**
   * Executes up to the position `limit`, and stops before an instruction that traps. It says
   * `limit` before that only if its devices have had much to do, and then it has executed some.
   */
  readonly run: (limit: number) => Stop;
  /** What the next instruction needs; `null` unless it traps. */
  readonly trap: () => Trap | null;
  /** Executes the instruction that traps; `reading` is the clock's, for one that needs `ND`. */
  readonly perform: (reading: number) => readonly Output[];
  /** The timer interrupt strikes. */
  readonly interrupt: () => void;
  /** What handing over a group of packets will need logged besides the packets (R35-4). */
  readonly needsOfReceiving: () => readonly Need[];
  /** A group of packets, with one interrupt; the transmit ring may leave along with it (R35-4). */
  readonly receive: (packets: readonly Uint8Array[]) => readonly Output[];
  readonly operate: (input: Operated) => void;
  /** Hands over a completion: a read changes memory now (R34-3). False if it waits for no such. */
  readonly complete: (completion: Completion) => boolean;
  /** Outstanding disk operations in the order of issue (Q27). */
  readonly outstanding: () => readonly Io[];
  /** An administrator powers it off: it executes nothing any more (R33-2). */
  readonly powerOff: () => void;
  /** All of its state, devices included (R31-4); may be called between any two calls. */
  readonly snapshot: () => Uint8Array;
  readonly memory: Memory;
  /** All of its state that is not in the pages of its memory: small, for at the cut it waits. */
  readonly rest: () => Uint8Array;
  /** Equal, with odds of one in 2^52 or better, exactly when the states are equal. */
  readonly digest: () => number;
};

/** A kind of machine with its software. */
export type Image = {
  readonly name: string;
  /** The machine before its first instruction. */
  readonly boot: () => Guest;
  /** The machine in the state of a snapshot; throws with a sentence if it is none of this image. */
  readonly restore: (snapshot: Uint8Array) => Guest;
  readonly pages: Pages;
  /** The same of a `rest` and all pages in their order, which it takes over. */
  readonly resume: (rest: Uint8Array, memory: Uint8Array) => Guest;
  /** Bytes of a block of its disk, and of a page of its memory. */
  readonly blockBytes: number;
  /** Bytes of payload, at most, in the entries of one instruction or event of it (R32-13). */
  readonly largestGroupBytes: number;
};
