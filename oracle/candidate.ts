import type { Effect } from '../model/effect.ts';
import type { Event } from '../model/event.ts';
import type { Guest, Instruction } from '../model/guest.ts';
import { type CopyId, copyId, type HostId, hostIds } from '../model/ids.ts';
import { specification } from '../model/paper.ts';
import { allFeatures, defaultSettings, type Settings } from '../model/settings.ts';
import { isRefusal, type Refusal, type Spec, step } from '../model/spec.ts';
import type { State, Vm } from '../model/state.ts';
import { type Done, isSomewhere, issuedSomewhere, standInOf } from './done.ts';
import type { Header } from './header.ts';
import type { Put } from './observation.ts';

/** A value that a line says, or that the specification has in its place. */
export type Value = string | number | boolean | null;

/** Why a line cannot be: a rule, a value, or that it makes no sense where it stands. */
export type Breach =
  | { readonly kind: 'refused'; readonly event: Event; readonly refusal: Refusal }
  | {
      readonly kind: 'differs';
      readonly what: string;
      readonly said: Value;
      readonly specification: Value;
      readonly event: Event['type'] | null; // the one that gives the value
    }
  | { readonly kind: 'senseless'; readonly sentence: string };

/** What was said to stand for something of the specification's: a content, a state of the guest. */
type Known = { readonly place: number; readonly word: number; readonly said: string };

/** One way in which the lines so far can have come about. */
export type Candidate = {
  readonly state: State;
  readonly reached: Readonly<Record<number, number>>; // by copy: instructions, as lines count them
  readonly contents: readonly Known[]; // of outputs, by ordinal: those that can still come
  readonly digests: readonly Known[]; // of guests, by position: likewise
  readonly events: number; // of the specification, on this way
};

type Place = { readonly does: Done; readonly end: number; readonly ios?: number };

/**
 * What a log knows beyond the states of the specification, whichever candidate is right: names,
 * and the guest's program where each line tells what the guest does there. A pair is named by the
 * generation of its primary; its backup comes to the same places.
 */
export type Log = {
  readonly spec: Spec;
  readonly isTold: boolean;
  readonly tellsReading: boolean; // of acknowledgments
  readonly hosts: ReadonlyMap<string, HostId>;
  readonly copies: Map<string, CopyId>;
  readonly places: Map<number, Map<number, Place>>; // by generation, by position
};

/** Time is the program's own, and so is the moment at which a copy announces itself (R23-13). */
const followed: Spec = specification('paper', { mayAnnounce: () => true });

const endless = Number.MAX_SAFE_INTEGER;

/** The settings of the specification by which an observation is judged. */
export const judged = ({ profile = ['core'], settings, backup, program }: Header): Settings => ({
  ...defaultSettings,
  features: {
    ...allFeatures,
    console: profile.includes('control'),
    control: profile.includes('control'),
    disk: profile.includes('disk'),
    vmotion: profile.includes('migration'),
  },
  program: program ?? ['compute'],
  start: backup === null ? 'unprotected' : 'protected',
  packetGroup: endless,
  primaryCapacity: endless,
  wireCapacity: endless,
  backupCapacity: endless,
  ...settings,
});

/** Names as they are at the beginning; the primary is the specification's copy 0, on its host A. */
export const logFor = (header: Header): Log => {
  const { hosts, primary, backup, program, sight, hides = [] } = header;
  const first = backup === null ? [primary.host] : [primary.host, backup.host];
  const others = hosts.filter((host) => !first.includes(host));
  const names = [...first, ...others].flatMap((name, index) => {
    const id = hostIds[index];
    return id === undefined ? [] : [[name, id] as const];
  });
  const copies = new Map([[primary.copy, copyId(0)]]);
  if (backup !== null) copies.set(backup.copy, copyId(1));
  const isTold = program === undefined;
  const tellsReading = sight === 'white' && !hides.includes('readAck');
  const named = { hosts: new Map(names), copies, places: new Map() };
  return { spec: followed, isTold, tellsReading, ...named };
};

/** The candidate before the first line. */
export const begin = (log: Log, header: Header): Candidate => ({
  state: log.spec.init(judged(header)),
  reached: {},
  contents: [],
  digests: [],
  events: 0,
});

/** A candidate on its way through a line. */
export type Walk = {
  readonly log: Log;
  candidate: Candidate;
  effects: readonly Effect[]; // of the last event
};

/** A walk from a candidate on. */
export const walkFrom = (log: Log, candidate: Candidate): Walk => ({
  log,
  candidate,
  effects: [],
});

/** The copy, as it is now. */
export const copyIn = ({ candidate }: Walk, id: CopyId): Vm | undefined =>
  candidate.state.copies[id];

/** The guest of the copy, if it has one now. */
export const guestIn = (walk: Walk, id: CopyId): Guest | null => {
  const copy = copyIn(walk, id);
  return copy !== undefined && 'guest' in copy ? copy.guest : null;
};

/** How many instructions the copy has executed, as lines count them. */
export const reachedBy = (walk: Walk, id: CopyId): number => {
  const { log, candidate } = walk;
  if (log.isTold) return candidate.reached[id] ?? 0;
  return guestIn(walk, id)?.position ?? 0;
};

const pairOf = (copy: Vm): number => {
  if (!('generation' in copy)) return -1;
  return copy.mode === 'draining' ? copy.generation - 1 : copy.generation;
};

/** What the guest of a backup does next, as its primary has told. */
export const placeOf = ({ places }: Log, copy: Vm): Place | undefined =>
  'guest' in copy ? places.get(pairOf(copy))?.get(copy.guest.position) : undefined;

/** What the guest of a primary does, and where that ends, for its backup. */
export const tellPlace = (walk: Walk, id: CopyId, place: Place): void => {
  const copy = copyIn(walk, id);
  if (copy === undefined || !('guest' in copy) || !walk.log.isTold) return;
  const { places } = walk.log;
  const pair = pairOf(copy);
  const ofPair = places.get(pair) ?? new Map<number, Place>();
  ofPair.set(copy.guest.position, place);
  places.set(pair, ofPair);
};

/** Places that nobody will come to any more are forgotten. */
export const forgetPlaces = ({ places }: Log, candidates: readonly Candidate[]): void => {
  const guests = candidates.flatMap(({ state }) =>
    state.copies.flatMap((copy) => ('guest' in copy ? [copy.guest.position] : [])),
  );
  const lowest = Math.min(...guests);
  for (const ofPair of places.values()) {
    for (const position of ofPair.keys()) {
      if (position >= lowest) break;
      ofPair.delete(position);
    }
  }
};

/** The copy has come so far, as lines count. */
export const reach = (walk: Walk, id: CopyId, position: number): void => {
  if (!walk.log.isTold) return;
  const { candidate } = walk;
  walk.candidate = { ...candidate, reached: { ...candidate.reached, [id]: position } };
};

const withProgram = (state: State, program: readonly Instruction[]): State => ({
  ...state,
  settings: { ...state.settings, program },
});

/** One event of the specification, with the guest's instruction where that is told. */
export const take = (walk: Walk, event: Event, does?: Done, ios = 1): Breach | null => {
  const { log, candidate } = walk;
  const { state } = candidate;
  const next = does === undefined || !log.isTold ? undefined : standInOf(does);
  const isAimed = next !== undefined && state.settings.program[0] !== next;
  const aimed = isAimed ? withProgram(state, [next]) : state;
  const outcome = step(log.spec, aimed, event);
  if (isRefusal(outcome)) return { kind: 'refused', event, refusal: outcome };
  const isUnplaced = log.isTold && does !== undefined && 'copy' in event && isSomewhere(does);
  const after = isUnplaced ? issuedSomewhere(state, outcome.state, event.copy, ios) : outcome.state;
  walk.candidate = { ...candidate, state: after, events: candidate.events + 1 };
  walk.effects = outcome.effects;
  return null;
};

/** The value said has to be that of the specification. */
export const same = (
  what: string,
  said: Value,
  specification: Value,
  event: Event['type'] | null,
): Breach | null =>
  said === specification ? null : { kind: 'differs', what, said, specification, event };

/** From so many on it is looked at which of them somebody can still come to. */
const keptCount = 64;

/** The guests that go on, or will. */
const guestsIn = ({ copies }: State): readonly { readonly copy: Vm; readonly guest: Guest }[] =>
  copies.flatMap((copy) => {
    if (copy.mode === 'crashed' || copy.mode === 'halted') return [];
    const handed = 'handed' in copy ? copy.handed : null;
    const snapshot = 'snapshot' in copy ? copy.snapshot : null;
    const guest = 'guest' in copy ? copy.guest : (handed?.guest ?? snapshot?.guest);
    return guest === undefined ? [] : [{ copy, guest }];
  });

/** The first output that somebody can still put out, or that is withheld. */
const firstOutput = ({ state }: Candidate): number =>
  Math.min(
    ...guestsIn(state).map(({ copy, guest }) =>
      'withheld' in copy ? (copy.withheld[0]?.ordinal ?? guest.sent) : guest.sent,
    ),
  );

/** The first position to which somebody can still come. */
const firstPosition = (log: Log, { state, reached }: Candidate): number =>
  Math.min(
    ...guestsIn(state).map(({ copy, guest }) =>
      log.isTold ? (reached[copy.id] ?? 0) : guest.position,
    ),
  );

/** What was said before of the same thing, or nothing if nothing was. */
const knownAs = (known: readonly Known[], place: number, word: number): string | undefined =>
  (known.at(-1)?.place ?? 0) < place // behind all
    ? undefined
    : known.find((one) => one.place === place && one.word === word)?.said;

const learned = (known: readonly Known[], one: Known, first: () => number): readonly Known[] => {
  if (known.length < keptCount) return [...known, one];
  const least = first();
  return [...known.filter(({ place }) => place >= least), one];
};

/** Equal contents are said to be equal: of one output, by whichever copy. */
export const sameContent = (
  walk: Walk,
  { ordinal, content }: Put,
  word: number,
  event: Event['type'],
): Breach | null => {
  const { candidate } = walk;
  if (content === undefined) return null;
  const known = knownAs(candidate.contents, ordinal, word);
  if (known !== undefined) return same(`content of output ${ordinal}`, content, known, event);
  const one = { place: ordinal, word, said: content };
  const contents = learned(candidate.contents, one, () => firstOutput(candidate));
  walk.candidate = { ...candidate, contents };
  return null;
};

/** Equal states of the guest are said to be equal, by whichever copy. */
export const sameDigest = (
  walk: Walk,
  place: number,
  word: number,
  said: string,
): Breach | null => {
  const { candidate } = walk;
  const known = knownAs(candidate.digests, place, word);
  if (known !== undefined) return same(`digest at position ${place}`, said, known, 'replay');
  const one = { place, word, said };
  const digests = learned(candidate.digests, one, () => firstPosition(walk.log, candidate));
  walk.candidate = { ...candidate, digests };
  return null;
};
