import { isLeft } from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { type BadInput, badInput, isBadInput } from '../counterexamples/bad-input.ts';
import { type Complaint, complaint, firstOf } from '../counterexamples/complaint.ts';
import { parseJson } from '../counterexamples/json.ts';
import { nearest } from '../counterexamples/nearest.ts';
import { misfitInHeader, misfitsUnder } from './begun.ts';
import { type Header, header as headerCodec } from './header.ts';
import { dids, type Observed, observed } from './observation.ts';

/** A line is at most so long, in bytes; what is longer is not held. */
export const lineBytesMax = 65_536;

/** So many nodes, at most, record what happens. */
export const nodesMax = 64;

/** Some lines, and what is wrong with the one after them, if anything is. */
export type Batch = { readonly lines: readonly Observed[]; readonly bad: BadInput | null };

/** Reads an observation from the bytes of one file, however they are divided. */
export type LineReader = {
  readonly feed: (bytes: Uint8Array) => Batch;
  readonly end: () => Batch; // of a last line, the end of the line may be missing
  readonly header: () => Header | null; // once it was read
};

type Text = string | Complaint; // of one line, or why it has none

const newline = 10;
const noLines: readonly Observed[] = [];

const tooLong: Complaint = {
  place: '',
  expected: `at most ${lineBytesMax} bytes long`,
  found: 'is longer',
};

const noText: Complaint = { place: '', expected: 'text in UTF-8', found: 'is none' };

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

const textOf = (bytes: Uint8Array): string | null => {
  try {
    return decoder.decode(bytes);
  } catch {
    return null;
  }
};

/** The lines of some bytes that end with the end of a line; text in ASCII is the usual case. */
const textsIn = (block: Uint8Array): readonly Text[] => {
  const whole = textOf(block);
  if (whole !== null && whole.length === block.length) {
    const texts: Text[] = whole.split('\n');
    texts.pop();
    return texts;
  }
  const texts: Text[] = [];
  for (let at = 0; at < block.length; ) {
    const end = block.indexOf(newline, at);
    const line = block.subarray(at, end);
    texts.push(line.length > lineBytesMax ? tooLong : (textOf(line) ?? noText));
    at = end + 1;
  }
  return texts;
};

const joined = (one: Uint8Array, other: Uint8Array): Uint8Array => {
  const both = new Uint8Array(one.length + other.length);
  both.set(one);
  both.set(other, one.length);
  return both;
};

const empty: Uint8Array = new Uint8Array(0);

/** What a first line has to be, in words. */
const begins = 'the header, an object with "lockstep": "observation"';

/** The header of an observation, or what is wrong with it. */
export const decodeHeader = (value: unknown): Header | Complaint => {
  const isHeader = t.UnknownRecord.is(value) && 'lockstep' in value;
  if (!isHeader) return complaint('', begins, value);
  const { version } = value;
  if (version !== 1) return complaint('version', '1, the version known here', version);
  const decoded = headerCodec.decode(value);
  if (isLeft(decoded)) return firstOf(decoded.left, '', headerCodec.name);
  return misfitInHeader(decoded.right) ?? decoded.right;
};

const longestWord = 64;

/** A word that is none has perhaps one that was meant. */
const strangeWord = (did: unknown): Complaint => {
  const expected = 'a word of the vocabulary (docs/guide/06-the-oracle.md)';
  const { place, found } = complaint('did', expected, did);
  const isWord = typeof did === 'string' && did.length <= longestWord;
  const meant = isWord ? nearest(did, dids) : null;
  return { place, expected, found: meant === null ? found : `${found}; did you mean ${meant}?` };
};

/** What is wrong with a line that is no observation. */
export const complaintAbout = (value: unknown): Complaint => {
  if (t.UnknownRecord.is(value) && 'lockstep' in value) {
    return { place: '', expected: 'an observation', found: 'is a second header' };
  }
  const decoded = observed.decode(value);
  if (!isLeft(decoded)) return complaint('', observed.name, value);
  const first = firstOf(decoded.left, '', observed.name);
  if (first.place !== 'did' || !t.UnknownRecord.is(value)) return first;
  const { did } = value;
  return strangeWord(did);
};

/** Each node counts what it records: 1, 2, 3, … */
const counting = (): ((line: Observed) => Complaint | null) => {
  const counts = new Map<string, number>();
  return ({ node, n }) => {
    const before = counts.get(node);
    if (before === undefined && counts.size === nodesMax) {
      return complaint('node', `one of the ${nodesMax} nodes before, for there are no more`, node);
    }
    const next = (before ?? 0) + 1;
    if (n !== next) return complaint('n', `${next}, the next of node ${node}`, n);
    counts.set(node, n);
    return null;
  };
};

type Reading = {
  readonly file: string;
  readonly isNext: ReturnType<typeof counting>;
  header: Header | null;
  misfit: ReturnType<typeof misfitsUnder>;
  held: Uint8Array; // of a line whose end has not come
  count: number; // of lines
  bad: BadInput | null;
};

const badLine = ({ file, count }: Reading, { place, expected, found }: Complaint): BadInput =>
  badInput(file, place === '' ? `line ${count}` : `line ${count}, ${place}`, expected, found);

const begin = (reading: Reading, value: unknown): BadInput | null => {
  const decoded = decodeHeader(value);
  if ('place' in decoded) return badLine(reading, decoded);
  reading.header = decoded;
  reading.misfit = misfitsUnder(decoded);
  return null;
};

/** The line, `null` for the header, or what is wrong with it. */
const take = (reading: Reading, text: Text): Observed | BadInput | null => {
  reading.count++;
  if (typeof text !== 'string') return badLine(reading, text);
  if (text.length > lineBytesMax) return badLine(reading, tooLong);
  const parsed = parseJson(text, reading.file, reading.count - 1);
  if (isBadInput(parsed)) return parsed;
  const { value } = parsed;
  if (reading.header === null) return begin(reading, value);
  if (!observed.is(value)) return badLine(reading, complaintAbout(value));
  const wrong = reading.misfit(value) ?? reading.isNext(value);
  return wrong === null ? value : badLine(reading, wrong);
};

const takeAll = (reading: Reading, texts: readonly Text[]): Batch => {
  const lines: Observed[] = [];
  for (const text of texts) {
    const taken = take(reading, text);
    if (taken === null) continue;
    if ('sentence' in taken) {
      reading.bad = taken;
      break;
    }
    lines.push(taken);
  }
  return { lines, bad: reading.bad };
};

/** As many lines as end there; what is behind them is held, unless it is too long already. */
const feed = (reading: Reading, bytes: Uint8Array): Batch => {
  const end = bytes.lastIndexOf(newline) + 1;
  const { held } = reading;
  const block = end === 0 ? empty : joined(held, bytes.subarray(0, end));
  reading.held = end === 0 ? joined(held, bytes) : bytes.slice(end);
  const batch = takeAll(reading, textsIn(block));
  if (batch.bad !== null || reading.held.length <= lineBytesMax) return batch;
  reading.held = empty;
  reading.count++;
  reading.bad = badLine(reading, tooLong);
  return { lines: batch.lines, bad: reading.bad };
};

const end = (reading: Reading): Batch => {
  const { file, held, count } = reading;
  if (held.length > 0) return takeAll(reading, [textOf(held) ?? noText]);
  if (count > 0) return { lines: noLines, bad: null };
  return { lines: noLines, bad: badInput(file, 'the file', begins, 'is empty') };
};

/** A reader of the file with that name: its first line is the header, every other one happened. */
export const lineReader = (file: string): LineReader => {
  const reading: Reading = {
    ...{ file, isNext: counting(), header: null, misfit: () => null },
    ...{ held: empty, count: 0, bad: null },
  };
  const after = (batch: () => Batch): Batch =>
    reading.bad === null ? batch() : { lines: noLines, bad: reading.bad };

  return {
    header: () => reading.header,
    feed: (bytes) => after(() => feed(reading, bytes)),
    end: () => after(() => end(reading)),
  };
};
