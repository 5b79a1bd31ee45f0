import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Input } from '../hypervisor/input.ts';
import { defaultSettings } from '../hypervisor/settings.ts';
import { LogChannel } from './channel.ts';
import { monotonicMs } from './clock.ts';
import { type HostConfig, partyOf } from './config.ts';
import { type Relay, relayTo } from './contract-relay.ts';
import type { Bench, Faults, RareFaults, Rig } from './contract-rig.ts';
import { Gateway } from './gateway.ts';
import { encodeDatagram, Heartbeats } from './heartbeats.ts';
import { ClientNetwork } from './network.ts';
import { type Plan, planFor, portCountOf } from './plan.ts';
import { freePorts } from './ports.ts';
import type { OnEvent } from './running.ts';
import { type Address, call } from './secure.ts';
import { ServiceClient } from './service-client.ts';
import type { ServiceAsks } from './service-language.ts';
import { serveCluster } from './service-server.ts';
import { StorageClient } from './storage-client.ts';
import { serveStorage } from './storage-server.ts';

/** What is to be done when a rig is not needed any more, the last first. */
export type Endings = (() => void)[];

type Real = Bench & {
  readonly storage: StorageClient;
  readonly service: ServiceClient;
  readonly inputs: Input[];
  readonly shut: () => void;
};

const nothing = (): void => undefined;
const patienceMs = 1000;
const beatEveryMs = 60_000; // no machine is too slow to answer within it
const relayCount = 9; // of each of three hosts, to the others and to the storage

const serviceOf = (config: HostConfig, copies: string[], inputs: Input[]): ServiceClient => {
  const standing = (): Extract<ServiceAsks, { readonly type: 'heartbeat' }> => ({
    ...{ type: 'heartbeat', freePercent: 50, reachesStorage: true, copies },
  });
  const client = new ServiceClient({
    party: partyOf(config),
    peer: config.service.name,
    at: config.service,
    everyMs: 50,
    standing,
    onAnswer: (answer) => {
      if (answer.type === 'make') {
        copies.push(answer.copy);
        client.answer(answer.copy, true);
      } else if (answer.type === 'placed') {
        inputs.push({ type: 'placed', copy: answer.copy, host: answer.host });
      } else if (answer.type === 'notPlaced') inputs.push({ type: 'notPlaced' });
    },
  });
  return client;
};

const benchFor = async (config: HostConfig, copy: string | null): Promise<Real> => {
  const party = partyOf(config);
  const peers = new Map(Object.entries(config.hosts));
  const inputs: Input[] = [];
  const onInput = (input: Input): void => void inputs.push(input);
  const { listen: at, gateway, storage: shared } = config;
  const channel = new LogChannel({ party, at, peers, onInput, onStranger: nothing });
  const onHeartbeat = (beat: { readonly copy: string; readonly generation: number }): void =>
    onInput({ type: 'heartbeat', ...beat });
  const heartbeats = new Heartbeats({
    ...{ party, at, peers, everyMs: beatEveryMs, nowMs: monotonicMs, onHeartbeat },
  });
  const network = new ClientNetwork({ party, peer: gateway.name, at: gateway, onInput });
  const storage = new StorageClient({
    ...{ party, peer: shared.name, at: shared, patienceMs, onInput, onReach: nothing },
  });
  const service = serviceOf(config, copy === null ? [] : [copy], inputs);
  await channel.open();
  await heartbeats.open();
  const ports = { channel, heartbeats, network, storage, service };
  let isShut = false;
  const shut = (): void => {
    if (!isShut) for (const port of Object.values(ports)) port.shut();
    isShut = true;
  };
  return { name: config.name, copy: copy ?? '', ...ports, nowMs: monotonicMs, inputs, shut };
};

const until: Rig['until'] = async (what, isSo) => {
  const end = performance.now() + 20_000;
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`it never came: ${what}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
};

/** A stranger knows names, ports and formats, and no key. */
const intrude = async ({ keys, name, listen: at }: HostConfig): Promise<void> => {
  const socket = createSocket('udp4');
  const key = new Uint8Array(32);
  const [peer = ''] = Object.keys(keys);
  const fresh = { life: 1n, counter: 1n << 62n, echo: 0n };
  const beat = encodeDatagram(key, peer, {
    ...{ type: 'beat', fresh, beat: { copy: 'a-1', generation: 3 } },
  });
  for (const bytes of [beat, beat.subarray(0, 9), Buffer.from('LSHB')]) {
    await new Promise((sent) => socket.send(bytes, at.port, at.address, sent));
  }
  socket.close();
  const plain = connect(at.port, at.address);
  plain.on('error', nothing);
  plain.end('let me in');
  await once(plain, 'close');
  const party = { name: peer, keys: new Map([[name, key]]) };
  await new Promise((refused) => {
    call({ party, peer: name, purpose: 'log', at, onOpen: nothing, onFailure: refused });
  });
};

const whole = (folder: string) => ({
  ...{ folder, guest: 'key-value', hosts: ['A', 'B', 'C'], settings: defaultSettings },
  ...{ timerEveryMs: 20, speed: null, hasReports: false },
});

type Relays = {
  readonly between: (from: string, to: string) => Relay;
  readonly hosts: readonly HostConfig[]; // that call each other, and the storage, through relays
};

const relaysFor = async (
  { hosts, storage }: Plan,
  ports: readonly number[],
  endings: Endings,
): Promise<Relays> => {
  const relays = new Map<string, Relay>();
  const relayed = async (from: string, to: string, at: Address): Promise<Address> => {
    const port = ports[relays.size] ?? 0;
    const relay = await relayTo({ address: '127.0.0.1', port }, at);
    endings.push(relay.close);
    relays.set(`${from} ${to}`, relay);
    return relay.at;
  };
  const configs: HostConfig[] = [];
  for (const host of hosts) {
    const peers: Record<string, Address> = {};
    for (const [peer, at] of Object.entries(host.hosts)) {
      peers[peer] = await relayed(host.name, peer, at);
    }
    const at = await relayed(host.name, 'storage', storage.listen);
    configs.push({ ...host, hosts: peers, storage: { ...host.storage, ...at } });
  }
  const between = (from: string, to: string): Relay => {
    const relay = relays.get(`${from} ${to}`);
    if (relay === undefined) throw new Error(`there is no relay from ${from} to ${to}`);
    return relay;
  };
  return { between, hosts: configs };
};

type Service = {
  readonly start: () => Promise<void>;
  readonly stop: () => void;
  readonly knownCount: () => number; // of hosts that have told it what they have
};

const serviceFor = async ({ service }: Plan, endings: Endings): Promise<Service> => {
  let known = new Set<unknown>();
  let stop = nothing;
  const start = async (): Promise<void> => {
    const hosts = new Set<unknown>();
    known = hosts;
    const place = { party: partyOf(service), at: service.listen, settings: service };
    const onEvent: OnEvent = (event, { host }) => {
      if (event === 'eligible') hosts.add(host);
    };
    ({ stop } = await serveCluster({ ...place, onEvent }));
  };
  await start();
  endings.push(() => stop());
  return { start, stop: () => stop(), knownCount: () => known.size };
};

/** It is away once all hosts know that, and there again once all have told it what they have. */
const setServiceOf =
  (service: Service, hosts: ReadonlyMap<string, Real>): Faults['setService'] =>
  async (isUp) => {
    const isComplete = (): boolean => service.knownCount() === hosts.size;
    if (isUp) await service.start();
    await until('the service knows all hosts', isComplete);
    if (isUp) return;
    service.stop();
    const clients = [...hosts.values()].map((host) => host.service);
    await until('all know that it is away', () => clients.every((one) => !one.isUp));
  };

const faultsOf = (
  { between, hosts }: Relays,
  real: ReadonlyMap<string, Real>,
  service: Service,
): Faults & Pick<RareFaults, 'intrude'> => {
  const mute = new Set<string>();
  const storageOf = ({ name }: Bench): Relay => between(name, 'storage');
  return {
    cut: (net, { name: from }, { name: to }) => {
      if (net === 'heartbeat') between(from, to).deafen(true);
      else between(from, to).hold('there');
      if (net === 'log') between(to, from).hold('back');
    },
    heal: (net, { name: from }, { name: to }) => {
      if (net === 'heartbeat') between(from, to).deafen(false);
      else between(from, to).pass('there');
      if (net === 'log') between(to, from).pass('back');
    },
    reset: () => {
      for (const { name, hosts: peers } of hosts) {
        for (const peer of Object.keys(peers)) between(name, peer).reset();
      }
    },
    loseStorage: (bench) => storageOf(bench).hold('there'),
    loseAnswers: (bench) => {
      mute.add(bench.name);
      storageOf(bench).hold('back');
    },
    regainStorage: (bench) => {
      const relay = storageOf(bench);
      if (mute.delete(bench.name)) relay.reset();
      relay.pass('there');
      relay.pass('back');
    },
    setService: setServiceOf(service, real),
    crash: ({ name }) => real.get(name)?.shut(),
    shuffle: ({ name: from }, { name: to }) => between(from, to).shuffle(),
    intrude: async ({ name }) => {
      const config = hosts.find((host) => host.name === name);
      if (config !== undefined) await intrude(config);
    },
  };
};

const aroundOf = async ({ gateway, storage }: Plan, endings: Endings) => {
  const onEvent = nothing;
  let handled = 0;
  const { stop } = await serveStorage({
    ...{ party: partyOf(storage), at: storage.listen, folder: storage.folder, geometry: storage },
    onEvent: (event) => {
      if (event === 'done' || event === 'refused') handled++;
    },
  });
  const { guest, console } = gateway;
  const party = partyOf(gateway);
  const door = await Gateway.open({ party, at: gateway.listen, guest, console, onEvent });
  endings.push(stop, door.stop);
  const client = createSocket('udp4');
  const heard: string[] = [];
  client.on('message', (bytes) => heard.push(bytes.toString()));
  const operator = connect(console.port, console.address);
  let seen = '';
  operator.on('data', (bytes) => {
    seen += bytes.toString();
  });
  await once(operator, 'connect');
  endings.push(
    () => void client.close(),
    () => void operator.destroy(),
  );
  return {
    client: {
      send: (text: string) => client.send(text, guest.port, guest.address),
      heard,
    },
    operator: { type: (text: string) => void operator.write(text), seen: () => seen },
    handled: () => handled,
  };
};

/** Processes' parts on the loopback of this machine, with relays between them that can be cut. */
export const realRig = async (endings: Endings): Promise<Rig> => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-contract-'));
  endings.push(() => rmSync(folder, { recursive: true, force: true }));
  const planned = portCountOf(whole(folder));
  const ports = await freePorts(planned + relayCount); // at once: none is dealt out twice
  const plan = planFor(whole(folder), ports);
  const around = await aroundOf(plan, endings);
  const service = await serviceFor(plan, endings);
  const relays = await relaysFor(plan, ports.slice(planned), endings);
  const copies = ['a-0', 'b-1', null];
  const benches = await Promise.all(relays.hosts.map((it, at) => benchFor(it, copies[at] ?? null)));
  for (const { shut } of benches) endings.push(shut);
  const [one, other, third] = benches;
  if (one === undefined || other === undefined || third === undefined) throw new Error('three');
  await third.storage.claim('c-2');
  const real = new Map(benches.map((bench) => [bench.name, bench]));
  const faults = faultsOf(relays, real, service);
  return { one, other, free: third.name, ...around, until, faults };
};
