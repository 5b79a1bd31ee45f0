import type { EventType } from '../model/event.ts';
import { type CopyId, copyId } from '../model/ids.ts';
import { enabled, eventTypes } from '../model/spec.ts';
import type { State } from '../model/state.ts';
import { settled } from './at-once.ts';
import { likelyWays } from './backward.ts';
import {
  type Breach,
  begin,
  type Candidate,
  forgetPlaces,
  type Log,
  logFor,
  walkFrom,
} from './candidate.ts';
import { caughtUp } from './catch-up.ts';
import { allWays, mostCandidates } from './forward.ts';
import type { Header } from './header.ts';
import { type Hidden, hiddenIn } from './hidden.ts';
import { type Observed, ofCopies } from './observation.ts';
import { readings } from './on-channel.ts';
import { happen } from './on-line.ts';
import { type Kept, onceMore, windowMax } from './once-more.ts';
import { outlook } from './outlook.ts';

/** A line that cannot be, whatever went before it unseen. */
export type Refused = {
  readonly kind: 'refused';
  readonly at: number; // lines behind the header that were accepted before it
  readonly line: Observed;
  readonly breach: Breach;
  readonly state: State; // of the specification, before the line
  readonly allowed: readonly EventType[]; // what its copy could have done instead
};

/** More can have happened unseen than was tried. */
export type Inconclusive = {
  readonly kind: 'inconclusive';
  readonly at: number;
  readonly because: string;
};

/** What an observation comes to. */
export type Verdict =
  | { readonly kind: 'accepted'; readonly lines: number; readonly events: number }
  | Refused
  | Inconclusive;

/** Judges an observation line by line, as it goes. After a refusal it says no more. */
export type Judge = {
  /** The next line: why it cannot be, or `null` where it can. */
  readonly feed: (line: Observed) => Refused | Inconclusive | null;
  /** Takes the line if it can be the next one, and says why if it cannot; that is no verdict. */
  readonly offer: (line: Observed) => Breach | null;
  /** Where it stands. It can return there, however often, unless it was told to forget that. */
  readonly mark: () => Mark;
  readonly returnTo: (mark: Mark) => void;
  /** It will not return to what was before this, or before where it stands. */
  readonly forgetBefore: (oldest: Mark | null) => void;
  /** What the refusal of a line would be that breaks this now. */
  readonly refusal: (line: Observed, breach: Breach) => Refused | Inconclusive;
  /** The same where it is known that nothing unseen helps. */
  readonly refused: (line: Observed, breach: Breach) => Refused;
  /** How much was tried so far, of lines and of unseen steps. */
  readonly tries: () => number;
  readonly end: () => Verdict;
  /** The state of the specification to which the lines lead, in one of the ways. */
  readonly state: () => State;
  /** The last lines, with the ways that led to each: what an explanation begins from. */
  readonly recent: () => Recent;
};

/** The last lines of an observation, oldest first. */
export type Recent = {
  readonly log: Log;
  readonly hidden: Hidden;
  readonly kept: readonly Kept[];
  readonly now: readonly Candidate[]; // after the last of them
};

/** Where a judge stands after some lines. */
export type Mark = {
  readonly candidates: readonly Candidate[];
  readonly isCut: boolean;
  readonly lines: number;
  readonly kept: readonly Kept[];
  readonly names: readonly (readonly [string, CopyId])[];
};

/** So many lines are kept for an explanation. */
export const recentCount = 8;

const pruneEvery = 1024;

const catchUpEvery = 64;

/** A try of an unseen step takes about as long as so many of lines in a complete log. */
const unseenWeight = 4;

const cutShort = 'more can have happened unseen than was tried';

const noneFound = 'nothing that was tried explains it, and much can have happened unseen';

/** An observation on its way. */
export type Course = {
  readonly log: Log;
  readonly hidden: Hidden;
  candidates: readonly Candidate[];
  isCut: boolean; // some ways were left out
  tries: number; // of lines, and of unseen steps before them
};

const allowedTo = ({ log }: Course, state: State, line: Observed): readonly EventType[] => {
  const id = 'copy' in line ? (log.copies.get(line.copy) ?? copyId(-1)) : copyId(-1);
  const isIts = (type: EventType): boolean =>
    log.spec.actions[type].by === 'protocol' &&
    enabled(log.spec, state, type).some((event) => 'copy' in event && event.copy === id);
  return eventTypes(log.spec).filter(isIts);
};

const refusal = (course: Course, at: number, line: Observed, breach: Breach): Refused => {
  const state = course.candidates[0]?.state;
  if (state === undefined) throw new Error('an observation has at least one candidate');
  const allowed = allowedTo(course, state, line);
  return { kind: 'refused', at, line, breach, state, allowed };
};

/** Whatever happened unseen, its host has crashed. */
const isOver = ({ log, hidden, candidates }: Course, line: Observed): boolean => {
  // what it had under way, a request or a disk operation, may come to its end without it
  const isOwn = Object.hasOwn(ofCopies, line.did) && 'copy' in line;
  const id = isOwn ? log.copies.get(line.copy) : undefined;
  if (id === undefined || hidden.kinds.has('crash')) return false;
  return candidates.every(({ state }) => state.copies[id]?.mode === 'crashed');
};

/** One connection is taken where a line can be about either of two: there are other ways. */
const isOneOfTwo = ({ log, hidden, candidates }: Course, line: Observed): boolean => {
  const id = line.did === 'readAck' ? log.copies.get(line.copy) : undefined;
  if (line.did !== 'readAck' || id === undefined || hidden.none) return false;
  return candidates.some((candidate) => readings(walkFrom(log, candidate), id, line).length > 1);
};

/** A complete line in each way that is left: an acknowledgment on each connection it fits. */
const inEach = (course: Course, line: Observed): Breach | null => {
  const { log, candidates } = course;
  const found = new Map<string, Candidate>();
  let breach: Breach | null = null;
  for (const candidate of candidates) {
    const walk = walkFrom(log, candidate);
    const id = line.did === 'readAck' ? log.copies.get(line.copy) : undefined;
    const read = line.did === 'readAck' && id !== undefined ? readings(walk, id, line) : [];
    const why = read.length > 1 ? null : happen(walk, line);
    breach ??= why;
    const ways = read.length > 1 ? read : why === null ? [walk.candidate] : [];
    for (const way of ways) found.set(outlook(way, false), way);
  }
  if (found.size === 0) return breach;
  course.isCut ||= found.size > mostCandidates;
  course.candidates = [...found.values()].slice(0, mostCandidates);
  return null;
};

/** The line happens in all ways that are left, or it cannot in any. */
export const followed = (course: Course, line: Observed): Breach | null => {
  const [only, ...others] = course.candidates;
  if (only === undefined) return null;
  const { log, hidden, candidates } = course;
  course.tries++;
  if (hidden.none) {
    if (others.length > 0 || line.did === 'readAck') return inEach(course, line);
    const direct = walkFrom(log, only);
    const breach = happen(direct, line);
    if (breach === null) course.candidates = [direct.candidate];
    return breach;
  }
  const found = (hidden.isBlind ? likelyWays : allWays)(log, hidden, candidates, line);
  course.isCut ||= found.isCut;
  course.tries += unseenWeight * found.tries;
  if (found.candidates.length === 0) return found.breach;
  course.candidates = found.candidates;
  return null;
};

type Judging = Course & {
  readonly keptMax: number;
  lines: number;
  kept: readonly Kept[];
  oldest: Mark | null; // to which it may return
};

const accept = (judging: Judging, line: Observed, before: readonly Candidate[]): void => {
  const { log, hidden, keptMax, kept, oldest } = judging;
  judging.lines++;
  judging.kept = [...(kept.length < keptMax ? kept : kept.slice(1)), { line, before }];
  if (!hidden.none && judging.lines % catchUpEvery === 0) {
    judging.candidates = judging.candidates.map((candidate) => caughtUp(log, hidden, candidate));
  }
  if (judging.lines % pruneEvery === 0) {
    forgetPlaces(log, [...judging.candidates, ...(oldest?.candidates ?? [])]);
  }
};

const taking = (judging: Judging, line: Observed): Breach | null => {
  const before = judging.candidates;
  const isUnsure = isOneOfTwo(judging, line);
  const breach = followed(judging, line);
  if (breach !== null) return breach;
  judging.isCut ||= isUnsure;
  accept(judging, line, before);
  return null;
};

const again = ({ log, hidden, kept }: Judging, line: Observed): readonly Candidate[] =>
  hidden.none || hidden.isBlind ? [] : onceMore(log, hidden, kept, line);

const refusing = (judging: Judging, line: Observed, breach: Breach): Refused | Inconclusive => {
  const { hidden, isCut, lines } = judging;
  if (!isOver(judging, line)) {
    if (isCut) return { kind: 'inconclusive', at: lines, because: cutShort };
    // by whom a quiet disk is wished for hangs on more unseen orders than are known to be tried
    const isOpen = hidden.isBlind || (!hidden.none && line.did === 'quiesce');
    if (isOpen) return { kind: 'inconclusive', at: lines, because: noneFound };
  }
  return refusal(judging, lines, line, breach);
};

/** The line, if need be after what was overlooked before the last lines. */
const hearing = (judging: Judging, line: Observed): Refused | Inconclusive | null => {
  const breach = taking(judging, line);
  if (breach === null) return null;
  const others = again(judging, line);
  if (others.length === 0) return refusing(judging, line, breach);
  const before = judging.candidates;
  judging.candidates = others;
  accept(judging, line, before);
  return null;
};

const markOf = ({ candidates, isCut, lines, kept, log }: Judging): Mark => ({
  ...{ candidates, isCut, lines, kept },
  names: [...log.copies],
});

const returnTo = (judging: Judging, { names, ...mark }: Mark): void => {
  Object.assign(judging, mark);
  const { copies } = judging.log;
  copies.clear();
  for (const [name, id] of names) copies.set(name, id);
};

/** A judge of an observation with that header. */
export const judge = (header: Header): Judge => {
  const log = logFor(header);
  const hidden = hiddenIn(header);
  const first = settled(log, hidden.atOnce, begin(log, header));
  const judging: Judging = {
    ...{ log, hidden, candidates: [first], isCut: false, tries: 0 },
    ...{ lines: 0, kept: [], oldest: null },
    keptMax: hidden.none || hidden.isBlind ? recentCount : windowMax,
  };
  let verdict: Refused | Inconclusive | null = null;
  const events = (): number => judging.candidates[0]?.events ?? 0;
  return {
    feed: (line) => {
      verdict ??= hearing(judging, line);
      return verdict;
    },
    offer: (line) => taking(judging, line),
    mark: () => markOf(judging),
    returnTo: (mark) => returnTo(judging, mark),
    forgetBefore: (mark) => {
      judging.oldest = mark;
    },
    refusal: (line, breach) =>
      again(judging, line).length > 0
        ? { kind: 'inconclusive', at: judging.lines, because: cutShort }
        : refusing(judging, line, breach),
    refused: (line, breach) => refusal(judging, judging.lines, line, breach),
    tries: () => judging.tries,
    end: () => verdict ?? { kind: 'accepted', lines: judging.lines, events: events() },
    state: () => {
      const [one] = judging.candidates;
      if (one === undefined) throw new Error('an observation has at least one candidate');
      return one.state;
    },
    recent: () => {
      const kept = judging.kept.slice(-recentCount);
      return { log, hidden, kept, now: judging.candidates };
    },
  };
};
