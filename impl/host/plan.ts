import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { blockBytes, blockCount } from '../guest/saved-block.ts';
import type { Settings } from '../hypervisor/settings.ts';
import type { GatewayConfig, HostConfig, ServiceConfig, StorageConfig } from './config.ts';
import type { Address } from './secure.ts';
import type { Geometry } from './shared-disk.ts';
import { riscvDiskOf } from './software.ts';

/** What a small cluster on one machine is to be like. */
export type Wanted = {
  readonly folder: string; // for the storage, the configurations and the reports
  readonly guest: string;
  readonly hosts: readonly string[]; // the VM boots on the first
  readonly settings: Settings;
  readonly timerEveryMs: number;
  readonly speed: number | null;
  readonly hasReports: boolean;
};

/** The configurations of all its processes. */
export type Plan = {
  readonly storage: StorageConfig;
  readonly service: ServiceConfig;
  readonly gateway: GatewayConfig;
  readonly hosts: readonly HostConfig[];
};

const local = (port = 0): Address => ({ address: '127.0.0.1', port });

/** The disk that an image is made for. */
const diskOf = (guest: string): Geometry =>
  guest.startsWith('fold')
    ? { blockCount: 2, blockBytes: 4 }
    : guest.startsWith('key-value')
      ? { blockCount, blockBytes }
      : riscvDiskOf(guest);

/** So many ports does a plan take. */
export const portCountOf = ({ hosts }: Wanted): number => 5 + 2 * hosts.length;

/** Each pair of processes that talk to each other has a key of its own. */
const drawKeys = (hosts: readonly string[]): ((name: string) => Record<string, string>) => {
  const keys = new Map<string, Record<string, string>>();
  const of = (name: string): Record<string, string> => {
    const known = keys.get(name) ?? {};
    keys.set(name, known);
    return known;
  };
  const all = [...hosts, 'storage', 'service', 'gateway'];
  for (const [place, host] of hosts.entries()) {
    for (const peer of all.slice(place + 1)) {
      const key = randomBytes(32).toString('hex');
      of(host)[peer] = key;
      of(peer)[host] = key;
    }
  }
  return of;
};

/** Draws keys and deals out ports. */
export const planFor = (wanted: Wanted, ports: readonly number[]): Plan => {
  const { folder, guest, hosts, settings, timerEveryMs, speed, hasReports } = wanted;
  const keysOf = drawKeys(hosts);
  const common = (name: string, place: number) => ({
    name,
    keys: keysOf(name),
    listen: local(ports[place]),
  });
  const storage = common('storage', 0);
  const service = common('service', 1);
  const gateway = common('gateway', 2);
  const doors = { guest: local(ports[3]), console: local(ports[4]) };
  const reportsOf = (name: string): string | null =>
    hasReports ? join(folder, `${name}.reports.ndjson`) : null;
  const places = new Map(hosts.map((host, place) => [host, 5 + 2 * place]));
  const host = (name: string, place: number): HostConfig => ({
    ...common(name, place),
    role: 'host',
    guest,
    boots: name === hosts[0],
    hosts: Object.fromEntries(
      hosts.filter((it) => it !== name).map((it) => [it, local(ports[places.get(it) ?? 0])]),
    ),
    storage: { name: 'storage', ...storage.listen },
    service: { name: 'service', ...service.listen },
    gateway: { name: 'gateway', ...gateway.listen },
    status: local(ports[place + 1]),
    timerEveryMs,
    speed,
    reports: reportsOf(name),
    settings,
  });
  return {
    storage: { ...storage, role: 'storage', folder: join(folder, 'storage'), ...diskOf(guest) },
    service: {
      ...service,
      role: 'service',
      hostTimeoutMs: settings.timeoutMs,
      makeTimeoutMs: settings.timeoutMs,
    },
    gateway: { ...gateway, role: 'gateway', ...doors, reports: reportsOf('gateway') },
    hosts: [...places].map(([name, place]) => host(name, place)),
  };
};
