import type { Event } from '../model/event.ts';
import { claims as allClaims, witnesses as allWitnesses } from '../properties/catalogue.ts';
import type { Crew } from '../properties/checker/explore/crew.ts';
import { explore } from '../properties/checker/explore/explore.ts';
import { scopeNamed } from '../properties/checker/explore/named-scopes.ts';
import {
  alwaysOf,
  causeIn,
  possibleOf,
  systemFor,
} from '../properties/checker/explore/protocol.ts';
import type { Bounds, Explored } from '../properties/checker/explore/question.ts';
import { specificationFor, type Target } from './target.ts';
import type { Aboard } from './travel.ts';

/** What is to be explored, in words that can be sent. */
export type Errand = {
  readonly target: Target;
  readonly scope: string;
  readonly claims: readonly string[]; // ids, of claims about every step
  readonly bounds: Bounds;
  readonly goesOn: boolean;
};

/** Explores in this thread, as one of a crew. */
export const exploreFor = async (
  { target, scope: name, claims: ids, bounds, goesOn }: Errand,
  crew: Crew,
  host: Aboard['host'],
): Promise<Explored<Event>> => {
  const scope = scopeNamed(name);
  if (scope === null) throw new Error(`There is no scope named ${name}.`);
  const question = {
    claims: allClaims.flatMap((claim) =>
      claim.kind === 'everyStep' && ids.includes(claim.id) ? [alwaysOf(claim)] : [],
    ),
    witnesses: allWitnesses
      .filter(({ guards }) => guards.some((id) => ids.includes(id)))
      .map(possibleOf),
    bounds,
    goesOn,
    causeOf: causeIn(scope),
    ...host,
  };
  return explore(systemFor(await specificationFor(target), scope), question, crew);
};
