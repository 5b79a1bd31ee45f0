import type { Settings } from '../model/settings.ts';
import type { Spec } from '../model/spec.ts';

/** A protocol that is wrong in one decision. */
export type Mutant = {
  readonly spec: Spec; // named as in the catalogue, in kebab-case
  /** The claims that may kill it, the most telling first; 'nothing' for a benign change. */
  readonly breaks: readonly [string, ...string[]] | 'nothing';
  /** What is wrong, and the story of how it goes wrong, in one or two sentences. */
  readonly because: string;
  /** The requirement whose decision it changes. */
  readonly cites: readonly string[];
  /** Settings without which the mistake cannot show; the rest is left to chance. */
  readonly settings: Partial<Settings>;
};
