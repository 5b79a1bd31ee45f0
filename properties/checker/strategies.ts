import type { Settings } from '../../model/settings.ts';
import type { Chooser } from './chooser.ts';
import { timed } from './timed.ts';
import type { StrategyName } from './verdict.ts';
import { type OnTried, type Strategy, weighted } from './walk.ts';
import { swarm } from './weights.ts';

/** What a strategy works with. `visits` says how often a block has been in a situation. */
export type Means = {
  readonly chooser: Chooser;
  readonly settings: Settings;
  readonly onTried: OnTried;
  readonly visits: (signature: number) => number;
};

/** The strategy of one run, by name. */
export const strategyNamed = (_name: StrategyName, means: Means): Strategy => {
  const { chooser, settings, onTried } = means;
  const weights = swarm(chooser);
  return settings.clock === null
    ? weighted(weights, chooser, onTried)
    : timed(weights, chooser, onTried);
};
