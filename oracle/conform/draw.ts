import fc from 'fast-check';
import type { Operation } from '../../model/event.ts';
import type { Operated } from '../../model/guest.ts';
import {
  attended,
  type Does,
  type Happening,
  instructions,
  type Net,
  type OfHost,
  type OfLink,
  type PairHost,
  type Performed,
  type Script,
  transfers,
  unclaimed,
} from './script.ts';
import type { Claims, Reset } from './stimulus.ts';

const mostlyA = fc.constantFrom<PairHost>('A', 'A', 'A', 'B');
const eitherHost = fc.constantFrom<PairHost>('A', 'B');
const net = fc.constantFrom<Net>('log', 'heartbeat');

const doesFor = ({ profile = [] }: Claims): fc.Arbitrary<Does> =>
  fc.constantFrom<Does>(
    ...instructions,
    ...(profile.includes('control') ? attended : []),
    ...(profile.includes('disk') ? transfers : []),
  );

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

const workFor = (claims: Claims): readonly Weighted[] => [
  {
    weight: 14,
    arbitrary: fc
      .tuple(mostlyA, doesFor(claims))
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

const operating = fc.constantFrom<Operated['kind']>('KEY', 'MOUSE');
const shares = fc.constantFrom<Operation>('raiseShare', 'lowerShare');

const ordering = (weight: number, operation: fc.Arbitrary<Operation>): Weighted => ({
  weight,
  arbitrary: fc
    .tuple(mostlyA, operation)
    .map(([on, what]) => ({ do: 'order', host: on, operation: what })),
});

const performing = (weight: number, blocks: fc.Arbitrary<number>): Weighted => ({
  weight,
  arbitrary: fc
    .tuple(mostlyA, fc.constantFrom<Performed['which']>('oldest', 'newest'), blocks)
    .map(([on, which, count]) => ({ do: 'perform', host: on, which, blocks: count })),
});

/** What happens to a VM with an operator and an administrator, or with a disk. */
const partsOf = ({ profile = [] }: Claims): readonly Weighted[] => [
  ...(profile.includes('control')
    ? [
        { weight: 3, arbitrary: operating.map((kind): Happening => ({ do: 'operate', kind })) },
        ordering(2, shares),
      ]
    : []),
  ...(profile.includes('disk') ? [performing(5, fc.constant(2))] : []),
];

const troublesOf = ({ profile = [] }: Claims): readonly (readonly Weighted[])[] => [
  ...(profile.includes('control') ? [[ordering(1, fc.constant('powerOff'))]] : []),
  ...(profile.includes('disk')
    ? [[performing(2, fc.integer({ min: 0, max: 1 }))], [ofHost(2, 'loseIo')]]
    : []),
];

/** Entries have no one size: some more room holds the largest group of them for certain. */
const roomsFor = ({ room }: Claims): fc.Arbitrary<number> =>
  fc.oneof(
    fc.constant(1000),
    fc.integer(room === 'bytes' ? { min: 8, max: 12 } : { min: 3, max: 6 }),
  );

const settingsFor = (claims: Claims): fc.Arbitrary<Reset['settings']> =>
  fc
    .record({
      primaryCapacity: roomsFor(claims),
      backupCapacity: roomsFor(claims),
      packetGroup: fc.integer({ min: 1, max: 2 }),
    })
    .map(({ primaryCapacity, backupCapacity, packetGroup }) => {
      const { profile: _, room: __, ...own } = claims;
      return { ...unclaimed, primaryCapacity, backupCapacity, packetGroup, ...own };
    });

/** What of the claims a script says besides its settings. */
export const profiled = ({ profile, room }: Claims): Pick<Script, 'profile' | 'room'> => ({
  ...(profile === undefined ? {} : { profile }),
  ...(room === undefined ? {} : { room }),
});

/** Scripts of so many events for programs that claim to follow the protocol like that. */
export const drawn = (claims: Claims, length: number): fc.Arbitrary<Script> => {
  const possible = [...troubles, lossesFor(claims), ...troublesOf(claims)];
  const usual = [...workFor(claims), ...partsOf(claims)];
  return fc.tuple(settingsFor(claims), fc.subarray(possible)).chain(([settings, chosen]) =>
    fc
      .array(fc.oneof(...usual, ...chosen.flat()), {
        minLength: length,
        maxLength: length,
      })
      .map((events) => ({ ...profiled(claims), settings, events })),
  );
};
