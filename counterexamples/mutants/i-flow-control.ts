import { sinceFirstUnconsumed } from '../../model/actions/flow-control.ts';
import { holderOf } from '../../model/actions/notation.ts';
import { specification } from '../../model/paper.ts';
import { defaultClock, noFeatures } from '../../model/settings.ts';
import type { Mutant } from '../mutant.ts';

const timed = { clock: defaultClock };

/** Buffers in which a significant lag can build up. */
const roomy = { ...timed, primaryCapacity: 12, wireCapacity: 12, backupCapacity: 12 };

const noLagControl: Mutant = {
  spec: specification('no-lag-control', { adjust: (limit) => limit }),
  breaks: ['T1b'],
  because:
    'Nothing slows the primary down. The host of the backup is overcommitted, and the lag grows ' +
    'until the buffers are full and the primary stops dead.',
  cites: ['R32-8', 'R32-10'],
  settings: { ...timed, features: noFeatures, hostCount: 3 },
};

const throttleOscillation: Mutant = {
  spec: specification('throttle-oscillation', {
    adjust: (limit, lag, _, { significantLag, slightLag, floor }) => {
      if (lag > significantLag) return Math.max(floor, limit - 50);
      return lag <= slightLag ? 100 : limit;
    },
  }),
  breaks: ['L6'],
  because:
    'The limit is halved when the lag is significant and restored at once when it is slight. It ' +
    'goes up and down for ever.',
  cites: ['R32-10', 'R32-12'],
  settings: roomy,
};

const throttleNeverRaises: Mutant = {
  spec: specification('throttle-never-raises', {
    adjust: (limit, lag, _, { significantLag, step, floor }) =>
      lag > significantLag ? Math.max(floor, limit - step) : limit,
  }),
  breaks: ['L6'],
  because: 'The limit is lowered while the backup lags and never raised. One bad minute stays.',
  cites: ['R32-10', 'R32-12'],
  settings: roomy,
};

const throttlesBackup: Mutant = {
  spec: specification('throttles-backup', {
    limitOf: (state, copy) => {
      const primary = copy.mode === 'replaying' ? holderOf(state, copy.primary) : undefined;
      return primary?.mode === 'recording' ? primary.throttle.limit : 100;
    },
  }),
  breaks: ['T1b', 'L6'],
  because:
    'The limit is put on the wrong side. The backup lags, gets less CPU for it, and lags the ' +
    'more.',
  cites: ['R32-10'],
  settings: timed,
};

const entriesPerTick = 8;

const lagByEntryCount: Mutant = {
  spec: specification('lag-by-entry-count', {
    lag: ({ throttle: { stamps } }) => stamps.length / entriesPerTick,
  }),
  breaks: ['T1b'],
  because:
    'Entries that wait are counted, as if a busy guest logged them. This one computes and logs ' +
    'little: two entries wait, the backup is seconds behind, and nothing is throttled.',
  cites: ['R32-9'],
  settings: timed,
};

const lagOfIdleGuest: Mutant = {
  spec: specification('lag-of-idle-guest', {
    lag: (copy, now) =>
      copy.throttle.stamps.length === 0
        ? now - copy.watch.progressed
        : sinceFirstUnconsumed(copy, now),
  }),
  breaks: ['L6a', 'L6'],
  because:
    'The lag is the age of what was consumed last, though nothing has been logged since. An ' +
    'idle guest loses its CPU for a backup that has caught up.',
  cites: ['R32-9'],
  settings: { clock: { ...defaultClock, timerEvery: null }, program: ['compute', 'reply'] },
};

/** I: flow control. */
export const flowControlMutants: readonly Mutant[] = [
  noLagControl,
  throttleOscillation,
  throttleNeverRaises,
  throttlesBackup,
  lagByEntryCount,
  lagOfIdleGuest,
];
