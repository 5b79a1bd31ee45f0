import type { Table } from '../explore/table.ts';

/** What has been counted. */
export type Counters = { readonly counts: readonly number[] };

/** One of the counters goes up by one. */
export type Increment = { readonly counter: number };

/**
 * A number of counters, each up to the same bound: (bound + 1)^k states, k · bound + 1 levels. Each
 * counter can go up in all the states but those where it is full: k · bound · (bound + 1)^(k - 1)
 * steps.
 */
export const counters = (count: number, bound: number): Table<Counters, Increment> => {
  const increments = Array.from({ length: count }, (_, counter) => ({ counter }));
  return {
    name: `${count} counters up to ${bound}`,
    init: [{ counts: Array<number>(count).fill(0) }],
    actions: {
      increment: {
        instances: () => increments,
        next: ({ counts }, { counter }) => {
          const is = counts[counter] ?? bound;
          return is < bound ? { counts: counts.with(counter, is + 1) } : 'the counter is full';
        },
      },
    },
  };
};
