import type { Effect } from '../model/effect.ts';
import type { Event } from '../model/event.ts';
import type { Settings } from '../model/settings.ts';
import type { State } from '../model/state.ts';
import type { History } from './history.ts';

/** One step, with all that was observed before it and up to its end. No action sees any of it. */
export type Sight = {
  readonly before: State;
  readonly event: Event;
  readonly after: State;
  readonly effects: readonly Effect[];
  readonly past: History; // up to the state before
  readonly history: History; // with this step
};

/** How far the backup trails, and what the primary is allowed, in ticks and percent. */
export type Moment = {
  readonly lag: number | null; // null where no pair is left that throttling can help
  readonly limit: number;
};

/** A calm: no fault strikes, though what was broken stays broken. */
export type Rest = {
  readonly begun: State; // when the faults stopped
  readonly past: History; // up to then
  readonly history: History; // up to now
  readonly state: State;
  readonly course: readonly Moment[]; // at its beginning and before each tick
  readonly isOver: boolean; // the bound within which everything is owed has passed
};

type Claimed = {
  readonly id: string;
  readonly claim: string; // one English sentence
  readonly cites: readonly string[]; // the requirements it rests on
};

/** A claim about every step; it is untimed unless it says that it needs the clock. */
export type EveryStep = Claimed & {
  readonly kind: 'everyStep';
  readonly needs: 'nothing' | 'clock';
  readonly holds: (sight: Sight) => boolean;
};

/** A claim that after the faults stop something follows within a bound. */
export type AfterCalm = Claimed & {
  readonly kind: 'afterCalm';
  /** In how many ticks of calm it is owed. */
  readonly within: (settings: Settings) => number;
  /** Why progress is not owed here, from a closed list; `null` where it is owed. */
  readonly excuse: (rest: Rest) => string | null;
  /** Asked at every step of the calm, and content with one yes. */
  readonly holds: (rest: Rest) => boolean;
};

/** A case that must be reached, or the claims that it guards could hold for want of it. */
export type Sometimes = Claimed & {
  readonly kind: 'sometimes';
  readonly guards: readonly string[]; // ids of claims
  readonly holds: (sight: Sight) => boolean;
};

export type Claim = EveryStep | AfterCalm;
