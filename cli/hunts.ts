import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { threadModule } from './threads.ts';

type Named = { readonly name: string };

/** Notes rows as they come, and passes them on in the order of the hunts. */
const inOrder = <R extends Named>(
  hunts: readonly Named[],
  rows: Map<string, R>,
  onRow: (row: R) => void,
): ((row: R) => void) => {
  let told = 0;
  return (row) => {
    rows.set(row.name, row);
    for (;;) {
      const next = rows.get(hunts[told]?.name ?? '');
      if (next === undefined) return;
      told++;
      onRow(next);
    }
  };
};

/** Hunts each on the next thread of the module that is free; the rows come in order. */
export const huntAll = async <H extends Named, R extends Named>(
  module: string,
  hunts: readonly H[],
  signal: AbortSignal,
  onRow: (row: R) => void,
  onMove: (done: number, running: readonly string[]) => void,
): Promise<readonly R[]> => {
  const rows = new Map<string, R>();
  const running = new Set<string>();
  const queue = [...hunts];
  const enter = inOrder(hunts, rows, onRow);
  const feed = (worker: Worker): Promise<void> =>
    new Promise((resolve, reject) => {
      const hand = (): void => {
        const hunt = signal.aborted ? undefined : queue.shift();
        if (hunt === undefined) resolve();
        else {
          running.add(hunt.name);
          worker.postMessage(hunt);
        }
        onMove(rows.size, [...running]);
      };
      signal.addEventListener('abort', () => resolve());
      worker.on('message', (row: R) => {
        running.delete(row.name);
        enter(row);
        hand();
      });
      worker.on('error', reject);
      hand();
    });
  const count = Math.max(1, Math.min(availableParallelism(), 4, hunts.length));
  const workers = Array.from({ length: count }, () => new Worker(threadModule(module)));
  try {
    await Promise.all(workers.map(feed));
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return hunts.flatMap(({ name }) => rows.get(name) ?? []);
};
