import type { Event } from '../model/event.ts';
import type { Extreme } from '../properties/checker/explore/extremes.ts';
import type { Bounds, Explored } from '../properties/checker/explore/question.ts';
import type { Scope } from '../properties/checker/explore/scope.ts';
import type { Specification } from './specification.ts';

/** What is to be measured, and where. */
export type Survey = {
  readonly specification: Specification;
  readonly extreme: Extreme;
  readonly family: readonly Scope[]; // the scope that was asked for, then the next larger ones
  readonly bounds: Bounds;
};

/** What came of one scope of the family. */
export type Measured = {
  readonly scope: Scope;
  readonly explored: Explored<Event>;
  readonly seconds: number;
};
