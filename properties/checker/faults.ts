import type { Event, EventType } from '../../model/event.ts';

/** A kind of fault, and the event that undoes it; `null` where nothing does. */
export type Fault = { readonly type: FaultKind; readonly undo: EventType | null };

/** Everything that the environment does to the system; what undoes a fault is not one. */
export type FaultKind = Extract<
  EventType,
  | 'crash'
  | 'pause'
  | 'wedge'
  | 'cut'
  | 'reset'
  | 'loseStorage'
  | 'loseRequest'
  | 'loseReply'
  | 'loseIo'
  | 'failIo'
  | 'loseService'
  | 'skew'
  | 'overcommit'
>;

/**
 * The kinds of faults. A suspicion is none, whether right or wrong: it is a step of the protocol.
 * Nor are the passing of time, a packet of a client, a key, or what an administrator orders.
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
  { type: 'loseIo', undo: null },
  { type: 'failIo', undo: null },
  { type: 'loseService', undo: 'regainService' },
  { type: 'skew', undo: 'skew' },
  { type: 'overcommit', undo: 'overcommit' },
];

export const faultKinds: readonly FaultKind[] = faultTypes.map(({ type }) => type);

const types: ReadonlySet<EventType> = new Set(faultKinds);
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
