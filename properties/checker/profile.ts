import type { Instruction } from '../../model/guest.ts';
import {
  allFeatures,
  type Clock,
  defaultClock,
  defaultSettings,
  type Features,
  hasDisk,
  largestGroup,
  noFeatures,
  type Settings,
} from '../../model/settings.ts';
import { type Chooser, onceIn, oneOf } from './chooser.ts';

type ProgramName =
  | 'mixed'
  | 'beacon'
  | 'clock'
  | 'stamper'
  | 'server'
  | 'quiet'
  | 'disk'
  | 'reader'
  | 'database'
  | 'ring'
  | 'terminal';

/** Guest programs: which of them runs decides what the log and the outputs look like. */
export const programs: Readonly<Record<ProgramName, readonly Instruction[]>> = {
  mixed: ['readTime', 'transmit', 'compute', 'stamp'],
  beacon: ['compute', 'transmit'],
  clock: ['readTime', 'compute', 'transmit'],
  stamper: ['stamp', 'compute'],
  server: ['compute', 'reply', 'readTime'],
  quiet: ['compute', 'compute', 'reply'],
  disk: ['touch p', 'write x p', 'touch p', 'write xy pq', 'read x q', 'transmit'],
  reader: ['read x p', 'touch p', 'write y p', 'read xy pq', 'transmit'],
  database: ['touch p', 'write x p', 'reply', 'read x q', 'compute'],
  ring: ['post', 'post', 'kick', 'compute', 'reply'],
  terminal: ['print', 'compute', 'reply', 'shutdown'],
};

/** Where a run's settings come from: one combination of the variants, and what is fixed. */
export type Range = {
  readonly isTimed: boolean;
  readonly fixed: Partial<Settings>;
};

const isWithin = (program: readonly Instruction[], features: Features | undefined): boolean =>
  (features?.disk ?? true) || !hasDisk({ program });

/** The programs that runs may have, where that much is fixed. */
export const programsOf = ({
  program,
  features,
}: Partial<Settings>): readonly (readonly Instruction[])[] =>
  program === undefined
    ? Object.values(programs).filter((one) => isWithin(one, features))
    : [program];

const timesOf = ({ clock }: Partial<Settings>): readonly boolean[] =>
  clock === undefined ? [false, true] : [clock !== null];

const choices = <T>(fixed: T | undefined, all: readonly T[]): readonly T[] =>
  fixed === undefined ? all : [fixed];

const ackPoints = ['received', 'replayed'] as const;
const losses = ['ignored', 'evidence'] as const;
const lastOutputs = ['drop', 'emitLast'] as const;
const orders = ['testAndSetThenDrain', 'drainThenTestAndSet'] as const;

/**
 * Every safe combination of the variants V1, V4, V7 and V8, with and without time, under every
 * program; narrowed to what is fixed.
 */
export const combinations = (fixed: Partial<Settings>): readonly Range[] =>
  choices<Settings['ackPoint']>(fixed.ackPoint, ackPoints).flatMap((ackPoint) =>
    choices<Settings['connectionLoss']>(fixed.connectionLoss, losses).flatMap((connectionLoss) =>
      choices<Settings['goLiveOutput']>(fixed.goLiveOutput, lastOutputs).flatMap((goLiveOutput) =>
        choices<Settings['arbitration']>(fixed.arbitration, orders).flatMap((arbitration) =>
          programsOf(fixed).flatMap((program) =>
            timesOf(fixed).map((isTimed) => ({
              isTimed,
              fixed: { ...fixed, ackPoint, connectionLoss, goLiveOutput, arbitration, program },
            })),
          ),
        ),
      ),
    ),
  );

const nameOf = (program: readonly Instruction[]): string =>
  Object.entries(programs).find(([, known]) => known === program)?.[0] ?? program.join(' ');

/** The combination that settings belong to, in words. */
export const combinationNamed = (settings: Settings): string => {
  const { ackPoint, connectionLoss, goLiveOutput, arbitration, clock, program } = settings;
  const time = clock === null ? 'untimed' : 'timed';
  const variants = [ackPoint, connectionLoss, goLiveOutput, arbitration];
  return [...variants, time, nameOf(program)].join(', ');
};

const drawClock = (chooser: Chooser): Clock => ({
  ...defaultClock,
  timerEvery: oneOf(chooser, [1, 1, 2, null]),
  speed: oneOf(chooser, [2, 1, 4]),
});

const only = (feature: keyof Features): Features => ({ ...noFeatures, [feature]: true });

/** Half of the runs have everything, the others all their time for little. */
const drawFeatures = (chooser: Chooser): Features =>
  oneOf(chooser, [
    ...[allFeatures, allFeatures, allFeatures, allFeatures],
    ...[noFeatures, only('control'), only('vmotion'), only('console'), only('disk')],
  ] as const);

/** A fourth host is of use where both copies of a pair may move at once. */
const drawHostCount = (chooser: Chooser, { vmotion }: Features): number =>
  oneOf(chooser, [4, 4, 3]) === 4 && vmotion ? 4 : 3;

const drawCapacity = (chooser: Chooser, isTimed: boolean): number =>
  isTimed ? oneOf(chooser, [12, 6, 3, 2, 1]) : oneOf(chooser, [3, 2, 4, 1]);

const usual = defaultSettings.program;

/** A guest that uses its disk has one. */
const withDisk = (features: Features, program: readonly Instruction[]): Features =>
  hasDisk({ program }) ? { ...features, disk: true } : features;

/** Settings of one run. Choice 0 is the paper's behaviour everywhere. */
export const drawSettings = (chooser: Chooser, { isTimed, fixed }: Range): Settings => {
  const program = fixed.program ?? oneOf(chooser, [usual, ...programsOf(fixed)]);
  const features = withDisk(fixed.features ?? drawFeatures(chooser), program);
  const drawn: Settings = {
    program,
    hostCount: drawHostCount(chooser, features),
    packetGroup: oneOf(chooser, [2, 1]),
    start: onceIn(chooser, 4) ? 'unprotected' : 'protected',
    primaryCapacity: drawCapacity(chooser, isTimed),
    wireCapacity: drawCapacity(chooser, isTimed),
    backupCapacity: drawCapacity(chooser, isTimed),
    ackPoint: oneOf(chooser, ['received', 'received', 'replayed']),
    connectionLoss: oneOf(chooser, ['ignored', 'evidence']),
    goLiveOutput: oneOf(chooser, ['drop', 'emitLast']),
    arbitration: oneOf(chooser, ['testAndSetThenDrain', 'drainThenTestAndSet']),
    clock: isTimed ? drawClock(chooser) : null,
    ...fixed,
    features,
  };
  const least = largestGroup(drawn);
  return {
    ...drawn,
    primaryCapacity: Math.max(least, drawn.primaryCapacity),
    backupCapacity: Math.max(least, drawn.backupCapacity),
  };
};
