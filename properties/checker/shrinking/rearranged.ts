import type { EventType } from '../../../model/event.ts';
import { hasDisk, type Settings } from '../../../model/settings.ts';
import { eventTypes, type Spec } from '../../../model/spec.ts';
import type { EveryStep } from '../../property.ts';
import { explore } from '../explore/explore.ts';
import { alwaysOf, systemFor } from '../explore/protocol.ts';
import type { Script } from '../script.ts';
import { isSafe } from './plainness.ts';

const situationsMax = 20_000;

/** How often each kind of event occurs in the script: none where it does not. */
const countsIn = (spec: Spec, { events }: Script): Readonly<Record<EventType, number>> => {
  const none = Object.fromEntries(eventTypes(spec).map((type) => [type, 0]));
  // `fromEntries` forgets that the keys are the table's
  const counts = none as Record<EventType, number>;
  for (const { type } of events) counts[type]++;
  return counts;
};

type Program = Settings['program'];

/** Programs that a story may be told with as well. */
const plainPrograms: readonly Program[] = [
  ['transmit'],
  ['stamp'],
  ['reply'],
  ['compute', 'transmit'],
  ['stamp', 'compute'],
];

const diskPrograms: readonly Program[] = [['write x p', 'touch p', 'read x q'], ['read x p']];

const roomy = { primaryCapacity: 2, wireCapacity: 2, backupCapacity: 2 } as const;

/** The settings of the script, and others from which the same may be reached sooner. */
const beginnings = ({ settings }: Script): readonly Settings[] => {
  if (settings.clock !== null) return [settings]; // each would take long
  const programs = hasDisk(settings) ? diskPrograms : plainPrograms;
  const starts: readonly Settings['start'][] = ['protected', 'unprotected'];
  const others = [settings.program, ...programs].flatMap((program) =>
    starts.flatMap((start) => [
      { ...settings, program, start },
      { ...settings, program, start, ...roomy },
    ]),
  );
  return [settings, ...others.filter(isSafe)];
};

/** A shortest script with fewer events than so many, from a beginning. */
const shortestFrom = (
  spec: Spec,
  claim: EveryStep,
  settings: Settings,
  most: Readonly<Record<EventType, number>>,
  events: number,
  isOver: () => boolean,
): Script | null => {
  const endless = Number.POSITIVE_INFINITY;
  const scope = {
    name: 'the events of a script',
    says: 'what can be told with the kinds of events of one script',
    ...{ settings, most },
    ...{ instructions: endless, generations: endless, copies: endless, packets: endless },
  };
  const { refuted } = explore(systemFor(spec, scope), {
    claims: [alwaysOf(claim)],
    bounds: { depth: events, bytes: endless },
    onProgress: ({ distinct }) => distinct < situationsMax && !isOver(),
  });
  const [found] = refuted;
  return found === undefined ? null : { settings, events: found.events, calm: false };
};

/**
 * A shortest script that breaks the claim by events of the kinds in this one, each at most as often
 * as there: in any order, on whichever copies and hosts, with the program as it is or a plain one,
 * and beginning with a pair or with a VM that is alone. Null if none is shorter, or if it takes
 * more than some thousand situations to tell.
 */
export const rearranged = (
  spec: Spec,
  claim: EveryStep,
  script: Script,
  isOver: () => boolean,
): Script | null => {
  const most = countsIn(spec, script);
  let shortest: Script | null = null;
  for (const settings of beginnings(script)) {
    const events: number = (shortest ?? script).events.length;
    shortest = shortestFrom(spec, claim, settings, most, events, isOver) ?? shortest;
  }
  return shortest;
};
