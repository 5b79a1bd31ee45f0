import { describe, expect, it } from 'vitest';
import { foldImage } from '../../impl/guest/fold.ts';
import type { Command } from '../../impl/hypervisor/command.ts';
import type { Policies } from '../../impl/hypervisor/policies.ts';
import { opinionOf } from '../conformance/single-machine.ts';
import { programWith } from '../conformance/trial.ts';
import { befallen, type Told } from './befallen.ts';
import { foldSoak } from './plan.ts';
import type { Core, Program } from './program.ts';
import type { Happening, Reported } from './reported.ts';
import { type Soak, type Soaked, soak } from './timed.ts';
import type { Bout } from './weather.ts';

/** What the world does, and not to anybody's good. */
type Fault = Exclude<
  Happening['what'],
  'booted' | 'sent' | 'operated' | 'arbitrated' | 'applied' | 'placed'
>;

type Ended = Soaked & { readonly reports: readonly Reported[]; readonly opinion: string | null };

const seeds = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => `${at}`);

const run = (seed: string, troubledMs: number, wrong: Program = programWith()): Ended => {
  const { program, plan } = foldSoak(seed, troubledMs);
  const reports: Reported[] = [];
  const image = foldImage(program);
  const soaked = soak(wrong, image, plan, (reported) => reports.push(reported));
  const { goLiveOutput } = plan.settings;
  return { ...soaked, reports, opinion: opinionOf(image, reports, soaked.witnessed, goLiveOutput) };
};

const textOf = ({ reports }: Ended): string => reports.map((one) => JSON.stringify(one)).join('\n');

it('another seed is another run', () => {
  expect(new Set(seeds(10).map((seed) => textOf(run(seed, 800)))).size).toBe(10);
});

/** Every kind of weather and fault that there is; each is drawn by some of those runs. */
const bouts: Readonly<Record<Bout, true>> = {
  ...{ 'late bytes': true, 'clogged bytes': true, 'bytes in parts': true, 'slow reader': true },
  ...{ 'slow storage': true, 'late heartbeat': true, 'lost heartbeat': true },
  'doubled heartbeat': true,
};

const faults: Readonly<Record<Told | Fault, true>> = {
  ...{ crashed: true, repaired: true, paused: true, resumed: true, wedged: true, skewed: true },
  ...{ overcommitted: true, reset: true, cut: true, healed: true },
  ...{ 'cut one way': true, 'cut both ways': true },
  ...{ storageLost: true, storageRegained: true, requestLost: true, replyLost: true },
  ...{ serviceLost: true, serviceRegained: true, lostIo: true, refusedIo: true },
  ...{ 'disk operation cut short': true, 'asked again': true },
  'disk operation after the crash of its host': true,
  'connection broken while a host is down': true,
};

describe('after the calm', () => {
  const runs = new Map(seeds(40).map((seed) => [seed, run(seed, 6000)]));

  it('service and redundancy are back', () => {
    const missing = [...runs].filter(([, one]) => one.missing !== null);
    expect(missing.map(([seed, one]) => `${seed}: ${one.missing}`)).toEqual([]);
  });

  it('one machine alone would have put out all that was seen', () => {
    const wrong = [...runs].filter(([, one]) => one.opinion !== null);
    expect(wrong.map(([seed, one]) => `${seed}: ${one.opinion}`)).toEqual([]);
  });

  it('there was something to recover from, again and again', () => {
    const did = new Set([...runs.values()].flatMap(({ reports }) => [...befallen(reports)]));
    for (const what of ['stalled', 'refusedIo', 'tookUp', 'cancelled', 'abandoned']) {
      expect(did).toContain(what);
    }
    const generations = [...runs.values()].map(({ generation }) => generation);
    expect(Math.max(...generations)).toBeGreaterThan(3);
  });

  it.each(Object.keys(bouts))('there was weather: %s', (bout) => {
    const seen = new Set<string>([...runs.values()].flatMap((one) => [...one.bouts]));
    expect(seen).toContain(bout);
  });

  it.each(Object.keys(faults))('something went wrong: %s', (fault) => {
    expect([...runs.values()].some(({ reports }) => befallen(reports).has(fault))).toBe(true);
  });
});

describe('a takeover that has much to replay (R32-8)', () => {
  // The host of the backup has little CPU, the throttle may not act, and at last one thing happens.
  const plan = ({ settings, ...rest }: Soak): Soak => ({
    ...rest,
    settings: {
      ...settings,
      primaryBytes: 1 << 20,
      backupBytes: 1 << 20,
      floorPercent: 100,
    },
    burden: { speedPercent: 10, fromMs: 1500, untilMs: 4000 },
    ...{ windowBytes: 1 << 16, isManaged: false, strikeEveryMs: 3900, troubledMs: 4000 },
  });

  it.each(['5', '19', '23', '25'])('has the time that its lag takes: seed %s', (seed) => {
    const planned = foldSoak(seed, 4000);
    const { timeoutMs } = planned.plan.settings;
    const image = foldImage(planned.program);
    const soaked = soak(programWith(), image, plan(planned.plan), () => undefined);
    expect(soaked.missing).toBeNull();
    expect(soaked.generation).toBe(1);
    expect(soaked.recoveredMs).toBeGreaterThan(7 * timeoutMs);
    expect(soaked.recoveredMs).toBeLessThanOrEqual(soaked.boundMs);
  });
});

/** What is noticed first of a wrong program, in so many runs. */
const noticed = (program: Program, runCount = 60): string | null => {
  for (const seed of seeds(runCount)) {
    const { missing, opinion } = run(seed, 3000, program);
    if (opinion !== null || missing !== null) return opinion ?? missing;
  }
  return null;
};

const alone = /one machine alone would not put out|the machine is past/;

describe('the single machine notices', () => {
  it.each<readonly [string, Partial<Policies>]>([
    ['outputs that leave before their ack', { mayLeave: () => true }],
    ['outputs that leave one ack early', { mayLeave: (needs, acked) => needs <= acked + 1 }],
    ['outputs that a primary drops when it goes live', { whenLogEnds: () => null }],
    ['outputs repeated at the go-live point', { emitsLast: () => true }],
    ['keys that were not logged', { isLogged: (kind) => kind !== 'KEY' }],
    ['completions that were not logged', { isLogged: (kind) => kind !== 'DONE' }],
    ['a backup that goes live before it has drained', { drainsFirst: () => false }],
  ])('%s', (_, changed) => {
    expect(noticed(programWith(changed))).toMatch(alone);
  });
});

/** The program, but the world does not hear some of what it wants done. */
const muted = ({ boot, destination }: Program, type: Command['type']): Program => {
  const mute = (core: Core): Core => ({
    handle: (input, nowMs) => core.handle(input, nowMs).filter((command) => command.type !== type),
    nextDeadlineMs: () => core.nextDeadlineMs(),
    wantsCpu: () => core.wantsCpu(),
    limitPercent: () => core.limitPercent(),
    status: () => core.status(),
  });
  return {
    boot: (options) => mute(boot(options)),
    destination: (options) => mute(destination(options)),
  };
};

describe('the calm misses', () => {
  it('a backup where nobody asks for one', () => {
    const missing = 'copy 0 serves without a backup';
    expect(noticed(muted(programWith(), 'askForBackup'))).toBe(missing);
  });

  it('answers where nothing is sent', () => {
    expect(noticed(muted(programWith(), 'transmit'))).toBe('clients get no answers');
  });

  it('service where whoever cannot reach the storage halts', () => {
    const conclude: Policies['conclude'] = (outcome) => (outcome === 'won' ? 'won' : 'lost');
    // the answer has to get lost, or the storage to be out of reach, just when one asks
    expect(noticed(programWith({ conclude }), 200)).toBe('no copy serves');
  });

  it('one of two where the loser does not halt', () => {
    const conclude: Policies['conclude'] = (outcome) => (outcome === 'won' ? 'won' : 'ask again');
    expect(noticed(programWith({ conclude }))).toMatch(/both serve|without a backup/);
  });
});
