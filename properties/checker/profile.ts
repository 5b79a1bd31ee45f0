import type { Instruction } from '../../model/guest.ts';
import { type Clock, defaultClock, largestGroup, type Settings } from '../../model/settings.ts';
import { type Chooser, onceIn, oneOf } from './chooser.ts';

/** Guest programs: which of them runs decides what the log and the outputs look like. */
export const programs: Readonly<Record<string, readonly Instruction[]>> = {
  mixed: ['readTime', 'transmit', 'compute', 'stamp'],
  beacon: ['compute', 'transmit'],
  clock: ['readTime', 'compute', 'transmit'],
  stamper: ['stamp', 'compute'],
  server: ['compute', 'reply', 'readTime'],
  quiet: ['compute', 'compute', 'reply'],
};

/** Where a run's settings come from: the safe combinations, narrowed to what is asked for. */
export type Range = {
  readonly isTimed: boolean;
  readonly fixed: Partial<Settings>;
};

const drawClock = (chooser: Chooser): Clock => ({
  ...defaultClock,
  timerEvery: oneOf(chooser, [1, 1, 2, null]),
  speed: oneOf(chooser, [2, 1, 4]),
});

const drawCapacity = (chooser: Chooser, isTimed: boolean, least: number): number => {
  const capacity = isTimed ? oneOf(chooser, [12, 6, 3, 2, 1]) : oneOf(chooser, [3, 2, 4, 1]);
  return Math.max(least, capacity);
};

/** Settings of one run. Choice 0 is the paper's behaviour everywhere. */
export const drawSettings = (chooser: Chooser, { isTimed, fixed }: Range): Settings => {
  const program =
    fixed.program ??
    oneOf(chooser, [['readTime', 'transmit', 'compute', 'stamp'], ...Object.values(programs)]);
  const least = largestGroup(program);
  return {
    program,
    start: onceIn(chooser, 4) ? 'unprotected' : 'protected',
    primaryCapacity: drawCapacity(chooser, isTimed, least),
    wireCapacity: drawCapacity(chooser, isTimed, 1),
    backupCapacity: drawCapacity(chooser, isTimed, least),
    ackPoint: oneOf(chooser, ['received', 'received', 'replayed']),
    connectionLoss: oneOf(chooser, ['ignored', 'evidence']),
    goLiveOutput: oneOf(chooser, ['drop', 'emitLast']),
    arbitration: oneOf(chooser, ['testAndSetThenDrain', 'drainThenTestAndSet']),
    clock: isTimed ? drawClock(chooser) : null,
    ...fixed,
  };
};
