import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Detector } from './detector.ts';
import { type Evidence, type Policies, paperPolicies } from './policies.ts';
import { defaultSettings as settings } from './settings.ts';

const { timeoutMs, stallTimeoutMs, heartbeatEveryMs, keepaliveEveryMs } = settings;
const startMs = 10_000;

const watching = (
  role: 'primary' | 'backup',
  policies: Policies = paperPolicies,
  connectionLoss: 'evidence' | 'ignored' = 'ignored',
): Detector => new Detector(role, { ...settings, connectionLoss }, policies, startMs);

/** The evidence and when it was found, asking only at the deadlines that it names. */
const suspicion = (
  detector: Detector,
  fromMs: number,
  hears: (nowMs: number) => void,
  untilMs: number = fromMs + 60_000,
): readonly [Evidence, number] | null => {
  for (let nowMs = fromMs; nowMs <= untilMs; nowMs = detector.nextDeadlineMs()) {
    hears(nowMs);
    const evidence = detector.verdict(nowMs);
    if (evidence !== null) return [evidence, nowMs];
    detector.takeHeartbeat(nowMs);
    detector.takeKeepalive(nowMs);
    expect(detector.nextDeadlineMs()).toBeGreaterThan(nowMs);
  }
  return null;
};

describe('a peer is suspected', () => {
  it('as soon as heartbeats have stopped for the timeout, though the log traffic goes on', () => {
    const detector = watching('backup');
    const found = suspicion(detector, startMs, (nowMs) => detector.heardTraffic(nowMs));
    expect(found).toEqual(['heartbeats', startMs + timeoutMs]);
  });

  it('as soon as log traffic has stopped for the timeout, though heartbeats go on', () => {
    const detector = watching('primary');
    const found = suspicion(detector, startMs, (nowMs) => detector.heardHeartbeat(nowMs));
    expect(found).toEqual(['log traffic', startMs + timeoutMs]);
  });

  it('when entries are outstanding and it has made no progress for the longer timeout', () => {
    const detector = watching('primary');
    const lastMs = startMs + 1100; // of its progress; no period of anything that is sent
    const hears = (nowMs: number): void => {
      detector.heardHeartbeat(nowMs);
      detector.heardTraffic(nowMs);
      const position = Math.min(nowMs, lastMs);
      detector.heardAck({ upTo: 3, consumed: 2, position }, nowMs);
    };
    detector.logged(3, startMs);
    expect(suspicion(detector, startMs, hears, lastMs - 1)).toBeNull();
    const found = suspicion(detector, lastMs, hears);
    expect(found).toEqual(['stall', lastMs + stallTimeoutMs]);
  });

  it('for a lost connection at once if that is evidence, and else not for it', () => {
    for (const connectionLoss of ['evidence', 'ignored'] as const) {
      const detector = watching('backup', paperPolicies, connectionLoss);
      detector.lostConnection(startMs + 1);
      expect(detector.verdict(startMs + 1)).toBe(
        connectionLoss === 'evidence' ? 'connection' : null,
      );
    }
  });

  it('for good, whatever is heard afterwards', () => {
    const detector = watching('backup');
    const found = suspicion(detector, startMs, () => undefined);
    expect(found).toEqual(['heartbeats', startMs + timeoutMs]);
    const laterMs = startMs + timeoutMs + 1;
    detector.heardHeartbeat(laterMs);
    detector.heardTraffic(laterMs);
    expect(detector.verdict(laterMs)).toBe('heartbeats');
  });
});

describe('nobody is suspected', () => {
  it('who has consumed all that is logged, however long there is no progress', () => {
    const detector = watching('primary');
    detector.logged(3, startMs);
    const hears = (nowMs: number): void => {
      detector.heardHeartbeat(nowMs);
      detector.heardTraffic(nowMs);
      detector.heardAck({ upTo: 3, consumed: 3, position: 9 }, nowMs);
    };
    expect(suspicion(detector, startMs, hears)).toBeNull();
    detector.logged(4, startMs + 61_000);
    expect(detector.verdict(startMs + 61_000)).toBeNull();
  });

  it('for a silence that one causes, which begins anew when one reads again', () => {
    const detector = watching('backup');
    const hears = (nowMs: number): void => {
      detector.heardHeartbeat(nowMs);
      detector.setFull(nowMs < startMs + 9000, nowMs);
    };
    const found = suspicion(detector, startMs, hears);
    expect(found).toEqual(['log traffic', startMs + 9000 + timeoutMs]);
  });

  it('whose heartbeats and traffic are never further apart than the timeout', () => {
    const gaps = fc.array(fc.integer({ min: 1, max: timeoutMs - 1 }), { maxLength: 30 });
    const property = fc.property(gaps, (waits) => {
      const detector = watching('backup');
      let nowMs = startMs;
      for (const waitMs of waits) {
        const heardMs = nowMs + waitMs;
        expect(suspicion(detector, nowMs, () => undefined, heardMs - 1)).toBeNull();
        detector.heardTraffic(heardMs);
        detector.heardHeartbeat(heardMs);
        expect(detector.verdict(heardMs)).toBeNull();
        nowMs = heardMs;
      }
    });
    fc.assert(property);
  });

  it("at once after a pause of one's own: what has come meanwhile is read first", () => {
    const detector = watching('backup');
    suspicion(detector, startMs, () => undefined, startMs + 1000);
    const laterMs = startMs + 60_000;
    expect(detector.verdict(laterMs)).toBeNull();
    detector.heardHeartbeat(laterMs + 1);
    const found = suspicion(detector, laterMs + 1, (nowMs) => detector.heardHeartbeat(nowMs));
    expect(found).toEqual(['log traffic', laterMs + timeoutMs / 2]);
  });
});

describe('a wrong policy', () => {
  it('that wants both silences suspects nobody whose heartbeats go on', () => {
    const evidence: Policies['evidence'] = (silence) =>
      silence.heartbeatsMs >= timeoutMs && (silence.trafficMs ?? 0) >= timeoutMs
        ? 'heartbeats'
        : null;
    const detector = watching('primary', { ...paperPolicies, evidence });
    const hears = (nowMs: number): void => detector.heardHeartbeat(nowMs);
    expect(suspicion(detector, startMs, hears)).toBeNull();
  });
});

it('a peer is shown that one is there, once per period', () => {
  const detector = watching('backup');
  const sent = { heartbeat: [] as number[], keepalive: [] as number[] };
  for (let nowMs = startMs; nowMs < startMs + 3000; nowMs = detector.nextDeadlineMs()) {
    if (detector.takeHeartbeat(nowMs)) sent.heartbeat.push(nowMs - startMs);
    if (detector.takeKeepalive(nowMs)) sent.keepalive.push(nowMs - startMs);
    detector.heardHeartbeat(nowMs);
    detector.heardTraffic(nowMs);
    detector.verdict(nowMs);
  }
  const times = (everyMs: number): readonly number[] =>
    Array.from({ length: 3000 / everyMs }, (_, index) => index * everyMs);
  expect(sent).toEqual({ heartbeat: times(heartbeatEveryMs), keepalive: times(keepaliveEveryMs) });
});
