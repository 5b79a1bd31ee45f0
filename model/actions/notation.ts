import type { Effect } from '../effect.ts';
import type { CopyEventType, Event, HostEventType } from '../event.ts';
import { type CopyId, type HostId, hostIds, type Line, seq } from '../ids.ts';
import type { Connection } from '../log.ts';
import { type Clock, hostsOf } from '../settings.ts';
import type { Action, Actor, Refusal, Step } from '../spec.ts';
import type {
  Crashed,
  Cut,
  Devices,
  Halted,
  Host,
  Mode,
  State,
  Vm,
  Watch,
  Withheld,
} from '../state.ts';

type CopyIn<M extends Mode> = Extract<Vm, { readonly mode: M }>;

const modes: readonly Mode[] = [
  'recording',
  'withholding',
  'replaying',
  'frozen',
  'draining',
  'live',
  'cloning',
  'arriving',
  'halted',
  'crashed',
];

const verbs: Readonly<Record<CopyEventType, string>> = {
  execute: 'executes nothing of its own',
  interrupt: 'takes no interrupt of its host',
  deliver: 'takes no packet of its host',
  feed: 'takes no key or mouse of its host',
  replay: 'has no log to replay',
  flush: 'has no log to send',
  receive: 'reads no log',
  acknowledge: 'acknowledges nothing',
  readAck: 'reads no acknowledgment',
  reconnect: 'has no logging channel to restore',
  release: 'has no output to release',
  heartbeat: 'has no peer to send heartbeats to',
  keepalive: 'has no logging channel to keep alive',
  suspect: 'has no peer to suspect',
  testAndSet: 'has nothing to arbitrate',
  arbitrate: 'has nothing to arbitrate',
  learn: 'waits for no arbiter',
  goLive: 'is not about to go live',
  announce: 'does not announce itself',
  requestBackup: 'asks for no backup',
  place: 'is given no backup',
  precopy: 'is no destination to be copied to',
  snapshot: 'is not being cloned',
  arm: 'is no clone waiting to start',
  discard: 'is no destination to be discarded',
  abandon: 'is not being cloned',
  throttle: 'has no backup to wait for',
  order: 'takes no orders: they go to the primary',
  stop: 'has nothing to power off',
  migrate: 'cannot be moved',
  quiesce: 'has no disk to keep quiet',
  switchOver: 'is not being moved',
  takeUp: 'is no destination of a VMotion',
  cancel: 'is not being moved',
  submit: 'submits nothing to the storage',
  perform: 'has nothing with the storage',
  complete: 'waits for no disk operation',
  failIo: 'has nothing with the storage',
  loseIo: 'has nothing with the storage',
  wedge: 'has no VM that could be stuck',
  loseRequest: 'has sent no request',
  loseReply: 'waits for no reply',
};

const silence: readonly Effect[] = [];

/** A step that the outside does not notice. */
export const silent = (state: State): Step => ({ state, effects: silence });

/** The copy replaces the one of the same id. */
export const withCopy = (state: State, copy: Vm): State => ({
  ...state,
  copies: state.copies.with(copy.id, copy),
});

/** The host, with what has changed of it. */
export const withHost = (state: State, id: HostId, host: Host): State => ({
  ...state,
  hosts: { ...state.hosts, [id]: host },
});

/** The connection replaces the one of the same number. */
export const withConnection = (state: State, connection: Connection): State => ({
  ...state,
  connections: state.connections.map((old) => (old.id === connection.id ? connection : old)),
});

/** The copy stops itself, for good; it remembers nothing (R23-22). */
export const halted = (
  { id, line, host, generation }: Exclude<Vm, Halted | Crashed>,
  because: Halted['because'],
): Halted => ({ mode: 'halted', id, line, host, because, generation });

/** The copy that now stands for a line: the last one to which the VM was handed over (R33-6). */
export const holderOf = ({ copies }: State, line: Line): Vm | undefined =>
  copies.findLast((copy) => copy.line === line);

/** The host's side of a copy's devices, with what has changed. */
export const withDevices = <C extends { readonly devices: Devices }>(
  copy: C,
  changed: Partial<Devices>,
): C => ({ ...copy, devices: { ...copy.devices, ...changed } });

/** An output that waits for no entry of any log. */
export const free = (output: Withheld): Withheld => ({ ...output, needs: seq(0) });

/** Most steps change one copy and nothing else, and show the outside nothing. */
export const moved = (state: State, copy: Vm): Step => silent(withCopy(state, copy));

const why = (
  event: CopyEventType,
  allowed: readonly Mode[],
): Readonly<Record<Mode, Refusal | null>> => {
  const refusals = modes.map((mode) => [
    mode,
    allowed.includes(mode)
      ? null
      : `${mode === 'arriving' ? 'an' : 'a'} ${mode} copy ${verbs[event]}`,
  ]);
  // `fromEntries` forgets its keys: here they are all the modes
  return Object.fromEntries(refusals) as Readonly<Record<Mode, Refusal | null>>;
};

/** Whether a copy can do anything: on a host that runs, in a VM that is not stuck. */
export const isAble = ({ hosts }: State, copy: Vm): boolean => {
  const host = hosts[copy.host];
  return host.up && !host.paused && !('wedged' in copy && copy.wedged);
};

/** The events of one copy: in the modes named, on a host that runs, in a VM that is not stuck. */
export const inMode = <T extends CopyEventType, M extends Mode>(
  type: T,
  allowed: readonly M[],
  next: (state: State, copy: CopyIn<M>, event: Event<T>) => Step | Refusal,
  {
    instances,
    needs = 'vm',
    by = 'protocol',
  }: {
    readonly instances?: (state: State, copy: CopyIn<M>) => readonly object[];
    readonly needs?: 'vm' | 'host' | 'nothing'; // what has to run for the event to happen
    readonly by?: Actor;
  } = {},
): Action<T> => {
  const refusals = why(type, allowed);
  // `refusals` is null exactly for the modes of `M`, so the casts to `CopyIn<M>` below are sound
  return {
    by,
    instances: (state) => {
      const all: Event<T>[] = [];
      for (const copy of state.copies) {
        if (refusals[copy.mode] !== null) continue;
        const one = { type, copy: copy.id };
        if (instances === undefined) all.push(one as unknown as Event<T>);
        else {
          for (const more of instances(state, copy as CopyIn<M>)) {
            all.push({ ...one, ...more } as unknown as Event<T>);
          }
        }
      }
      return all;
    },
    next: (state, event) => {
      const { copy: id } = event as { readonly copy: CopyId };
      const copy = state.copies[id];
      if (copy === undefined) return 'there is no such copy';
      const refusal = refusals[copy.mode];
      if (refusal !== null) return refusal;
      if (needs === 'vm' && !isAble(state, copy)) return 'its host is paused or its VM is stuck';
      if (needs === 'host' && state.hosts[copy.host].paused) return 'its host is paused';
      return next(state, copy as CopyIn<M>, event);
    },
  };
};

/** The events that befall one host. */
export const toHost = <T extends HostEventType>(
  type: T,
  next: (state: State, host: Host, id: HostId, event: Event<T>) => Step | Refusal,
  variations: readonly object[] = [{}],
): Action<T> => {
  const instances = hostIds.flatMap((host) =>
    variations.map((more) => ({ type, host, ...more }) as unknown as Event<T>),
  );
  return {
    by: 'world',
    instances: () => instances,
    next: (state, event) => {
      const { host: id } = event as { readonly host: HostId };
      if (!hostsOf(state.settings).includes(id)) return 'there is no such host';
      return next(state, state.hosts[id], id, event);
    },
  };
};

/** Whether one network is partitioned from one host to another. */
export const isCut = ({ cuts }: State, net: Cut['net'], from: HostId, to: HostId): boolean =>
  cuts.some((cut) => cut.net === net && cut.from === from && cut.to === to);

/** Whether what is sent on the logging network arrives, both ways. */
export const isLinked = (state: State, one: HostId, other: HostId): boolean =>
  state.hosts[one].up &&
  state.hosts[other].up &&
  !isCut(state, 'log', one, other) &&
  !isCut(state, 'log', other, one);

/** Whether what a host sends on the logging network arrives at another now. */
export const reaches = (state: State, from: HostId, to: HostId): boolean =>
  state.hosts[from].up && !state.hosts[from].paused && !isCut(state, 'log', from, to);

/** The connection of that number, if it is remembered. */
export const connectionOf = (state: State, id: number | null): Connection | undefined =>
  state.connections.find((connection) => connection.id === id);

/** The present, where time is modelled; elsewhere nothing is remembered about time. */
export const present = ({ settings, now }: State): number => (settings.clock === null ? 0 : now);

/** What a guest on the host reads when it asks for the time (R21-3). */
export const readClock = ({ hosts, now }: State, host: HostId): number => now + hosts[host].skew;

/** Whether `every` ticks have passed since `since`; without time, always. */
export const isDue = (
  state: State,
  since: number,
  every: (clock: Clock) => number | null,
): boolean => {
  const { clock } = state.settings;
  if (clock === null) return true;
  const period = every(clock);
  return period !== null && state.now - since >= period;
};

/** The hypervisor remembers a moment, where time is modelled. */
export const remember = (
  state: State,
  watch: Watch,
  ...what: readonly Exclude<keyof Watch, 'credit'>[]
): Watch => {
  if (state.settings.clock === null) return watch;
  return { ...watch, ...Object.fromEntries(what.map((key) => [key, state.now])) };
};

/** An instruction costs CPU time, where time is modelled; `null` if this tick's is used up. */
export const spend = (state: State, watch: Watch): Watch | null => {
  if (state.settings.clock === null) return watch;
  return watch.credit >= 100 ? { ...watch, credit: watch.credit - 100 } : null;
};
