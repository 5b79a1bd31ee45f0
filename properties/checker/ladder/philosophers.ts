import type { System } from '../explore/system.ts';
import type { Row, Table } from '../explore/table.ts';

type Philosopher = 'thinks' | 'holds' | 'eats'; // no fork, the first one, both

/** The philosophers around the table: which forks are taken follows from what they do. */
export type Dinner = { readonly philosophers: readonly Philosopher[] };

/** What one of them does next. */
export type DinnerEvent = { readonly type: string; readonly philosopher: number };

type Next = (state: Dinner, philosopher: number) => Dinner | string;

/** The two forks of each philosopher, in the order in which they are taken. */
type Forks = readonly (readonly [first: number, second: number])[];

const isTaken = ({ philosophers }: Dinner, forks: Forks, fork: number): boolean =>
  forks.some(([first, second], philosopher) => {
    const does = philosophers[philosopher];
    return (does !== 'thinks' && first === fork) || (does === 'eats' && second === fork);
  });

const turnsTo = ({ philosophers }: Dinner, philosopher: number, does: Philosopher): Dinner => ({
  philosophers: philosophers.with(philosopher, does),
});

const row = (forks: Forks, type: string, next: Next): Row<Dinner, DinnerEvent> => {
  const events = forks.map((_, philosopher) => ({ type, philosopher }));
  return {
    instances: () => events,
    next: (state, { philosopher }) => next(state, philosopher),
  };
};

const dinner = (name: string, forks: Forks): Table<Dinner, DinnerEvent> => {
  const takes =
    (which: 0 | 1, before: Philosopher, after: Philosopher): Next =>
    (state, me) => {
      if (state.philosophers[me] !== before) return `it is not one who ${before}`;
      const fork = forks[me]?.[which];
      if (fork === undefined || isTaken(state, forks, fork)) return 'the fork is taken';
      return turnsTo(state, me, after);
    };
  return {
    name: `${name}, ${forks.length} philosophers`,
    init: [{ philosophers: forks.map(() => 'thinks') }],
    actions: {
      take: row(forks, 'take', takes(0, 'thinks', 'holds')),
      eat: row(forks, 'eat', takes(1, 'holds', 'eats')),
      think: row(forks, 'think', (state, me) =>
        state.philosophers[me] === 'eats' ? turnsTo(state, me, 'thinks') : 'it does not eat',
      ),
    },
  };
};

const leftFirst = (count: number): Forks =>
  Array.from({ length: count }, (_, seat) => [seat, (seat + 1) % count]);

/**
 * Dijkstra's philosophers, who all take the left fork first. Beside one who eats, the neighbour on
 * the right thinks; nothing else is ruled out, so the states are the Pell-Lucas numbers: 14 for
 * three, 34 for four, 82 for five. In one of them each holds a fork, and nothing can happen.
 */
export const philosophers = (count: number): Table<Dinner, DinnerEvent> =>
  dinner('left fork first', leftFirst(count));

/** The remedy: the last one takes the right fork first, so forks are taken in ascending order. */
export const orderedPhilosophers = (count: number): Table<Dinner, DinnerEvent> =>
  dinner(
    'lower fork first',
    leftFirst(count).map(([one, other]) => (one < other ? [one, other] : [other, one])),
  );

/** Whether nothing can happen any more. */
export const isStuck = <S extends object, E, N>(system: System<S, E, N>, state: S): boolean => {
  let isOver = true;
  system.moves(state, () => {
    isOver = false;
  });
  return isOver;
};
