/** How long a story from a random run stays, and how long a shortest one is in the mutant's scope. */
export type Gap = { readonly shrunk: number; readonly shortest: number };

/** Mutants whose stories shrinking leaves longer than the shortest, or shorter than in the scope. */
export const shrinkingGaps: Readonly<Record<string, Gap>> = {};
