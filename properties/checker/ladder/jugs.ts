import type { Row, Table } from '../explore/table.ts';

/** The litres in the small jug and in the big one. */
export type Jugs = { readonly small: number; readonly big: number };

const [smallHolds, bigHolds] = [3, 5];

const always = (type: string, next: (jugs: Jugs) => Jugs): Row<Jugs, string> => {
  const events = [type];
  return { instances: () => events, next };
};

/**
 * The jugs of 3 and 5 litres that Lamport teaches TLA+ with. A state can be reached if one of the
 * jugs is empty or full, which makes 16; six steps, some idle, are possible from each.
 */
export const jugs: Table<Jugs, string> = {
  name: 'jugs of 3 and 5 litres',
  init: [{ small: 0, big: 0 }],
  actions: {
    fillSmall: always('fillSmall', ({ big }) => ({ small: smallHolds, big })),
    fillBig: always('fillBig', ({ small }) => ({ small, big: bigHolds })),
    emptySmall: always('emptySmall', ({ big }) => ({ small: 0, big })),
    emptyBig: always('emptyBig', ({ small }) => ({ small, big: 0 })),
    smallToBig: always('smallToBig', ({ small, big }) => {
      const poured = Math.min(small, bigHolds - big);
      return { small: small - poured, big: big + poured };
    }),
    bigToSmall: always('bigToSmall', ({ small, big }) => {
      const poured = Math.min(big, smallHolds - small);
      return { small: small + poured, big: big - poured };
    }),
  },
};
