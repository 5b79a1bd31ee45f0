import type { Event } from '../model/event.ts';
import type { Bounds, Explored } from '../properties/checker/explore/question.ts';
import type { Scope } from '../properties/checker/explore/scope.ts';
import type { EveryStep } from '../properties/property.ts';
import type { Specification } from './specification.ts';

/** What is to be explored. */
export type Exploration = {
  readonly specification: Specification;
  readonly scope: Scope;
  readonly claims: readonly EveryStep[];
  readonly bounds: Bounds;
  readonly goesOn: boolean;
  readonly workers: number | null; // threads; null: as it takes
};

/** What came of it, and how long it took. */
export type Outcome = { readonly explored: Explored<Event>; readonly seconds: number };
