import type { Operation } from '../../model/event.ts';
import type { Operated } from '../../model/guest.ts';
import { type AnyField, record, whole, word } from '../fields.ts';
import { claimed, profiles } from '../header.ts';
import type { Profile } from '../observation.ts';
import { type Reset, type Room, room } from './stimulus.ts';

/** The hosts of the pair: the primary begins on A, its backup on B. */
export type PairHost = 'A' | 'B';

/** What a guest of the core protocol does. */
export const instructions = ['compute', 'readTime', 'transmit', 'stamp', 'print'] as const;

/** What a guest does besides that has an operator, and is powered off by them (Q17, R35-4). */
export const attended = ['reply', 'post', 'kick', 'shutdown'] as const;

/** What a guest does that has a disk. */
export const transfers = [
  'touch p',
  'touch q',
  'read x p',
  'read x q',
  'read y p',
  'read y q',
  'read xy pq',
  'write x p',
  'write x q',
  'write y p',
  'write y q',
  'write xy pq',
] as const;

/** What a guest does. */
export type Does =
  | (typeof instructions)[number]
  | (typeof attended)[number]
  | (typeof transfers)[number];

const faultsOfHosts = ['crash', 'pause', 'loseStorage', 'loseRequest', 'loseReply'] as const;
const ends = ['resume', 'regainStorage'] as const;
const moves = ['interrupt', 'replay', 'arbitrate', 'answer', 'loseIo'] as const;

/** What happens to a host, or to the copy that is there. */
export type OfHost =
  | (typeof faultsOfHosts)[number]
  | (typeof ends)[number]
  | (typeof moves)[number];

/** The two networks between the hosts. */
export type Net = 'log' | 'heartbeat';

/** What happens to a direction of one of them. */
export type OfLink = 'carry' | 'cut' | 'heal';

/** The guest comes to its next instruction. */
export type Execution = { readonly do: 'execute'; readonly host: PairHost; readonly does: Does };

/** The administrator orders something, there. */
export type Ordered = {
  readonly do: 'order';
  readonly host: PairHost;
  readonly operation: Operation;
};

/** Of the disk operations that a copy has submitted, one comes to its end. */
export type Performed = {
  readonly do: 'perform';
  readonly host: PairHost;
  readonly which: 'oldest' | 'newest';
  readonly blocks: number; // that are transferred, if there are so many
};

/**
 * One thing that happens in a script: to the guest, to a message, to time or to the world. What
 * cannot happen any more when it comes to it, such as a second crash, is left out.
 */
export type Happening =
  | { [K in OfHost]: { readonly do: K; readonly host: PairHost } }[OfHost]
  | Execution
  | Ordered
  | Performed
  | { readonly do: 'operate'; readonly kind: Operated['kind'] }
  | { [K in OfLink]: { readonly do: K; readonly net: Net; readonly to: PairHost } }[OfLink]
  | { readonly do: 'pass'; readonly ticks: number } // time, and heartbeats with it
  | { readonly do: 'elapse'; readonly ticks: number } // time in which all that can arrives
  | { readonly do: 'send' } // a client, one packet
  | { readonly do: 'settle' } // everything that is under way arrives, and is replayed
  | { readonly do: 'lose' } // the connection of the logging channel
  | { readonly do: 'connect' }; // another one can be there

/** What the harness does to a program, whatever that answers. */
export type Script = {
  readonly profile?: readonly Profile[]; // the core, if nothing is said
  readonly room?: Room; // entries, if nothing is said
  readonly settings: Reset['settings'];
  readonly events: readonly Happening[];
};

const host = { host: word<PairHost>('A', 'B') };
const operation = word<Operation>('powerOff', 'raiseShare', 'lowerShare');
const which = word('oldest', 'newest');
const link = { net: word<Net>('log', 'heartbeat'), to: host.host };

const byDo: ReadonlyMap<string, AnyField> = new Map<string, AnyField>([
  ...[...faultsOfHosts, ...ends, ...moves].map(
    (one) => [one, record({ do: word(one), ...host }, {})] as const,
  ),
  [
    'execute',
    record(
      { do: word('execute'), ...host, does: word(...instructions, ...attended, ...transfers) },
      {},
    ),
  ],
  ['order', record({ do: word('order'), ...host, operation }, {})],
  ['operate', record({ do: word('operate'), kind: word('KEY', 'MOUSE') }, {})],
  ['perform', record({ do: word('perform'), ...host, which, blocks: whole(0, 2) }, {})],
  ...['carry', 'cut', 'heal'].map((one) => [one, record({ do: word(one), ...link }, {})] as const),
  ...['pass', 'elapse'].map(
    (one) => [one, record({ do: word(one), ticks: whole(1, 100) }, {})] as const,
  ),
  ...['send', 'settle', 'lose', 'connect'].map(
    (one) => [one, record({ do: word(one) }, {})] as const,
  ),
]);

const isHappening = (value: unknown): value is Happening =>
  typeof value === 'object' &&
  value !== null &&
  'do' in value &&
  byDo.get(`${value.do}`)?.is(value) === true;

const isSettings = (value: unknown): value is Reset['settings'] => {
  if (!claimed.is(value) || Object.hasOwn(value, 'wireCapacity')) return false; // it is not played
  return Object.keys(unclaimed).every((name) => Object.hasOwn(value, name));
};

const arePlayed = (value: unknown): boolean => profiles.is(value) && !value.includes('migration');

/** Whether a value read from a file is a script. */
export const isScript = (value: unknown): value is Script =>
  typeof value === 'object' &&
  value !== null &&
  'settings' in value &&
  'events' in value &&
  (!('profile' in value) || arePlayed(value.profile)) &&
  (!('room' in value) || room.is(value.room)) &&
  isSettings(value.settings) &&
  Array.isArray(value.events) &&
  value.events.every(isHappening);

/** Where a program claims nothing, it is held to these, and to the room that is drawn. */
export const unclaimed: Reset['settings'] = {
  ackPoint: 'received',
  connectionLoss: 'evidence',
  goLiveOutput: 'drop',
  arbitration: 'testAndSetThenDrain',
  packetGroup: 1,
  primaryCapacity: 1000,
  backupCapacity: 1000,
};
