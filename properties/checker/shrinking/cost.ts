import type { Event } from '../../../model/event.ts';
import { isEnvironmental, isFault } from '../faults.ts';
import type { Script } from '../script.ts';
import { plainness } from './plainness.ts';

/**
 * How much there is to understand in a script: faults, events (a calm counts as three), the sizes
 * of its values, context switches, disorder, and what is to be said about the settings. Compared
 * in this order; every entry is a natural number, so that nothing gets smaller for ever.
 */
export type Cost = readonly [
  faults: number,
  events: number,
  values: number,
  switches: number,
  disorder: number,
  settings: number,
];

const worldRank = 1000;
const faultRank = 2000;

/** Whose doing an event is: copies in their order, then time and clients, then the faults. */
export const laneOf = (event: Event): number => {
  if (isEnvironmental(event)) return faultRank;
  return 'copy' in event ? event.copy : worldRank;
};

const hostRank = { A: 0, B: 1, C: 2, D: 3 } as const;

/** How far a value is from the plainest one. */
export const magnitude = (event: Event): number => {
  if (event.type === 'skew') return 2 * Math.abs(event.by) + Number(event.by < 0);
  if (event.type === 'overcommit') return event.speed >= 100 ? 0 : event.speed > 0 ? 1 : 2;
  if (event.type === 'deliver') return event.count - 1;
  if (event.type === 'failIo') return event.transferred;
  return event.type === 'place' || event.type === 'migrate' ? hostRank[event.host] : 0;
};

const calmLength = 3;

/** Pairs of events in which one of a later lane comes before one of an earlier lane. */
const inversions = (lanes: readonly number[]): number => {
  const seen = new Map<number, number>();
  let total = 0;
  for (const lane of lanes) {
    for (const [other, count] of seen) if (other > lane) total += count;
    seen.set(lane, (seen.get(lane) ?? 0) + 1);
  }
  return total;
};

/** The cost of a script. */
export const cost = ({ events, calm, settings }: Script): Cost => {
  const lanes = events.map(laneOf);
  return [
    events.filter(isFault).length,
    events.length + (calm ? calmLength : 0),
    events.reduce((sum, event) => sum + magnitude(event), 0),
    lanes.filter((lane, index) => index > 0 && lane !== lanes[index - 1]).length,
    inversions(lanes),
    plainness(settings),
  ];
};

/** Whether the one cost is less than the other: the first difference decides. */
export const isLess = (one: Cost, other: Cost): boolean => {
  const at = one.findIndex((value, index) => value !== other[index]);
  return at >= 0 && (one[at] ?? 0) < (other[at] ?? 0);
};
