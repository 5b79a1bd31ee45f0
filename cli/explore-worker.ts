import { parentPort, workerData } from 'node:worker_threads';
import type { Event } from '../model/event.ts';
import { claims as allClaims, witnesses as allWitnesses } from '../properties/catalogue.ts';
import { explore } from '../properties/checker/explore/explore.ts';
import { scopeNamed } from '../properties/checker/explore/named-scopes.ts';
import {
  alwaysOf,
  causeIn,
  possibleOf,
  systemFor,
} from '../properties/checker/explore/protocol.ts';
import type { Bounds, Explored, Progress } from '../properties/checker/explore/question.ts';
import { specificationFor, type Target } from './target.ts';
import type { Report } from './threads.ts';
import { aboard, type Passage } from './travel.ts';

/** What is to be explored, in words that can be sent. */
export type Errand = {
  readonly target: Target;
  readonly scope: string;
  readonly claims: readonly string[]; // ids, of claims about every step
  readonly bounds: Bounds;
  readonly goesOn: boolean;
};

if (parentPort !== null) {
  const port = parentPort;
  const passage: Errand & Passage = workerData;
  const { target, scope: name, claims: ids, bounds, goesOn } = passage;
  const scope = scopeNamed(name);
  if (scope === null) throw new Error(`There is no scope named ${name}.`);
  const say = (report: Report<Progress, Explored<Event>>): void => port.postMessage(report);
  const { crew, host } = aboard(passage, say);
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
  const explored = explore(systemFor(await specificationFor(target), scope), question, crew);
  if (crew.index === 0) say({ kind: 'end', result: explored });
}
