import type { Event, EventType } from '../model/event.ts';
import { paper } from '../model/paper.ts';
import { type Features, noFeatures, type Settings } from '../model/settings.ts';
import { eventTypes, isRefusal, step } from '../model/spec.ts';
import type { Chooser } from '../properties/checker/chooser.ts';
import { drawSettings } from '../properties/checker/profile.ts';
import { weighted } from '../properties/checker/walk.ts';
import { swarm, type Weights } from '../properties/checker/weights.ts';
import { profilesOf } from './begun.ts';
import { isDid, type Profile, type Sight, vocabulary } from './observation.ts';
import { headerFor, type ToldLog, toldBy } from './tell-log.ts';

const featuresOf = (profiles: readonly Profile[]): Features => ({
  ...noFeatures,
  console: profiles.includes('control'),
  control: profiles.includes('control'),
  disk: profiles.includes('disk'),
  vmotion: profiles.includes('migration'),
});

/** What the header leaves out does not happen: nobody could tell of it. */
const within = (weights: Weights, settings: Settings): Weights => {
  const profiles = profilesOf(headerFor(settings, 'white'));
  const isOutside = (type: string): boolean =>
    isDid(type) && !profiles.has(vocabulary[type].profile);
  const draft: Record<EventType, number> = { ...weights };
  for (const type of eventTypes(paper)) {
    if (isOutside(type)) draft[type] = 0;
  }
  return draft;
};

/** A random run of the specification with all kinds of faults, in parts of the protocol. */
export const randomRun = (
  chooser: Chooser,
  profiles: readonly Profile[],
  length: number,
): { readonly settings: Settings; readonly events: readonly Event[] } => {
  const fixed = { features: featuresOf(profiles) };
  const settings = drawSettings(chooser, { isTimed: false, fixed });
  const weights = within(swarm(chooser, settings).storm, settings);
  const next = weighted(weights, chooser, () => undefined);
  const events: Event[] = [];
  let state = paper.init(settings);
  for (let count = 0; count < length; count++) {
    const event = next(paper, state);
    const outcome = event === null ? null : step(paper, state, event);
    if (event === null || outcome === null || isRefusal(outcome)) break;
    events.push(event);
    state = outcome.state;
  }
  return { settings, events };
};

/** What is told of a random run. */
export const toldRun = (
  chooser: Chooser,
  profiles: readonly Profile[],
  length: number,
  sight: Sight,
): ToldLog => {
  const { settings, events } = randomRun(chooser, profiles, length);
  return toldBy(paper, settings, events, sight);
};
