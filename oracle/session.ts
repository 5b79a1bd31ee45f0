import { type BadInput, badInput } from '../counterexamples/bad-input.ts';
import { type Roster, roster } from './begun.ts';
import type { Breach } from './candidate.ts';
import type { Header } from './header.ts';
import { type Judge, judge, type Recent, type Verdict } from './judge.ts';
import { aheadMax, isStriking, tried } from './merge.ts';
import type { Observed } from './observation.ts';
import {
  badHead,
  headOf,
  isOver,
  isShort,
  moveOn,
  type Place,
  placeOf,
  readOn,
  type Source,
  sourceOf,
} from './source.ts';
import { type Why, why } from './why.ts';

/** A verdict, and the place of the line that it is about. */
export type Judged = {
  readonly header: Header;
  readonly verdict: Verdict;
  readonly place: Place | null;
  readonly why: Why | null; // of a refusal
  readonly waiting: readonly Place[]; // the next lines of other files, which cannot be either
  readonly placeAt: (at: number) => Place | null; // of a line near that one, as they were merged
  readonly copies: readonly string[]; // their names, as the specification numbers them
};

/** What the files come to. */
export type Concluded = Judged | BadInput;

/** Judges an observation in one file, or in one for each node, as its bytes come. */
export type Session = {
  /** The file of which more is to be read; `null` once it is concluded. */
  readonly wants: () => number | null;
  /** The next bytes of that file; `null` at its end. */
  readonly feed: (file: number, bytes: Uint8Array | null) => void;
  readonly concluded: () => Concluded | null;
  readonly lines: () => number; // judged so far
};

/** So many lines are kept to make a short log of; of a longer log none is made. */
const keptMax = 20_000;

/** So many places are kept around the one that is told. */
const placesMax = 64;

/** So many lines behind a refusal are looked at, if they have been read. */
const behindMax = 32;

/** What stood in the way of a line when something struck that it may have waited for. */
type Held = { readonly verdict: Verdict; readonly recent: Recent };

type Begun = {
  readonly header: Header;
  readonly judge: Judge;
  readonly roster: Roster;
  readonly places: Map<number, Place>; // of the last lines, by their number in the merged log
  readonly held: Map<Source, Held>;
  kept: Observed[] | null;
  count: number;
};

type Course = {
  readonly sources: readonly Source[];
  readonly owners: Map<string, Source>; // by node
  begun: Begun | null;
  concluded: Concluded | null;
};

const inOrder = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value;

const sameHeader = (one: Header, other: Header): boolean =>
  JSON.stringify(one, inOrder) === JSON.stringify(other, inOrder);

/** One file records all that a node does. */
const ownedTwice = ({ owners }: Course, source: Source, { node }: Observed): BadInput | null => {
  const owner = owners.get(node);
  if (owner === undefined) owners.set(node, source);
  if (owner === undefined || owner === source) return null;
  const expected = `another than those of ${owner.name}`;
  return badHead(source, { place: 'node', expected, found: `is "${node}"` });
};

const judgedAs = ({ header, judge: judging, places }: Begun, verdict: Verdict): Judged => ({
  header,
  verdict,
  place: null,
  why: null,
  waiting: [],
  placeAt: (at) => places.get(at) ?? null,
  copies: [...judging.recent().log.copies.keys()],
});

/** The line is the next one of all. */
const take = (begun: Begun, source: Source, line: Observed): void => {
  const { places, kept } = begun;
  places.set(begun.count, placeOf(source));
  places.delete(begun.count - placesMax);
  begun.count++;
  if (kept !== null && kept.length < keptMax) kept.push(line);
  else begun.kept = null;
  begun.roster.took(line);
  begun.held.delete(source);
  moveOn(source);
};

/** The verdict about the next line of a file, which cannot be where that stands. */
const refusedAt = (course: Course, begun: Begun, source: Source, held: Held): Judged => {
  const { verdict, recent } = held;
  const told = { ...judgedAs(begun, verdict), place: placeOf(source) };
  const waiting = course.sources
    .filter((one) => one !== source && headOf(one) !== undefined)
    .map(placeOf);
  if (verdict.kind !== 'refused') return { ...told, waiting };
  const isOnly = course.sources.length === 1;
  begun.places.set(verdict.at, placeOf(source));
  const behind = source.lines.slice(source.at + 1, source.at + 1 + behindMax);
  for (const at of behind.keys()) {
    const { file, line } = placeOf(source);
    begun.places.set(verdict.at + 1 + at, { file, line: line + 1 + at });
  }
  const known = begun.kept?.slice(0, verdict.at) ?? null;
  const lines = known === null ? null : [...known, verdict.line];
  const context = { lines, behind: isOnly ? behind : [] };
  const then: Judge = { ...begun.judge, recent: () => recent };
  return { ...told, waiting, why: why(begun.header, then, verdict, context) };
};

/** The next line of the only file. */
const takeNext = (course: Course, begun: Begun, source: Source, line: Observed): void => {
  const misfit = begun.roster.misfit(line);
  if (misfit !== null) {
    course.concluded = badHead(source, misfit);
    return;
  }
  const verdict = begun.judge.feed(line);
  if (verdict === null) {
    take(begun, source, line);
    return;
  }
  const recent = begun.judge.recent();
  course.concluded = refusedAt(course, begun, source, { verdict, recent });
};

/** None of the next lines can be: the verdict is about the one that has waited longest. */
const stuck = (course: Course, begun: Begun, order: readonly Source[]): Concluded => {
  const [longest] = begun.held;
  if (longest !== undefined) return refusedAt(course, begun, ...longest);
  for (const source of [...order, ...course.sources]) {
    const line = headOf(source);
    if (line === undefined) continue;
    const misfit = begun.roster.misfit(line);
    if (misfit !== null) return badHead(source, misfit);
    const verdict = begun.judge.feed(line);
    const recent = begun.judge.recent();
    if (verdict !== null) return refusedAt(course, begun, source, { verdict, recent });
  }
  return judgedAs(begun, begun.judge.end());
};

/** One of the next lines of several files. */
const takeOne = (course: Course, begun: Begun): void => {
  const { judge: judging, held } = begun;
  const order = tried(course.sources, judging.recent(), judging.state()).flatMap(
    (file) => course.sources[file] ?? [],
  );
  const blocked: { readonly source: Source; readonly line: Observed; readonly breach: Breach }[] =
    [];
  for (const source of order) {
    const line = headOf(source);
    if (line === undefined || begun.roster.misfit(line) !== null) continue;
    const twice = ownedTwice(course, source, line);
    if (twice !== null) {
      course.concluded = twice;
      return;
    }
    if (isStriking(line)) {
      for (const one of blocked.filter((each) => !held.has(each.source))) {
        const verdict = judging.refusal(one.line, one.breach);
        held.set(one.source, { verdict, recent: judging.recent() });
      }
    }
    const breach = judging.offer(line);
    if (breach === null) {
      take(begun, source, line);
      return;
    }
    blocked.push({ source, line, breach });
  }
  course.concluded = stuck(course, begun, order);
};

/** Judges what is there, for as long as the next lines of every file are known. */
const advance = (course: Course): void => {
  const { sources } = course;
  const begun = course.begun ?? beginning(course);
  if (begun === null) return;
  course.begun = begun;
  const [only] = sources;
  const ahead = sources.length === 1 ? 1 : aheadMax;
  while (course.concluded === null) {
    const flawed = sources.find((source) => headOf(source) === undefined && source.bad !== null);
    if (flawed !== undefined) course.concluded = flawed.bad;
    else if (sources.some((source) => isShort(source, ahead))) return;
    else if (sources.every(isOver)) course.concluded = judgedAs(begun, begun.judge.end());
    else {
      const line = only === undefined ? undefined : headOf(only);
      if (sources.length > 1) takeOne(course, begun);
      else if (only !== undefined && line !== undefined) takeNext(course, begun, only, line);
    }
  }
};

/** All headers are there, and they are the same. */
const beginning = (course: Course): Begun | null => {
  const { sources } = course;
  const flawed = sources.find(({ reader, bad }) => bad !== null && reader.header() === null);
  if (flawed !== undefined) {
    course.concluded = flawed.bad;
    return null;
  }
  const headers = sources.flatMap(({ reader }) => reader.header() ?? []);
  const [header] = headers;
  if (header === undefined || headers.length < sources.length) return null;
  const other = headers.findIndex((one) => !sameHeader(one, header));
  const [first] = sources;
  const strange = sources[other];
  if (first !== undefined && strange !== undefined) {
    const expected = `the header of ${first.name}, for the files are of one observation`;
    course.concluded = badInput(strange.name, 'line 1', expected, 'is another');
    return null;
  }
  const fresh = { places: new Map(), held: new Map(), kept: [], count: 0 };
  return { header, judge: judge(header), roster: roster(header), ...fresh };
};

/** A session about the files with these names. */
export const session = (names: readonly string[]): Session => {
  const sources = names.map(sourceOf);
  const course: Course = { sources, owners: new Map(), begun: null, concluded: null };
  const ahead = names.length === 1 ? 1 : aheadMax;
  return {
    wants: () => {
      const file =
        course.concluded === null ? sources.findIndex((source) => isShort(source, ahead)) : -1;
      return file < 0 ? null : file;
    },
    feed: (file, bytes) => {
      const source = sources[file];
      if (source === undefined || course.concluded !== null) return;
      readOn(source, bytes);
      advance(course);
    },
    concluded: () => course.concluded,
    lines: () => sources.reduce((sum, { taken }) => sum + taken, 0),
  };
};
