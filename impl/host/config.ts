import { isLeft } from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { defaultSettings, type Settings } from '../hypervisor/settings.ts';
import { bounded, type Codec, matching, oneOf, orNull } from './codecs.ts';
import type { Address, Party } from './secure.ts';

/** What every process is told. */
type Common = {
  readonly name: string;
  /** The key that it shares with each other process, by that one's name: 64 hexadecimal digits. */
  readonly keys: Readonly<Record<string, string>>;
  readonly listen: Address;
};

/** Another process, by the name that it proves. */
export type Peer = Address & { readonly name: string };

/** A host: TCP and UDP on one port number, for the logging channel and for heartbeats. */
export type HostConfig = Common & {
  readonly role: 'host';
  readonly guest: string; // the image
  readonly boots: boolean; // the VM begins here, if it has never begun
  readonly hosts: Readonly<Record<string, Address>>; // the others
  readonly storage: Peer;
  readonly service: Peer;
  readonly gateway: Peer;
  readonly status: Address | null; // over HTTP
  readonly timerEveryMs: number; // the virtual timer
  readonly speed: number | null; // instructions per second; null is as fast as it goes
  readonly reports: string | null; // a file for what the hypervisor did, one JSON document a line
  readonly settings: Settings;
};

/** The shared storage. */
export type StorageConfig = Common & {
  readonly role: 'storage';
  readonly folder: string;
  readonly blockCount: number;
  readonly blockBytes: number;
};

/** The clustering service. */
export type ServiceConfig = Common & {
  readonly role: 'service';
  readonly hostTimeoutMs: number;
  readonly makeTimeoutMs: number;
};

/** The gateway between clients and hosts. */
export type GatewayConfig = Common & {
  readonly role: 'gateway';
  readonly guest: Address; // UDP
  readonly console: Address; // TCP
  readonly reports: string | null; // a file for what it passes on, one JSON document a line
};

/** What one process of Lockstep is made of. */
export type Config = HostConfig | StorageConfig | ServiceConfig | GatewayConfig;

const Name = matching(/^[\w.-]{1,40}$/, 'a name of letters, digits, dots and dashes');
const Key = matching(/^[0-9a-f]{64}$/, '64 hexadecimal digits');
const Where = matching(/^\S+$/, 'an address such as "127.0.0.1"');
const Text = matching(/./, 'a text');
const port = bounded(0, 65535);
const Place = t.type({ address: Where, port }, 'an address and a port');
const Someone = t.type({ name: Name, address: Where, port });
const duration = bounded(1, 3_600_000);
const size = bounded(4096, 1 << 30);
const percent = bounded(1, 100);

const settingFields = {
  timeoutMs: duration,
  stallTimeoutMs: duration,
  heartbeatEveryMs: duration,
  keepaliveEveryMs: duration,
  retryEveryMs: duration,
  announceEveryMs: duration,
  flushWithinMs: bounded(0, 3_600_000),
  primaryBytes: size,
  backupBytes: size,
  packetGroupMax: bounded(1, 1000),
  significantLagMs: duration,
  slightLagMs: duration,
  adjustEveryMs: duration,
  stepPercent: percent,
  floorPercent: percent,
  ackPoint: oneOf('received', 'replayed'),
  connectionLoss: oneOf('evidence', 'ignored'),
  goLiveOutput: oneOf('drop', 'emitLast'),
  arbitration: oneOf('testAndSetThenDrain', 'drainThenTestAndSet'),
} satisfies { readonly [K in keyof Settings]: Codec<Settings[K]> };

const common = { name: Name, keys: t.record(t.string, Key), listen: Place };

const Host: Codec<HostConfig> = t.strict({
  ...common,
  role: oneOf('host'),
  guest: Text,
  boots: t.boolean,
  hosts: t.record(t.string, Place),
  storage: Someone,
  service: Someone,
  gateway: Someone,
  status: orNull(Place),
  timerEveryMs: duration,
  speed: orNull(bounded(1, 1e9)),
  reports: orNull(Text),
  settings: t.type(settingFields),
});

const Storage: Codec<StorageConfig> = t.strict({
  ...common,
  role: oneOf('storage'),
  folder: Text,
  blockCount: bounded(1, 1 << 24),
  blockBytes: bounded(1, 1 << 20),
});

const Service: Codec<ServiceConfig> = t.strict({
  ...common,
  role: oneOf('service'),
  hostTimeoutMs: duration,
  makeTimeoutMs: duration,
});

const Gateway: Codec<GatewayConfig> = t.strict({
  ...common,
  role: oneOf('gateway'),
  guest: Place,
  console: Place,
  reports: orNull(Text),
});

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const roles = ['host', 'storage', 'service', 'gateway'] as const;

type Role = (typeof roles)[number];

const codecOf: { readonly [R in Role]: Codec<Extract<Config, { readonly role: R }>> } = {
  host: Host,
  storage: Storage,
  service: Service,
  gateway: Gateway,
};

/** What may be left out. */
const defaultsOf: { readonly [R in Role]: Fields } = {
  host: {
    boots: false,
    hosts: {},
    status: null,
    timerEveryMs: 20,
    speed: null,
    reports: null,
    settings: {},
  },
  storage: { blockCount: 1024, blockBytes: 512 },
  service: { hostTimeoutMs: 3000, makeTimeoutMs: 3000 },
  gateway: { reports: null },
};

const shown = (value: unknown): string => {
  if (value === undefined) return 'missing';
  const text = JSON.stringify(value).replace(/\p{Cc}/gu, '·');
  return text.length <= 60 ? text : `${text.slice(0, 59)}…`;
};

/** What is wrong with a configuration: one sentence. */
export class BadConfig extends Error {}

const wrong = (file: string, place: string, expected: string, found: unknown): BadConfig =>
  new BadConfig(`In ${file}, ${place} should be ${expected}, but is ${shown(found)}.`);

const refuseStrangers = (file: string, given: Fields, known: Fields, above: string): void => {
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(known, name)) {
      const names = Object.keys(known).join(', ');
      throw new BadConfig(`In ${file}, ${above}${name} is not known; known are ${names}.`);
    }
  }
};

const roleIn = (file: string, given: Fields): Role => {
  const { role: asked } = given;
  const role = roles.find((it) => it === asked);
  if (role !== undefined) return role;
  throw wrong(file, 'role', roles.map((it) => JSON.stringify(it)).join(' or '), asked);
};

const checkSettings = (file: string, { settings }: HostConfig): void => {
  const { timeoutMs, stallTimeoutMs, heartbeatEveryMs, keepaliveEveryMs } = settings;
  const { slightLagMs, significantLagMs, flushWithinMs } = settings;
  const rules: readonly (readonly [boolean, string, string, number])[] = [
    [
      6 * heartbeatEveryMs <= timeoutMs,
      'heartbeatEveryMs',
      'a sixth of timeoutMs at most',
      heartbeatEveryMs,
    ],
    [
      4 * keepaliveEveryMs <= timeoutMs,
      'keepaliveEveryMs',
      'a quarter of timeoutMs at most',
      keepaliveEveryMs,
    ],
    [stallTimeoutMs >= timeoutMs, 'stallTimeoutMs', 'no less than timeoutMs', stallTimeoutMs],
    [slightLagMs <= significantLagMs, 'slightLagMs', 'no more than significantLagMs', slightLagMs],
    [
      4 * flushWithinMs <= slightLagMs,
      'flushWithinMs',
      'a quarter of slightLagMs at most',
      flushWithinMs,
    ],
  ];
  for (const [holds, name, expected, found] of rules) {
    if (!holds) throw wrong(file, `settings.${name}`, expected, found);
  }
};

/** Reads a configuration; throws a `BadConfig`. */
export const configIn = (file: string, text: string): Config => {
  const given = parsed(file, text);
  if (!isFields(given)) throw wrong(file, 'the file', 'an object', given);
  const role = roleIn(file, given);
  const whole: Fields = { ...defaultsOf[role], ...given };
  const { settings: asked } = whole;
  const settings = isFields(asked) ? asked : {};
  const complete =
    role === 'host' ? { ...whole, settings: { ...defaultSettings, ...settings } } : whole;
  const decoded = codecOf[role].decode(complete);
  if (isLeft(decoded)) {
    const [error] = decoded.left;
    const path = error?.context.slice(1).map(({ key }) => key) ?? [];
    const last = error?.context.at(-1);
    throw wrong(file, path.join('.'), last?.type.name ?? 'otherwise', last?.actual);
  }
  const config: Config = decoded.right;
  refuseStrangers(file, given, { ...config, ...defaultsOf[role] }, '');
  if (config.role === 'host') {
    refuseStrangers(file, settings, defaultSettings, 'settings.');
    checkSettings(file, config);
  }
  return config;
};

const parsed = (file: string, text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : '';
    throw new BadConfig(`In ${file}, the file should be JSON, but is not: ${why}.`);
  }
};

/** Who a process is to others. */
export const partyOf = ({ name, keys }: Config): Party => ({
  name,
  keys: new Map(Object.entries(keys).map(([peer, key]) => [peer, Buffer.from(key, 'hex')])),
});
