/** One line of the results: what was measured, what was asked for, and what came out. */
export type Figure = { readonly what: string; readonly asked: string; readonly measured: string };
