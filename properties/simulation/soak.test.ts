import { describe, expect, it } from 'vitest';
import { foldImage } from '../../impl/guest/fold.ts';
import type { Policies } from '../../impl/hypervisor/policies.ts';
import { opinionOf } from '../conformance/single-machine.ts';
import { programWith } from '../conformance/trial.ts';
import { foldSoak } from './plan.ts';
import type { Reported } from './reported.ts';
import { type Soaked, soak } from './timed.ts';

type Ended = Soaked & { readonly reports: readonly Reported[]; readonly opinion: string | null };

const seeds = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, at) => `${at}`);

const run = (seed: string, troubledMs: number, changed: Partial<Policies> = {}): Ended => {
  const { program, plan } = foldSoak(seed, troubledMs);
  const reports: Reported[] = [];
  const image = foldImage(program);
  const soaked = soak(programWith(changed), image, plan, (reported) => reports.push(reported));
  const { goLiveOutput } = plan.settings;
  return { ...soaked, reports, opinion: opinionOf(image, reports, soaked.witnessed, goLiveOutput) };
};

const textOf = ({ reports }: Ended): string => reports.map((one) => JSON.stringify(one)).join('\n');

it('a seed is a run, byte for byte', () => {
  const differing = seeds(50).filter(
    (seed) => new Set([run(seed, 800), run(seed, 800)].map(textOf)).size > 1,
  );
  expect(differing).toEqual([]);
});

it('another seed is another run', () => {
  expect(new Set(seeds(10).map((seed) => textOf(run(seed, 800)))).size).toBe(10);
});

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
    const did = new Set(
      [...runs.values()].flatMap(({ reports }) =>
        reports.map((one) => (one.by === 'copy' ? one.report.did : one.happening.what)),
      ),
    );
    const needed = [
      'stalled',
      'refusedIo',
      'lostIo',
      'reset',
      'requestLost',
      'replyLost',
      'wedged',
    ];
    for (const what of [...needed, 'tookUp', 'cancelled', 'abandoned']) expect(did).toContain(what);
    const generations = [...runs.values()].map(({ generation }) => generation);
    expect(Math.max(...generations)).toBeGreaterThan(3);
  });
});

/** The first run of a program that decides wrongly in which somebody notices, and who. */
const noticed = (
  changed: Partial<Policies>,
): { readonly by: string; readonly what: string } | null => {
  for (const seed of seeds(20)) {
    try {
      const { missing, opinion } = run(seed, 3000, changed);
      if (opinion !== null) return { by: 'single machine', what: opinion };
      if (missing !== null) return { by: 'calm', what: missing };
    } catch (error) {
      return { by: 'program', what: String(error) };
    }
  }
  return null;
};

describe('the single machine notices', () => {
  it.each<readonly [string, Partial<Policies>]>([
    ['outputs that leave before their ack', { mayLeave: () => true }],
    ['outputs of a backup that replays', { emitsInReplay: () => true }],
    ['packets that were not logged', { isLogged: (kind) => kind !== 'RX' }],
    ['readings of the clock that were not logged', { isLogged: (kind) => kind !== 'ND' }],
    ['a backup that goes live before it has drained', { drainsFirst: () => false }],
  ])('%s', (_, changed) => {
    expect(noticed(changed)?.by).toBe('single machine');
  });
});

describe('the calm misses', () => {
  it('a backup where nobody asks for one', () => {
    expect(noticed({ asksForBackup: () => false })).toEqual({
      by: 'calm',
      what: 'copy 0 serves without a backup',
    });
  });

  it('answers where a primary alone goes on waiting for acks', () => {
    expect(noticed({ whenLogEnds: (requiredSeq) => requiredSeq })?.by).toBe('calm');
  });

  it('service where whoever cannot reach the storage halts', () => {
    const conclude: Policies['conclude'] = (outcome) => (outcome === 'won' ? 'won' : 'lost');
    expect(noticed({ conclude })).toEqual({ by: 'calm', what: 'no copy serves' });
  });
});
