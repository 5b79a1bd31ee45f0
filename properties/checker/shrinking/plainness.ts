import type { Instruction } from '../../../model/guest.ts';
import {
  type Clock,
  defaultClock,
  defaultSettings,
  largestGroup,
  type Settings,
} from '../../../model/settings.ts';

const weights: Readonly<Record<Instruction, number>> = {
  compute: 1,
  transmit: 2,
  readTime: 2,
  reply: 3,
  stamp: 4,
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

const ofCapacity = (capacity: number, usual: number): number =>
  capacity === usual ? 0 : 1 + Math.abs(capacity - usual);

/** How much there is to say about the settings: the program's size, and what is not the default. */
export const plainness = (settings: Settings): number => {
  const changed = variants.filter((key) => settings[key] !== defaultSettings[key]).length;
  const sizes = capacities.map((key) => ofCapacity(settings[key], defaultSettings[key]));
  return (
    ofProgram(settings.program) +
    ofClock(settings.clock) +
    4 * changed +
    3 * Number(settings.start !== defaultSettings.start) +
    sizes.reduce((sum, size) => sum + size, 0)
  );
};

const simpler: Readonly<Record<Instruction, readonly Instruction[]>> = {
  compute: [],
  transmit: ['compute'],
  readTime: ['compute'],
  reply: ['compute', 'transmit'],
  stamp: ['compute', 'transmit', 'readTime'],
};

const single: readonly (readonly Instruction[])[] = [
  ['compute'],
  ['transmit'],
  ['readTime'],
  ['reply'],
  ['stamp'],
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
    const least = key === 'wireCapacity' ? 1 : largestGroup(settings.program);
    const sizes = [defaultSettings[key], 1, 2].filter((size) => size >= least);
    return sizes.map((size) => ({ ...settings, [key]: size }));
  });

/** With a smaller program a smaller buffer may do, and neither alone. */
const smallest = (settings: Settings): readonly Settings[] =>
  capacities.flatMap((key) =>
    (['compute', 'transmit'] as const).map((instruction) => ({
      ...settings,
      program: [instruction],
      [key]: 1,
    })),
  );

/** Whether each log buffer holds the largest group of the program (R32-13). */
const isSafe = ({ program, primaryCapacity, backupCapacity }: Settings): boolean =>
  Math.min(primaryCapacity, backupCapacity) >= largestGroup(program);

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
