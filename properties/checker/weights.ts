import type { EventType } from '../../model/event.ts';
import { type Chooser, onceIn, oneOf } from './chooser.ts';

/** How often each kind of event is tried, relative to the others. */
export type Weights = Readonly<Record<EventType, number>>;

/** What the protocol and its guests do when nothing goes wrong. */
const ordinary: Weights = {
  execute: 12,
  interrupt: 4,
  deliver: 6,
  replay: 16,
  flush: 12,
  receive: 12,
  acknowledge: 8,
  readAck: 8,
  reconnect: 4,
  release: 8,
  heartbeat: 4,
  keepalive: 4,
  suspect: 1,
  testAndSet: 8,
  arbitrate: 8,
  learn: 8,
  goLive: 8,
  announce: 2,
  requestBackup: 4,
  place: 4,
  precopy: 5,
  snapshot: 4,
  arm: 6,
  discard: 1,
  abandon: 4,
  throttle: 4,
  tick: 2,
  send: 4,
  crash: 0,
  repair: 0,
  pause: 0,
  resume: 0,
  wedge: 0,
  cut: 0,
  heal: 0,
  reset: 0,
  loseStorage: 0,
  regainStorage: 0,
  loseRequest: 0,
  loseReply: 0,
  loseService: 0,
  regainService: 0,
  skew: 0,
  overcommit: 0,
};

/** Faults, each with the event that undoes it; a run has few kinds of them. */
const faults: readonly (readonly [EventType, ...EventType[]])[] = [
  ['crash', 'repair'],
  ['pause', 'resume'],
  ['wedge', 'wedge'],
  ['cut', 'heal'],
  ['reset', 'reset'],
  ['loseStorage', 'regainStorage'],
  ['loseRequest', 'loseRequest'],
  ['loseReply', 'loseReply'],
  ['loseService', 'regainService'],
  ['skew', 'skew'],
  ['overcommit', 'overcommit'],
];

const scales = [0, 0.2, 1, 1, 1, 4] as const;

/** Weights of one run: some kinds of events rare or absent, some frequent (swarm testing). */
export const swarm = (chooser: Chooser): Weights => {
  const weights: Record<EventType, number> = { ...ordinary };
  const busy: readonly EventType[] = ['execute', 'interrupt', 'deliver', 'replay', 'flush'];
  const slow: readonly EventType[] = ['receive', 'acknowledge', 'readAck', 'release', 'send'];
  const rest: readonly EventType[] = ['suspect', 'tick', 'learn', 'arbitrate', 'discard', 'arm'];
  for (const type of [...busy, ...slow, ...rest]) weights[type] *= oneOf(chooser, scales);
  for (const [fault, undo] of faults) {
    if (!onceIn(chooser, 3)) continue;
    weights[fault] = oneOf(chooser, [0.1, 0.3, 1]);
    if (undo !== undefined) weights[undo] = oneOf(chooser, [0.2, 1, 3]);
  }
  return weights;
};
