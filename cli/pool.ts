import { Worker } from 'node:worker_threads';
import { type Order, runsPerBlock } from '../properties/checker/check.ts';
import { type BlockResult, both, noResult } from '../properties/checker/verdict.ts';
import type { Target } from './target.ts';
import { threadModule } from './threads.ts';
import type { Briefing, Task } from './worker.ts';

/** When to stop, whichever comes first; `null` is no limit. */
export type Budget = {
  readonly runs: number | null;
  readonly seconds: number | null;
};

/** How far a check has come. */
export type Progress = {
  readonly result: BlockResult;
  readonly seconds: number;
  readonly rate: number; // steps in a second, all workers together
};

export type Campaign = {
  readonly target: Target;
  readonly order: Order;
  readonly workers: number;
  readonly budget: Budget;
  readonly onProgress: (progress: Progress) => void;
  /** Once aborted, no further block is begun; those that run are waited for. */
  readonly signal: AbortSignal | null;
};

export type Ended = {
  readonly result: BlockResult;
  readonly seconds: number;
  readonly because: 'runs' | 'time' | 'refuted' | 'interrupted';
};

const workerFor = (briefing: Briefing): Worker =>
  new Worker(threadModule('worker'), { workerData: briefing });

/** The blocks in order: those handed out, and the results so far. */
type Ledger = {
  readonly next: () => Task | null;
  readonly enter: (block: number, result: BlockResult) => void;
  readonly progress: () => Progress;
  readonly end: () => Ended;
};

const ledgerOf = ({ order, budget, signal }: Campaign): Ledger => {
  const began = performance.now();
  const results = new Map<number, BlockResult>();
  let merged = noResult; // of the blocks before `whole`: no block is missing among them
  let whole = 0;
  let handedOut = 0;
  let refuted = Number.POSITIVE_INFINITY; // the first block with a refutation that ends the check
  let because: Ended['because'] = 'runs';
  const seconds = (): number => (performance.now() - began) / 1000;
  const stop = (why: Ended['because']): null => {
    because = why;
    return null;
  };
  const next = (): Task | null => {
    if (refuted < Number.POSITIVE_INFINITY) return stop('refuted');
    if (signal?.aborted) return stop('interrupted');
    if (budget.seconds !== null && seconds() >= budget.seconds) return stop('time');
    const left = (budget.runs ?? Number.POSITIVE_INFINITY) - handedOut * runsPerBlock;
    return left > 0 ? { block: handedOut++, runs: Math.min(runsPerBlock, left) } : null;
  };
  const enter = (block: number, result: BlockResult): void => {
    results.set(block, result);
    if (order.stopsAtFirst && result.refutations.length > 0) refuted = Math.min(refuted, block);
    // what came of blocks after the first refutation depends on who was faster
    for (let ready = results.get(whole); ready !== undefined; ready = results.get(whole)) {
      if (whole <= refuted) merged = both(merged, ready);
      results.delete(whole++);
    }
  };
  const progress = (): Progress => {
    const { timed, untimed } = merged;
    return { result: merged, seconds: seconds(), rate: (timed.steps + untimed.steps) / seconds() };
  };
  const reason = (): Ended['because'] => (refuted < Number.POSITIVE_INFINITY ? 'refuted' : because);
  return {
    next,
    enter,
    progress,
    end: () => ({ result: merged, seconds: seconds(), because: reason() }),
  };
};

const died = (error: unknown): Error => {
  const why = error instanceof Error ? error.message : String(error);
  return new Error(`A worker of the check has died: ${why}`, { cause: error });
};

/** One worker, fed with blocks until there are no more. */
const feed = (worker: Worker, ledger: Ledger, onBlock: () => void): Promise<void> =>
  new Promise((resolve, reject) => {
    let task: Task | null = null;
    const hand = (): void => {
      task = ledger.next();
      if (task === null) resolve();
      else worker.postMessage(task);
    };
    worker.on('message', (result: BlockResult) => {
      if (task !== null) ledger.enter(task.block, result);
      onBlock();
      hand();
    });
    worker.on('error', (error) => reject(died(error)));
    worker.on('messageerror', (error) => reject(died(error)));
    worker.on('exit', (code) => reject(died(`it ended with code ${code}`)));
    hand();
  });

/**
 * Runs the blocks of a check on several threads. Which blocks are run depends on the budget alone,
 * and what they come to on their numbers: with a budget of runs, any number of workers ends alike.
 */
export const campaign = async (given: Campaign): Promise<Ended> => {
  const ledger = ledgerOf(given);
  const { target, order } = given;
  const workers = Array.from({ length: given.workers }, () => workerFor({ target, order }));
  const onBlock = (): void => given.onProgress(ledger.progress());
  try {
    await Promise.all(workers.map((worker) => feed(worker, ledger, onBlock)));
  } finally {
    for (const worker of workers) worker.removeAllListeners('exit');
    await Promise.all(workers.map((worker) => worker.terminate()));
  }
  return ledger.end();
};
