import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paper, specification } from '../../model/paper.ts';
import { defaultClock } from '../../model/settings.ts';
import { everyStep } from '../catalogue.ts';
import { holds, scripts, scriptText, upholds } from './arbitrary.ts';
import { judge } from './judge.ts';
import type { Script } from './script.ts';
import { allEnabled } from './walk.ts';

const leaky = specification('leaky', { outputRule: () => true });
const [, outputRule] = everyStep;
if (outputRule?.id !== 'S2') throw new Error('the second claim is the Output Rule');
const claims = [outputRule];
const leaks = fc.property(scripts(leaky), holds(leaky, claims));

const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('scripts as an arbitrary', () => {
  it('depend on the seed alone', () => {
    const property = fc.property(fc.integer(), (seed) => {
      const [one, other] = [1, 2].map(() => fc.sample(scripts(paper), { seed, numRuns: 5 }));
      expect(one).toEqual(other);
    });
    fc.assert(property, { seed: 1, numRuns: 10 });
  });

  it('happen as they are, under the specification that made them', () => {
    const property = fc.property(scripts(paper), (script) => {
      const { refused } = judge(paper, script, { claims: [], witnesses: new Set() });
      expect(refused).toEqual([]);
    });
    fc.assert(property, { seed: 1, numRuns: 100 });
  });

  it('keep to settings, length and strategy where these are given', () => {
    const strategy = () => (spec: typeof paper, state: ReturnType<typeof paper.init>) =>
      allEnabled(spec, state)[0] ?? null;
    const settings = { clock: null, primaryCapacity: 4 };
    const fixed = scripts(paper, { settings, length: 7, strategy });
    const property = fc.property(fixed, (script) => {
      expect(script.settings).toMatchObject(settings);
      expect(script.events).toHaveLength(7);
      expect(script.events[0]).toEqual({ type: 'execute', copy: 0 });
      expect(script.calm).toBe(false);
    });
    fc.assert(property, { numRuns: 20 });
  });

  it('end in a calm where time is modelled, unless told otherwise', () => {
    const settings = { clock: defaultClock };
    for (const calm of [true, false]) {
      const all = fc.sample(scripts(paper, { settings, length: 5, calm }), { numRuns: 5 });
      expect(all.map((script) => script.calm)).toEqual(Array(5).fill(calm));
    }
  });
});

describe('fast-check', () => {
  const run = fc.check(leaks, { seed: 42, numRuns: 200 });

  it('finds the same twice under one seed', () => {
    const again = fc.check(leaks, { seed: 42, numRuns: 200 });
    expect(again.counterexamplePath).toBe(run.counterexamplePath);
    expect(again.counterexample).toEqual(run.counterexample);
  });

  it('shrinks to a script that breaks the claim', () => {
    const [script] = run.counterexample ?? [];
    expect(run.failed).toBe(true);
    expect(run.numShrinks).toBeGreaterThan(0);
    expect(script?.events.map(({ type }) => type)).toEqual(['execute', 'release']);
    expect(script === undefined || holds(leaky, claims)(script)).toBe(false);
  });

  it('replays the shrunk script from seed and path', () => {
    const { seed, counterexamplePath: path } = run;
    const replayed = fc.check(leaks, { seed, path: path ?? '', endOnFailure: true });
    expect(replayed.numRuns).toBe(1);
    expect(json(replayed.counterexample)).toEqual(json(run.counterexample));
  });

  it('shrinks a script that it was given and did not generate', () => {
    const [long] = fc
      .sample(scripts(leaky), { seed: 42, numRuns: 200 })
      .filter((script) => !holds(leaky, claims)(script));
    if (long === undefined) throw new Error('some script leaks');
    const given: Script = { ...long };
    const shrunk = fc.check(leaks, { examples: [[given]], numRuns: 1 });
    expect(shrunk.counterexample?.[0]?.events).toHaveLength(2);
  });

  it('prints the script as lines of JSON', () => {
    const [script] = run.counterexample ?? [];
    if (script === undefined) throw new Error('there is a counterexample');
    const lines = scriptText(script).split('\n');
    const report = fc.defaultReportMessage(run) ?? '';
    for (const line of lines) expect(report).toContain(line);
    expect(lines).toEqual([
      JSON.stringify(script.settings),
      '0: {"type":"execute","copy":0}',
      '1: {"type":"release","copy":0}',
    ]);
  });

  it('keeps its options: number of runs, time limit, verbosity', () => {
    const honest = fc.property(scripts(paper, { length: 20 }), holds(paper, claims));
    expect(fc.check(honest, { numRuns: 17 }).numRuns).toBe(17);
    const limited = { numRuns: 1e9, interruptAfterTimeLimit: 50 };
    const { interrupted, failed } = fc.check(honest, { ...limited, markInterruptAsFailure: false });
    expect([interrupted, failed]).toEqual([true, false]);
    const verbose = fc.check(leaks, { seed: 42, numRuns: 200, verbose: 2 });
    expect(verbose.executionSummary.length).toBeGreaterThan(0);
    expect(fc.defaultReportMessage(verbose)).toContain('"type":"release"');
  });

  it('passes on what broke where, if the predicate throws', () => {
    const { errorInstance } = fc.check(fc.property(scripts(leaky), upholds(leaky, claims)), {
      seed: 42,
      numRuns: 200,
    });
    expect(String(errorInstance)).toBe(
      `Error: S2 is broken at event 1, release: ${outputRule.claim}`,
    );
  });
});
