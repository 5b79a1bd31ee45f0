import type { Event } from '../../model/event.ts';
import type { Settings } from '../../model/settings.ts';
import { isRefusal, type Spec } from '../../model/spec.ts';
import type { Claim, Sometimes } from '../property.ts';
import { type Chooser, seeded } from './chooser.ts';
import { rest } from './judge.ts';
import { drawSettings } from './profile.ts';
import { attempt, start, watching } from './run.ts';
import type { Refutation, Script } from './script.ts';
import { timed } from './timed.ts';
import { type OnTried, type Strategy, weighted } from './walk.ts';
import { swarm } from './weights.ts';

/** How one run is generated: from its seed alone. */
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

/** The plan of run number `index` under a seed: half the runs are timed and end in a calm. */
export const plan = (chooser: Chooser, fixed: Partial<Settings>, onTried: OnTried): Plan => {
  const isTimed = fixed.clock === undefined ? chooser.below(2) === 1 : fixed.clock !== null;
  const settings = drawSettings(chooser, { isTimed, fixed });
  const weights = swarm(chooser);
  const strategy = isTimed ? timed(weights, chooser, onTried) : weighted(weights, chooser, onTried);
  const length = isTimed ? 50 + chooser.below(300) : 20 + chooser.below(130);
  return { settings, strategy, length, calm: isTimed };
};

export type Found = { readonly script: Script; readonly refutation: Refutation };

/** What one run came to: the number of its steps, and the refutation if there was one. */
export type Outcome = { readonly steps: number; readonly found: Found | null };

/** Generates, runs and judges one run in one pass. */
export const runOnce = (quarry: Quarry, seed: string): Outcome => {
  const { spec, claims, witnesses, fixed, onTried } = quarry;
  const { settings, strategy, length, calm } = plan(seeded(seed), fixed, onTried);
  const watched = watching(claims, witnesses, settings.clock !== null);
  const events: Event[] = [];
  const found = (claim: string, at: number): Found => ({
    script: { settings, events, calm },
    refutation: { claim, at },
  });
  let run = start(spec.init(settings));
  for (let index = 0; index < length; index++) {
    const event = strategy(spec, run.state);
    if (event === null) break;
    const next = attempt(spec, run, event, watched);
    if (isRefusal(next)) break;
    run = next;
    events.push(event);
    if (run.broken !== null) return { steps: events.length, found: found(run.broken.id, index) };
  }
  if (!calm) return { steps: events.length, found: null };
  const rested = rest(spec, run, claims, watched);
  const broken = rested.run.broken ?? rested.missing;
  const steps = events.length + rested.steps;
  return { steps, found: broken === null ? null : found(broken.id, events.length) };
};
