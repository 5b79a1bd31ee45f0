import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Lag } from './lag.ts';
import { type Policies, paperPolicies } from './policies.ts';
import { defaultSettings, type Settings } from './settings.ts';
import { Throttle } from './throttle.ts';

describe('the lag', () => {
  it('is the age of the first entry that is not consumed, and 0 if there is none', () => {
    const lag = new Lag(paperPolicies, { logged: 0, consumed: 0 }, 0);
    expect(lag.lagMs(500)).toBe(0);
    for (const seq of [1, 2, 3]) lag.logged(seq, seq * 100);
    expect(lag.lagMs(1000)).toBe(900);
    lag.consumed(2);
    expect(lag.lagMs(1000)).toBe(700);
    lag.consumed(1);
    expect(lag.lagMs(1000)).toBe(700);
    lag.consumed(3);
    expect(lag.lagMs(99_000)).toBe(0);
  });

  it('of a VM that has moved starts at the entry after its last', () => {
    const lag = new Lag(paperPolicies, { logged: 7, consumed: 7 }, 0);
    lag.consumed(4);
    lag.logged(8, 100);
    expect(lag.lagMs(300)).toBe(200);
    expect(() => lag.logged(10, 100)).toThrow('entry 9 is next: got 10');
    expect(() => lag.consumed(9)).toThrow('what is consumed is logged');
  });

  it('counts what was logged before a move and is not consumed, from the move on', () => {
    const lag = new Lag(paperPolicies, { logged: 7, consumed: 5 }, 100);
    expect(lag.lagMs(300)).toBe(200);
    lag.consumed(6);
    expect(lag.lagMs(300)).toBe(200);
    lag.consumed(7);
    expect(lag.lagMs(300)).toBe(0);
  });

  it('agrees with a search through all entries', () => {
    const steps = fc.array(fc.tuple(fc.boolean(), fc.nat()));
    const property = fc.property(steps, (drawn) => {
      const lag = new Lag(paperPolicies, { logged: 0, consumed: 0 }, 0);
      const stamps: number[] = [];
      let consumed = 0;
      drawn.forEach(([isLogged, number], nowMs) => {
        if (isLogged) lag.logged(stamps.push(nowMs), nowMs);
        else {
          consumed += number % (stamps.length - consumed + 1);
          lag.consumed(consumed);
        }
        const first = stamps[consumed];
        expect(lag.lagMs(nowMs)).toBe(first === undefined ? 0 : nowMs - first);
      });
    });
    fc.assert(property);
  });
});

/**
 * A guest that logs at every tenth instruction, and a backup that has so many percent of its CPU.
 * Gives the limit at each look, after the first `warmUpMs`.
 */
const limitsOf = (
  settings: Settings,
  backupPercent: number,
  policies: Policies = paperPolicies,
): readonly number[] => {
  const throttle = new Throttle(settings, policies, 0);
  const lag = new Lag(policies, { logged: 0, consumed: 0 }, 0);
  const limits: number[] = [];
  let [executed, replayed, logged, consumed] = [0, 0, 0, 0];
  for (let nowMs = 0; nowMs < 1_200_000; nowMs += 20) {
    executed += throttle.limitPercent * 0.2;
    while ((logged + 1) * 10 <= executed) {
      logged += 1;
      lag.logged(logged, nowMs);
    }
    replayed = Math.min(logged * 10, replayed + backupPercent * 0.2);
    consumed = Math.floor(replayed / 10);
    lag.consumed(consumed);
    if (nowMs >= throttle.nextDeadlineMs()) {
      throttle.look(lag.lagMs(nowMs), nowMs);
      if (nowMs > 300_000) limits.push(throttle.limitPercent);
    }
  }
  return limits;
};

describe('the limit', () => {
  const settings: Settings = { ...defaultSettings, adjustEveryMs: 2000, stepPercent: 5 };

  it('stays at 100 % for a backup that keeps up', () => {
    expect(new Set(limitsOf(settings, 100))).toEqual(new Set([100]));
  });

  it('keeps within a band of five steps around what the backup can do', () => {
    for (const percent of [20, 30, 40, 50, 60, 70, 80, 90]) {
      const limits = limitsOf(defaultSettings, percent);
      const width = Math.max(...limits) - Math.min(...limits);
      expect(width, `${percent} %`).toBeLessThanOrEqual(5 * defaultSettings.stepPercent);
      expect(Math.min(...limits), `${percent} %`).toBeLessThanOrEqual(percent);
      expect(Math.max(...limits), `${percent} %`).toBeGreaterThanOrEqual(percent);
    }
  });

  it('swings widely if it is lowered in large steps while the lag falls', () => {
    const adjust: Policies['adjust'] = ({ limitPercent, lagMs }) =>
      lagMs > settings.significantLagMs ? Math.max(10, limitPercent - 50) : 100;
    const limits = limitsOf(settings, 50, { ...paperPolicies, adjust });
    expect(Math.max(...limits) - Math.min(...limits)).toBe(90);
  });

  it('changes once per look, by a step at most, and between the floor and 100 %', () => {
    const lags = fc.array(fc.tuple(fc.integer({ min: 1, max: 3000 }), fc.nat(2000)));
    const property = fc.property(lags, (looks) => {
      const throttle = new Throttle(settings, paperPolicies, 0);
      let nowMs = 0;
      let lastLookMs = 0;
      for (const [waitMs, lagMs] of looks) {
        nowMs += waitMs;
        const before = throttle.limitPercent;
        const hasChanged = throttle.look(lagMs, nowMs);
        expect(hasChanged).toBe(throttle.limitPercent !== before);
        expect(Math.abs(throttle.limitPercent - before)).toBeLessThanOrEqual(settings.stepPercent);
        expect(throttle.limitPercent).toBeGreaterThanOrEqual(settings.floorPercent);
        expect(throttle.limitPercent).toBeLessThanOrEqual(100);
        if (throttle.nextDeadlineMs() === nowMs + settings.adjustEveryMs) {
          expect(nowMs - lastLookMs).toBeGreaterThanOrEqual(settings.adjustEveryMs);
          lastLookMs = nowMs;
        }
      }
    });
    fc.assert(property);
  });

  it('is not lowered while the lag falls, however large it is', () => {
    const throttle = new Throttle(settings, paperPolicies, 0);
    const limits = [5000, 4900, 4000, 4000, 100].map((lagMs, index) => {
      throttle.look(lagMs, 2000 * (index + 1));
      return throttle.limitPercent;
    });
    expect(limits).toEqual([95, 95, 95, 90, 95]);
  });
});
