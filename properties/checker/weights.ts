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

type Draft = Record<EventType, number>;

const scaled = (weights: Draft, types: readonly EventType[], by: number): void => {
  for (const type of types) weights[type] *= by;
};

const busy: readonly EventType[] = ['execute', 'interrupt', 'deliver', 'replay', 'flush'];
const slow: readonly EventType[] = ['receive', 'acknowledge', 'readAck', 'release', 'send'];
const late: readonly EventType[] = ['suspect', 'tick', 'learn', 'arbitrate', 'discard', 'arm'];
const varied: readonly EventType[] = [...busy, ...slow, ...late];
const protecting: readonly EventType[] = ['requestBackup', 'place', 'precopy', 'snapshot', 'arm'];
const contending: readonly EventType[] = ['suspect', 'testAndSet', 'arbitrate', 'learn', 'goLive'];

const strike = (weights: Draft, chooser: Chooser, kind: EventType): void => {
  const undo = faults.find(([fault]) => fault === kind)?.[1];
  weights[kind] = oneOf(chooser, [0.1, 0.3, 1]);
  if (undo !== undefined && undo !== kind) weights[undo] = oneOf(chooser, [0.2, 1, 3]);
};

type Profile = (weights: Draft, chooser: Chooser) => void;

/** Something that makes one side suspect the other, where time is modelled. */
const silencing: Profile = (weights, chooser) => {
  strike(weights, chooser, oneOf<EventType>(chooser, ['crash', 'pause', 'cut', 'wedge']));
};

/** Some kinds of events rare or absent, some frequent, and a few kinds of faults. */
const anything: Profile = (weights, chooser) => {
  for (const type of varied) weights[type] *= oneOf(chooser, scales);
  for (const [fault] of faults) if (onceIn(chooser, 3)) strike(weights, chooser, fault);
};

/** The backup receives and acknowledges, and falls behind in replaying. */
const backlog: Profile = (weights, chooser) => {
  scaled(weights, ['replay'], oneOf(chooser, [0.02, 0.1, 0.3]));
  scaled(weights, ['execute', 'flush', 'receive', 'acknowledge', 'readAck', 'release'], 1.5);
  scaled(weights, ['suspect'], oneOf(chooser, [0.3, 1]));
  scaled(weights, ['learn', 'goLive'], oneOf(chooser, [0.3, 1, 4]));
  if (onceIn(chooser, 2)) strike(weights, chooser, 'crash');
};

/** Every failover is followed by another pairing, and that by another failover. */
const again: Profile = (weights, chooser) => {
  scaled(weights, protecting, oneOf(chooser, [2, 4]));
  scaled(weights, contending, 2);
  scaled(weights, ['discard'], 0.1);
  scaled(weights, ['execute', 'interrupt'], oneOf(chooser, [0.3, 1]));
  silencing(weights, chooser);
};

/** Both sides ask the arbiter, again and again; requests and replies are late and get lost. */
const races: Profile = (weights, chooser) => {
  scaled(weights, ['suspect', 'testAndSet', 'arbitrate'], oneOf(chooser, [2, 4]));
  scaled(weights, ['learn'], oneOf(chooser, [0.1, 0.5, 1]));
  scaled(weights, protecting, 2);
  scaled(weights, busy, 0.3);
  silencing(weights, chooser);
  weights.loseReply = oneOf(chooser, [0, 1, 4]);
  weights.loseRequest = oneOf(chooser, [0, 0.3, 1]);
  if (onceIn(chooser, 3)) strike(weights, chooser, 'loseStorage');
};

/** The logging channel breaks often, and with it what is on the way. */
const reconnects: Profile = (weights, chooser) => {
  weights.reset = oneOf(chooser, [0.5, 2]);
  scaled(weights, ['reconnect'], oneOf(chooser, [1, 3]));
  scaled(weights, ['flush', 'receive', 'acknowledge'], oneOf(chooser, [1, 2]));
  scaled(weights, ['suspect'], oneOf(chooser, [0, 0.3]));
  scaled(weights, ['readAck'], oneOf(chooser, [0.1, 1]));
};

/** Hosts run slowly, and little else goes wrong. */
const lag: Profile = (weights, chooser) => {
  weights.overcommit = oneOf(chooser, [0.3, 1]);
  scaled(weights, ['send'], oneOf(chooser, [0, 0.3, 1]));
  scaled(weights, ['replay'], 0.3);
  scaled(weights, ['suspect'], 0.1);
};

const untimedProfiles = [anything, anything, backlog, again, races, reconnects] as const;
const timedProfiles = [anything, anything, again, races, reconnects, lag] as const;

/** Weights of one run: with faults for a while, then without them for a while, and so on. */
export type Climate = {
  readonly storm: Weights;
  readonly lull: Weights;
  readonly stormSteps: number;
  readonly lullSteps: number; // 0: it is never calm
};

const becalmed = (weights: Weights): Weights => {
  const lull: Draft = { ...weights, suspect: 0, discard: 0 };
  for (const [fault] of faults) lull[fault] = 0;
  return lull;
};

/** Weights of one run, towards one kind of trouble, or none in particular (swarm testing). */
export const swarm = (chooser: Chooser, isTimed: boolean): Climate => {
  const storm: Draft = { ...ordinary };
  const profiles = isTimed ? timedProfiles : untimedProfiles;
  oneOf<Profile>(chooser, profiles)(storm, chooser);
  if (!isTimed) storm.overcommit *= 0.1; // without time nothing comes of it
  const lullSteps = oneOf(chooser, [0, 0, 15, 40]);
  return { storm, lull: becalmed(storm), stormSteps: 10 + chooser.below(40), lullSteps };
};

/** Kinds of faults for a run that has few, with what undoes them. */
export const fewFaults = (chooser: Chooser): readonly EventType[] =>
  faults.filter(() => onceIn(chooser, 3)).flat();
