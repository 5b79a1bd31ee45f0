import type { Spec } from '../../model/spec.ts';
import type { Claim } from '../property.ts';
import { type Certificate, certifyTrack } from './certificate.ts';
import { type Memory, memory, moves } from './reduce.ts';
import type { Refutation, Script } from './script.ts';
import { cost, isLess } from './shrinking/cost.ts';
import { rearranged } from './shrinking/rearranged.ts';
import {
  type Court,
  courtOf,
  follow,
  followFilled,
  type Proposal,
  type Track,
  trackOf,
} from './shrinking/track.ts';

/** How far shrinking has come. */
export type Progress = {
  readonly tried: number;
  readonly events: number;
  readonly faults: number;
};

export type ShrinkOptions = {
  readonly claims: readonly Claim[]; // the one that broke is among them; no other is looked at
  readonly budget: number; // candidates, at most
  readonly onProgress?: (progress: Progress) => void;
  readonly deadline?: () => boolean; // whether the time is up
};

/** A script that breaks the same claim, and what is known about how small it is. */
export type Shrunk = {
  readonly script: Script;
  readonly refutation: Refutation;
  readonly tried: number;
  readonly certificate: Certificate;
};

/** A search for less in the making. */
type Search = {
  readonly court: Court;
  readonly memory: Memory;
  readonly isOver: () => boolean;
  readonly tell: (track: Track) => void;
  readonly tried: { count: number };
};

/** Whether filling up may pay: another order alone leaves as much to do as before. */
const isLighter = (proposal: Proposal, { script }: Track): boolean =>
  proposal.events.length < script.events.length || proposal.settings !== script.settings;

/** The track of a proposal, if it still breaks the claim and costs less. */
const improved = (search: Search, track: Track, proposal: Proposal): Track | null => {
  if (!search.memory.isNew(proposal)) return null;
  search.tried.count++;
  const now = cost(track.script);
  const isBetter = ({ refutation, script }: Track) =>
    refutation !== null && isLess(cost(script), now);
  const found = follow(search.court, proposal, track, now);
  if (isBetter(found)) return found;
  if (!found.isStarved || !isLighter(proposal, track)) return null;
  const filled = followFilled(search.court, proposal, track, now);
  return isBetter(filled) ? filled : null;
};

/** All moves once, each going on where it was after a success. */
const round = (search: Search, from: Track): Track => {
  const { spec } = search.court;
  let track = from;
  for (const move of moves) {
    let choices = move(spec, track);
    for (let index = 0; index < choices.count && !search.isOver(); ) {
      const proposal = choices.nth(index);
      const better = proposal === null ? null : improved(search, track, proposal);
      if (better === null) {
        index++;
        continue;
      }
      track = better;
      choices = move(spec, track);
      search.memory.show(track);
      search.tell(track);
    }
  }
  return track;
};

const searchFor = (spec: Spec, { claim }: Refutation, options: ShrinkOptions): Search => {
  const { claims, budget, onProgress, deadline } = options;
  const tried = { count: 0 };
  return {
    court: courtOf(
      spec,
      claims.filter(({ id }) => id === claim),
    ),
    memory: memory(),
    isOver: () => tried.count >= budget || (deadline?.() ?? false),
    tell: ({ script }) => {
      const [faults] = cost(script);
      onProgress?.({ tried: tried.count, events: script.events.length, faults });
    },
    tried,
  };
};

const interrupted: Certificate = {
  kind: 'not minimized',
  because: 'the time or the number of candidates ran out',
};

/** The track of a shorter script with the same kinds of events, if there is one. */
const shorter = ({ court, isOver }: Search, { script }: Track): Track | null => {
  const [claim] = court.claims;
  if (claim?.kind !== 'everyStep' || script.calm) return null;
  const found = rearranged(court.spec, claim, script, isOver);
  return found === null ? null : trackOf(court, found);
};

/** Rounds until one finds nothing; what is found in another way then is taken as well. */
const fixpoint = (search: Search, from: Track): readonly [Track, Certificate] => {
  let track = from;
  for (;;) {
    search.memory.show(track);
    const next = round(search, track);
    const isFixed = next === track;
    track = next;
    if (search.isOver()) return [track, interrupted];
    if (!isFixed) continue;
    const other = shorter(search, track);
    if (other !== null) {
      track = other;
      continue;
    }
    const certificate = certifyTrack(search.court, track);
    if (certificate.kind !== 'not minimal') return [track, certificate];
    track = trackOf(search.court, certificate.smaller);
  }
};

/**
 * Takes away and calms down until nothing more can be, judging by the claim that broke: another
 * one may break earlier in the result. A script that does not break it is given back as it is.
 */
export const shrink = (
  spec: Spec,
  script: Script,
  refutation: Refutation,
  options: ShrinkOptions,
): Shrunk => {
  const search = searchFor(spec, refutation, options);
  const first = trackOf(search.court, script);
  if (first.refutation === null) {
    const certificate: Certificate = { kind: 'not minimized', because: 'it breaks no claim' };
    return { script, refutation, tried: 0, certificate };
  }
  const [track, certificate] = fixpoint(search, first);
  return {
    script: track.script,
    refutation: track.refutation ?? refutation,
    tried: search.tried.count,
    certificate,
  };
};
