import { describe, expect, it } from 'vitest';
import type { Event } from '../../../model/event.ts';
import { paper } from '../../../model/paper.ts';
import {
  allFeatures,
  defaultSettings,
  type Features,
  noFeatures,
} from '../../../model/settings.ts';
import { isRefusal, step } from '../../../model/spec.ts';
import { faultKinds, isFault } from '../faults.ts';
import { allPairs, isPossible, obstacles, type Pair, reachOf } from '../phase-pairs.ts';
import { phaseOf, phases } from '../phases.ts';
import { programs } from '../profile.ts';
import { pairScopes, pairsFound, pairText } from './phase-pairs.ts';

const found = pairScopes.map((one) => ({ ...one, ...pairsFound(paper, one) }));

type Names = keyof Features;
const names: readonly Names[] = ['console', 'control', 'disk', 'vmotion'];

/** All sixteen choices of features. */
const choices: readonly Features[] = names.reduce<readonly Features[]>(
  (all, name) => all.flatMap((one) => [one, { ...one, [name]: true }]),
  [noFeatures],
);

const isOf = (some: Features, all: Features): boolean =>
  names.every((name) => all[name] || !some[name]);

const possibleUnder = (features: Features): readonly Pair[] => reachOf({}, { features }).possible;

describe.each(found)('the scope $scope.name', ({ scope, shortest, impossible, events }) => {
  it('reaches no pair that is called impossible there', () => {
    expect(impossible).toEqual([]);
    const denied = allPairs.filter((pair) => !isPossible(pair, scope.settings));
    expect(denied.length).toBeGreaterThan(0);
  });

  it('has stories that can be played, of a fault in its phase', () => {
    for (const { id, events: story } of shortest) {
      let state = paper.init(scope.settings);
      let last: { readonly event: Event; readonly phase: string } | null = null;
      for (const event of story) {
        last = { event, phase: phaseOf(state) };
        const outcome = step(paper, state, event);
        if (isRefusal(outcome)) throw new Error(`${id}: ${event.type} is refused: ${outcome}`);
        state = outcome.state;
      }
      expect(last !== null && isFault(last.event)).toBe(true);
      expect(`${last?.event.type} while ${last?.phase}`).toBe(id);
      expect(story.length).toBeLessThanOrEqual(events);
    }
  });

  it('runs a program that runs have, and stops where no story needs more', () => {
    expect(Object.values(programs)).toContain(scope.settings.program);
    const own = shortest.filter(({ id }) =>
      found.every(
        (other) =>
          other.scope === scope ||
          !isOf(other.scope.settings.features, scope.settings.features) ||
          other.shortest.every((one) => one.id !== id),
      ),
    );
    expect(Math.max(...own.map((one) => one.events.length))).toBe(events);
  });
});

describe('the pairs of a fault and a phase', () => {
  it.each(choices)('have a story each, with the features %o', (features) => {
    const told = new Set(
      found
        .filter(({ scope }) => isOf(scope.settings.features, features))
        .flatMap(({ shortest }) => shortest.map(({ id }) => id)),
    );
    const possible = possibleUnder(features).map(pairText);
    expect(possible.filter((id) => !told.has(id))).toEqual([]);
    expect([...told].filter((id) => !possible.includes(id))).toEqual([]);
  });

  it('are so many, by what a check leaves out', () => {
    const without = (...left: readonly Names[]): number =>
      possibleUnder({ ...allFeatures, ...Object.fromEntries(left.map((name) => [name, false])) })
        .length;
    expect(reachOf({}, {}).possible).toHaveLength(15 * 13 - 2);
    expect(without('console')).toBe(193);
    expect(without('control')).toBe(191); // a guest that uses its disk does not shut down
    expect(without('console', 'control')).toBe(180);
    expect(without('disk')).toBe(163);
    expect(without('vmotion')).toBe(154);
    expect(without(...names)).toBe(119);
  });

  it('take so many events each, in the scope where it takes fewest', () => {
    const least = (pair: Pair): number =>
      Math.min(
        ...found.flatMap(({ shortest }) =>
          shortest.filter(({ id }) => id === pairText(pair)).map(({ events }) => events.length),
        ),
      );
    const rows = Object.keys(phases).map((phase) => {
      const cells = allPairs.filter((pair) => pair.phase === phase).map(least);
      return [phase, ...cells.map((cell) => (cell === Number.POSITIVE_INFINITY ? '-' : cell))];
    });
    expect(faultKinds.join(' ')).toBe(
      'crash pause wedge cut reset loseStorage loseRequest loseReply loseIo failIo ' +
        'loseService skew overcommit',
    );
    expect(rows.map((row) => row.join(' '))).toEqual([
      'down 3 3 9 3 3 3 5 6 8 8 3 3 3',
      'poweringOff 2 2 2 2 2 2 4 5 9 4 2 2 2',
      'deposed 6 6 6 6 15 6 7 8 19 8 6 6 6',
      'draining 5 5 5 5 15 5 6 7 8 7 5 5 5',
      'arbitrating 3 3 3 3 4 3 3 4 6 5 3 3 3',
      'suspected 2 2 2 2 3 2 - - 5 4 2 2 2',
      'switching 10 10 10 10 11 10 11 12 14 13 10 10 10',
      'starting 9 9 9 9 10 9 10 11 13 11 9 9 9',
      'cloning 7 7 7 7 8 7 8 9 11 9 7 7 7',
      'quiescing 4 4 4 4 4 4 7 8 12 6 4 4 4',
      'moving 2 2 2 2 2 2 5 6 10 4 2 2 2',
      'unprotected 5 5 5 5 6 5 6 7 9 7 5 5 5',
      'severed 2 2 2 2 3 2 4 5 9 5 2 2 2',
      'stalled 2 2 2 2 2 2 13 14 16 4 2 2 2',
      'protected 1 1 1 1 1 1 4 5 4 3 1 1 1',
    ]);
  });

  it('are known exactly where nothing but features is fixed', () => {
    const { features, program } = { features: noFeatures, program: programs.clock };
    expect([{}, { features }, { program }].map((fixed) => reachOf({}, fixed).isExact)).toEqual([
      true,
      true,
      false,
    ]);
  });

  it('count as reached only where they are possible', () => {
    const counts = { protected: { crash: 2, failIo: 1 }, moving: { cut: 1 } };
    expect(reachOf(counts, {}).reached).toBe(3);
    expect(reachOf(counts, { features: noFeatures }).reached).toBe(1);
  });
});

describe('what keeps a fault from a phase', () => {
  it.each(obstacles)('is of consequence: $because', ({ because, phases: where, kinds, unless }) => {
    const ground = { program: programs.clock, features: noFeatures };
    expect(unless(ground)).toBe(false);
    const kept = allPairs.filter(
      ({ phase, kind }) =>
        (where === 'all' || where.includes(phase)) && (kinds === 'all' || kinds.includes(kind)),
    );
    expect(kept.filter((pair) => isPossible(pair, ground))).toEqual([]);
    expect(kept.length).toBeGreaterThan(0);
    expect(because).toMatch(/^[a-z][^.]*$/);
  });

  const refusals = (type: 'order' | 'migrate' | 'operate', features: Features) => {
    const state = paper.init({ ...defaultSettings, features });
    const events: readonly Event[] = paper.actions[type].instances(state);
    return events.map((event) => step(paper, state, event)).filter(isRefusal);
  };

  it('is a guard: without the feature nobody orders, moves or types', () => {
    const without = (name: Names): Features => ({ ...allFeatures, [name]: false });
    const cases = [
      ['order', 'control', 'nobody manages the VM in this run'],
      ['migrate', 'vmotion', 'nobody moves the VM in this run'],
      ['operate', 'console', 'nobody is at the console in this run'],
    ] as const;
    for (const [type, feature, refusal] of cases) {
      expect(new Set(refusals(type, without(feature)))).toEqual(new Set([refusal]));
      expect(refusals(type, allFeatures)).not.toContain(refusal);
    }
  });
});
