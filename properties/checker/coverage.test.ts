import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { paper } from '../../model/paper.ts';
import { eventTypes } from '../../model/spec.ts';
import { checkBlock, merge, runsPerBlock, suiteOf } from './check.ts';
import { counter, mergeTables, neverRefused, performed, type Table } from './coverage.ts';
import { faultKinds } from './faults.ts';
import { allPairs, reachOf, struckIn } from './phase-pairs.ts';
import { phases } from './phases.ts';
import { type BlockResult, strategyNames } from './verdict.ts';

const actions = new URL('../../model/actions/', import.meta.url);

/** Every clause in the source of the actions; those made of a mode and a verb are not. */
const refusalsInSource = (): readonly string[] =>
  readdirSync(actions)
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .flatMap((file) => {
      const code = readFileSync(new URL(file, actions), 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
      const lines = code.split('\n').filter((line) => !/^ {2}\w+: '/.test(line));
      const clauses = lines.flatMap((line) => [...line.matchAll(/'([a-z]+ [\w ,:]+)'/g)]);
      return clauses.map(([, clause = '']) => clause);
    });

const covered = (blocks: number): BlockResult => {
  const suite = suiteOf(paper, {
    seed: 'coverage',
    claims: [],
    strategies: strategyNames,
    fixed: {},
    stopsAtFirst: false,
  });
  return merge(
    Array.from({ length: blocks }, (_, block) => checkBlock(suite, block, runsPerBlock)),
  );
};

describe('what walks reach', () => {
  const { coverage, phases: struck } = covered(10);
  const outcomes = new Set(Object.values(coverage).flatMap((row) => Object.keys(row)));

  it('every action is performed', () => {
    const idle = eventTypes(paper).filter((type) => coverage[type]?.[performed] === undefined);
    expect(idle).toEqual([]);
  });

  it('every refusal of the source, but for those that only a mutant makes', () => {
    const known = refusalsInSource();
    expect(known.length).toBeGreaterThan(50);
    const missing = [...new Set(known)].filter((refusal) => !outcomes.has(refusal));
    expect(missing.toSorted()).toEqual(neverRefused.map(({ refusal }) => refusal).toSorted());
  });

  it('every phase, under every kind of fault but a few that are rare there', () => {
    const missing = Object.keys(phases).flatMap((phase) =>
      faultKinds
        .filter((kind) => struck[phase]?.[kind] === undefined)
        .map((kind) => `${kind} while ${phase}`),
    );
    const isRare = (cell: string) =>
      /^(loseRequest|loseReply|loseIo|failIo|reset) |^wedge while down/.test(cell);
    expect(missing.filter((cell) => !isRare(cell))).toEqual([]);
  });

  it('no pair of a fault and a phase that is called impossible', () => {
    const { possible } = reachOf(struck, {});
    const others = allPairs.filter((pair) => !possible.includes(pair));
    expect(others.filter((pair) => struckIn(struck, pair) > 0)).toEqual([]);
  });
});

const tables: fc.Arbitrary<Table> = fc.dictionary(
  fc.constantFrom('a', 'b', 'c'),
  fc.dictionary(fc.constantFrom('x', 'y', 'z'), fc.nat({ max: 9 })),
);

describe('tables of counts', () => {
  it('merge in any order and any grouping', () => {
    fc.assert(
      fc.property(tables, tables, tables, (one, two, three) => {
        expect(mergeTables(one, two)).toEqual(mergeTables(two, one));
        const left = mergeTables(mergeTables(one, two), three);
        expect(mergeTables(one, mergeTables(two, three))).toEqual(left);
      }),
    );
  });

  it('count what they are told', () => {
    const { count, table } = counter();
    count('a', 'x');
    count('a', 'x');
    count('b', 'y');
    expect(table()).toEqual({ a: { x: 2 }, b: { y: 1 } });
  });
});
