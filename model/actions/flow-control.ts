import type { Clock } from '../settings.ts';
import type { Action } from '../spec.ts';
import type { Recording, State, Vm } from '../state.ts';
import { inMode, isDue, moved, remember } from './notation.ts';

/** How far the backup trails, in ticks, as the primary measures it (R32-9). */
export type Lag = (copy: Recording, now: number) => number;

/** The age of the first entry that the backup has not consumed; none if it has consumed all. */
export const sinceFirstUnconsumed: Lag = ({ throttle: { stamps } }, now) =>
  now - (stamps[0] ?? now);

/** The next CPU limit of the primary, in percent, given the lag now and a while ago (R32-10). */
export type Adjust = (limit: number, lag: number, before: number, clock: Clock) => number;

/**
 * A little less while the backup continues to fall behind, a little more once it has caught up.
 * While it is catching up the limit stays: to lower it for as long as the lag is significant finds
 * no limit at which the backup keeps up, but swings about it for ever (R32-10, L6).
 */
export const pinpoint: Adjust = (limit, lag, before, clock) => {
  const { significantLag, slightLag, step, floor } = clock;
  if (lag > significantLag) return lag < before ? limit : Math.max(floor, limit - step);
  return lag <= slightLag ? Math.min(100, limit + step) : limit;
};

/** The decisions about the lag and the CPU limit (R32-9 to R32-12). */
export type FlowRules = { readonly lag: Lag; readonly adjust: Adjust; readonly limitOf: LimitOf };

/**
 * The scheduler gives the primary less CPU while its backup lags, and gives it back (R32-10). Where
 * the hosts are comparable it finds nothing to do (R32-7, R32-11).
 */
export const throttle = (rules: FlowRules): Action<'throttle'> =>
  inMode('throttle', ['recording'], (state, copy) => {
    const { clock } = state.settings;
    if (clock === null) return 'time is not modelled';
    if (!isDue(state, copy.watch.adjusted, ({ adjustEvery }) => adjustEvery)) {
      return 'the limit was considered a moment ago';
    }
    const lag = rules.lag(copy, state.now);
    const { limit: now, lag: before } = copy.throttle;
    const limit = rules.adjust(now, lag, before, clock);
    const watch = remember(state, copy.watch, 'adjusted');
    return moved(state, { ...copy, watch, throttle: { ...copy.throttle, limit, lag } });
  });

/** Whose CPU the limit applies to (R32-10). */
export type LimitOf = (state: State, copy: Vm) => number;

/** The primary's own. */
export const primaryOnly: LimitOf = (_, copy) =>
  copy.mode === 'recording' ? copy.throttle.limit : 100;

/** CPU time for one tick, in hundredths of an instruction; only a fraction of one is saved up. */
export const allowance = (limitOf: LimitOf, state: State, copy: Vm, credit: number): number => {
  const { clock } = state.settings;
  if (clock === null) return credit;
  const share = 'share' in copy ? copy.share : 1;
  const gained = Math.floor(
    (clock.speed * share * limitOf(state, copy) * state.hosts[copy.host].speed) / 100,
  );
  return (credit % 100) + gained;
};
