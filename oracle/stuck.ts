import type { BadInput } from '../counterexamples/bad-input.ts';
import type { Breach } from './candidate.ts';
import { isCertain, isTooLate } from './certain.ts';
import type { Recent, Verdict } from './judge.ts';
import type { Observed } from './observation.ts';
import { badHead, headOf, type Place, placeOf, type Source } from './source.ts';
import { type Held, isOfItsFile, type Merging } from './standing.ts';

/** A next line that cannot be. */
export type Blocked = {
  readonly source: Source;
  readonly line: Observed;
  readonly breach: Breach | null; // null where it does not fit the lines before it
};

/** Where none of the next lines can be: what is said of the one that is told. */
export type Stuck = {
  readonly count: number;
  readonly verdict: Verdict;
  readonly recent: Recent;
  readonly place: Place | null;
  readonly waiting: readonly Place[];
  readonly misfit: BadInput | null;
  readonly lines: readonly Observed[] | null; // before it, if they are known
};

/** Names that a later order gives are not those of this one. */
const own = (recent: Recent): Recent => ({
  ...recent,
  log: { ...recent.log, copies: new Map(recent.log.copies) },
});

const stuckAt = (merging: Merging, named: Source, verdict: Verdict, recent: Recent): Stuck => {
  const { count, kept, sources } = merging;
  const line = headOf(named);
  const misfit = line === undefined ? null : merging.roster.misfit(line);
  return {
    ...{ count, verdict, recent: own(recent) },
    place: line === undefined ? null : placeOf(named),
    waiting: sources.filter((one) => one !== named && headOf(one) !== undefined).map(placeOf),
    misfit: misfit === null ? null : badHead(named, misfit),
    lines: kept?.slice() ?? null,
  };
};

const reasonOf = (breach: Breach | null): string => {
  if (breach === null) return '';
  if (breach.kind === 'refused') return breach.refusal;
  return breach.kind === 'differs' ? breach.what : breach.sentence;
};

/** For another reason than now, which something that struck has brought. */
const isOther = ({ verdict }: Held, breach: Breach | null): boolean =>
  verdict.kind !== 'refused' || reasonOf(verdict.breach) !== reasonOf(breach);

/**
 * What is told where nothing can be next: of a line that could not be before something struck, for
 * a reason of its own; or of one that says a wrong value, rather than of one that waits.
 */
export const told = (merging: Merging, blocked: readonly Blocked[]): Stuck | null => {
  const { judge, held } = merging;
  for (const [source, before] of held) {
    const now = blocked.find((one) => one.source === source);
    if (now === undefined || !isOther(before, now.breach)) continue;
    return stuckAt(merging, source, before.verdict, before.recent);
  }
  const first = blocked.find(({ breach }) => breach?.kind === 'differs') ?? blocked[0];
  if (first === undefined) return null;
  const { source, line } = first;
  const breach = first.breach ?? { kind: 'senseless', sentence: 'it does not fit' };
  return stuckAt(merging, source, judge.refusal(line, breach), judge.recent());
};

/** What cannot be in any order. */
export const certainOf = (merging: Merging, blocked: readonly Blocked[]): Stuck | null => {
  const { judge } = merging;
  const { log, hidden, now } = judge.recent();
  const one = blocked.find(
    ({ source, line, breach }) =>
      breach !== null &&
      isOfItsFile(merging, source, line) &&
      isCertain(log, hidden, now, line, breach),
  );
  if (one === undefined || one.breach === null) return null;
  const verdict = judge.refused(one.line, one.breach);
  return { ...stuckAt(merging, one.source, verdict, judge.recent()), waiting: [] };
};

/** What cannot be any more in this order. */
export const tooLate = (merging: Merging, blocked: readonly Blocked[]): readonly Blocked[] => {
  const { log, hidden, now } = merging.judge.recent();
  return blocked.filter(
    ({ source, line, breach }) =>
      breach !== null &&
      isOfItsFile(merging, source, line) &&
      isTooLate(log, hidden, now, line, breach),
  );
};
