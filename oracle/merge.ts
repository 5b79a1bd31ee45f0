import type { Header } from './header.ts';
import type { Observed } from './observation.ts';

/** Puts the lines of several nodes in an order in which causes come first, without a clock. */
export type Merge = {
  /** Of the next line of each file, the first that waits for no other; `null` if there is none. */
  readonly ready: (heads: readonly (Observed | undefined)[]) => number | null;
  readonly took: (line: Observed) => void;
  /** What has to come before the line, in words. */
  readonly waitsFor: (line: Observed) => string;
};

/** A merge of the observation with that header. */
export const merging = (_header: Header): Merge => ({
  ready: (heads) => {
    const index = heads.findIndex((line) => line !== undefined);
    return index < 0 ? null : index;
  },
  took: () => undefined,
  waitsFor: () => '',
});
