// The ports of a real host, on the loopback of this machine.

import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, it } from 'vitest';
import type { Input } from '../hypervisor/input.ts';
import { defaultSettings } from '../hypervisor/settings.ts';
import { LogChannel } from './channel.ts';
import { type HostConfig, partyOf } from './config.ts';
import { contract } from './contract.ts';
import type { Bench, Rig } from './contract-rig.ts';
import { Gateway } from './gateway.ts';
import { Heartbeats } from './heartbeats.ts';
import { ClientNetwork } from './network.ts';
import { planFor, portCountOf } from './plan.ts';
import { freePorts } from './ports.ts';
import { StorageClient } from './storage-client.ts';
import { serveStorage } from './storage-server.ts';

const endings: (() => void)[] = [];
afterEach(() => {
  for (const end of endings.splice(0).reverse()) end();
});

type Real = Bench & { readonly claim: (copy: string) => Promise<unknown> };

const benchFor = async (config: HostConfig): Promise<Real> => {
  const party = partyOf(config);
  const peers = new Map(Object.entries(config.hosts));
  const inputs: Input[] = [];
  const onInput = (input: Input): void => void inputs.push(input);
  const { listen: at, gateway, storage: shared } = config;
  const channel = new LogChannel({ party, at, peers, onInput, onStranger: () => undefined });
  const heartbeats = new Heartbeats({
    party,
    at,
    peers,
    onHeartbeat: (beat) => onInput({ type: 'heartbeat', ...beat }),
  });
  const network = new ClientNetwork({ party, peer: gateway.name, at: gateway, onInput });
  const access = {
    party,
    peer: shared.name,
    at: shared,
    patienceMs: 5000,
    onInput,
    onReach: () => undefined,
  };
  const storage = new StorageClient(access);
  endings.push(() => {
    for (const port of [channel, heartbeats, network, storage]) port.shut();
  });
  await channel.open();
  await heartbeats.open();
  const claim = (copy: string): Promise<unknown> => storage.claim(copy);
  return { name: config.name, channel, heartbeats, network, storage, inputs, claim };
};

const until: Rig['until'] = async (what, isSo) => {
  const end = performance.now() + 10_000;
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`it never came: ${what}`);
    await turn();
  }
};

const realRig = async (): Promise<Rig> => {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-contract-'));
  endings.push(() => rmSync(folder, { recursive: true, force: true }));
  const settings = defaultSettings;
  const wanted = { folder, guest: 'key-value', hosts: ['A', 'B'], settings };
  const whole = { ...wanted, timerEveryMs: 20, speed: null, hasReports: false };
  const plan = planFor(whole, await freePorts(portCountOf(whole)));
  const onEvent = (): void => undefined;
  const place = { party: partyOf(plan.storage), at: plan.storage.listen, onEvent };
  const storage = await serveStorage({
    ...place,
    folder: plan.storage.folder,
    geometry: plan.storage,
  });
  const { gateway } = plan;
  const { guest, console } = gateway;
  const door = await Gateway.open({
    party: partyOf(gateway),
    at: gateway.listen,
    guest,
    console,
    onEvent,
  });
  endings.push(storage.stop, door.stop);
  const [one, other] = await Promise.all(plan.hosts.map(benchFor));
  if (one === undefined || other === undefined) throw new Error('there are two hosts');
  await one.claim('a-0');
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
    one,
    other,
    booted: 'a-0',
    client: { send: (text) => client.send(text, guest.port, guest.address), heard },
    operator: { type: (text) => void operator.write(text), seen: () => seen },
    until,
  };
};

describe.each(Object.entries(contract))('%s', (_, expectations) => {
  it.each(expectations)('$sentence', async ({ check }) => {
    await check(await realRig());
  });
});
