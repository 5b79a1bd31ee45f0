import type { Spec } from '../../model/spec.ts';
import type { Claim } from '../property.ts';
import type { Refutation, Script } from './script.ts';
import { cost, isLess } from './shrinking/cost.ts';
import { faults, type Move, singles, swaps } from './shrinking/moves.ts';
import {
  type Court,
  courtOf,
  follow,
  followFilled,
  type Track,
  trackOf,
} from './shrinking/track.ts';

/**
 * What was tried on a script, each time with all that cannot happen any more left out. Two events
 * that do not touch each other may be swapped and the claim still breaks: such swaps are `alike`,
 * and none of them is calmer.
 */
export type Certificate =
  | {
      readonly kind: 'locally minimal';
      readonly deletions: number; // single events; without any of them the claim holds
      readonly faults: number; // with what undoes them; without any of them the claim holds
      readonly swaps: number; // of neighbours; in the other order the claim holds
      readonly alike: number; // of neighbours; in the other order it is the same story
    }
  | {
      readonly kind: 'not minimal';
      readonly because: string;
      readonly smaller: Script; // breaks the same claim
    }
  | { readonly kind: 'not minimized'; readonly because: string };

type Tried = { readonly kept: number; readonly smaller: Script | null; readonly alike: number };

const attempt = (court: Court, track: Track, move: Move): Tried => {
  const choices = move(court.spec, track);
  const now = cost(track.script);
  let alike = 0;
  for (let index = 0; index < choices.count; index++) {
    const proposal = choices.nth(index);
    if (proposal === null) continue;
    const found = follow(court, proposal, track);
    if (found.refutation !== null) alike++;
    const filled = found.isStarved ? followFilled(court, proposal, track, now) : found;
    const smaller = [found, filled].find(
      ({ refutation, script }) => refutation !== null && isLess(cost(script), now),
    );
    if (smaller !== undefined) return { kept: 0, smaller: smaller.script, alike };
  }
  return { kept: choices.count - alike, smaller: null, alike };
};

const notMinimal = (because: string, smaller: Script): Certificate => ({
  kind: 'not minimal',
  because: `it still breaks ${because}`,
  smaller,
});

/** The certificate of a script that has been run. */
export const certifyTrack = (court: Court, track: Track): Certificate => {
  const deleted = attempt(court, track, singles);
  if (deleted.smaller !== null) return notMinimal('without one of its events', deleted.smaller);
  const removed = attempt(court, track, faults);
  if (removed.smaller !== null) return notMinimal('without one of its faults', removed.smaller);
  const swapped = attempt(court, track, swaps);
  if (swapped.smaller !== null) return notMinimal('in a calmer order', swapped.smaller);
  return {
    kind: 'locally minimal',
    deletions: deleted.kept,
    faults: removed.kept,
    swaps: swapped.kept,
    alike: swapped.alike,
  };
};

/** Tries every single deletion, every removal of a fault, and every swap of neighbours. */
export const certify = (
  spec: Spec,
  script: Script,
  refutation: Refutation,
  claims: readonly Claim[],
): Certificate => {
  const court = courtOf(
    spec,
    claims.filter(({ id }) => id === refutation.claim),
  );
  const track = trackOf(court, script);
  if (track.refutation === null) return { kind: 'not minimized', because: 'it breaks no claim' };
  const isLonger = track.script.events.length < script.events.length;
  return isLonger
    ? notMinimal('without some of its events', track.script)
    : certifyTrack(court, track);
};

const counted = (count: number, one: string, many: string): string =>
  `${count} ${count === 1 ? one : many}`;

/** The certificate in a sentence. */
export const certificateText = (certificate: Certificate): string => {
  if (certificate.kind !== 'locally minimal') {
    return `Not known to be minimal: ${certificate.because}.`;
  }
  const { deletions, faults: removed, swaps: swapped, alike } = certificate;
  const pairs = swapped + alike;
  const tried = [
    `without each of ${counted(deletions, 'event', 'events')}`,
    ...(removed === 0 ? [] : [`without each of ${counted(removed, 'fault', 'faults')}`]),
    ...(pairs === 0
      ? []
      : [`and with each of ${counted(pairs, 'pair', 'pairs')} of neighbours swapped`]),
  ].join(', ');
  const same =
    alike === 0 ? '' : `; ${alike} of the swaps ${alike === 1 ? 'tells' : 'tell'} the same story`;
  return `None can be left out: tried ${tried}${same}.`;
};
