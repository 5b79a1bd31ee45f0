import { parentPort, workerData } from 'node:worker_threads';
import type { Bounds } from '../properties/checker/explore/explore.ts';
import { exploreExtreme, extremes } from '../properties/checker/explore/extremes.ts';
import type { Scope } from '../properties/checker/explore/scope.ts';
import type { Report } from './explore-worker.ts';
import { specificationFor, type Target } from './target.ts';

/** What the thread that looks for an extreme is started with. */
export type Search = {
  readonly target: Target;
  readonly extreme: string;
  readonly scope: Scope; // whole, for the larger ones have no names of their own
  readonly bounds: Bounds;
  readonly stop: SharedArrayBuffer; // its first number is 1 once somebody wants it to end
};

const tellEvery = 100; // ms

if (parentPort !== null) {
  const port = parentPort;
  const { target, extreme: name, scope, bounds, stop }: Search = workerData;
  const extreme = extremes.find((one) => one.name === name);
  if (extreme === undefined) throw new Error(`There is no extreme named ${name}.`);
  const stopped = new Int32Array(stop);
  const say = (report: Report): void => port.postMessage(report);
  let told = 0;
  const explored = exploreExtreme(await specificationFor(target), scope, extreme, {
    bounds,
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
