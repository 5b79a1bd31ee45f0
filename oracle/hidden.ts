import type { Event } from '../model/event.ts';
import type { State } from '../model/state.ts';
import {
  type Breach,
  type Candidate,
  copyIn,
  type Log,
  reach,
  reachedBy,
  take,
  tellPlace,
  type Walk,
  walkFrom,
} from './candidate.ts';
import type { Header } from './header.ts';
import { type Did, dids, isDid, type Observed, type Sight, vocabulary } from './observation.ts';
import { replayOne } from './on-execution.ts';
import { happen } from './on-line.ts';
import { channelSteps, closes, subjectOf, wanted } from './wanted.ts';

/** Which kinds of lines an observation may lack. */
export type Hidden = {
  readonly kinds: ReadonlySet<Did>;
  readonly none: boolean;
  /** So much of it that not every way can be looked for: the guest's doing, or a VM that moves. */
  readonly isMuch: boolean;
};

const depth: Readonly<Record<Sight, number>> = { black: 0, grey: 1, white: 2 };

/** Lines that state something and change nothing: they are never missed. */
const statements: ReadonlySet<Did> = new Set<Did>(['mode', 'digest', 'heartbeat', 'keepalive']);

/** What cannot be seen there, and what its header says that it hides. */
export const hiddenIn = ({ sight, hides = [], profile = [] }: Header): Hidden => {
  const beyond = dids.filter((did) => depth[vocabulary[did].sight] > depth[sight]);
  const kinds = new Set([...beyond, ...hides].filter((did) => !statements.has(did)));
  const none = kinds.size === 0;
  const isMuch = kinds.has('execute') || (!none && profile.includes('migration'));
  return { kinds, none, isMuch };
};

/** The ways in which a line can come about, and why it cannot where there is none. */
export type Ways = {
  readonly candidates: readonly Candidate[];
  readonly breach: Breach | null;
  readonly isCut: boolean; // there may be others
  readonly taken: number; // events of the first way
  readonly tries: number; // of unseen steps
};

/** As many ways are kept at most; where there are more, a refusal is not certain. */
export const mostCandidates = 64;

/** As many unseen steps are tried at most before one line. */
const mostTries = 4000;

/** As many unseen steps of the channels are tried at most before a line that ends them. */
const mostForks = 96;

/** In a log without a program an unseen instruction can be any; that of an output puts it out. */
const unseenInstruction = (walk: Walk, event: Event<'execute'>, line: Observed): Breach | null => {
  if (!walk.log.isTold) return take(walk, event);
  const isPrint = line.did === 'release' && line.device === 'console';
  const does = isPrint ? 'print' : 'transmit';
  const end = reachedBy(walk, event.copy) + 1;
  tellPlace(walk, event.copy, { does, end });
  const breach = take(walk, event, does);
  if (breach === null) reach(walk, event.copy, end);
  return breach;
};

const unseen = (walk: Walk, event: Event, line: Observed): Breach | null => {
  if (event.type === 'replay') return replayOne(walk, event.copy);
  if (event.type === 'execute') return unseenInstruction(walk, event, line);
  return take(walk, event);
};

const canBeUnseen = ({ kinds }: Hidden, { type }: Event): boolean => isDid(type) && kinds.has(type);

type Search = { readonly hidden: Hidden; readonly log: Log; tries: number };

/** One more unseen step, or nothing where that is not possible. */
const after = (
  { log }: Search,
  candidate: Candidate,
  event: Event,
  line: Observed,
): Candidate | null => {
  const walk = walkFrom(log, candidate);
  if (unseen(walk, event, line) !== null) return null;
  const copy = 'copy' in event ? copyIn(walk, event.copy) : undefined;
  const hasDiverged = event.type === 'replay' && copy?.mode === 'halted';
  return hasDiverged ? null : walk.candidate;
};

type Reached = { readonly candidate: Candidate; readonly taken: number };

/** A candidate, or one and an unseen step after it that is not taken yet. */
type Branch = {
  readonly from: Candidate;
  readonly event: Event | null;
  readonly steps: number; // unseen ones before it
};

/** The first way to the line through what it may have waited for, depth first. */
const firstWay = (search: Search, start: Candidate, line: Observed): Reached | Breach => {
  const { log, hidden } = search;
  const open: Branch[] = [{ from: start, event: null, steps: 0 }];
  const seen = new Set<State>();
  let breach: Breach | null = null;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { from, event, steps } = next;
    const candidate = event === null ? from : after(search, from, event, line);
    if (candidate === null) continue;
    const walk = walkFrom(log, candidate);
    const why = happen(walk, line);
    if (why === null) return { candidate: walk.candidate, taken: steps + walk.taken };
    breach ??= why; // the first: nothing unseen was needed for it
    if (++search.tries > mostTries) break;
    if (seen.has(candidate.state)) continue;
    seen.add(candidate.state);
    const copy = subjectOf(log.copies, candidate.state, line);
    if (copy === undefined) continue;
    for (const more of wanted(candidate.state, copy, line).toReversed()) {
      if (canBeUnseen(hidden, more)) open.push({ from: candidate, event: more, steps: steps + 1 });
    }
  }
  return breach ?? { kind: 'senseless', sentence: 'it cannot be here' };
};

/** Everything that can have moved on the channels before they end, nearest first. */
const forks = (search: Search, from: Candidate, line: Observed): readonly Candidate[] => {
  const { hidden } = search;
  const found: Candidate[] = [];
  const open = [from];
  const seen = new Set<string>([outlook(from.state)]);
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const events = channelSteps(next.state).filter((event) => canBeUnseen(hidden, event));
    for (const event of events) {
      const more = after(search, next, event, line);
      if (more === null) continue;
      const key = outlook(more.state);
      if (seen.has(key)) continue;
      seen.add(key);
      found.push(more);
      open.push(more);
      if (found.length >= mostForks) return found;
    }
  }
  return found;
};

/** How far the channels have come: all that can differ between ways to the same lines. */
const outlook = ({ copies, connections, storage }: State): string =>
  JSON.stringify([
    copies.map((copy) => [
      copy.mode,
      'guest' in copy ? [copy.guest.position, copy.guest.word] : null,
      'received' in copy ? [copy.received, copy.consumed] : null,
      'acked' in copy ? copy.acked : null,
      'sent' in copy ? copy.sent : null,
      'withheld' in copy ? copy.withheld.length : null,
      'devices' in copy ? [copy.devices.submitted, copy.devices.arrived.length] : null,
    ]),
    connections.map(({ id, open, entries, acks }) => [id, open, entries.length, acks.length]),
    [storage.generation, storage.owner, storage.requests.length, storage.replies.length],
  ]);

const distinct = (candidates: readonly Candidate[]): readonly Candidate[] => {
  if (candidates.length < 2) return candidates;
  const known = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const key = outlook(candidate.state);
    if (!known.has(key)) known.set(key, candidate);
  }
  return [...known.values()];
};

/** A line after whatever can have happened unseen before it. */
export const ways = (
  log: Log,
  hidden: Hidden,
  candidates: readonly Candidate[],
  line: Observed,
): Ways => {
  const search: Search = { hidden, log, tries: 0 };
  const found: Candidate[] = [];
  let breach: Breach | null = null;
  let taken: number | null = null;
  let isCut = false;
  let forked = 0;
  for (const candidate of candidates) {
    const more = closes(line) ? forks(search, candidate, line) : [];
    isCut ||= more.length >= mostForks;
    forked += more.length;
    for (const from of [candidate, ...more]) {
      const way = firstWay(search, from, line);
      if ('kind' in way) {
        breach ??= way;
        continue;
      }
      taken ??= way.taken;
      found.push(way.candidate);
    }
  }
  const kept = distinct(found);
  isCut ||= search.tries > mostTries || kept.length > mostCandidates;
  return {
    candidates: kept.slice(0, mostCandidates),
    breach,
    isCut,
    taken: taken ?? 0,
    tries: search.tries + forked,
  };
};
