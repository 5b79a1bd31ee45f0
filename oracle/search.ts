import { isTooLate } from './certain.ts';
import type { Judge, Mark } from './judge.ts';
import { isStriking, tried } from './merge.ts';
import { goesFirst, isTurning, type Sees } from './movers.ts';
import type { Observed } from './observation.ts';
import { headOf, type Source } from './source.ts';
import {
  type Choice,
  heardIn,
  isOfItsFile,
  linesMax,
  type Merging,
  outlookOf,
  returnTo,
  type Standing,
  standingOf,
  take,
} from './standing.ts';
import { type Blocked, certainOf, type Stuck, told, tooLate } from './stuck.ts';

/** So many lines of each file are looked at before one of them is taken. */
export const aheadMax = 1024;

/** So many choices are left open; the oldest are made for good. */
const choicesMax = 512;

/** So many lines, and unseen steps before them, are tried at most in search of one line more. */
const triesMax = 150_000;

/** As many standings from which nothing is found are remembered. */
const deadMax = 20_000;

/** The orders of some files that were tried. */
export type Search = {
  readonly merging: Merging;
  readonly choices: Choice[];
  readonly dead: Set<string>;
  isCut: boolean; // there are orders that were not tried
  isBlind: boolean; // a line went first although others were not in sight
  ends: number; // orders that came to an end
  furthest: number;
  tries: number; // when it had come furthest
  best: Stuck | null; // of those that came furthest the first
};

/** Nothing was tried yet. */
export const searchOf = (merging: Merging): Search => ({
  ...{ merging, choices: [], dead: new Set(), isCut: false, isBlind: false },
  ...{ ends: 0, furthest: 0, tries: 0, best: null },
});

/** A line that no order of the files helps, or that none does that was tried. */
export type Found = { readonly stuck: Stuck; readonly isCertain: boolean };

/** As far back as this a file may be read again. */
export const backOf = ({ choices, merging }: Search, source: Source): number => {
  const [oldest] = choices;
  const index = merging.sources.indexOf(source);
  return oldest === undefined ? 0 : source.taken - (oldest.standing.taken[index] ?? source.taken);
};

/** Whether all that is left of the file is in sight: else so many lines of it have been read. */
const isInSight = ({ lines, at }: Source): boolean => lines.length - at < aheadMax;

const seesFrom = (search: Search, own: Source): Sees => {
  const others = search.merging.sources.filter((source) => source !== own);
  return (isSuch) => {
    const isThere = others.some(({ watched, taken }) =>
      watched.some(
        ({ line, before }) => before >= taken && before < taken + aheadMax && isSuch(line),
      ),
    );
    search.isBlind ||= !isThere && !others.every(isInSight);
    return isThere;
  };
};

type Open = {
  readonly options: readonly { readonly source: Source; readonly line: Observed }[];
  readonly blocked: readonly Blocked[];
  readonly isTaken: boolean; // one of them moves before all others, and was taken
};

/**
 * Whether the line can be next in each of the ways to here. One in which it cannot be yet may be
 * the right one, in which lines of other files come first: it would be lost.
 */
const isPossibleInAll = (judge: Judge, line: Observed, { candidates, ...mark }: Mark): boolean =>
  candidates.length === 1 ||
  candidates.every((candidate) => {
    judge.returnTo({ ...mark, candidates: [candidate] });
    return judge.offer(line) === null;
  });

/** Which of the next lines can be next. */
const openTo = (search: Search): Open => {
  const { merging } = search;
  const { judge, roster, sources } = merging;
  const options: { source: Source; line: Observed }[] = [];
  const blocked: Blocked[] = [];
  const state = judge.state();
  for (const file of tried(sources, judge.recent(), state)) {
    const source = sources[file];
    const line = source === undefined ? undefined : headOf(source);
    if (source === undefined || line === undefined) continue;
    if (roster.misfit(line) !== null) {
      blocked.push({ source, line, breach: null });
      continue;
    }
    heardIn(merging, source, line);
    const isOfOne = isOfItsFile(merging, source, line);
    search.isCut ||= !isOfOne || (search.isBlind && isTurning(line, judge.recent(), state));
    const before = judge.mark();
    const breach = judge.offer(line);
    if (breach !== null) {
      blocked.push({ source, line, breach });
      continue;
    }
    const after = judge.mark();
    const change = { before: before.candidates, after: after.candidates };
    const isFirst =
      isOfOne &&
      goesFirst(line, judge.recent(), change, seesFrom(search, source)) &&
      isPossibleInAll(judge, line, before);
    judge.returnTo(isFirst ? after : before);
    if (isFirst) {
      take(merging, source, line);
      return { options: [], blocked, isTaken: true };
    }
    options.push({ source, line });
  }
  return { options, blocked, isTaken: false };
};

/** The oldest choices are made for good. */
const forget = (search: Search): void => {
  const { choices, merging } = search;
  const isOld = ({ standing }: Choice): boolean => merging.count - standing.count > linesMax;
  for (
    let [oldest] = choices;
    oldest !== undefined && (choices.length > choicesMax || isOld(oldest));
    [oldest] = choices
  ) {
    if (oldest.left.length > 0) search.isCut = true;
    choices.shift();
  }
  merging.judge.forgetBefore(choices[0]?.standing.mark ?? null);
};

/** Whoever waits while something strikes may have waited for longer than that. */
const hold = ({ judge, held }: Merging, blocked: readonly Blocked[]): void => {
  for (const { source, line, breach } of blocked) {
    if (breach === null || held.has(source)) continue;
    held.set(source, { verdict: judge.refusal(line, breach), recent: judge.recent() });
  }
};

const go = (search: Search, source: Source, blocked: readonly Blocked[]): void => {
  const { merging } = search;
  const line = headOf(source);
  if (line === undefined) return;
  if (isStriking(line)) hold(merging, blocked);
  merging.judge.offer(line);
  take(merging, source, line);
};

/** Whether one of the lines was the next of its file, and too late, at that choice already. */
const isFutile = (
  { merging }: Search,
  { standing }: Choice,
  late: readonly (Blocked & { readonly taken: number })[],
): boolean => {
  const { judge, sources } = merging;
  const known = late.filter(({ source, taken }) => {
    return standing.taken[sources.indexOf(source)] === taken;
  });
  if (known.length === 0) return false;
  judge.returnTo(standing.mark);
  const { log, hidden, now } = judge.recent();
  return known.some(({ line }) => {
    const breach = judge.offer(line);
    if (breach !== null) return isTooLate(log, hidden, now, line, breach);
    judge.returnTo(standing.mark);
    return false;
  });
};

/**
 * Another order, from the last choice that leaves one; nothing if all were tried.
 *
 * @param late lines that were too late: where they were so already, nothing else helps
 */
const goBack = (search: Search, late: readonly Blocked[]): boolean => {
  const { choices, dead, merging } = search;
  const dated = late.map((one) => ({ ...one, taken: one.source.taken }));
  for (let last = choices.at(-1); last !== undefined; last = choices.at(-1)) {
    const next = isFutile(search, last, dated) ? undefined : last.left.shift();
    if (next !== undefined) {
      returnTo(merging, last.standing);
      go(search, next, []);
      return true;
    }
    if (dead.size < deadMax) dead.add(outlookOf(last.standing));
    choices.pop();
  }
  return false;
};

const isDead = ({ dead }: Search, standing: Standing): boolean =>
  dead.size > 0 && dead.has(outlookOf(standing));

/** The order that was followed comes to an end; `null` if there is another. */
const end = (
  search: Search,
  stuck: () => Stuck | null,
  late: readonly Blocked[] = [],
): Found | null => {
  const { merging, best } = search;
  search.ends++;
  search.isCut ||= merging.judge.mark().isCut;
  if (best === null || merging.count > best.count) search.best = stuck();
  const isSpent = merging.judge.tries() - search.tries > triesMax;
  if (!isSpent && goBack(search, late)) return null;
  search.isCut ||= isSpent;
  return search.best === null ? null : { stuck: search.best, isCertain: !search.isCut };
};

/** One of the next lines of several files is taken, or what stands in the way of all is found. */
export const takeOne = (search: Search): Found | null => {
  const { merging } = search;
  const { options, blocked, isTaken } = openTo(search);
  if (merging.count > search.furthest) {
    search.furthest = merging.count;
    search.tries = merging.judge.tries();
  }
  if (isTaken) {
    if (search.choices.length > 0) forget(search);
    return null;
  }
  const certain = certainOf(merging, blocked);
  if (certain !== null) return { stuck: certain, isCertain: true };
  const late = tooLate(merging, blocked);
  if (late.length > 0) return end(search, () => told(merging, late), late);
  const [first, ...others] = options;
  if (first === undefined) return end(search, () => told(merging, blocked));
  if (others.length > 0) {
    const standing = standingOf(merging);
    if (isDead(search, standing)) return end(search, () => search.best);
    search.choices.push({ standing, left: others.map(({ source }) => source) });
    forget(search);
  }
  go(search, first.source, blocked);
  return null;
};
