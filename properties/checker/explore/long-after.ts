import { atRest, unthrottled } from '../../../model/boot.ts';
import type { Event, EventType } from '../../../model/event.ts';
import { defaultClock } from '../../../model/settings.ts';
import { isRefusal, type Spec } from '../../../model/spec.ts';
import type { Recording, State, Vm } from '../../../model/state.ts';
import { backupOf } from '../../health.ts';

/** Longer than any wait of the protocol, in ticks. */
const longTime = 1000;

const throttleOf = (state: State, copy: Recording): Recording['throttle'] => {
  const consumed = backupOf(state, copy)?.consumed ?? copy.acked;
  const waiting = Math.max(0, copy.logged - consumed);
  return { ...unthrottled, consumed, stamps: Array<number>(waiting).fill(0) };
};

/** As if all that a copy remembers had been long ago; with CPU time, if its host has any. */
const aged = (state: State, copy: Vm): Vm => {
  const watch = { ...atRest, credit: state.hosts[copy.host].speed };
  switch (copy.mode) {
    case 'halted':
    case 'crashed':
      return copy;
    case 'recording':
      return { ...copy, watch, throttle: throttleOf(state, copy) };
    case 'cloning':
    case 'arriving':
      return { ...copy, watch, since: 0 };
    default:
      return { ...copy, watch };
  }
};

const doneOnce = <T extends EventType>({ actions }: Spec, type: T, from: State): State => {
  const done: readonly Event<T>[] = actions[type].instances(from);
  return done.reduce((state, event) => {
    const outcome = actions[type].next(state, event);
    return isRefusal(outcome) ? state : outcome.state;
  }, from);
};

/**
 * The state after a long time in which nothing has happened. With it, what a hypervisor makes of
 * time can be asked where time is not modelled.
 */
export const longAfter = (state: State): State => ({
  ...state,
  settings: { ...state.settings, clock: defaultClock },
  now: longTime,
  copies: state.copies.map((copy) => aged(state, copy)),
});

/** How a peer comes to be heard of, and the log to move on, as far as both can at once. */
const heard = [
  ...(['takeUp', 'arm', 'reconnect', 'readAck', 'flush', 'receive', 'replay'] as const),
  ...(['heartbeat', 'keepalive', 'acknowledge', 'readAck'] as const),
];

/** The same, if all is heard that can be: who has heard nothing then listens in vain (R23-3). */
export const listening = (spec: Spec, state: State): State =>
  heard.reduce((now, type) => doneOnce(spec, type, now), longAfter(state));
