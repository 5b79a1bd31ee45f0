/** A disk operation between blocks of the virtual disk and pages of the guest's memory (R34-1). */
export type Transfer = {
  readonly kind: 'read' | 'write';
  readonly blocks: readonly number[];
  readonly pages: readonly number[]; // as many as blocks, in the same order
};

/** An outstanding disk operation: issued by the guest, its completion not yet delivered to it. */
export type Io = Transfer & {
  readonly number: number; // in the order of issue along this execution
  readonly ordinal: number | null; // of a write among all outputs (R22-10); a read is none (Q22)
  readonly data: readonly number[]; // bounce buffer of a write, filled at issue (R34-2, R34-4)
};

/** How a disk operation ended (R34-10). */
export type Completion = {
  readonly io: number;
  readonly transferred: number; // all blocks: success; none: an error; fewer: a short transfer
  readonly data: readonly number[]; // bounce buffer of a read: the blocks transferred (R34-3)
};

/** Blocks of the virtual disk: x and y. */
export const blockCount = 2;

/** Pages of the guest's memory that its disk operations use: p and q. */
export const pageCount = 2;

const meet = (one: readonly number[], other: readonly number[]): boolean =>
  one.some((place) => other.includes(place));

/**
 * An IO race: on blocks, one of them being written, or on memory pages, one of them being read
 * into (R34-1).
 */
export const race = (one: Transfer, other: Transfer): boolean =>
  ((one.kind === 'write' || other.kind === 'write') && meet(one.blocks, other.blocks)) ||
  ((one.kind === 'read' || other.kind === 'read') && meet(one.pages, other.pages));

/** What a disk operation can be between: a block and a page, or both of each. */
export type Span = 'x p' | 'x q' | 'y p' | 'y q' | 'xy pq';

/** Blocks and pages by their names. */
export const spans: Readonly<Record<Span, Omit<Transfer, 'kind'>>> = {
  'x p': { blocks: [0], pages: [0] },
  'x q': { blocks: [0], pages: [1] },
  'y p': { blocks: [1], pages: [0] },
  'y q': { blocks: [1], pages: [1] },
  'xy pq': { blocks: [0, 1], pages: [0, 1] },
};
