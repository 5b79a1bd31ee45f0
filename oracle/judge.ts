import type { EventType } from '../model/event.ts';
import { type CopyId, copyId } from '../model/ids.ts';
import { enabled, eventTypes } from '../model/spec.ts';
import type { State } from '../model/state.ts';
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
import type { Header } from './header.ts';
import { type Hidden, hiddenIn, ways } from './hidden.ts';
import type { Observed } from './observation.ts';
import { happen } from './on-line.ts';

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

/** A line that was accepted, and how the specification stood before it. */
export type Kept = { readonly line: Observed; readonly before: readonly Candidate[] };

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
  readonly events: number;
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
  events: number;
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

/** Whatever happened unseen, the copy has ended, or another has won the generation after its. */
const isOver = ({ log }: Course, { line, state }: Refused): boolean => {
  const id = 'copy' in line ? log.copies.get(line.copy) : undefined;
  const copy = id === undefined ? undefined : state.copies[id];
  if (copy === undefined) return false;
  if (copy.mode === 'crashed' || copy.mode === 'halted') return true;
  const { generation, owner } = state.storage;
  const serves = line.did === 'release' || line.did === 'announce' || line.did === 'goLive';
  return serves && 'generation' in copy && copy.generation < generation && owner !== copy.id;
};

/** The line happens in all ways that are left, or it cannot in any. */
export const followed = (course: Course, line: Observed): Breach | null => {
  const [only, ...others] = course.candidates;
  if (only === undefined) return null;
  const direct = walkFrom(course.log, only);
  course.tries++;
  if (course.hidden.none && others.length === 0) {
    const breach = happen(direct, line);
    if (breach === null) {
      course.candidates = [direct.candidate];
      course.events += direct.taken;
    }
    return breach;
  }
  const found = ways(course.log, course.hidden, course.candidates, line);
  course.isCut ||= found.isCut;
  course.tries += unseenWeight * found.tries;
  if (found.candidates.length === 0) return found.breach;
  course.candidates = found.candidates;
  course.events += found.taken;
  return null;
};

type Judging = Course & {
  lines: number;
  kept: readonly Kept[];
  oldest: Mark | null; // to which it may return
};

/** Takes the line, if it can be the next one. */
const taking = (judging: Judging, line: Observed): Breach | null => {
  const { log, hidden, candidates: before } = judging;
  const breach = followed(judging, line);
  if (breach !== null) return breach;
  judging.lines++;
  const { lines, kept, oldest } = judging;
  judging.kept = [...(kept.length < recentCount ? kept : kept.slice(1)), { line, before }];
  if (!hidden.none && lines % catchUpEvery === 0) {
    judging.candidates = judging.candidates.map((candidate) => caughtUp(log, hidden, candidate));
  }
  if (lines % pruneEvery === 0) {
    forgetPlaces(log, [...judging.candidates, ...(oldest?.candidates ?? [])]);
  }
  return null;
};

const refusing = (judging: Judging, line: Observed, breach: Breach): Refused | Inconclusive => {
  const { hidden, isCut, lines } = judging;
  if (isCut) return { kind: 'inconclusive', at: lines, because: cutShort };
  const refused = refusal(judging, lines, line, breach);
  if (!hidden.isMuch || isOver(judging, refused)) return refused;
  return { kind: 'inconclusive', at: lines, because: noneFound };
};

const markOf = ({ candidates, isCut, events, lines, kept, log }: Judging): Mark => ({
  ...{ candidates, isCut, events, lines, kept },
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
  const judging: Judging = {
    ...{ log, hidden, candidates: [begin(log, header)], isCut: false },
    ...{ events: 0, tries: 0, lines: 0, kept: [], oldest: null },
  };
  let verdict: Refused | Inconclusive | null = null;
  return {
    feed: (line) => {
      if (verdict !== null) return verdict;
      const breach = taking(judging, line);
      if (breach === null) return null;
      verdict = refusing(judging, line, breach);
      return verdict;
    },
    offer: (line) => taking(judging, line),
    mark: () => markOf(judging),
    returnTo: (mark) => returnTo(judging, mark),
    forgetBefore: (mark) => {
      judging.oldest = mark;
    },
    refusal: (line, breach) => refusing(judging, line, breach),
    refused: (line, breach) => refusal(judging, judging.lines, line, breach),
    tries: () => judging.tries,
    end: () => verdict ?? { kind: 'accepted', lines: judging.lines, events: judging.events },
    state: () => {
      const [first] = judging.candidates;
      if (first === undefined) throw new Error('an observation has at least one candidate');
      return first.state;
    },
    recent: () => ({ log, hidden, kept: judging.kept, now: judging.candidates }),
  };
};
