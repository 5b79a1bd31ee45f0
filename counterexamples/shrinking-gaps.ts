/** Events that are left of a random run, and those of a shortest story in the mutant's scope. */
export type Gap = { readonly shrunk: number; readonly shortest: number };

/** Mutants for which the two differ. */
export const shrinkingGaps: Readonly<Record<string, Gap>> = {};
