import { parentPort, workerData } from 'node:worker_threads';
import { checkBlock, type Order, suiteOf } from '../properties/checker/check.ts';
import { specificationFor, type Target } from './target.ts';

/** What a worker is started with. */
export type Briefing = { readonly target: Target; readonly order: Order };

/** One block to be run. */
export type Task = { readonly block: number; readonly runs: number };

if (parentPort !== null) {
  const port = parentPort;
  const { target, order }: Briefing = workerData;
  const suite = suiteOf(await specificationFor(target), order);
  port.on('message', ({ block, runs }: Task) => {
    port.postMessage(checkBlock(suite, block, runs));
  });
}
