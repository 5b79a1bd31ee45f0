import * as t from 'io-ts';
import type { Event, EventType, Operation } from '../model/event.ts';
import type { Instruction, Operated } from '../model/guest.ts';
import { connectionId, copyId, type HostId } from '../model/ids.ts';
import type { Clock, Features, Settings } from '../model/settings.ts';
import { type Codec, closed, codecOf, listOf, oneOf, orNull, truth, whole } from './codec.ts';

const plain = (value: number): number => value;
const ticks = whole(1, 1000, plain);
const ticksOrNone = whole(0, 1000, plain);
const percent = whole(0, 100, plain);

/** How many copies or connections a run can have, how often an identity can be used, and so on. */
export const natural: Codec<number> = whole(0, 1_000_000, plain);

const host: Codec<HostId> = oneOf({ A: null, B: null, C: null, D: null });

const instructions: Codec<Instruction> = oneOf({
  compute: null,
  readTime: null,
  transmit: null,
  reply: null,
  stamp: null,
  post: null,
  kick: null,
  print: null,
  'touch p': null,
  'touch q': null,
  'read x p': null,
  'read x q': null,
  'read y p': null,
  'read y q': null,
  'read xy pq': null,
  'write x p': null,
  'write x q': null,
  'write y p': null,
  'write y q': null,
  'write xy pq': null,
  shutdown: null,
});

const instruction: Codec<Instruction> = codecOf(
  'an instruction such as "transmit" or "read x p"',
  instructions.validate,
);

const features: t.Type<Features, unknown> = closed({
  console: truth,
  control: truth,
  disk: truth,
  vmotion: truth,
});

const clock: t.Type<Clock, unknown> = closed({
  timeout: ticks,
  stallTimeout: ticks,
  heartbeatEvery: ticks,
  keepaliveEvery: ticks,
  retryEvery: ticks,
  switchover: ticksOrNone,
  timerEvery: orNull(ticks),
  speed: ticks,
  significantLag: ticks,
  slightLag: ticksOrNone,
  adjustEvery: ticks,
  step: whole(1, 100, plain),
  floor: whole(1, 100, plain),
});

const capacity = whole(1, 1000, plain);

/** The constants of a run. How they go together is checked where they are used as a whole. */
export const settings: t.Type<Settings, unknown> = closed({
  program: listOf(instruction, 1, 1000),
  features,
  hostCount: whole(3, 4, plain),
  packetGroup: whole(1, 2, plain),
  start: oneOf({ protected: null, unprotected: null }),
  primaryCapacity: capacity,
  wireCapacity: capacity,
  backupCapacity: capacity,
  ackPoint: oneOf({ received: null, replayed: null }),
  connectionLoss: oneOf({ evidence: null, ignored: null }),
  goLiveOutput: oneOf({ drop: null, emitLast: null }),
  arbitration: oneOf({ testAndSetThenDrain: null, drainThenTestAndSet: null }),
  clock: orNull(clock),
});

/** An event of a script with its identity, which survives what is cut out around it. */
export type Identified<T extends EventType = EventType> = { readonly id: number } & Event<T>;

const copy = whole(0, 1_000_000, copyId);
const connection = whole(0, 1_000_000, connectionId);
const net: Codec<'log' | 'heartbeat'> = oneOf({ log: null, heartbeat: null });

const operation: Codec<Operation> = oneOf({ powerOff: null, raiseShare: null, lowerShare: null });
const operated: Codec<Operated['kind']> = oneOf({ KEY: null, MOUSE: null });

const bare = <T extends EventType>(type: T) => closed({ id: natural, type: t.literal(type) });

const byCopy = <T extends EventType>(type: T) =>
  closed({ id: natural, type: t.literal(type), copy });

const onHost = <T extends EventType>(type: T) =>
  closed({ id: natural, type: t.literal(type), host });

const ofIo = <T extends EventType>(type: T) =>
  closed({ id: natural, type: t.literal(type), copy, io: natural });

const onLink = <T extends EventType>(type: T) =>
  closed({ id: natural, type: t.literal(type), net, from: host, to: host });

/** One codec for each kind of event: one that is forgotten does not compile. */
const events: { readonly [T in EventType]: t.Type<Identified<T>, unknown> } = {
  execute: byCopy('execute'),
  interrupt: byCopy('interrupt'),
  deliver: closed({ id: natural, type: t.literal('deliver'), copy, count: whole(1, 2, plain) }),
  feed: byCopy('feed'),
  replay: byCopy('replay'),
  flush: byCopy('flush'),
  receive: byCopy('receive'),
  acknowledge: byCopy('acknowledge'),
  readAck: closed({ id: natural, type: t.literal('readAck'), copy, connection }),
  reconnect: byCopy('reconnect'),
  release: byCopy('release'),
  heartbeat: byCopy('heartbeat'),
  keepalive: byCopy('keepalive'),
  suspect: byCopy('suspect'),
  testAndSet: byCopy('testAndSet'),
  arbitrate: byCopy('arbitrate'),
  learn: byCopy('learn'),
  goLive: byCopy('goLive'),
  announce: byCopy('announce'),
  requestBackup: byCopy('requestBackup'),
  place: closed({ id: natural, type: t.literal('place'), copy, host }),
  precopy: byCopy('precopy'),
  snapshot: byCopy('snapshot'),
  arm: byCopy('arm'),
  discard: byCopy('discard'),
  abandon: byCopy('abandon'),
  throttle: byCopy('throttle'),
  order: closed({ id: natural, type: t.literal('order'), copy, operation }),
  stop: byCopy('stop'),
  migrate: closed({ id: natural, type: t.literal('migrate'), copy, host }),
  quiesce: byCopy('quiesce'),
  switchOver: byCopy('switchOver'),
  takeUp: byCopy('takeUp'),
  cancel: byCopy('cancel'),
  submit: ofIo('submit'),
  perform: ofIo('perform'),
  complete: ofIo('complete'),
  failIo: closed({
    id: natural,
    type: t.literal('failIo'),
    copy,
    io: natural,
    transferred: whole(0, 1, plain),
  }),
  loseIo: ofIo('loseIo'),
  tick: bare('tick'),
  send: bare('send'),
  operate: closed({ id: natural, type: t.literal('operate'), kind: operated }),
  crash: onHost('crash'),
  repair: onHost('repair'),
  pause: onHost('pause'),
  resume: onHost('resume'),
  wedge: byCopy('wedge'),
  cut: onLink('cut'),
  heal: onLink('heal'),
  reset: closed({ id: natural, type: t.literal('reset'), connection }),
  loseStorage: onHost('loseStorage'),
  regainStorage: onHost('regainStorage'),
  loseRequest: byCopy('loseRequest'),
  loseReply: byCopy('loseReply'),
  loseService: bare('loseService'),
  regainService: bare('regainService'),
  skew: closed({ id: natural, type: t.literal('skew'), host, by: whole(-1000, 1000, plain) }),
  overcommit: closed({ id: natural, type: t.literal('overcommit'), host, speed: percent }),
};

const typeOfEvent: Codec<EventType> = codecOf('the type of an event', (value, context) =>
  isEventType(value) ? t.success(value) : t.failure(value, context),
);

const isEventType = (value: unknown): value is EventType =>
  typeof value === 'string' && Object.hasOwn(events, value);

/** Any event: its type says which other fields it has. */
export const event: Codec<Identified> = codecOf('an event', (value, context) => {
  if (!t.UnknownRecord.is(value)) return t.failure(value, context);
  const { type } = value;
  if (isEventType(type)) return events[type].validate(value, context);
  return t.failure(type, t.appendContext(context, 'type', typeOfEvent, type));
});
