import type { Event } from '../event.ts';
import type { Operated } from '../guest.ts';
import { hostIds } from '../ids.ts';
import { hostsOf } from '../settings.ts';
import type { Action, Refusal, Step } from '../spec.ts';
import type { Cut, State, Vm } from '../state.ts';
import { allowance, type FlowRules } from './flow-control.ts';
import type { NetworkRules } from './network.ts';
import {
  connectionOf,
  inMode,
  isCut,
  moved,
  silent,
  toHost,
  withConnection,
  withDevices,
  withHost,
} from './notation.ts';

const refreshed = (rules: FlowRules, state: State, copy: Vm): Vm => {
  if (!('guest' in copy)) return copy;
  const credit = allowance(rules.limitOf, state, copy, copy.watch.credit);
  return credit === copy.watch.credit ? copy : { ...copy, watch: { ...copy.watch, credit } };
};

/** Time passes. A guest that reads its clock on two hosts may read two values (R21-3). */
export const tick = (rules: FlowRules): Action<'tick'> => ({
  by: 'world',
  instances: () => [{ type: 'tick' }],
  next: (state) => {
    const copies =
      state.settings.clock === null
        ? state.copies
        : state.copies.map((copy) => refreshed(rules, state, copy));
    return silent({ ...state, now: state.now + 1, copies });
  },
});

type Serving = Extract<Vm, { readonly mode: 'recording' | 'withholding' | 'live' }>;

/** Only the copy behind the switch's port for the VM hears from the outside (R20-2). */
const atPort = ({ network }: State, copy: Vm): copy is Serving =>
  copy.host === network.port &&
  (copy.mode === 'recording' || copy.mode === 'withholding' || copy.mode === 'live');

/** A client sends a packet; the switch forwards it to where it last saw the VM (R20-2). */
export const send = (rules: NetworkRules): Action<'send'> => ({
  by: 'world',
  instances: () => [{ type: 'send' }],
  next: (state) => {
    const packet = state.network.packets;
    const copies = state.copies.map((copy) => {
      if (!atPort(state, copy)) return copy;
      const nic = [...copy.devices.nic, packet];
      return { ...withDevices(copy, { nic }), guest: rules.onArrival(copy.guest) };
    });
    return silent({ ...state, copies, network: { ...state.network, packets: packet + 1 } });
  },
});

const operations: readonly Event<'operate'>[] = [
  { type: 'operate', kind: 'KEY' },
  { type: 'operate', kind: 'MOUSE' },
];

/** An operator presses a key or moves the mouse, at the console of whoever serves (R20-2). */
export const operate: Action<'operate'> = {
  by: 'world',
  instances: () => operations,
  next: (state, { kind }) => {
    if (!state.settings.features.console) return 'nobody is at the console in this run';
    const input: Operated = { kind, number: state.network.operated };
    const copies = state.copies.map((copy) =>
      atPort(state, copy) ? withDevices(copy, { console: [...copy.devices.console, input] }) : copy,
    );
    return silent({ ...state, copies, network: { ...state.network, operated: input.number + 1 } });
  },
};

/** A copy that has moved stays until its destination has all of it (R33-9). */
const crashed = (copy: Vm): Vm =>
  copy.mode === 'halted' && copy.because !== 'moved'
    ? copy
    : { mode: 'crashed', id: copy.id, line: copy.line, host: copy.host };

/** A host stops, and with it every copy on it and all that is in its memory (R20-7). */
export const crash: Action<'crash'> = toHost('crash', (state, host, id) => {
  if (!host.up) return 'the host is down';
  const copies = state.copies.map((copy) => (copy.host === id ? crashed(copy) : copy));
  return silent(withHost({ ...state, copies }, id, { ...host, up: false, paused: false }));
});

/** The host boots again, empty: nothing that it held comes back (R31-8). */
export const repair: Action<'repair'> = toHost('repair', (state, host, id) =>
  host.up ? 'the host is up' : silent(withHost(state, id, { ...host, up: true, speed: 100 })),
);

/** A host stands still, with all that is on it, and remembers everything (R23-5). */
export const pause: Action<'pause'> = toHost('pause', (state, host, id) => {
  if (!host.up) return 'the host is down';
  return host.paused
    ? 'the host is paused'
    : silent(withHost(state, id, { ...host, paused: true }));
});

/** A host that stood still goes on where it was. */
export const resume: Action<'resume'> = toHost('resume', (state, host, id) =>
  host.paused ? silent(withHost(state, id, { ...host, paused: false })) : 'the host is not paused',
);

/** The VM is stuck for good while its host lives on (R23-3). */
export const wedge: Action<'wedge'> = inMode(
  'wedge',
  ['recording', 'withholding', 'replaying', 'frozen', 'draining', 'live', 'cloning', 'arriving'],
  (state, copy) =>
    copy.wedged ? 'the VM is stuck already' : moved(state, { ...copy, wedged: true }),
  { needs: 'nothing', by: 'world' },
);

const cuts: readonly Cut[] = (['log', 'heartbeat'] as const).flatMap((net) =>
  hostIds.flatMap((from) => hostIds.filter((to) => to !== from).map((to) => ({ net, from, to }))),
);

/** A network is partitioned in one direction; what is on the wire waits (R20-7). */
export const cut: Action<'cut'> = {
  by: 'world',
  instances: () => cuts.map((one) => ({ type: 'cut', ...one })),
  next: (state, { net, from, to }) => {
    const hosts = hostsOf(state.settings);
    if (!hosts.includes(from) || !hosts.includes(to)) return 'there is no such host';
    if (isCut(state, net, from, to)) return 'the network is cut there';
    return silent({ ...state, cuts: [...state.cuts, { net, from, to }] });
  },
};

/** A network carries again in that direction. */
export const heal: Action<'heal'> = {
  by: 'world',
  instances: (state) => state.cuts.map((one) => ({ type: 'heal', ...one })),
  next: (state, { net, from, to }): Step | Refusal => {
    const left = state.cuts.filter((one) => one.net !== net || one.from !== from || one.to !== to);
    return left.length === state.cuts.length
      ? 'the network is whole there'
      : silent({ ...state, cuts: left });
  },
};

/** A connection of the logging channel is lost, with all that was on it. */
export const reset: Action<'reset'> = {
  by: 'world',
  instances: ({ connections }) =>
    connections.filter(({ open }) => open).map(({ id }) => ({ type: 'reset', connection: id })),
  next: (state, event) => {
    const connection = connectionOf(state, event.connection);
    if (connection === undefined || !connection.open) return 'there is no such connection';
    return silent(withConnection(state, { ...connection, open: false, entries: [], acks: [] }));
  },
};

/** The host cannot reach the shared storage any more (R23-17). */
export const loseStorage: Action<'loseStorage'> = toHost('loseStorage', (state, host, id) =>
  host.storage
    ? silent(withHost(state, id, { ...host, storage: false }))
    : 'the host does not reach the storage',
);

/** The host reaches the shared storage again (R23-17). */
export const regainStorage: Action<'regainStorage'> = toHost('regainStorage', (state, host, id) =>
  host.storage
    ? 'the host reaches the storage'
    : silent(withHost(state, id, { ...host, storage: true })),
);

/** The clustering service goes away: nobody is told, no host is picked (R31-6). */
export const loseService: Action<'loseService'> = {
  by: 'world',
  instances: () => [{ type: 'loseService' }],
  next: (state) =>
    state.service.up
      ? silent({ ...state, service: { up: false } })
      : 'the clustering service is away',
};

/** The clustering service is back. */
export const regainService: Action<'regainService'> = {
  by: 'world',
  instances: () => [{ type: 'regainService' }],
  next: (state) =>
    state.service.up
      ? 'the clustering service is there'
      : silent({ ...state, service: { up: true } }),
};

/** The host's clock jumps; no timeout reads it, only the guest does (R21-3). */
export const skew: Action<'skew'> = toHost(
  'skew',
  (state, host, id, { by }) => silent(withHost(state, id, { ...host, skew: host.skew + by })),
  [{ by: 1 }, { by: -1 }],
);

/** The host's CPU is overcommitted, or no longer: at 0 its copies do not execute (R32-7). */
export const overcommit: Action<'overcommit'> = toHost(
  'overcommit',
  (state, host, id, { speed }) =>
    host.speed === speed
      ? 'the host has that speed'
      : silent(withHost(state, id, { ...host, speed })),
  [{ speed: 0 }, { speed: 50 }, { speed: 100 }],
);
