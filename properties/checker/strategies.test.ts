import { describe, expect, it } from 'vitest';
import type { Event } from '../../model/event.ts';
import { paper } from '../../model/paper.ts';
import { isRefusal, step } from '../../model/spec.ts';
import type { State } from '../../model/state.ts';
import { checkBlock, suiteOf } from './check.ts';
import { seeded } from './chooser.ts';
import { plan } from './hunt.ts';
import { combinations } from './profile.ts';
import { type StrategyName, strategyNames } from './verdict.ts';

const ranges = combinations({});

type Walk = { readonly events: readonly Event[]; readonly states: readonly State[] };

/** One run, with the state before each event; an event that is not enabled fails the test. */
const runOf = (strategy: StrategyName, run: number): Walk => {
  const range = ranges[run % ranges.length];
  if (range === undefined) throw new Error('no such range');
  const outline = { strategy, range, onTried: () => undefined, visits: () => 0 };
  const planned = plan(seeded(`strategies:${run}`), outline);
  const events: Event[] = [];
  const states: State[] = [];
  let state = paper.init(planned.settings);
  while (events.length < planned.length) {
    const event = planned.strategy(paper, state);
    if (event === null) break;
    const outcome = step(paper, state, event);
    if (isRefusal(outcome)) throw new Error(`${strategy} chose ${event.type}: ${outcome}`);
    states.push(state);
    state = outcome.state;
    events.push(event);
  }
  return { events, states };
};

const eventsOf = (strategy: StrategyName, run: number): readonly Event[] =>
  runOf(strategy, run).events;

const nameOf = (event: Event): string => event.type + ('copy' in event ? event.copy : '');

/** How often, in a hundred steps, the next event is another though the last could go on. */
const preemptions = (strategy: StrategyName): number => {
  let count = 0;
  let steps = 0;
  for (let run = 0; run < 60; run++) {
    const { events, states } = runOf(strategy, 2 * run); // without time
    steps += events.length;
    for (const [index, event] of events.entries()) {
      const before = events[index - 1];
      const state = states[index];
      if (before === undefined || state === undefined || nameOf(before) === nameOf(event)) continue;
      if (!isRefusal(step(paper, state, before))) count++;
    }
  }
  return (100 * count) / steps;
};

describe('every strategy', () => {
  it.each(strategyNames)('%s chooses nothing that is not enabled', (strategy) => {
    for (let run = 0; run < 40; run++) expect(eventsOf(strategy, run).length).toBeGreaterThan(0);
  });

  it.each(strategyNames)('%s depends on the seed alone', (strategy) => {
    for (let run = 0; run < 6; run++)
      expect(eventsOf(strategy, run)).toEqual(eventsOf(strategy, run));
    expect(eventsOf(strategy, 0)).not.toEqual(eventsOf(strategy, ranges.length));
  });

  it('swarm and pct make the same run whatever else is in the block', () => {
    const suite = suiteOf(paper, {
      seed: 'alone',
      claims: [],
      strategies: ['swarm', 'pct'],
      fixed: { clock: null },
      stopsAtFirst: false,
    });
    const { strategies } = checkBlock(suite, 0, 24);
    const swarm = { ...suite, strategies: ['swarm', 'swarm'] } as const;
    const { steps } = checkBlock(swarm, 0, 1).untimed;
    expect(checkBlock(suite, 0, 1).strategies.swarm.steps).toBe(steps);
    expect(strategies.swarm.runs + strategies.pct.runs).toBe(24);
  });
});

const runsWith = (isMeant: (walk: Walk) => boolean): number => {
  const all = Array.from({ length: 200 }, (_, run) => runOf('swarm', run));
  return all.filter(isMeant).length;
};

const isOff = ({ copies }: State): boolean =>
  copies.some((copy) => 'guest' in copy && copy.guest.isOff);

it('swarm has what people ask of a VM in some runs, and powers few of them off', () => {
  const off = runsWith(({ states }) => states.some(isOff));
  const moved = runsWith(({ events }) => events.some(({ type }) => type === 'takeUp'));
  const untouched = runsWith(({ events }) =>
    events.every(({ type }) => !['operate', 'order', 'migrate'].includes(type)),
  );
  expect(off).toBeGreaterThan(5);
  expect(off).toBeLessThan(40);
  expect(moved).toBeGreaterThan(10);
  expect(untouched).toBeGreaterThan(40);
});

it('pct preempts less than swarm does', () => {
  expect(preemptions('pct')).toBeLessThan(0.5 * preemptions('swarm'));
});

it('novelty reaches more situations than swarm in as many steps', () => {
  const share = (strategy: StrategyName): number => {
    const suite = suiteOf(paper, {
      seed: 'novelty',
      claims: [],
      strategies: [strategy],
      fixed: { clock: null },
      stopsAtFirst: false,
    });
    const { discoveries, steps } = checkBlock(suite, 0).strategies[strategy];
    return discoveries / steps;
  };
  expect(share('novelty')).toBeGreaterThan(1.3 * share('swarm'));
});
