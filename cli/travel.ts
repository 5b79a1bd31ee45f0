import { getCompileCacheDir } from 'node:module';
import { getHeapStatistics } from 'node:v8';
import { Worker } from 'node:worker_threads';
import type { Crew } from '../properties/checker/explore/crew.ts';
import type { Asked, Explored, Progress } from '../properties/checker/explore/question.ts';
import { type Berth, berths, crewAt, portsOf } from './crew.ts';

/** What every thread of an exploration is started with, besides its errand. */
export type Passage = {
  readonly berth: Berth;
  readonly stop: SharedArrayBuffer; // its first number is 1 once somebody wants it to end
};

/** What the first of the threads says. */
export type Report<E> =
  | { readonly kind: 'progress'; readonly progress: Progress }
  | { readonly kind: 'end'; readonly explored: Explored<E> };

/**
 * Most states outlive the next collection: a larger nursery has them copied less often. Its garbage
 * counts as memory in use.
 */
const nurseryFor = (megabytes: number): number => Math.max(16, Math.min(192, megabytes / 8));

/** Room for the heap beyond what it is allowed: the exploration ends before a thread has to. */
const headroomMb = 500;

type Travel<A> = {
  readonly module: URL; // of the threads: each calls `aboard`
  readonly errand: A;
  readonly workers: number;
  readonly megabytes: number;
};

/** A thread compiles everything again unless it is told where that was kept. */
const compileCache = (): Readonly<Record<string, string>> => {
  const folder = getCompileCacheDir?.();
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: folder };
};

const died = (error: unknown): Error => {
  const why = error instanceof Error ? error.message : String(error);
  return new Error(`A thread of the exploration has died: ${why}`, { cause: error });
};

/** Explores with so many threads; ends soon after the signal with what is known by then. */
export const travel = async <E, A extends object>(
  { module, errand, workers, megabytes }: Travel<A>,
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
): Promise<Explored<E>> => {
  const stop = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  const onAbort = (): unknown => Atomics.store(new Int32Array(stop), 0, 1);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort);
  const env = { ...process.env, ...compileCache() };
  const threads = berths(workers).map((berth) => {
    const passage: A & Passage = { ...errand, berth, stop };
    return new Worker(module, {
      env,
      workerData: passage,
      transferList: portsOf(berth),
      resourceLimits: {
        maxYoungGenerationSizeMb: nurseryFor(megabytes),
        maxOldGenerationSizeMb: megabytes + headroomMb,
      },
    });
  });
  try {
    return await new Promise((resolve, reject) => {
      for (const thread of threads) {
        thread.on('message', (report: Report<E>) => {
          if (report.kind === 'progress') onProgress(report.progress);
          else resolve(report.explored);
        });
        thread.on('error', (error) => reject(died(error)));
        thread.on('exit', (code) => {
          if (code !== 0) reject(died(`it ended with code ${code}`));
        });
      }
    });
  } finally {
    signal.removeEventListener('abort', onAbort);
    for (const thread of threads) thread.removeAllListeners();
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
};

const tellEvery = 100; // ms

/** What a thread explores with: its crew, and the part of the question that is the host's. */
export type Aboard = {
  readonly crew: Crew;
  readonly host: Pick<Asked<never, never, never>, 'heap' | 'onProgress'>;
};

/** In a thread: takes its place among the others. */
export const aboard = ({ berth, stop }: Passage, say: (report: Report<never>) => void): Aboard => {
  const stopped = new Int32Array(stop);
  const baseline = getHeapStatistics().used_heap_size; // the program itself, in each thread
  const heap = (): number => Math.max(0, getHeapStatistics().used_heap_size - baseline);
  let told = 0;
  const onProgress = (progress: Progress): boolean => {
    const now = performance.now();
    if (berth.index === 0 && now - told >= tellEvery) {
      told = now;
      say({ kind: 'progress', progress });
    }
    return Atomics.load(stopped, 0) === 0;
  };
  return {
    crew: crewAt(berth),
    host: { heap, onProgress },
  };
};
