import { describe, expect, it } from 'vitest';
import { foldImage } from '../../impl/guest/fold.ts';
import type { Command } from '../../impl/hypervisor/command.ts';
import type { Policies } from '../../impl/hypervisor/policies.ts';
import { opinionOf } from '../conformance/single-machine.ts';
import { programWith } from '../conformance/trial.ts';
import { foldSoak } from './plan.ts';
import type { Core, Program } from './program.ts';
import type { Reported } from './reported.ts';
import { type Soaked, soak } from './timed.ts';

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

/** What is noticed first of a wrong program, in so many runs. */
const noticed = (program: Program): string | null => {
  for (const seed of seeds(60)) {
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
    expect(noticed(programWith({ conclude }))).toBe('no copy serves');
  });

  it('one of two where the loser does not halt', () => {
    const conclude: Policies['conclude'] = (outcome) => (outcome === 'won' ? 'won' : 'ask again');
    expect(noticed(programWith({ conclude }))).toMatch(/both serve|without a backup/);
  });
});
