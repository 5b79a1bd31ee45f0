import type { Table } from '../explore/table.ts';

/** The peg of each disc, the smallest disc first. */
export type Towers = { readonly pegs: readonly number[] };

/** The uppermost disc of one peg moves onto another. */
export type Carry = { readonly from: number; readonly to: number };

const carries: readonly Carry[] = [0, 1, 2].flatMap((from) =>
  [0, 1, 2].filter((to) => to !== from).map((to) => ({ from, to })),
);

/**
 * The Towers of Hanoi: every disc may be on every peg, so there are 3ⁿ states. The farthest is
 * 2ⁿ - 1 steps away, and so is the goal. Three moves are possible, but two where all discs are on
 * one peg, which makes 3ⁿ⁺¹ - 3 steps.
 */
export const hanoi = (discs: number): Table<Towers, Carry> => ({
  name: `Towers of Hanoi, ${discs} discs`,
  init: [{ pegs: Array<number>(discs).fill(0) }],
  actions: {
    carry: {
      instances: () => carries,
      next: ({ pegs }, { from, to }) => {
        const disc = pegs.indexOf(from);
        if (disc < 0) return 'the peg is empty';
        if (pegs.lastIndexOf(to, disc) >= 0) return 'a smaller disc is in the way';
        return { pegs: pegs.with(disc, to) };
      },
    },
  },
});

/** All discs have arrived on the last peg. */
export const isSolved = ({ pegs }: Towers): boolean => pegs.every((peg) => peg === 2);
