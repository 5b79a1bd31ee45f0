import { type BadInput, badInput } from '../counterexamples/bad-input.ts';
import { roster } from './begun.ts';
import type { Header } from './header.ts';
import { type Judge, judge, type Verdict } from './judge.ts';
import type { Observed } from './observation.ts';
import { aheadMax, backOf, type Found, type Search, searchOf, takeOne } from './search.ts';
import {
  badHead,
  headOf,
  isOver,
  isShort,
  type Place,
  placeOf,
  readOn,
  type Source,
  sourceOf,
} from './source.ts';
import { take } from './standing.ts';
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

/** So many lines behind a refusal are looked at, if they have been read. */
const behindMax = 32;

type Course = {
  readonly sources: readonly Source[];
  readonly owners: Map<string, Source>; // by node
  begun: Search | null;
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

const judgedAs = ({ merging }: Search, verdict: Verdict): Judged => ({
  header: merging.header,
  verdict,
  place: null,
  why: null,
  waiting: [],
  placeAt: (at) => merging.places.get(at) ?? null,
  copies: [...merging.judge.recent().log.copies.keys()],
});

const accepted = (search: Search): Judged => judgedAs(search, search.merging.judge.end());

/** The next line of the only file cannot be. */
const refusedAt = (search: Search, source: Source, verdict: Verdict): Judged => {
  const { judge: judging, header, kept, places } = search.merging;
  const told = { ...judgedAs(search, verdict), place: placeOf(source) };
  if (verdict.kind !== 'refused') return told;
  const behind = source.lines.slice(source.at + 1, source.at + 1 + behindMax);
  for (const at of [-1, ...behind.keys()]) {
    const { file, line } = placeOf(source);
    places.set(verdict.at + 1 + at, { file, line: line + 1 + at });
  }
  const lines = kept === null ? null : [...kept.slice(0, verdict.at), verdict.line];
  return { ...told, why: why(header, judging, verdict, { lines, behind }) };
};

/** The next line of the only file. */
const takeNext = (search: Search, source: Source, line: Observed): Concluded | null => {
  const { roster: known, judge: judging } = search.merging;
  const misfit = known.misfit(line);
  if (misfit !== null) return badHead(source, misfit);
  const verdict = judging.feed(line);
  if (verdict !== null) return refusedAt(search, source, verdict);
  take(search.merging, source, line);
  return null;
};

const notAll = ({ ends }: Search): string => {
  const orders = ends === 1 ? 'the one order that was' : `any of the ${ends} orders that were`;
  return `this line and those that wait cannot be in ${orders} tried, and there are others`;
};

/** What is told where none of the next lines of several files can be. */
const stuckAt = (search: Search, { stuck, isCertain }: Found): Concluded => {
  const { verdict, recent, place, waiting, misfit, lines } = stuck;
  const { judge: judging, header, places } = search.merging;
  const copies = [...recent.log.copies.keys()];
  if (!isCertain) {
    const open: Verdict = { kind: 'inconclusive', at: stuck.count, because: notAll(search) };
    return { ...judgedAs(search, open), place, waiting, copies };
  }
  if (misfit !== null && verdict.kind === 'refused') return misfit;
  const told = { ...judgedAs(search, verdict), place, waiting, copies };
  if (verdict.kind !== 'refused') return told;
  if (place !== null) places.set(verdict.at, place);
  const known = lines === null ? null : [...lines.slice(0, verdict.at), verdict.line];
  const then: Judge = { ...judging, recent: () => recent };
  return { ...told, why: why(header, then, verdict, { lines: known, behind: [] }) };
};

/** The next line of one file, or of several. */
const goOn = (course: Course, search: Search): Concluded | null => {
  const { sources } = course;
  const [only] = sources;
  const line = only === undefined ? undefined : headOf(only);
  if (sources.length === 1) {
    return only === undefined || line === undefined ? null : takeNext(search, only, line);
  }
  for (const source of sources) {
    const head = headOf(source);
    const twice = head === undefined ? null : ownedTwice(course, source, head);
    if (twice !== null) return twice;
  }
  const found = takeOne(search);
  return found === null ? null : stuckAt(search, found);
};

/** Judges what is there, for as long as the next lines of every file are known. */
const advance = (course: Course): void => {
  const { sources } = course;
  const begun = course.begun ?? beginning(course);
  if (begun === null) return;
  course.begun = begun;
  const ahead = sources.length === 1 ? 1 : aheadMax;
  while (course.concluded === null) {
    const flawed = sources.find((source) => headOf(source) === undefined && source.bad !== null);
    if (flawed !== undefined) course.concluded = flawed.bad;
    else if (sources.some((source) => isShort(source, ahead))) return;
    else if (sources.every(isOver)) course.concluded = accepted(begun);
    else course.concluded = goOn(course, begun);
  }
};

/** All headers are there, and they are the same. */
const beginning = (course: Course): Search | null => {
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
  const fresh = { places: new Map(), speakers: new Map(), held: new Map(), kept: [], count: 0 };
  return searchOf({ header, judge: judge(header), roster: roster(header), sources, ...fresh });
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
      readOn(source, bytes, course.begun === null ? 0 : backOf(course.begun, source));
      advance(course);
    },
    concluded: () => course.concluded,
    lines: () => sources.reduce((sum, { taken }) => sum + taken, 0),
  };
};
