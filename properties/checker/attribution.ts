import type { Event } from '../../model/event.ts';
import type { Spec } from '../../model/spec.ts';
import type { Claim } from '../property.ts';
import { extentOf, isFault } from './faults.ts';
import type { Refutation, Script } from './script.ts';
import { courtOf, follow, followOut, proposalOf, type Track } from './shrinking/track.ts';

/** A fault of a script, and what happens without it. */
export type Attribution = {
  readonly index: number;
  readonly event: Event;
  readonly without: string;
};

/** Where a track breaks, by the places its events had in another script; they count from 1. */
const placeIn = (events: readonly Event[], { script, refutation }: Track): string => {
  const breaking = refutation === null ? undefined : script.events[refutation.at];
  const at = breaking === undefined ? -1 : events.indexOf(breaking);
  return at < 0 ? 'in the calm' : `at event ${at + 1}`;
};

/**
 * What happens without each fault: that fault, what undoes it and what cannot happen any more are
 * left out. Where the claim then holds the fault was needed; another claim may break instead.
 */
export const attribution = (
  spec: Spec,
  script: Script,
  refutation: Refutation,
  claims: readonly Claim[],
): readonly Attribution[] => {
  const all = courtOf(spec, claims);
  const same = courtOf(
    spec,
    claims.filter(({ id }) => id === refutation.claim),
  );
  const proposal = proposalOf(script);
  const { events } = proposal;
  // run without a judge, so that a fault after the break counts as one
  const happens = new Set(follow(courtOf(spec, []), proposal, null).script.events);
  const told = (fault: number): string => {
    const extent = extentOf(events, fault);
    const rest = events.filter((_, index) => !extent.includes(index));
    // where time waits for something that the fault had prevented, that is done
    const left = { ...proposal, events: rest, fills: true };
    const still = followOut(same, left, null);
    if (still.refutation !== null) return `still broken ${placeIn(events, still)}`;
    const other = follow(all, left, null).refutation;
    return other === null ? 'the claim holds' : `another claim breaks: ${other.claim}`;
  };
  return events.flatMap((event, index) =>
    isFault(event) && happens.has(event) ? [{ index, event, without: told(index) }] : [],
  );
};
