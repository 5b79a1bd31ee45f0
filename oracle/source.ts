import type { BadInput } from '../counterexamples/bad-input.ts';
import { badInput } from '../counterexamples/bad-input.ts';
import type { Complaint } from '../counterexamples/complaint.ts';
import { type LineReader, lineReader } from './lines.ts';
import { isWatched } from './movers.ts';
import type { Observed } from './observation.ts';

/** Where a line stands: its file, and its number there, from 1. */
export type Place = { readonly file: string; readonly line: number };

/** A line to which others have to look, and how many stand before it in its file. */
export type Watched = { readonly line: Observed; readonly before: number };

/** A file that is being read. */
export type Source = {
  readonly name: string;
  readonly reader: LineReader;
  lines: readonly Observed[]; // that were read, and from `at` on not taken
  watched: readonly Watched[]; // of these lines
  at: number;
  taken: number; // lines behind the header
  hasEnded: boolean;
  bad: BadInput | null; // what follows the lines
};

/** A file of which nothing is read yet. */
export const sourceOf = (name: string): Source => ({
  name,
  reader: lineReader(name),
  lines: [],
  watched: [],
  at: 0,
  taken: 0,
  hasEnded: false,
  bad: null,
});

/**
 * More of the file, or `null` for its end.
 *
 * @param back to so many of the lines that were taken it may return
 */
export const readOn = (source: Source, bytes: Uint8Array | null, back: number): void => {
  const { lines, bad } = bytes === null ? source.reader.end() : source.reader.feed(bytes);
  const left = source.lines.slice(source.at - back);
  const first = source.taken - back;
  const more = lines.flatMap((line, index): Watched[] =>
    isWatched(line) ? [{ line, before: first + left.length + index }] : [],
  );
  source.lines = left.length === 0 ? lines : [...left, ...lines];
  source.watched = [...source.watched.filter(({ before }) => before >= first), ...more];
  source.at = back;
  source.bad = bad;
  source.hasEnded = bytes === null;
};

/** The next line. */
export const headOf = ({ lines, at }: Source): Observed | undefined => lines[at];

/** Whether more has to be read before it is known what its next lines are. */
export const isShort = ({ lines, at, hasEnded, bad }: Source, ahead: number): boolean =>
  lines.length - at < ahead && !hasEnded && bad === null;

/** Whether nothing is left of it. */
export const isOver = (source: Source): boolean =>
  source.hasEnded && headOf(source) === undefined && source.bad === null;

/** Where its next line stands. */
export const placeOf = ({ name, taken }: Source): Place => ({ file: name, line: taken + 2 });

/** Its next line is not what it should be. */
export const badHead = ({ name, taken }: Source, { place, expected, found }: Complaint): BadInput =>
  badInput(name, `line ${taken + 2}, ${place}`, expected, found);

/** The next line was taken. */
export const moveOn = (source: Source): void => {
  source.at++;
  source.taken++;
};

/** It is where so many lines were taken. */
export const moveBack = (source: Source, taken: number): void => {
  source.at -= source.taken - taken;
  source.taken = taken;
};
