/** Why a claim stays although every mutant that breaks it breaks another one too. */
export const reasonsToStay: Readonly<Record<string, string>> = {};
