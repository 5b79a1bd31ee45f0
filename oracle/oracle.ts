import { isLeft } from 'fp-ts/lib/Either.js';
import type { Complaint } from '../counterexamples/complaint.ts';
import type { Header } from './header.ts';
import { judge, type Verdict } from './judge.ts';
import { complaintAbout, decodeHeader } from './lines.ts';
import { type Observed, observed } from './observation.ts';
import { type Why, why, whyText } from './why.ts';

/** A line that cannot be: the requirement it breaks, and all that can be said of it. */
export type Refusal = {
  readonly requirement: string | null; // its number in docs/requirements.md
  readonly sentence: string;
  readonly text: string; // the whole explanation, for people, in lines of at most 80 columns
  readonly why: Why;
};

/** Judges what a program does while it does it, for instance in a test of its own. */
export type Oracle = {
  /**
   * The next thing that happened. `n` may be left out: then the lines of each node are counted.
   *
   * @returns why it cannot be, or `null` where it can; after a refusal always that refusal
   * @throws TypeError with one sentence where it is no observation
   */
  readonly feed: (line: unknown) => Refusal | null;
  /** What all of it comes to. */
  readonly verdict: () => Verdict;
};

/** So many lines are kept to make a short log of; of a longer log none is made. */
const keptMax = 20_000;

const complain = ({ place, expected, found }: Complaint): never => {
  throw new TypeError(`${place === '' ? 'it' : place} should be ${expected}, but ${found}`);
};

const isComplaint = (value: object): value is Complaint => 'expected' in value;

const headerOf = (value: unknown): Header => {
  const found = decodeHeader(value);
  return isComplaint(found) ? complain(found) : found;
};

const counted = (counts: Map<string, number>, value: unknown): unknown => {
  if (typeof value !== 'object' || value === null || 'n' in value || !('node' in value)) {
    return value;
  }
  const node = `${value.node}`;
  const n = (counts.get(node) ?? 0) + 1;
  counts.set(node, n);
  return { ...value, n };
};

/** What begins an observation; the words that are the same in every header may be left out. */
export type Begin = Omit<Header, 'lockstep' | 'version'>;

/**
 * An oracle for one run.
 *
 * @param begin what the run is judged by, as in the first line of a log
 * @throws TypeError with one sentence where that does not go together
 */
export const oracle = (begin: Begin): Oracle => {
  const header = headerOf({ lockstep: 'observation', version: 1, ...begin });
  const judged = judge(header);
  const counts = new Map<string, number>();
  let lines: Observed[] | null = [];
  let refusal: Refusal | null = null;
  const refuse = (found: Why): Refusal => {
    const names = [...judged.recent().log.copies.keys()];
    const text = whyText(
      found,
      (copy) => names[copy] ?? `copy ${copy}`,
      (at) => `line ${at + 1}`,
      () => null,
    );
    return { requirement: found.requirement, sentence: found.sentence, text, why: found };
  };
  return {
    feed: (value) => {
      if (refusal !== null) return refusal;
      const numbered = counted(counts, value);
      const decoded = observed.decode(numbered);
      if (isLeft(decoded)) return complain(complaintAbout(numbered));
      const line = decoded.right;
      lines?.push(line);
      if (lines !== null && lines.length > keptMax) lines = null;
      const verdict = judged.feed(line);
      if (verdict === null || verdict.kind !== 'refused') return null;
      refusal = refuse(why(header, judged, verdict, { lines, behind: [] }));
      return refusal;
    },
    verdict: judged.end,
  };
};
