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
import type { Hidden, Ways } from './hidden.ts';
import { isDid, type Observed } from './observation.ts';
import { replayOne } from './on-execution.ts';
import { happen } from './on-line.ts';
import { outlook } from './outlook.ts';
import { channelSteps, closes, subjectOf, wanted } from './wanted.ts';

/** As many ways are kept at most. */
const mostCandidates = 64;

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

/** A candidate, or one and an unseen step after it that is not taken yet. */
type Branch = { readonly from: Candidate; readonly event: Event | null };

/** The first way to the line through what it may have waited for, depth first. */
const firstWay = (search: Search, start: Candidate, line: Observed): Candidate | Breach => {
  const { log, hidden } = search;
  const open: Branch[] = [{ from: start, event: null }];
  const seen = new Set<State>();
  let breach: Breach | null = null;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { from, event } = next;
    const candidate = event === null ? from : after(search, from, event, line);
    if (candidate === null) continue;
    const walk = walkFrom(log, candidate);
    const why = happen(walk, line);
    if (why === null) return walk.candidate;
    breach ??= why; // the first: nothing unseen was needed for it
    if (++search.tries > mostTries) break;
    if (seen.has(candidate.state)) continue;
    seen.add(candidate.state);
    const copy = subjectOf(log.copies, candidate.state, line);
    if (copy === undefined) continue;
    for (const more of wanted(candidate.state, copy, line).toReversed()) {
      if (canBeUnseen(hidden, more)) open.push({ from: candidate, event: more });
    }
  }
  return breach ?? { kind: 'senseless', sentence: 'it cannot be here' };
};

/** Everything that can have moved on the channels before they end, nearest first. */
const forks = (search: Search, from: Candidate, line: Observed): readonly Candidate[] => {
  const { hidden } = search;
  const found: Candidate[] = [];
  const open = [from];
  const seen = new Set<string>([outlook(from, false)]);
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const events = channelSteps(next.state).filter((event) => canBeUnseen(hidden, event));
    for (const event of events) {
      const more = after(search, next, event, line);
      if (more === null) continue;
      const key = outlook(more, false);
      if (seen.has(key)) continue;
      seen.add(key);
      found.push(more);
      open.push(more);
      if (found.length >= mostForks) return found;
    }
  }
  return found;
};

const distinct = (candidates: readonly Candidate[]): readonly Candidate[] => {
  if (candidates.length < 2) return candidates;
  const known = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const key = outlook(candidate, false);
    if (!known.has(key)) known.set(key, candidate);
  }
  return [...known.values()];
};

/**
 * Some ways to a line, by rules of thumb: from what it waits for backwards and, before a line that
 * ends something, forwards over the channels. So it is searched where the guest's doing is unseen.
 */
export const likelyWays = (
  log: Log,
  hidden: Hidden,
  candidates: readonly Candidate[],
  line: Observed,
): Ways => {
  const search: Search = { hidden, log, tries: 0 };
  const found: Candidate[] = [];
  let breach: Breach | null = null;
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
      found.push(way);
    }
  }
  const kept = distinct(found);
  isCut ||= search.tries > mostTries || kept.length > mostCandidates;
  const { tries } = search;
  return { candidates: kept.slice(0, mostCandidates), breach, isCut, tries: tries + forked };
};
