import { allFeatures, hasDisk, type Settings } from '../../model/settings.ts';
import type { Table } from './coverage.ts';
import { type FaultKind, faultKinds } from './faults.ts';
import { type Phase, phases } from './phases.ts';
import { programsOf } from './profile.ts';

/** A kind of fault, and the phase in which it strikes. */
export type Pair = { readonly phase: Phase; readonly kind: FaultKind };

/** What of the settings decides which pairs there are. */
export type Ground = Pick<Settings, 'program' | 'features'>;

/** Why a kind of fault cannot strike in a phase, and where it can all the same. */
type Obstacle = {
  readonly because: string;
  readonly phases: readonly Phase[] | 'all';
  readonly kinds: readonly FaultKind[] | 'all';
  readonly unless: (ground: Ground) => boolean;
};

const never = (): boolean => false;

/** All that keeps a fault from a phase: each says which guard or which definition does. */
export const obstacles: readonly Obstacle[] = [
  {
    because: 'with a request on its way the phase is called arbitrating',
    phases: ['suspected'],
    kinds: ['loseRequest'],
    unless: never,
  },
  {
    because: 'with a reply on its way the phase is called arbitrating',
    phases: ['suspected'],
    kinds: ['loseReply'],
    unless: never,
  },
  {
    because: 'a guest that does not use its disk has no disk operation under way',
    phases: 'all',
    kinds: ['failIo', 'loseIo'],
    unless: hasDisk,
  },
  {
    because: 'nobody moves the VM, and only for a move is the disk brought to rest',
    phases: ['moving', 'quiescing', 'switching'],
    kinds: 'all',
    unless: ({ features }) => features.vmotion,
  },
  {
    because: 'nobody powers the VM off, and no key is pressed that has its guest shut down',
    phases: ['poweringOff'],
    kinds: 'all',
    unless: ({ program, features }) =>
      features.control || (features.console && program.includes('shutdown')),
  },
];

const isAmong = <T>(all: readonly T[] | 'all', one: T): boolean =>
  all === 'all' || all.includes(one);

/** Whether nothing keeps the fault from the phase in a run of such settings. */
export const isPossible = ({ phase, kind }: Pair, ground: Ground): boolean =>
  obstacles.every(
    (one) => !isAmong(one.phases, phase) || !isAmong(one.kinds, kind) || one.unless(ground),
  );

/** Every phase with every kind of fault. */
export const allPairs: readonly Pair[] = Object.keys(phases)
  .filter((name): name is Phase => name in phases)
  .flatMap((phase) => faultKinds.map((kind) => ({ phase, kind })));

/** The programs and features that runs may have. */
const groundsOf = (fixed: Partial<Settings>): readonly Ground[] => {
  const { features = allFeatures } = fixed;
  return programsOf(fixed).map((program) => ({ program, features }));
};

/** What a check with these settings fixed could reach, and what it has. */
export type Reach = {
  readonly possible: readonly Pair[];
  readonly reached: number; // of these
  /**
   * Whether there is a story for each of the possible: so it is in `explore/phase-pairs.test.ts`,
   * where nothing but features is fixed. Otherwise some of them may be out of reach.
   */
  readonly isExact: boolean;
};

/** How many times a fault of a kind has struck in a phase. */
export const struckIn = (counts: Table, { phase, kind }: Pair): number =>
  counts[phase]?.[kind] ?? 0;

/** The pairs that such a check could reach, and how many of them it has reached. */
export const reachOf = (counts: Table, fixed: Partial<Settings>): Reach => {
  const grounds = groundsOf(fixed);
  const possible = allPairs.filter((pair) => grounds.some((ground) => isPossible(pair, ground)));
  return {
    possible,
    reached: possible.filter((pair) => struckIn(counts, pair) > 0).length,
    isExact: Object.keys(fixed).every((name) => name === 'features'),
  };
};
