import { type BadInput, badInput } from '../counterexamples/bad-input.ts';
import { roster } from './begun.ts';
import type { Header } from './header.ts';
import { type Judge, judge, type Refused, type Verdict } from './judge.ts';
import { type LineReader, lineReader } from './lines.ts';
import { type Merge, merging } from './merge.ts';
import type { Observed } from './observation.ts';
import { type Why, why } from './why.ts';

/** Where a line stands: its file, and its number there, from 1. */
export type Place = { readonly file: string; readonly line: number };

/** A verdict, and the place of the line that it is about. */
export type Judged = {
  readonly header: Header;
  readonly verdict: Verdict;
  readonly place: Place | null;
  readonly why: Why | null; // of a refusal
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

type Source = {
  readonly name: string;
  readonly reader: LineReader;
  queue: readonly Observed[];
  at: number; // of the queue's next line
  taken: number; // lines behind the header, before it
  hasEnded: boolean;
  bad: BadInput | null; // what follows the queue
};

const sourceOf = (name: string): Source => ({
  name,
  reader: lineReader(name),
  queue: [],
  at: 0,
  taken: 0,
  hasEnded: false,
  bad: null,
});

const headOf = ({ queue, at }: Source): Observed | undefined => queue[at];

const placeOf = ({ name, taken }: Source): Place => ({ file: name, line: taken + 2 });

const inOrder = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value;

const sameHeader = (one: Header, other: Header): boolean =>
  JSON.stringify(one, inOrder) === JSON.stringify(other, inOrder);

/** So many lines are kept to make a short log of; of a longer log none is made. */
const keptMax = 20_000;

/** So many places are kept around the one that is told. */
const placesMax = 64;

/** So many lines behind a refusal are looked at, if they have been read. */
const behindMax = 32;

type Course = {
  readonly sources: readonly Source[];
  readonly owners: Map<string, Source>; // by node
  begun: Begun | null;
  concluded: Concluded | null;
};

type Begun = {
  readonly header: Header;
  readonly judge: Judge;
  readonly merge: Merge;
  readonly misfit: ReturnType<typeof roster>;
  readonly places: Map<number, Place>; // of the last lines, by their number in the merged log
  kept: Observed[] | null;
  count: number;
};

const complained = ({ name, taken }: Source, place: string, expected: string, found: string) =>
  badInput(name, `line ${taken + 2}, ${place}`, expected, found);

/** One file records all that a node does. */
const ownedTwice = (course: Course, source: Source, { node }: Observed): BadInput | null => {
  const owner = course.owners.get(node);
  if (owner === undefined) course.owners.set(node, source);
  if (owner === undefined || owner === source) return null;
  return complained(source, 'node', `another than those of ${owner.name}`, `is "${node}"`);
};

const judgedAs = ({ header, judge: judging, places }: Begun, verdict: Verdict): Judged => ({
  header,
  verdict,
  place: null,
  why: null,
  placeAt: (at) => places.get(at) ?? null,
  copies: [...judging.recent().log.copies.keys()],
});

const moveOn = (begun: Begun, source: Source, line: Observed): void => {
  const { places, kept } = begun;
  places.set(begun.count, placeOf(source));
  places.delete(begun.count - placesMax);
  begun.count++;
  if (kept !== null && kept.length < keptMax) kept.push(line);
  else begun.kept = null;
  begun.merge.took(line);
  source.at++;
  source.taken++;
};

/** Why, with what comes behind the line as far as it has been read. */
const explained = (course: Course, begun: Begun, refused: Refused): Why => {
  const lines = begun.kept?.slice() ?? null;
  const behind: Observed[] = [];
  while (behind.length < behindMax) {
    if (course.sources.some((source) => headOf(source) === undefined && !isOver(source))) break;
    const next = readyIn(course, begun);
    const line = next === null ? undefined : headOf(next);
    if (next === null || line === undefined) break;
    behind.push(line);
    moveOn(begun, next, line);
  }
  return why(begun.header, begun.judge, refused, { lines, behind });
};

/** The next line, in an order that has every cause before what it brings about. */
const takeFrom = (course: Course, begun: Begun, source: Source, line: Observed): void => {
  const { judge: judging, misfit } = begun;
  const wrong = misfit(line);
  if (wrong !== null) {
    course.concluded = complained(source, wrong.place, wrong.expected, wrong.found);
    return;
  }
  const verdict = judging.feed(line);
  const place = placeOf(source);
  moveOn(begun, source, line);
  if (verdict === null) return;
  course.concluded = {
    ...judgedAs(begun, verdict),
    place,
    why: verdict.kind === 'refused' ? explained(course, begun, verdict) : null,
  };
};

const isOver = (source: Source): boolean =>
  source.hasEnded && headOf(source) === undefined && source.bad === null;

/** The first file, in order, whose next line waits for no line of another. */
const readyIn = ({ sources }: Course, { merge }: Begun): Source | null => {
  const [only, ...others] = sources;
  if (only !== undefined && others.length === 0) return only;
  const heads = sources.map(headOf);
  const index = merge.ready(heads);
  return index === null ? null : (sources[index] ?? null);
};

const stuck = (course: Course, begun: Begun): Concluded => {
  const { merge } = begun;
  const waiting = course.sources.filter((source) => headOf(source) !== undefined);
  const [first] = waiting;
  const told = waiting.map((source) => {
    const line = headOf(source);
    const what = line === undefined ? '' : merge.waitsFor(line);
    return `line ${source.taken + 2} of ${source.name} for ${what}`;
  });
  if (first === undefined) return judgedAs(begun, begun.judge.end());
  const found = `each waits for what is in no file before it: ${told.join('; ')}`;
  return badInput(first.name, `line ${first.taken + 2}`, 'a line that can be the next one', found);
};

/** Judges what is there, for as long as the next line of every file is known. */
const advance = (course: Course): void => {
  const { sources } = course;
  const begun = course.begun ?? beginning(course);
  if (begun === null) return;
  course.begun = begun;
  while (course.concluded === null) {
    const flawed = sources.find((source) => headOf(source) === undefined && source.bad !== null);
    if (flawed !== undefined) {
      course.concluded = flawed.bad;
      return;
    }
    if (sources.some((source) => headOf(source) === undefined && !source.hasEnded)) return;
    if (sources.every(isOver)) {
      course.concluded = judgedAs(begun, begun.judge.end());
      return;
    }
    const next = readyIn(course, begun);
    const line = next === null ? undefined : headOf(next);
    if (next === null || line === undefined) {
      course.concluded = stuck(course, begun);
      return;
    }
    const twice = sources.length === 1 ? null : ownedTwice(course, next, line);
    if (twice !== null) course.concluded = twice;
    else takeFrom(course, begun, next, line);
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
  const merge = merging(header);
  const fresh = { places: new Map(), kept: [], count: 0 };
  return { header, judge: judge(header), merge, misfit: roster(header), ...fresh };
};

/** A session about the files with these names. */
export const session = (names: readonly string[]): Session => {
  const sources = names.map(sourceOf);
  const course: Course = { sources, owners: new Map(), begun: null, concluded: null };
  const isWanted = (source: Source): boolean =>
    headOf(source) === undefined && !source.hasEnded && source.bad === null;
  return {
    wants: () => {
      const index = course.concluded === null ? sources.findIndex(isWanted) : -1;
      return index < 0 ? null : index;
    },
    feed: (file, bytes) => {
      const source = sources[file];
      if (source === undefined || course.concluded !== null) return;
      const batch = bytes === null ? source.reader.end() : source.reader.feed(bytes);
      source.queue = batch.lines;
      source.at = 0;
      source.bad = batch.bad;
      source.hasEnded = bytes === null;
      advance(course);
    },
    concluded: () => course.concluded,
    lines: () => sources.reduce((sum, { taken }) => sum + taken, 0),
  };
};
