import fc from 'fast-check';
import { type AnyField, record, whole, word } from '../fields.ts';
import { type Claimed, claimed } from '../header.ts';
import type { Reset } from './stimulus.ts';

/** The hosts of the pair: the primary begins on A, its backup on B. */
export type PairHost = 'A' | 'B';

const instructions = ['compute', 'readTime', 'transmit', 'stamp', 'print'] as const;

/** What a guest of the core protocol does. */
export type Does = (typeof instructions)[number];

const faultsOfHosts = ['crash', 'pause', 'loseStorage', 'loseRequest', 'loseReply'] as const;
const ends = ['resume', 'regainStorage'] as const;
const moves = ['interrupt', 'replay', 'arbitrate', 'answer'] as const;

type OfHost = (typeof faultsOfHosts)[number] | (typeof ends)[number] | (typeof moves)[number];

type Net = 'log' | 'heartbeat';
type OfLink = 'carry' | 'cut' | 'heal';

/** The guest comes to its next instruction. */
export type Execution = { readonly do: 'execute'; readonly host: PairHost; readonly does: Does };

/**
 * One thing that happens in a script: to the guest, to a message, to time or to the world. What
 * cannot happen any more when it comes to it, such as a second crash, is left out.
 */
export type Happening =
  | { [K in OfHost]: { readonly do: K; readonly host: PairHost } }[OfHost]
  | Execution
  | { [K in OfLink]: { readonly do: K; readonly net: Net; readonly to: PairHost } }[OfLink]
  | { readonly do: 'pass'; readonly ticks: number } // time, and heartbeats with it
  | { readonly do: 'elapse'; readonly ticks: number } // time in which all that can arrives
  | { readonly do: 'send' } // a client, one packet
  | { readonly do: 'settle' } // everything that is under way arrives, and is replayed
  | { readonly do: 'lose' }; // the connection of the logging channel

/** What the harness does to a program, whatever that answers. */
export type Script = {
  readonly settings: Reset['settings'];
  readonly events: readonly Happening[];
};

const host = { host: word<PairHost>('A', 'B') };
const link = { net: word<Net>('log', 'heartbeat'), to: host.host };

const byDo: ReadonlyMap<string, AnyField> = new Map<string, AnyField>([
  ...[...faultsOfHosts, ...ends, ...moves].map(
    (one) => [one, record({ do: word(one), ...host }, {})] as const,
  ),
  ['execute', record({ do: word('execute'), ...host, does: word(...instructions) }, {})],
  ...['carry', 'cut', 'heal'].map((one) => [one, record({ do: word(one), ...link }, {})] as const),
  ...['pass', 'elapse'].map(
    (one) => [one, record({ do: word(one), ticks: whole(1, 100) }, {})] as const,
  ),
  ...['send', 'settle', 'lose'].map((one) => [one, record({ do: word(one) }, {})] as const),
]);

const isHappening = (value: unknown): value is Happening =>
  typeof value === 'object' &&
  value !== null &&
  'do' in value &&
  byDo.get(`${value.do}`)?.is(value) === true;

const isSettings = (value: unknown): value is Reset['settings'] =>
  claimed.is(value) && Object.keys(unclaimed).every((name) => Object.hasOwn(value, name));

/** Whether a value read from a file is a script. */
export const isScript = (value: unknown): value is Script =>
  typeof value === 'object' &&
  value !== null &&
  'settings' in value &&
  'events' in value &&
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

const mostlyA = fc.constantFrom<PairHost>('A', 'A', 'A', 'B');
const eitherHost = fc.constantFrom<PairHost>('A', 'B');
const net = fc.constantFrom<Net>('log', 'heartbeat');
const does = fc.constantFrom<Does>(...instructions);

const ticks = fc.integer({ min: 2, max: 9 });

type Weighted = { readonly weight: number; readonly arbitrary: fc.Arbitrary<Happening> };

const ofHost = (weight: number, kind: OfHost): Weighted => ({
  weight,
  arbitrary: eitherHost.map((on) => ({ do: kind, host: on })),
});

const ofLink = (weight: number, kind: OfLink): Weighted => ({
  weight,
  arbitrary: fc.tuple(net, eitherHost).map(([on, to]) => ({ do: kind, net: on, to })),
});

const work: readonly Weighted[] = [
  {
    weight: 14,
    arbitrary: fc
      .tuple(mostlyA, does)
      .map(([on, what]) => ({ do: 'execute', host: on, does: what })),
  },
  { weight: 3, arbitrary: mostlyA.map((on) => ({ do: 'interrupt', host: on })) },
  { weight: 3, arbitrary: fc.constant({ do: 'send' }) },
  {
    weight: 12,
    arbitrary: eitherHost.map((to) => ({ do: 'carry', net: 'log', to })),
  },
  { weight: 5, arbitrary: fc.constant({ do: 'replay', host: 'B' }) },
  { weight: 3, arbitrary: fc.constant({ do: 'settle' }) },
  { weight: 2, arbitrary: fc.constant({ do: 'pass', ticks: 1 }) },
  { weight: 1, arbitrary: ticks.map((count) => ({ do: 'pass', ticks: count })) },
  { weight: 1, arbitrary: ticks.map((count) => ({ do: 'elapse', ticks: count })) },
  ofHost(2, 'arbitrate'),
  ofHost(2, 'answer'),
];

const troubles: readonly (readonly Weighted[])[] = [
  [ofHost(1, 'crash')],
  [ofLink(1, 'cut'), ofLink(1, 'heal')],
  [ofHost(1, 'pause'), ofHost(1, 'resume')],
  [ofHost(1, 'loseStorage'), ofHost(1, 'regainStorage')],
  [ofHost(1, 'loseRequest'), ofHost(1, 'loseReply')],
  [{ weight: 1, arbitrary: fc.constant({ do: 'lose' }) }],
];

const rooms = fc.oneof(fc.constant(1000), fc.integer({ min: 3, max: 6 }));

const settingsFor = (claims: Claimed): fc.Arbitrary<Reset['settings']> =>
  fc
    .record({
      primaryCapacity: rooms,
      backupCapacity: rooms,
      packetGroup: fc.integer({ min: 1, max: 2 }),
    })
    .map(({ primaryCapacity, backupCapacity, packetGroup }) => {
      const { wireCapacity: _, ...own } = claims;
      return { ...unclaimed, primaryCapacity, backupCapacity, packetGroup, ...own };
    });

/** Scripts of so many events for programs that claim to follow the protocol like that. */
export const drawn = (claims: Claimed, length: number): fc.Arbitrary<Script> => {
  const mayLose = claims.connectionLoss !== 'ignored';
  const possible = mayLose ? troubles : troubles.slice(0, -1);
  return fc.tuple(settingsFor(claims), fc.subarray([...possible])).chain(([settings, chosen]) =>
    fc
      .array(fc.oneof(...work, ...chosen.flat()), {
        minLength: length,
        maxLength: length,
      })
      .map((events) => ({ settings, events })),
  );
};
