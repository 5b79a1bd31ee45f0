import type { Event, EventType } from '../../../model/event.ts';

/** What the environment can do, and the event that undoes it; `null` where nothing does. */
export type Fault = { readonly type: EventType; readonly undo: EventType | null };

/**
 * The kinds of faults. A suspicion is none, whether right or wrong: it is a step of the protocol.
 * Nor are the passing of time and a packet of a client.
 */
export const faultTypes: readonly Fault[] = [
  { type: 'crash', undo: 'repair' },
  { type: 'pause', undo: 'resume' },
  { type: 'wedge', undo: null },
  { type: 'cut', undo: 'heal' },
  { type: 'reset', undo: null },
  { type: 'loseStorage', undo: 'regainStorage' },
  { type: 'loseRequest', undo: null },
  { type: 'loseReply', undo: null },
  { type: 'loseService', undo: 'regainService' },
  { type: 'skew', undo: 'skew' },
  { type: 'overcommit', undo: 'overcommit' },
];

const types: ReadonlySet<EventType> = new Set(faultTypes.map(({ type }) => type));
const undoing: ReadonlySet<EventType> = new Set(faultTypes.flatMap(({ undo }) => undo ?? []));

/** Whether the event is a fault; giving a host all of its CPU again is not. */
export const isFault = (event: Event): boolean =>
  types.has(event.type) && !(event.type === 'overcommit' && event.speed >= 100);

/** Whether the event is a fault or undoes one: what befalls the system, not what it does. */
export const isEnvironmental = ({ type }: Event): boolean => types.has(type) || undoing.has(type);

const placeOf = (event: Event): string => {
  if (event.type === 'cut' || event.type === 'heal') return `${event.net}${event.from}${event.to}`;
  return 'host' in event ? event.host : '';
};

/** Whether the event puts right what the fault has done. */
export const undoes = (event: Event, fault: Event): boolean => {
  const kind = faultTypes.find(({ type }) => type === fault.type);
  if (kind?.undo !== event.type || placeOf(event) !== placeOf(fault)) return false;
  if (event.type === 'skew') return fault.type === 'skew' && event.by === -fault.by;
  return event.type !== 'overcommit' || event.speed >= 100;
};

/** The fault at an index and, if something undoes it later, the index of that. */
export const extentOf = (events: readonly Event[], at: number): readonly number[] => {
  const fault = events[at];
  if (fault === undefined) return [];
  const undo = events.findIndex((event, index) => index > at && undoes(event, fault));
  return undo < 0 ? [at] : [at, undo];
};
