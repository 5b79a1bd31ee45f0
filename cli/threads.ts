import module from 'node:module';
import { getHeapStatistics } from 'node:v8';
import { type ResourceLimits, type Transferable, Worker } from 'node:worker_threads';

/** What a thread says: how far it has come, now and then, and at the end what it has found. */
export type Report<P, R> =
  | { readonly kind: 'progress'; readonly progress: P }
  | { readonly kind: 'end'; readonly result: R };

/** Set to 1 in its first number once somebody wants the threads to end. */
export type Stop = SharedArrayBuffer;

const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js';

/** The module of a thread, by its name in this folder: in a checkout its source, else the build. */
export const threadModule = (name: string): URL =>
  new URL(`./${name}${extension}`, import.meta.url);

/** A thread compiles everything again unless told where that was kept (Node 22.8 and later). */
const compileCache = (): Readonly<Record<string, string>> => {
  const folder = module.getCompileCacheDir?.();
  return folder === undefined ? {} : { NODE_COMPILE_CACHE: folder };
};

/** What one thread is started with. */
export type Start = {
  readonly data: object;
  readonly transfer: Transferable[];
};

/** Threads of one module, each with its data, and what bounds the memory of each. */
export type Threads = {
  readonly module: URL;
  readonly starts: readonly Start[];
  readonly limits: ResourceLimits;
};

const died = (error: unknown): Error => {
  const why = error instanceof Error ? error.message : String(error);
  return new Error(`A thread of the exploration has died: ${why}`, { cause: error });
};

const resultOf = <P, R>(
  threads: readonly Worker[],
  onProgress: (progress: P) => void,
): Promise<R> =>
  new Promise((resolve, reject) => {
    for (const thread of threads) {
      thread.on('message', (report: Report<P, R>) => {
        if (report.kind === 'progress') onProgress(report.progress);
        else resolve(report.result);
      });
      thread.on('error', (error) => reject(died(error)));
      thread.on('exit', (code) => {
        if (code !== 0) reject(died(`it ended with code ${code}`));
      });
    }
  });

/**
 * Runs the threads until one of them says what they have found. They are told when the signal
 * comes, and none is left over. Rejects if one dies.
 */
export const runThreads = async <P, R>(
  { module, starts, limits }: Threads,
  stop: Stop,
  signal: AbortSignal,
  onProgress: (progress: P) => void,
): Promise<R> => {
  const onAbort = (): unknown => Atomics.store(new Int32Array(stop), 0, 1);
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort);
  const env = { ...process.env, ...compileCache() };
  const threads = starts.map(
    ({ data, transfer }) =>
      new Worker(module, { env, workerData: data, transferList: transfer, resourceLimits: limits }),
  );
  try {
    return await resultOf<P, R>(threads, onProgress);
  } finally {
    signal.removeEventListener('abort', onAbort);
    for (const thread of threads) thread.removeAllListeners();
    await Promise.all(threads.map((thread) => thread.terminate()));
  }
};

/** Nobody has asked yet. */
export const noStop = (): Stop => new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);

const tellEvery = 100; // ms

/** In a thread: passes progress on now and then, and says each time whether it is to go on. */
export const progressTo = <P>(
  stop: Stop,
  say: (progress: P) => void,
): ((progress: P) => boolean) => {
  const stopped = new Int32Array(stop);
  let told = 0;
  return (progress) => {
    const now = performance.now();
    if (now - told >= tellEvery) {
      told = now;
      say(progress);
    }
    return Atomics.load(stopped, 0) === 0;
  };
};

/** The heap in bytes that is in use in this thread beyond what the program itself takes by now. */
export const heapSince = (): (() => number) => {
  const used = (): number => getHeapStatistics().used_heap_size;
  const baseline = used();
  return () => Math.max(0, used() - baseline);
};

/** Room for the heap beyond what it is allowed: a search ends before its thread has to. */
export const headroomMb = 500;
