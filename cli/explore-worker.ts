import { parentPort, workerData } from 'node:worker_threads';
import type { Event } from '../model/event.ts';
import { claims as allClaims, witnesses as allWitnesses } from '../properties/catalogue.ts';
import {
  type Bounds,
  type Explored,
  explore,
  type Progress,
} from '../properties/checker/explore/explore.ts';
import { scopeNamed } from '../properties/checker/explore/named-scopes.ts';
import { alwaysOf, possibleOf, systemFor } from '../properties/checker/explore/protocol.ts';
import { specificationFor, type Target } from './target.ts';

/** What the exploring thread is started with. */
export type Errand = {
  readonly target: Target;
  readonly scope: string;
  readonly claims: readonly string[]; // ids, of claims about every step
  readonly bounds: Bounds;
  readonly goesOn: boolean;
  readonly stop: SharedArrayBuffer; // its first number is 1 once somebody wants it to end
};

/** What it says. */
export type Report =
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'end'; readonly explored: Explored<Event> };

const tellEvery = 100; // ms

if (parentPort !== null) {
  const port = parentPort;
  const { target, scope: name, claims: ids, bounds, goesOn, stop }: Errand = workerData;
  const scope = scopeNamed(name);
  if (scope === null) throw new Error(`There is no scope named ${name}.`);
  const stopped = new Int32Array(stop);
  const say = (report: Report): void => port.postMessage(report);
  let told = 0;
  const explored = explore(systemFor(await specificationFor(target), scope), {
    claims: allClaims.flatMap((claim) =>
      claim.kind === 'everyStep' && ids.includes(claim.id) ? [alwaysOf(claim)] : [],
    ),
    witnesses: allWitnesses
      .filter(({ guards }) => guards.some((id) => ids.includes(id)))
      .map(possibleOf),
    bounds,
    goesOn,
    heap: () => process.memoryUsage().heapUsed,
    onProgress: (progress) => {
      const now = performance.now();
      if (now - told >= tellEvery) {
        told = now;
        say({ kind: 'progress', progress });
      }
      return Atomics.load(stopped, 0) === 0;
    },
  });
  say({ kind: 'end', explored });
}
