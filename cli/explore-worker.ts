import { parentPort, workerData } from 'node:worker_threads';
import type { Event } from '../model/event.ts';
import type { Explored, Progress } from '../properties/checker/explore/question.ts';
import { type Errand, exploreFor } from './errand.ts';
import type { Report } from './threads.ts';
import { aboard, type Passage } from './travel.ts';

if (parentPort !== null) {
  const port = parentPort;
  const passage: Errand & Passage = workerData;
  const say = (report: Report<Progress, Explored<Event>>): void => port.postMessage(report);
  const { crew, host } = aboard(passage, say);
  const explored = await exploreFor(passage, crew, host);
  if (crew.index === 0) say({ kind: 'end', result: explored });
}
