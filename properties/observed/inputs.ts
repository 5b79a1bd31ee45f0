// Which inputs a copy's execution has taken.

import type { Event } from '../../model/event.ts';
import type { LogEntry } from '../../model/log.ts';
import type { State, Vm } from '../../model/state.ts';
import type { History } from '../history.ts';

/** Inputs of a guest, by number. */
export type Inputs = { readonly packets: readonly number[]; readonly operated: readonly number[] };

const none: Inputs = { packets: [], operated: [] };

const replayedFrom = ([first, ...rest]: readonly LogEntry[]): Inputs => {
  if (first === undefined) return none;
  if (first.kind === 'KEY' || first.kind === 'MOUSE')
    return { packets: [], operated: [first.value] };
  if (first.kind !== 'RX') return none;
  const group = [first, ...rest];
  const end = group.findIndex(({ last }) => last) + 1;
  const packets = group.slice(0, end).filter(({ kind }) => kind === 'RX');
  return { packets: packets.map(({ value }) => value), operated: [] };
};

/** The packets, and what an operator did, that a step has given to a guest. */
export const inputsOf = (event: Event, before: Vm, after: Vm): Inputs => {
  if (event.type === 'deliver' && 'devices' in before) {
    return { packets: before.devices.nic.slice(0, event.count), operated: [] };
  }
  if (event.type === 'feed' && 'devices' in before) {
    return {
      packets: [],
      operated: before.devices.console.slice(0, 1).map(({ number }) => number),
    };
  }
  const hasConsumed =
    'consumed' in before && 'consumed' in after && after.consumed > before.consumed;
  return event.type === 'replay' && hasConsumed ? replayedFrom(before.buffer) : none;
};

/** Each is newer than the last one, and was sent at all. */
const areFresh = (numbers: readonly number[], newest: number, sent: number): boolean =>
  numbers.every((number, index) => number > (numbers[index - 1] ?? newest) && number < sent);

/** A copy was given an input, by its host or by the log. */
export const fed = (
  history: History,
  event: Event,
  { network }: State,
  before: Vm,
  after: Vm,
): History => {
  const isOwn = event.type === 'interrupt' || event.type === 'deliver' || event.type === 'feed';
  if (isOwn && 'consumed' in before) return { ...history, invented: true };
  const { packets, operated } = inputsOf(event, before, after);
  if (packets.length + operated.length === 0) return history;
  const [newest, last] = [history.newest[before.id] ?? -1, history.operated[before.id] ?? -1];
  const isFresh =
    areFresh(packets, newest, network.packets) && areFresh(operated, last, network.operated);
  return {
    ...history,
    newest: history.newest.with(before.id, packets.at(-1) ?? newest),
    operated: history.operated.with(before.id, operated.at(-1) ?? last),
    invented: history.invented || !isFresh,
  };
};
