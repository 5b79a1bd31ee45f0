import type { Operated } from './guest.ts';
import type { ConnectionId, CopyId, HostId } from './ids.ts';
import type { Cut } from './state.ts';

type ByCopy = { readonly copy: CopyId };
type OnHost = { readonly host: HostId };
type OfIo = ByCopy & { readonly io: number };

/** What an administrator can order: to power the VM off, or to change its share of the CPU. */
export type Operation = 'powerOff' | 'raiseShare' | 'lowerShare';

/**
 * Every way the system can move, and what tells one instance from another. Where a crash could
 * fall between two things they are two events.
 */
export type EventMap = {
  // recording
  readonly execute: ByCopy;
  readonly interrupt: ByCopy;
  readonly deliver: ByCopy & { readonly count: number };
  readonly feed: ByCopy;
  // replay
  readonly replay: ByCopy;
  // the logging channel
  readonly flush: ByCopy;
  readonly receive: ByCopy;
  readonly acknowledge: ByCopy;
  readonly readAck: ByCopy & { readonly connection: ConnectionId };
  readonly reconnect: ByCopy;
  // output commit
  readonly release: ByCopy;
  // detection
  readonly heartbeat: ByCopy;
  readonly keepalive: ByCopy;
  readonly suspect: ByCopy;
  // failover
  readonly testAndSet: ByCopy;
  readonly arbitrate: ByCopy;
  readonly learn: ByCopy;
  readonly goLive: ByCopy;
  readonly announce: ByCopy;
  // protection
  readonly requestBackup: ByCopy;
  readonly place: ByCopy & OnHost;
  readonly precopy: ByCopy;
  readonly snapshot: ByCopy;
  readonly arm: ByCopy;
  readonly discard: ByCopy;
  readonly abandon: ByCopy;
  // flow control
  readonly throttle: ByCopy;
  // control operations
  readonly order: ByCopy & { readonly operation: Operation };
  readonly stop: ByCopy;
  // VMotion
  readonly migrate: ByCopy & OnHost;
  readonly quiesce: ByCopy;
  readonly switchOver: ByCopy;
  readonly takeUp: ByCopy;
  readonly cancel: ByCopy;
  // the disk
  readonly submit: OfIo;
  readonly perform: OfIo;
  readonly complete: OfIo;
  readonly failIo: OfIo & { readonly transferred: number };
  readonly loseIo: OfIo;
  // the world
  readonly tick: object;
  readonly send: object;
  readonly operate: { readonly kind: Operated['kind'] };
  readonly crash: OnHost;
  readonly repair: OnHost;
  readonly pause: OnHost;
  readonly resume: OnHost;
  readonly wedge: ByCopy;
  readonly cut: Cut;
  readonly heal: Cut;
  readonly reset: { readonly connection: ConnectionId };
  readonly loseStorage: OnHost;
  readonly regainStorage: OnHost;
  readonly loseRequest: ByCopy;
  readonly loseReply: ByCopy;
  readonly loseService: object;
  readonly regainService: object;
  readonly skew: OnHost & { readonly by: number };
  readonly overcommit: OnHost & { readonly speed: number };
};

/** The kinds of events. */
export type EventType = keyof EventMap;

/** `Event` is the union of all events; `Event<'release'>` is one member of it. */
export type Event<T extends EventType = EventType> = {
  [K in T]: { readonly type: K } & EventMap[K];
}[T];

/** The events that a copy of the VM, or its hypervisor, performs. */
export type CopyEventType = {
  [K in EventType]: EventMap[K] extends ByCopy ? K : never;
}[EventType];

/** The events that befall a host. */
export type HostEventType = {
  [K in EventType]: EventMap[K] extends OnHost ? K : never;
}[EventType];
