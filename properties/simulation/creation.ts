import type { Command } from '../../impl/hypervisor/command.ts';
import type { Input } from '../../impl/hypervisor/input.ts';
import { allow, close, connect, connectionsOf, send } from './connection.ts';
import { must } from './program.ts';
import { submit, testAndSet } from './storage.ts';
import {
  type Copy,
  clockOf,
  type Driver,
  type Host,
  happened,
  hostOf,
  isAble,
  isCut,
  pend,
  type World,
  type WorldOptions,
} from './world.ts';

/**
 * A datagram: lost where the network is cut, now or when it arrives, and where nobody is there to
 * hear it (R23-1). One that comes again, or after a later one of the same host, is none: they are
 * counted.
 */
export const beat = (world: World, copy: Copy, to: string, generation: number): void => {
  const from = copy.host.name;
  const count = ++world.beatCount;
  if (isCut(world, 'heartbeat', from, to)) return;
  pend(world, { kind: 'heartbeat', from, to, copy: copy.name }, () => {
    const { copy: hearer, isUp, heardBeats } = hostOf(world, to);
    if (!isUp || isCut(world, 'heartbeat', from, to)) return;
    if (count <= (heardBeats.get(from) ?? 0)) return;
    heardBeats.set(from, count);
    if (hearer === null) return;
    world.give(hearer, { type: 'heartbeat', copy: copy.name, generation });
  });
};

const transmit = (world: World, copy: Copy, bytes: Uint8Array): void => {
  world.witnessed.transmitted.push({ copy: copy.name, bytes });
  world.network.port = copy.host.name; // the switch learns from whatever the VM sends
  world.driver.onTransmitted(bytes);
};

/** What the VM's operator did and the guest does not know goes where the VM has gone (R33-10). */
const takeConsole = (world: World, heir: Copy): void => {
  const source = world.copies.get(heir.source ?? '');
  if (source === undefined || source.host.console.length === 0) return;
  heir.host.console.push(...source.host.console.splice(0));
  world.driver.onOperated(heir.host);
};

const halt = (world: World, copy: Copy, because: string): void => {
  copy.core = null;
  copy.because = because;
  for (const { number } of connectionsOf(world, copy)) close(world, copy, number);
  copy.host.copy = null;
  copy.host.nic.length = 0;
  copy.host.console.length = 0;
};

type Performed = {
  readonly [T in Command['type']]: (
    world: World,
    copy: Copy,
    command: Extract<Command, { readonly type: T }>,
  ) => void;
};

const performed: Performed = {
  connect: (world, copy, { host }) => connect(world, copy, host),
  send: (world, copy, { connection, bytes }) => send(world, copy, connection, bytes),
  allow: (world, copy, { connection, byteCount }) => allow(world, copy, connection, byteCount),
  close: (world, copy, { connection }) => close(world, copy, connection),
  beat: (world, copy, { host, generation }) => {
    copy.beat = { host, generation };
    beat(world, copy, host, generation);
  },
  transmit: (world, copy, { bytes }) => transmit(world, copy, bytes),
  print: (world, copy, { bytes }) => {
    world.witnessed.printed.push({ copy: copy.name, bytes });
  },
  announce: (world, copy) => {
    world.network.port = copy.host.name;
  },
  submit: (world, copy, { io, copy: name, generation }) => {
    must(name === copy.name, `copy ${copy.name} submits as ${name}`);
    submit(world, copy, io, generation);
  },
  testAndSet: (world, copy, { copy: name, generation }) => {
    must(name === copy.name, `copy ${copy.name} asks as ${name}`);
    testAndSet(world, copy, generation);
  },
  askForBackup: (world, copy) => {
    // whoever asks while the service is away is not heard, and asks again (R31-6)
    if (world.isServiceUp) copy.wants = 'backup';
    world.driver.onTold(copy, 'askForBackup');
  },
  tellService: (world, copy, { what }) => world.driver.onTold(copy, what),
  halt: (world, copy, { because }) => halt(world, copy, because),
  report: (world, copy, { report }) => {
    const { name, host } = copy;
    const atMs = clockOf(world, host);
    if (report.did === 'tookUp') takeConsole(world, copy);
    world.driver.onReported({ by: 'copy', copy: name, host: host.name, atMs, report });
  },
};

const perform = <T extends Command['type']>(
  world: World,
  copy: Copy,
  type: T,
  command: Extract<Command, { readonly type: T }>,
): void => performed[type](world, copy, command);

const handle = (world: World, copy: Copy, input: Input): void => {
  const { core, name, host } = copy;
  if (core === null || copy.isWedged) return;
  const nowMs = clockOf(world, host);
  must(nowMs >= copy.heardAtMs, `the clock of host ${host.name} goes back`);
  copy.heardAtMs = nowMs;
  for (const command of core.handle(input, nowMs)) {
    const isReport = command.type === 'report';
    must(
      copy.core !== null || isReport,
      `copy ${name} wants "${command.type}" after it has halted`,
    );
    perform(world, copy, command.type, command);
  }
  world.driver.onHandled(copy);
};

/** A host that stands still keeps what comes until it goes on (R23-5). */
const give = (world: World, copy: Copy, input: Input): void => {
  if (copy.core === null) return;
  if (copy.host.isPaused) copy.host.held.push(() => handle(world, copy, input));
  else handle(world, copy, input);
};

const newHost = (name: string): Host => ({
  name,
  ...{ isUp: true, isPaused: false, hasStorage: true, aheadMs: 0, skew: 0, speedPercent: 100 },
  ...{ copy: null, nic: [], console: [], held: [], heardBeats: new Map() },
});

/** A world with nothing in it but hosts, storage and networks, all of them in order. */
export const newWorld = (options: WorldOptions, driver: Driver, nowMs: () => number): World => {
  const [port = ''] = options.hosts;
  const world: World = {
    ...{ options, driver, nowMs },
    hosts: new Map(options.hosts.map((name) => [name, newHost(name)])),
    ...{ copies: new Map(), connections: new Map(), cuts: new Set() },
    storage: { generation: 0, owner: null, blocks: new Map(), flights: [], contests: [] },
    network: { port, packetCount: 0, operatedCount: 0 },
    witnessed: {
      ...{ transmitted: [], printed: [], packets: [] },
      ...{ fed: new Map(), completions: new Map(), written: [] },
    },
    give: (copy, input) => give(world, copy, input),
    ...{ copyCount: 0, connectionCount: 0, beatCount: 0, isServiceUp: true },
  };
  return world;
};

const settled = (world: World, host: Host, source: string | null): Copy => {
  must(host.copy === null, `host ${host.name} has a copy already`);
  const copy: Copy = {
    name: String(world.copyCount++),
    ...{ host, source, core: null, because: null, lastPeer: null },
    ...{ isWedged: false, wants: null, beat: null },
    ...{ heardAtMs: clockOf(world, host), instructionCount: 0 },
  };
  world.copies.set(copy.name, copy);
  host.copy = copy;
  return copy;
};

const made = (world: World, { name, host }: Copy) => {
  const { settings, image } = world.options;
  return { copy: name, host: host.name, settings, image, nowMs: clockOf(world, host) };
};

/** The VM boots on a host, unprotected, in generation 0. */
export const bootVm = (world: World, hostName: string): Copy => {
  const copy = settled(world, hostOf(world, hostName), null);
  happened(world, { what: 'booted', copy: copy.name, host: hostName });
  world.network.port = hostName;
  copy.core = world.options.program.boot(made(world, copy));
  give(world, copy, { type: 'wake' });
  return copy;
};

/** Whether a host may take a copy: it is up, reaches the storage, and has no other (R31-6). */
export const isFree = (world: World, name: string): boolean => {
  const host = hostOf(world, name);
  return host.isUp && !host.isPaused && host.hasStorage && host.copy === null;
};

/** A backup whose primary has moved does not know its name; the primary knew the backup's. */
const wasPairedWith = (world: World, { core, name, source }: Copy, { lastPeer }: Copy): boolean => {
  if (core?.status().mode !== 'replaying' || lastPeer === null) return false;
  const hasMoved = world.copies.get(source ?? '')?.because === 'moved';
  return lastPeer === name || (hasMoved && lastPeer === source);
};

/** Where the other copy of a pair was last: the service does not know that it is dead (R33-4). */
const isOfPeer = (world: World, source: Copy, hostName: string): boolean => {
  const peer = source.core?.status().peer ?? null;
  const there = [...world.copies.values()].filter(
    (copy) => copy !== source && copy.host.name === hostName,
  );
  if (peer === null) return there.some((one) => wasPairedWith(world, source, one));
  return there.some(({ name, source: from }) => name === peer || from === peer);
};

/**
 * The clustering service has the destination of a clone or of a VMotion made, and tells the source:
 * one step, so that the host is reserved at once (R33-4). `null` if the source can do nothing now,
 * or the host is not free.
 */
export const place = (
  world: World,
  source: Copy,
  hostName: string,
  purpose: 'clone' | 'arrive',
): Copy | null => {
  if (!isAble(source) || !isFree(world, hostName)) return null;
  if (isOfPeer(world, source, hostName)) return null;
  const copy = settled(world, hostOf(world, hostName), source.name);
  happened(world, {
    ...{ what: 'placed', source: source.name, copy: copy.name, host: hostName, purpose },
  });
  source.wants = null;
  const from = { sourceHost: source.host.name, purpose };
  copy.core = world.options.program.destination({ ...made(world, copy), ...from });
  const where = { copy: copy.name, host: hostName };
  give(world, source, { type: purpose === 'clone' ? 'placed' : 'migrate', ...where });
  give(world, copy, { type: 'wake' });
  return copy;
};
