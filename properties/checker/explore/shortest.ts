import type { Event } from '../../../model/event.ts';
import type { Spec } from '../../../model/spec.ts';
import { everyStep, witnesses } from '../../catalogue.ts';
import type { EveryStep } from '../../property.ts';
import { explore } from './explore.ts';
import { alwaysOf, possibleOf, systemFor } from './protocol.ts';
import type { Explored } from './question.ts';
import type { Scope } from './scope.ts';

/** A shortest story, and how many situations were seen before it was found. */
export type Shortest = {
  readonly claim: string; // that it breaks with its last event
  readonly events: readonly Event[];
  readonly distinct: number;
};

/** The claims that can be asked of every step where time is not modelled. */
export const untimed: readonly EveryStep[] = everyStep.filter(({ needs }) => needs === 'nothing');

/**
 * A shortest story within the scope that breaks one of the claims, and of equally long ones the
 * first; `null` if the scope was exhausted and none does. Nothing bounds it but the scope.
 */
export const shortestOf = (
  spec: Spec,
  scope: Scope,
  claims: readonly EveryStep[] = untimed,
): Shortest | null => {
  const always = claims.map(alwaysOf);
  const { refuted, progress } = explore(systemFor(spec, scope), { claims: always });
  const [found] = refuted;
  if (found === undefined) return null;
  return { claim: found.id, events: found.events, distinct: progress.distinct };
};

/** The whole of a scope, or all of it until a claim breaks, with the cases that occur in it. */
export const wholeOf = (spec: Spec, scope: Scope): Explored<Event> =>
  explore(systemFor(spec, scope), {
    claims: (scope.settings.clock === null ? untimed : everyStep).map(alwaysOf),
    witnesses: witnesses.map(possibleOf),
  });
