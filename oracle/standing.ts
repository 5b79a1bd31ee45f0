import { fingerprintInto } from '../properties/checker/explore/fingerprint.ts';
import type { Roster } from './begun.ts';
import type { Header } from './header.ts';
import type { Judge, Mark, Recent, Verdict } from './judge.ts';
import { type Observed, ofCopies } from './observation.ts';
import { moveBack, moveOn, type Place, placeOf, type Source } from './source.ts';

/** What stood in the way of a line when something struck that it may have waited for. */
export type Held = { readonly verdict: Verdict; readonly recent: Recent };

/** How far the merging of some files has come, in one order; it can return there. */
export type Standing = {
  readonly mark: Mark;
  readonly known: ReadonlySet<string>;
  readonly taken: readonly number[];
  readonly held: ReadonlyMap<Source, Held>;
  readonly count: number;
};

/** Several files could be next: the one that was taken, and those that are left to try. */
export type Choice = { readonly standing: Standing; readonly left: Source[] };

/** Lines that are being merged, all of whose headers were read. */
export type Merging = {
  readonly header: Header;
  readonly judge: Judge;
  readonly roster: Roster;
  readonly sources: readonly Source[];
  readonly places: Map<number, Place>; // of the last lines, by their number in the merged log
  readonly speakers: Map<string, Source | null>; // of copies and clients; null: several
  held: Map<Source, Held>;
  kept: Observed[] | null;
  count: number;
};

/** Choices that are so many lines old are made for good. */
export const linesMax = 4096;

/** So many lines are kept to make a short log of; of a longer log none is made. */
const keptMax = 20_000;

/** So many places are kept around the line that is told. */
const placesMax = 64;

/** The line is the next one of all. */
export const take = (merging: Merging, source: Source, line: Observed): void => {
  const { places, kept, count, sources } = merging;
  places.set(count, placeOf(source));
  places.delete(count - placesMax - (sources.length === 1 ? 0 : linesMax));
  merging.count++;
  if (kept !== null && kept.length < keptMax) kept.push(line);
  else merging.kept = null;
  merging.roster.took(line);
  merging.held.delete(source);
  moveOn(source);
};

/** Who speaks in the line, a copy or the clients: all that they say is in one file. */
const speakerOf = (line: Observed): string | null => {
  if (line.did === 'send') return '';
  return Object.hasOwn(ofCopies, line.did) && 'copy' in line ? line.copy : null;
};

/** In this file its speaker speaks. */
export const heardIn = ({ speakers }: Merging, source: Source, line: Observed): void => {
  const speaker = speakerOf(line);
  if (speaker === null) return;
  const other = speakers.get(speaker);
  if (other === undefined) speakers.set(speaker, source);
  else if (other !== source) speakers.set(speaker, null);
};

/** Whether its speaker, if it has one, was heard in no other file. */
export const isOfItsFile = ({ speakers }: Merging, source: Source, line: Observed): boolean => {
  const speaker = speakerOf(line);
  return speaker === null || speakers.get(speaker) === source;
};

/** Where it stands. */
export const standingOf = ({ judge, roster, sources, held, count }: Merging): Standing => ({
  mark: judge.mark(),
  known: roster.known(),
  taken: sources.map(({ taken }) => taken),
  held: new Map(held),
  count,
});

/** It stands where it stood. */
export const returnTo = (merging: Merging, standing: Standing): void => {
  const { mark, known, taken, held, count } = standing;
  merging.judge.returnTo(mark);
  merging.roster.returnTo(known);
  for (const [index, source] of merging.sources.entries()) {
    moveBack(source, taken[index] ?? source.taken);
  }
  merging.held = new Map(held);
  merging.kept?.splice(count);
  merging.count = count;
};

const lanes = new Int32Array(2);

/** The same for two standings from which the same can follow. */
export const outlookOf = ({ mark, taken }: Standing): string => {
  const states = mark.candidates.map(({ state: { settings, ...state }, reached }) => {
    fingerprintInto(lanes, [state, reached]);
    return `${lanes[0]}.${lanes[1]}`;
  });
  return `${taken.join()}/${states.join()}`;
};
