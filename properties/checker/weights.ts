import type { EventType } from '../../model/event.ts';
import { hasDisk, type Settings } from '../../model/settings.ts';
import { type Chooser, onceIn, oneOf } from './chooser.ts';
import { type FaultKind, faultTypes } from './faults.ts';

/** How often each kind of event is tried, relative to the others. */
export type Weights = Readonly<Record<EventType, number>>;

/** What the protocol and its guests do when nothing goes wrong. */
const ordinary: Weights = {
  execute: 12,
  interrupt: 4,
  deliver: 6,
  feed: 6,
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
  order: 0,
  stop: 4,
  migrate: 0,
  quiesce: 8,
  switchOver: 12,
  takeUp: 6,
  cancel: 0.5,
  submit: 8,
  perform: 8,
  complete: 8,
  failIo: 0,
  loseIo: 0,
  tick: 2,
  send: 4,
  operate: 0,
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

const scales = [0, 0.2, 1, 1, 1, 4] as const;

type Draft = Record<EventType, number>;

const scaled = (weights: Draft, types: readonly EventType[], by: number): void => {
  for (const type of types) weights[type] *= by;
};

const busy: readonly EventType[] = ['execute', 'interrupt', 'deliver', 'replay', 'flush'];
const slow: readonly EventType[] = ['receive', 'acknowledge', 'readAck', 'release', 'send'];
const late: readonly EventType[] = ['suspect', 'tick', 'learn', 'arbitrate', 'discard', 'arm'];
const toDisk: readonly EventType[] = ['submit', 'perform', 'complete'];
const varied: readonly EventType[] = [...busy, ...slow, ...late, ...toDisk, 'stop'];
const protecting: readonly EventType[] = ['requestBackup', 'place', 'precopy', 'snapshot', 'arm'];
const contending: readonly EventType[] = ['suspect', 'testAndSet', 'arbitrate', 'learn', 'goLive'];
const switching: readonly EventType[] = ['quiesce', 'switchOver', 'reconnect'];

const strike = (weights: Draft, chooser: Chooser, kind: FaultKind): void => {
  const undo = faultTypes.find(({ type }) => type === kind)?.undo ?? null;
  weights[kind] = oneOf(chooser, [0.1, 0.3, 1]);
  if (undo !== null && undo !== kind) weights[undo] = oneOf(chooser, [0.2, 1, 3]);
};

type Profile = (weights: Draft, chooser: Chooser) => void;

/** Something that makes one side suspect the other, where time is modelled. */
const silencing: Profile = (weights, chooser) => {
  strike(weights, chooser, oneOf<FaultKind>(chooser, ['crash', 'pause', 'cut', 'wedge']));
};

/** Half of the runs lose hosts, and half of the others have something else that is suspected. */
const struck: Profile = (weights, chooser) => {
  const kind = chooser.below(4);
  if (kind < 2) strike(weights, chooser, 'crash');
  else if (kind === 2) silencing(weights, chooser);
};

/** Some kinds of events rare or absent, some frequent, and a few kinds of faults. */
const anything: Profile = (weights, chooser) => {
  for (const type of varied) weights[type] *= oneOf(chooser, scales);
  for (const { type } of faultTypes) if (onceIn(chooser, 3)) strike(weights, chooser, type);
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

/** Both copies of the pair move, and are struck on the way. */
const moving: Profile = (weights, chooser) => {
  weights.migrate = oneOf(chooser, [1, 4]);
  scaled(weights, ['precopy'], oneOf(chooser, [1, 3]));
  scaled(weights, switching, oneOf(chooser, [0.5, 1, 3]));
  scaled(weights, ['takeUp'], oneOf(chooser, [0.03, 0.2, 1]));
  scaled(weights, ['cancel', 'discard'], oneOf(chooser, [0, 0.2, 2]));
  scaled(weights, ['suspect'], oneOf(chooser, [0, 0, 0.2, 1]));
  scaled(weights, ['execute', 'interrupt', 'deliver', 'feed'], oneOf(chooser, [0.05, 0.2, 1]));
  scaled(weights, ['acknowledge', 'readAck', 'release'], oneOf(chooser, [1, 3]));
  struck(weights, chooser);
  if (onceIn(chooser, 3)) weights.reset = 0.3;
};

/** Much is outstanding on the disk; completions are late, and some operations fail or are lost. */
const disks: Profile = (weights, chooser) => {
  scaled(weights, ['submit'], oneOf(chooser, [0.3, 1, 3]));
  scaled(weights, ['perform'], oneOf(chooser, [0.05, 0.3, 1]));
  scaled(weights, ['complete'], oneOf(chooser, [0.2, 1, 3]));
  scaled(weights, ['deliver', 'interrupt', 'send'], 0.3);
  weights.failIo = oneOf(chooser, [0, 1, 4]);
  weights.loseIo = oneOf(chooser, [0, 4]);
  scaled(weights, contending, oneOf(chooser, [0.3, 1, 3]));
  struck(weights, chooser);
  if (onceIn(chooser, 3)) strike(weights, chooser, 'loseStorage');
};

/** The VM is powered off, and its hosts do not hear of it in time. */
const powering: Profile = (weights, chooser) => {
  weights.order = oneOf(chooser, [2, 6]);
  weights.operate = oneOf(chooser, [0, 2]);
  scaled(weights, ['stop', 'replay', 'flush', 'receive'], oneOf(chooser, [0.3, 1]));
  scaled(weights, ['acknowledge', 'readAck'], oneOf(chooser, [0.2, 1]));
  scaled(weights, contending, oneOf(chooser, [0.5, 2]));
  if (onceIn(chooser, 2)) silencing(weights, chooser);
};

/** What people ask of the VM, without anything being wrong; many runs have none of it. */
const wishes: Profile = (weights, chooser) => {
  weights.operate = oneOf(chooser, [0, 0, 0.5, 3]);
  weights.migrate = oneOf(chooser, [0, 0, 0.3, 1]);
  weights.order = oneOf(chooser, [0, 0, 0, 0.3, 1]);
};

/** The kinds of trouble that a run may be in: those that its settings allow. */
const profilesFor = (settings: Settings): readonly [Profile, ...Profile[]] => {
  const { clock, features } = settings;
  return [
    ...([anything, anything, again, races, reconnects] as const),
    clock === null ? backlog : lag,
    ...(features.vmotion ? [moving, moving] : []),
    ...(features.control ? [powering] : []),
    ...(hasDisk(settings) ? [disks, disks, disks] : []),
  ];
};

/** Weights of one run: with faults for a while, then without them for a while, and so on. */
export type Climate = {
  readonly storm: Weights;
  readonly lull: Weights;
  readonly stormSteps: number;
  readonly lullSteps: number; // 0: it is never calm
};

/** No fault strikes; what people ask of the VM is none, and goes on. */
const becalmed = (weights: Weights): Weights => {
  const lull: Draft = { ...weights, suspect: 0, discard: 0, cancel: 0 };
  for (const { type } of faultTypes) lull[type] = 0;
  return lull;
};

/** Weights of one run, towards one kind of trouble, or none in particular (swarm testing). */
export const swarm = (chooser: Chooser, settings: Settings): Climate => {
  const storm: Draft = { ...ordinary };
  wishes(storm, chooser);
  oneOf<Profile>(chooser, profilesFor(settings))(storm, chooser);
  if (settings.clock === null) storm.overcommit *= 0.1; // without time nothing comes of it
  const lullSteps = oneOf(chooser, [0, 0, 15, 40]);
  return { storm, lull: becalmed(storm), stormSteps: 10 + chooser.below(40), lullSteps };
};

/** Kinds of faults for a run that has few, with what undoes them. */
export const fewFaults = (chooser: Chooser): readonly EventType[] =>
  faultTypes.filter(() => onceIn(chooser, 3)).flatMap(({ type, undo }) => [type, undo ?? type]);

/** Kinds of what people ask of the VM, for a run that has few. */
export const fewWishes = (chooser: Chooser): readonly EventType[] =>
  (['operate', 'migrate', 'order'] as const).filter(() => onceIn(chooser, 3));
