import type { Breach, Candidate, Log } from './candidate.ts';
import { walkFrom } from './candidate.ts';
import type { Header } from './header.ts';
import { type Did, dids, type Observed, type Sight, vocabulary } from './observation.ts';
import { happen } from './on-line.ts';

/** Which kinds of lines an observation may lack. */
export type Hidden = { readonly kinds: ReadonlySet<Did>; readonly none: boolean };

const depth: Readonly<Record<Sight, number>> = { black: 0, grey: 1, white: 2 };

/** What cannot be seen there, and what its header says that it hides. */
export const hiddenIn = ({ sight, hides = [] }: Header): Hidden => {
  const beyond = dids.filter((did) => depth[vocabulary[did].sight] > depth[sight]);
  const kinds = new Set([...beyond, ...hides]);
  return { kinds, none: kinds.size === 0 };
};

/** The ways in which a line can come about, and why it cannot where there is none. */
export type Ways = {
  readonly candidates: readonly Candidate[];
  readonly breach: Breach | null;
  readonly isCut: boolean;
  readonly taken: number;
};

/** A line after whatever can have happened unseen before it. */
export const ways = (
  log: Log,
  _hidden: Hidden,
  candidates: readonly Candidate[],
  line: Observed,
): Ways => {
  const found: Candidate[] = [];
  let breach: Breach | null = null;
  let taken = 0;
  for (const candidate of candidates) {
    const walk = walkFrom(log, candidate);
    const why = happen(walk, line);
    breach ??= why;
    if (why !== null) continue;
    taken = walk.taken;
    found.push(walk.candidate);
  }
  return { candidates: found, breach, isCut: false, taken };
};
