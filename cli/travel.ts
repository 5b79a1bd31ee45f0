import type { Crew } from '../properties/checker/explore/crew.ts';
import type { Asked, Explored, Progress } from '../properties/checker/explore/question.ts';
import { type Berth, berths, crewAt, portsOf } from './crew.ts';
import {
  headroomMb,
  heapSince,
  noStop,
  progressTo,
  type Report,
  runThreads,
  type Stop,
} from './threads.ts';

/** What every thread of an exploration is started with, besides its errand. */
export type Passage = { readonly berth: Berth; readonly stop: Stop };

/**
 * Most states outlive the next collection: a larger nursery has them copied less often. Its garbage
 * counts as memory in use.
 */
const nurseryFor = (megabytes: number): number => Math.max(16, Math.min(192, megabytes / 8));

type Travel<A> = {
  readonly module: URL; // of the threads: each calls `aboard`
  readonly errand: A;
  readonly workers: number;
  readonly megabytes: number;
};

/** Explores with so many threads; ends soon after the signal with what is known by then. */
export const travel = <E, A extends object>(
  { module, errand, workers, megabytes }: Travel<A>,
  signal: AbortSignal,
  onProgress: (progress: Progress) => void,
): Promise<Explored<E>> => {
  const stop = noStop();
  const starts = berths(workers).map((berth) => {
    const data: A & Passage = { ...errand, berth, stop };
    return { data, transfer: portsOf(berth) };
  });
  const limits = {
    maxYoungGenerationSizeMb: nurseryFor(megabytes),
    maxOldGenerationSizeMb: megabytes + headroomMb,
  };
  return runThreads({ module, starts, limits }, stop, signal, onProgress);
};

/** What a thread explores with: its crew, and the part of the question that is the host's. */
export type Aboard = {
  readonly crew: Crew;
  readonly host: Pick<Asked<never, never, never>, 'heap' | 'onProgress'>;
};

/** In a thread: takes its place among the others, of which the first one tells the progress. */
export const aboard = (
  { berth, stop }: Passage,
  say: (report: Report<Progress, never>) => void,
): Aboard => {
  const onProgress = progressTo<Progress>(stop, (progress) => {
    if (berth.index === 0) say({ kind: 'progress', progress });
  });
  return { crew: crewAt(berth), host: { heap: heapSince(), onProgress } };
};
