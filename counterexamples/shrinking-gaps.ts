/** Events that are left of a random run, and those of a shortest story in the mutant's scope. */
export type Gap = { readonly shrunk: number; readonly shortest: number };

/** By the reason: the mutants for which the two differ. */
export const shrinkingGaps: Readonly<Record<string, Readonly<Record<string, Gap>>>> = {
  'fewer faults are preferred to fewer events': {
    'resumes-one-late': { shrunk: 9, shortest: 6 },
    'resumes-where-it-was': { shrunk: 18, shortest: 7 },
  },
  'the scope has another program or other sizes than those that the shrinker tries': {
    'ack-before-enqueue': { shrunk: 6, shortest: 5 },
    'drop-when-full': { shrunk: 8, shortest: 7 },
    'group-cut-short': { shrunk: 14, shortest: 13 },
    'races-in-memory-only': { shrunk: 5, shortest: 4 },
    'settled-one-entry-early': { shrunk: 12, shortest: 11 },
  },
  'the scope has another clock, guest or CPU, by which less happens until it breaks': {
    'waits-for-the-next-entry': { shrunk: 37, shortest: 32 },
    'acks-one-group-less': { shrunk: 33, shortest: 32 },
    'flushes-for-outputs-only': { shrunk: 70, shortest: 54 },
    'suspects-a-tick-of-silence': { shrunk: 10, shortest: 6 },
    'idle-is-stalled': { shrunk: 78, shortest: 53 },
    'computing-is-stalling': { shrunk: 176, shortest: 91 },
    'asks-when-drained-only': { shrunk: 48, shortest: 12 },
    'throttle-without-a-floor': { shrunk: 90, shortest: 36 },
  },
  'it is shorter by settings or kinds of events that the scope leaves out': {
    'lazy-flush': { shrunk: 27, shortest: 30 },
    'ack-after-replay': { shrunk: 29, shortest: 32 },
    'event-at-wrong-position': { shrunk: 6, shortest: 7 },
    'full-buffer-is-silence': { shrunk: 80, shortest: 82 },
    'own-silence-not-forgiven': { shrunk: 79, shortest: 83 },
    'moves-what-was-copied-first': { shrunk: 6, shortest: 7 },
  },
  'another story: the same copy asks twice, where in the shortest both ends ask': {
    'quiesced-once-for-all': { shrunk: 18, shortest: 16 },
  },
};
