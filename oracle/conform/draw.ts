import fc from 'fast-check';
import {
  type Does,
  type Happening,
  instructions,
  type Net,
  type OfHost,
  type OfLink,
  type PairHost,
  type Script,
  unclaimed,
} from './script.ts';
import type { Claims, Reset } from './stimulus.ts';

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
];

const losing: Weighted = { weight: 1, arbitrary: fc.constant({ do: 'lose' }) };
const connecting: Weighted = { weight: 2, arbitrary: fc.constant({ do: 'connect' }) };

/** A connection that is lost comes back only where the loss is no evidence (V4). */
const lossesFor = ({ connectionLoss }: Claims): readonly Weighted[] =>
  connectionLoss === 'ignored' ? [losing, connecting] : [losing];

const rooms = fc.oneof(fc.constant(1000), fc.integer({ min: 3, max: 6 }));

const settingsFor = (claims: Claims): fc.Arbitrary<Reset['settings']> =>
  fc
    .record({
      primaryCapacity: rooms,
      backupCapacity: rooms,
      packetGroup: fc.integer({ min: 1, max: 2 }),
    })
    .map(({ primaryCapacity, backupCapacity, packetGroup }) => {
      const { wireCapacity: _, profile: __, ...own } = claims;
      return { ...unclaimed, primaryCapacity, backupCapacity, packetGroup, ...own };
    });

/** The parts of the protocol that a script uses; the core goes without saying. */
export const profiled = ({ profile }: Claims): Pick<Script, 'profile'> =>
  profile === undefined ? {} : { profile };

/** Scripts of so many events for programs that claim to follow the protocol like that. */
export const drawn = (claims: Claims, length: number): fc.Arbitrary<Script> => {
  const possible = [...troubles, lossesFor(claims)];
  return fc.tuple(settingsFor(claims), fc.subarray(possible)).chain(([settings, chosen]) =>
    fc
      .array(fc.oneof(...work, ...chosen.flat()), {
        minLength: length,
        maxLength: length,
      })
      .map((events) => ({ ...profiled(claims), settings, events })),
  );
};
