import { paper, rules, specification } from '../../model/paper.ts';
import { defaultClock, noFeatures } from '../../model/settings.ts';
import type { Mutant } from '../mutant.ts';
import { asIf, withClock, withRows } from './own-rows.ts';

const timed = { clock: defaultClock };

/** Mistakes in measuring the lag and in what is done about it (3.2). */
export const ownFlowControl: readonly Mutant[] = [
  {
    spec: specification('lag-of-the-newest', {
      lag: ({ throttle: { stamps } }, now) => now - (stamps.at(-1) ?? now),
    }),
    breaks: ['T1b'],
    because:
      'the lag is the age of the newest entry that is not consumed: while the primary runs it is ' +
      'nothing, however far the backup trails',
    cites: ['R32-9'],
    settings: timed,
  },
  {
    spec: specification('throttles-when-it-is-late', {
      adjust: (limit, lag, before, clock) =>
        rules.adjust(limit, lag, before, { ...clock, significantLag: 10 * clock.significantLag }),
    }),
    breaks: ['T1b'],
    because: 'the lag counts as significant at ten times what it should: ten seconds, not one',
    cites: ['R32-10'],
    settings: timed,
  },
  {
    spec: specification('throttle-without-a-floor', {
      adjust: (limit, lag, before, clock) =>
        rules.adjust(limit, lag, before, { ...clock, floor: -100 }),
    }),
    breaks: ['T2'],
    because: 'the limit falls below any share of the CPU, and the primary does not run at all',
    cites: ['R32-12'],
    settings: { clock: { ...defaultClock, step: 40 } },
  },
  {
    spec: specification('throttle-lags-behind', {
      adjust: (limit, lag, before, clock) =>
        rules.adjust(limit, lag, before, { ...clock, step: Math.min(clock.step, 1) }),
    }),
    breaks: ['T1b', 'L6'],
    because: 'the limit changes by one percent at a time, and the buffers are full long before',
    cites: ['R32-10'],
    settings: timed,
  },
  {
    spec: specification('throttles-both', {
      limitOf: ({ copies }, copy) => {
        const primary = copies.find(({ mode }) => mode === 'recording');
        const isPaired = copy.mode === 'recording' || copy.mode === 'replaying';
        return isPaired && primary !== undefined && primary.mode === 'recording'
          ? primary.throttle.limit
          : 100;
      },
    }),
    breaks: ['T1b', 'L6'],
    because: 'the limit applies to both copies of the pair: the backup never gains on its primary',
    cites: ['R32-10'],
    settings: timed,
  },
  {
    spec: specification('lowers-while-it-lags', {
      adjust: (limit, lag, _, clock) => rules.adjust(limit, lag, lag, clock),
    }),
    breaks: ['L6'],
    because:
      'the limit is lowered for as long as the lag is significant, even while the backup gains: ' +
      'it overshoots, recovers, and swings about the right value for ever',
    cites: ['R32-10'],
    settings: timed,
  },
  {
    spec: withRows('adjusts-at-every-tick', {
      throttle: asIf(paper.actions.throttle, withClock({ adjustEvery: 1 })),
    }),
    breaks: ['L6'],
    because:
      'the limit is considered at every tick, before the last change can have shown: it goes far ' +
      'too low, and far too high again',
    cites: ['R32-10'],
    settings: { ...timed, features: noFeatures, hostCount: 3, packetGroup: 1 },
  },
];
