import type { EventType } from '../../../model/event.ts';
import { eventTypes, type Spec } from '../../../model/spec.ts';
import type { EveryStep } from '../../property.ts';
import { explore } from '../explore/explore.ts';
import { alwaysOf, systemFor } from '../explore/protocol.ts';
import type { Script } from '../script.ts';

const situationsMax = 20_000;

/** How often each kind of event occurs in the script: none where it does not. */
const countsIn = (spec: Spec, { events }: Script): Readonly<Record<EventType, number>> => {
  const none = Object.fromEntries(eventTypes(spec).map((type) => [type, 0]));
  // `fromEntries` forgets that the keys are the table's
  const counts = none as Record<EventType, number>;
  for (const { type } of events) counts[type]++;
  return counts;
};

/**
 * A shortest script that breaks the claim by events of the kinds in this one, each at most as often
 * as there: in any order, and on whichever copies and hosts. Null if none is shorter, or if it
 * takes more than some thousand situations to tell.
 */
export const rearranged = (
  spec: Spec,
  claim: EveryStep,
  script: Script,
  isOver: () => boolean,
): Script | null => {
  const { settings, events } = script;
  const endless = Number.POSITIVE_INFINITY;
  const scope = {
    name: 'the events of a script',
    says: 'what can be told with the kinds of events of one script',
    settings,
    most: countsIn(spec, script),
    ...{ instructions: endless, generations: endless, copies: endless, packets: endless },
  };
  const { refuted } = explore(systemFor(spec, scope), {
    claims: [alwaysOf(claim)],
    bounds: { depth: events.length, bytes: endless },
    onProgress: ({ distinct }) => distinct < situationsMax && !isOver(),
  });
  const [found] = refuted;
  return found === undefined ? null : { settings, events: found.events, calm: false };
};
