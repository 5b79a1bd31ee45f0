import type { Event } from '../../model/event.ts';
import type { Settings } from '../../model/settings.ts';
import { isRefusal, type Spec } from '../../model/spec.ts';
import type { State } from '../../model/state.ts';
import type { AfterCalm, Claim, Sometimes } from '../property.ts';
import { type Chooser, seeded } from './chooser.ts';
import { rest } from './judge.ts';
import { drawSettings, type Range } from './profile.ts';
import { attempt, start, watching } from './run.ts';
import type { Refutation, Script } from './script.ts';
import { strategyNamed } from './strategies.ts';
import type { StrategyName } from './verdict.ts';
import type { OnTried, Strategy } from './walk.ts';

/** How one run is generated. */
export type Plan = {
  readonly settings: Settings;
  readonly strategy: Strategy;
  readonly length: number;
  readonly calm: boolean;
};

export type Quarry = {
  readonly spec: Spec;
  readonly claims: readonly Claim[];
  readonly witnesses: Set<Sometimes>;
  readonly fixed: Partial<Settings>;
  readonly onTried: OnTried;
};

/** Told of every step that the strategy chose. */
export type OnStep = (before: State, event: Event, after: State) => void;

const unheard: OnStep = () => undefined;
const unvisited = (): number => 0;

/** What the plan of a run is made from. */
export type Outline = {
  readonly strategy: StrategyName;
  readonly range: Range;
  readonly onTried: OnTried;
  readonly visits: (signature: number) => number;
};

/** The plan of one run; a timed one ends in a calm. */
export const plan = (chooser: Chooser, { strategy, range, onTried, visits }: Outline): Plan => {
  const { isTimed } = range;
  const settings = drawSettings(chooser, range);
  const length = isTimed ? 50 + chooser.below(300) : 20 + chooser.below(130);
  const means = { chooser, settings, length, onTried, visits };
  return { settings, strategy: strategyNamed(strategy, means), length, calm: isTimed };
};

export type Found = { readonly script: Script; readonly refutation: Refutation };

/** What one run came to. */
export type Outcome = {
  readonly steps: number;
  readonly owed: readonly AfterCalm[]; // what its calm had no excuse for
  readonly found: Found | null;
};

const isLost = ({ copies }: State): boolean =>
  copies.every(({ mode }) => mode === 'halted' || mode === 'crashed');

const stepsAfterLoss = 8; // nothing that could happen to hosts without a copy is of interest

/** Generates, runs and judges one run in one pass. */
export const follow = (quarry: Quarry, planned: Plan, onStep: OnStep): Outcome => {
  const { spec, claims, witnesses } = quarry;
  const { settings, strategy, length, calm } = planned;
  const watched = watching(claims, witnesses, settings.clock !== null);
  const events: Event[] = [];
  const found = (claim: string, at: number): Found => ({
    script: { settings, events, calm },
    refutation: { claim, at },
  });
  let run = start(spec.init(settings));
  let left = stepsAfterLoss;
  for (let index = 0; index < length && left > 0; index++) {
    const event = strategy(spec, run.state);
    if (event === null) break;
    const next = attempt(spec, run, event, watched);
    if (isRefusal(next)) break;
    onStep(run.state, event, next.state);
    run = next;
    events.push(event);
    if (isLost(run.state)) left--;
    if (run.broken !== null) {
      return { steps: events.length, owed: [], found: found(run.broken.id, index) };
    }
  }
  if (!calm) return { steps: events.length, owed: [], found: null };
  const rested = rest(spec, run, claims, watched);
  const broken = rested.run.broken ?? rested.missing;
  const steps = events.length + rested.steps;
  const { owed } = rested;
  return { steps, owed, found: broken === null ? null : found(broken.id, events.length) };
};

/** One run by weights, made from its seed alone: half of them are timed, if that is not fixed. */
export const runOnce = (quarry: Quarry, seed: string): Outcome => {
  const { fixed, onTried } = quarry;
  const chooser = seeded(seed);
  const isTimed = fixed.clock === undefined ? chooser.below(2) === 1 : fixed.clock !== null;
  const range: Range = { isTimed, fixed };
  const outline: Outline = { strategy: 'swarm', range, onTried, visits: unvisited };
  return follow(quarry, plan(chooser, outline), unheard);
};
