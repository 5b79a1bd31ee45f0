import { parentPort, workerData } from 'node:worker_threads';
import { alone, type Crew } from '../properties/checker/explore/crew.ts';
import { explore } from '../properties/checker/explore/explore.ts';
import type { Explored } from '../properties/checker/explore/question.ts';
import type { Taken } from '../properties/checker/explore/system.ts';
import { systemOf } from '../properties/checker/explore/table.ts';
import { type Counters, counters } from '../properties/checker/ladder/counters.ts';
import { hanoi, isSolved, type Towers } from '../properties/checker/ladder/hanoi.ts';
import { twoPhaseCommit } from '../properties/checker/ladder/two-phase-commit.ts';
import { type Aboard, aboard, type Passage } from './travel.ts';

const sum = ({ counts }: Counters): number => counts.reduce((all, count) => all + count, 0);

/** Each can be reached by many ways of the same length: only the first of them is the story. */
const places = [5, 9, 14, 18, 23, 28].flatMap((one) =>
  [7, 15, 22].map((other) => [one, other, 30 - one]),
);

const grid = (goesOn: boolean, host: Aboard['host'], crew: Crew): Explored<unknown> =>
  explore(
    systemOf({ ...counters(3, 30), isWithin: ({ counts }) => counts[0] !== 29 }),
    {
      claims: [30, 12, 90].map((bound) => ({
        id: `below ${bound}`,
        holds: ({ after }) => sum(after) < bound,
      })),
      witnesses: places.map((place) => ({
        id: place.join(),
        holds: ({ after: { counts } }) => place.every((count, index) => count === counts[index]),
      })),
      measures: [
        { id: 'skew', of: ({ after: { counts } }) => Math.max(...counts) - Math.min(...counts) },
        { id: 'sum', of: ({ after }) => sum(after) },
        { id: 'none', of: () => Number.NEGATIVE_INFINITY },
      ],
      goesOn,
      ...host,
    },
    crew,
  );

const commit = (managers: number, host: Aboard['host'], crew: Crew): Explored<unknown> =>
  explore(systemOf(twoPhaseCommit(managers)), host, crew);

type Exploration = (host: Aboard['host'], crew: Crew) => Explored<unknown>;

/** What there is to explore: of the ladder, for tests and benchmarks of crews. */
export type Rung =
  | 'grid'
  | 'grid, refuted'
  | 'towers'
  | 'to a depth'
  | `${5 | 6 | 7 | 8} managers`
  | 'endless'
  | 'deadly';

const explorations: Readonly<Record<Rung, Exploration>> = {
  grid: (host, crew) => grid(true, host, crew),
  'grid, refuted': (host, crew) => grid(false, host, crew),
  towers: (host, crew) => {
    const unsolved = [
      { id: 'unsolved', holds: ({ after }: Taken<Towers, unknown>) => !isSolved(after) },
    ];
    return explore(systemOf(hanoi(6)), { claims: unsolved, ...host }, crew);
  },
  '5 managers': (host, crew) => commit(5, host, crew),
  '6 managers': (host, crew) => commit(6, host, crew),
  '7 managers': (host, crew) => commit(7, host, crew),
  '8 managers': (host, crew) => commit(8, host, crew),
  'to a depth': (host, crew) => {
    const bounds = { depth: 9, bytes: Number.POSITIVE_INFINITY };
    return explore(systemOf(twoPhaseCommit(6)), { bounds, ...host }, crew);
  },
  endless: (host, crew) => explore(systemOf(counters(2, 1e9)), host, crew),
  deadly: (host, crew) => {
    const onProgress = (): boolean => {
      if (crew.index === crew.size - 1) throw new Error('boom');
      return true;
    };
    return explore(systemOf(counters(2, 1e9)), { ...host, onProgress }, crew);
  },
};

/** Explores it, alone or as one of a crew. */
export const exploreRung = (
  rung: Rung,
  host: Aboard['host'],
  crew: Crew = alone,
): Explored<unknown> => explorations[rung](host, crew);

if (parentPort !== null && workerData !== null && 'rung' in workerData) {
  const port = parentPort;
  const passage: { readonly rung: Rung } & Passage = workerData;
  const { crew, host } = aboard(passage, (report) => port.postMessage(report));
  const explored = exploreRung(passage.rung, host, crew);
  if (crew.index === 0) port.postMessage({ kind: 'end', result: explored });
}
