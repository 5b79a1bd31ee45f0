/**
 * What a verdict rests on: all that there is in a scope, all of it up to a depth, random runs, or a
 * run that breaks a claim.
 */
export type VerdictKind = 'exhausted' | 'bounded' | 'sampled' | 'refuted';

/** How the last line of a report begins: whose verdict it is, and of which kind. */
export const verdictHead = (spec: string, kind: VerdictKind, depth: number | null = null): string =>
  `${spec}: ${kind}${depth === null ? '' : `(${depth})`}: `;
