import type { Settings } from '../../model/settings.ts';
import { isRefusal, step } from '../../model/spec.ts';
import type { Chooser } from './chooser.ts';
import { signatureOf } from './novelty.ts';
import { pct } from './pct.ts';
import { timed } from './timed.ts';
import type { StrategyName } from './verdict.ts';
import { type OnTried, type Strategy, weighted } from './walk.ts';
import { swarm } from './weights.ts';

/** What a strategy works with. `visits` says how often a block has been in a situation. */
export type Means = {
  readonly chooser: Chooser;
  readonly settings: Settings;
  readonly length: number;
  readonly onTried: OnTried;
  readonly visits: (signature: number) => number;
};

/** Kinds of events by weight, with periods of calm in which no fault strikes. */
const seasons = ({ chooser, settings, onTried }: Means): Strategy => {
  const walk = settings.clock === null ? weighted : timed;
  const { storm, lull, stormSteps, lullSteps } = swarm(chooser, settings);
  const stormy = walk(storm, chooser, onTried);
  if (lullSteps === 0) return stormy;
  const quiet = walk(lull, chooser, onTried);
  let turn = 0;
  return (spec, state) =>
    turn++ % (stormSteps + lullSteps) < stormSteps ? stormy(spec, state) : quiet(spec, state);
};

const looks = 4;

/** Of a few events that the weights suggest, the one that leads where the block has been least. */
const newest = (means: Means): Strategy => {
  const suggest = seasons(means);
  return (spec, state) => {
    let best = suggest(spec, state);
    let least = Number.POSITIVE_INFINITY;
    let event = best;
    for (let look = 0; look < looks && event !== null && least > 0; look++) {
      const outcome = step(spec, state, event);
      const visits = isRefusal(outcome) ? least : means.visits(signatureOf(outcome.state));
      if (visits < least) {
        least = visits;
        best = event;
      }
      event = suggest(spec, state);
    }
    return best;
  };
};

/** The strategy of one run, by name. */
export const strategyNamed = (name: StrategyName, means: Means): Strategy => {
  switch (name) {
    case 'swarm':
      return seasons(means);
    case 'novelty':
      return newest(means);
    case 'pct': {
      const { length, settings, chooser, onTried } = means;
      return pct(length, settings.clock !== null, chooser, onTried);
    }
  }
};
