/** What a line of an observation says, besides who recorded it and as the how manieth. */
export type Said = { readonly did: string; readonly [field: string]: unknown };

/** A line of an observation: `node` recorded it as the `n`-th thing. */
export type Line = Said & { readonly node: string; readonly n: number };

/** An entry as a line names it: of a reading also what was read. */
export type SaidEntry = { readonly seq: number; readonly kind: string; readonly value?: number };

const none: readonly Said[] = [];

/** Nothing is said. */
export const silence = (): readonly Said[] => none;
