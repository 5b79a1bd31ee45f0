import type { Instruction } from '../../../model/guest.ts';
import {
  type Clock,
  defaultClock,
  defaultSettings,
  type Features,
  largestGroup,
  type Settings,
} from '../../../model/settings.ts';

const weights: Readonly<Record<Instruction, number>> = {
  compute: 1,
  transmit: 2,
  readTime: 2,
  reply: 3,
  stamp: 4,
  post: 2,
  kick: 2,
  print: 2,
  'touch p': 2,
  'touch q': 3,
  'read x p': 3,
  'read x q': 4,
  'read y p': 4,
  'read y q': 4,
  'read xy pq': 5,
  'write x p': 4,
  'write x q': 5,
  'write y p': 5,
  'write y q': 5,
  'write xy pq': 6,
  shutdown: 3,
};

const variants = ['ackPoint', 'connectionLoss', 'goLiveOutput', 'arbitration'] as const;
const capacities = ['primaryCapacity', 'wireCapacity', 'backupCapacity'] as const;

const ofProgram = (program: readonly Instruction[]): number =>
  program.reduce((sum, instruction) => sum + weights[instruction], 0);

const ofClock = (clock: Clock | null): number => {
  if (clock === null) return 0;
  const { timerEvery, speed, ...others } = clock;
  const { timerEvery: _, speed: __, ...usual } = defaultClock;
  const isUsual = JSON.stringify(others) === JSON.stringify(usual);
  const changed = Number(timerEvery !== defaultClock.timerEvery) * 2;
  return 20 + changed + Number(speed !== defaultClock.speed) * 2 + (isUsual ? 0 : 5);
};

const counts = ['hostCount', 'packetGroup'] as const;

const ofFeatures = ({ console, control, disk, vmotion }: Features): number =>
  [console, control, disk, vmotion].filter((isOn) => !isOn).length;

const ofCapacity = (capacity: number, usual: number): number =>
  capacity === usual ? 0 : 1 + Math.abs(capacity - usual);

/** How much there is to say about the settings: the program's size, and what is not the default. */
export const plainness = (settings: Settings): number => {
  const changed = variants.filter((key) => settings[key] !== defaultSettings[key]).length;
  const sizes = capacities.map((key) => ofCapacity(settings[key], defaultSettings[key]));
  const others = counts.filter((key) => settings[key] !== defaultSettings[key]).length;
  return (
    ofProgram(settings.program) +
    ofClock(settings.clock) +
    4 * changed +
    3 * Number(settings.start !== defaultSettings.start) +
    ofFeatures(settings.features) +
    others +
    sizes.reduce((sum, size) => sum + size, 0)
  );
};

const simpler: Readonly<Record<Instruction, readonly Instruction[]>> = {
  compute: [],
  transmit: ['compute'],
  readTime: ['compute'],
  reply: ['compute', 'transmit'],
  stamp: ['compute', 'transmit', 'readTime'],
  post: ['compute'],
  kick: ['compute'],
  print: ['compute'],
  'touch p': ['compute'],
  'touch q': ['compute', 'touch p'],
  'read x p': ['compute'],
  'read x q': ['compute', 'read x p'],
  'read y p': ['compute', 'read x p'],
  'read y q': ['compute', 'read x p'],
  'read xy pq': ['compute', 'read x p', 'read x q', 'read y p'],
  'write x p': ['compute', 'transmit', 'read x p'],
  'write x q': ['compute', 'write x p', 'read x q'],
  'write y p': ['compute', 'write x p', 'read y p'],
  'write y q': ['compute', 'write x p', 'read y q'],
  'write xy pq': ['compute', 'write x p', 'write x q', 'write y p', 'read xy pq'],
  shutdown: ['compute'],
};

const single: readonly (readonly Instruction[])[] = [
  ['compute'],
  ['transmit'],
  ['readTime'],
  ['reply'],
  ['stamp'],
  ['print'],
  ['read x p'],
  ['write x p'],
  ['shutdown'],
];

/** Programs with less in them. */
const programsBelow = (program: readonly Instruction[]): readonly (readonly Instruction[])[] => {
  const shorter = program.map((_, at) => program.filter((__, index) => index !== at));
  const plainer = program.flatMap((instruction, at) =>
    simpler[instruction].map((other) => program.with(at, other)),
  );
  return [...single, ...shorter, ...plainer].filter(
    (other) => other.length > 0 && ofProgram(other) < ofProgram(program),
  );
};

/** No time at all, or the default's; timeouts are never made shorter than what they are for. */
const clocksBelow = (clock: Clock | null): readonly (Clock | null)[] =>
  clock === null
    ? []
    : [
        null,
        defaultClock,
        { ...defaultClock, timerEvery: clock.timerEvery, speed: clock.speed },
        { ...clock, timerEvery: null },
        { ...clock, speed: 1 },
        { ...clock, speed: defaultClock.speed },
        { ...clock, timerEvery: defaultClock.timerEvery },
      ];

const capacitiesBelow = (settings: Settings): readonly Settings[] =>
  capacities.flatMap((key) => {
    const sizes = [defaultSettings[key], 1, 2];
    const alone = { ...settings, packetGroup: 1 };
    return [
      ...sizes.map((size) => ({ ...settings, [key]: size })),
      ...sizes.map((size) => ({ ...alone, [key]: size })),
    ];
  });

/** With a smaller program a smaller buffer may do, and neither alone. */
const smallest = (settings: Settings): readonly Settings[] =>
  capacities.flatMap((key) =>
    (['compute', 'transmit'] as const).map((instruction) => ({
      ...settings,
      program: [instruction],
      packetGroup: 1,
      [key]: 1,
    })),
  );

/** Whether each log buffer holds the largest group of the program (R32-13). */
export const isSafe = (settings: Settings): boolean =>
  Math.min(settings.primaryCapacity, settings.backupCapacity) >= largestGroup(settings);

const different = (settings: Settings, others: readonly Settings[]): readonly Settings[] =>
  others.filter((other) => isSafe(other) && JSON.stringify(other) !== JSON.stringify(settings));

/** A clock under which the least happens from one tick to the next. */
const slowest: Clock = { ...defaultClock, timerEvery: null, speed: 1 };

/** Much plainer settings at once: under them a calm takes much less. */
export const plainestSettings = (settings: Settings): readonly Settings[] => {
  const { program, clock } = settings;
  const untimed: readonly Settings[] = [
    { ...defaultSettings, program: ['compute'] },
    { ...defaultSettings, program: ['transmit'] },
    { ...defaultSettings, program },
    { ...settings, clock: null },
  ];
  if (clock === null) return different(settings, untimed);
  const timed: readonly Settings[] = [
    { ...defaultSettings, program: ['compute'], clock: slowest },
    { ...defaultSettings, program: ['transmit'], clock: slowest },
    { ...defaultSettings, program, clock: { ...defaultClock, timerEvery: clock.timerEvery } },
  ];
  return different(settings, [...untimed, ...timed]);
};

/** Settings with less to say about them, or that may need fewer events; none beyond the safe. */
export const plainerSettings = (settings: Settings): readonly Settings[] =>
  different(settings, [
    ...clocksBelow(settings.clock).map((clock) => ({ ...settings, clock })),
    { ...settings, start: defaultSettings.start },
    { ...settings, features: defaultSettings.features },
    ...counts.map((key) => ({ ...settings, [key]: defaultSettings[key] })),
    ...programsBelow(settings.program).map((program) => ({ ...settings, program })),
    ...variants.map((key) => ({ ...settings, [key]: defaultSettings[key] })),
    ...capacitiesBelow(settings),
    ...smallest(settings),
  ]);

/** Variants of the protocol that may need fewer events than the paper's. */
export const variantSettings = (settings: Settings): readonly Settings[] =>
  different(settings, [
    { ...settings, arbitration: 'drainThenTestAndSet' },
    { ...settings, connectionLoss: 'evidence' },
    { ...settings, ackPoint: 'replayed' },
    { ...settings, goLiveOutput: 'emitLast' },
  ]);
