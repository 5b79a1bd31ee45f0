import { parentPort, workerData } from 'node:worker_threads';
import type { Event } from '../model/event.ts';
import { exploreExtreme, extremes } from '../properties/checker/explore/extremes.ts';
import type { Bounds, Explored, Progress } from '../properties/checker/explore/question.ts';
import type { Scope } from '../properties/checker/explore/scope.ts';
import { specificationFor, type Target } from './target.ts';
import type { Report } from './threads.ts';
import { aboard, type Passage } from './travel.ts';

/** What the threads that look for an extreme are started with. */
export type Search = {
  readonly target: Target;
  readonly extreme: string;
  readonly scope: Scope; // whole, for the larger ones have no names of their own
  readonly bounds: Bounds;
};

if (parentPort !== null) {
  const port = parentPort;
  const passage: Search & Passage = workerData;
  const { target, extreme: name, scope, bounds } = passage;
  const extreme = extremes.find((one) => one.name === name);
  if (extreme === undefined) throw new Error(`There is no extreme named ${name}.`);
  const say = (report: Report<Progress, Explored<Event>>): void => port.postMessage(report);
  const { crew, host } = aboard(passage, say);
  const spec = await specificationFor(target);
  const explored = exploreExtreme(spec, scope, extreme, { bounds, ...host }, crew);
  if (crew.index === 0) say({ kind: 'end', result: explored });
}
