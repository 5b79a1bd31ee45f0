import type { OnTried } from './walk.ts';

/** Counts by row and column: plain data, so that workers can send theirs and add them up. */
export type Table = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** A table in the making. */
export type Counter = {
  readonly count: (row: string, column: string) => void;
  readonly table: () => Table;
};

export const counter = (): Counter => {
  // a row has few columns, so that looking for one by one is faster than hashing
  const rows = new Map<string, { readonly columns: string[]; readonly counts: number[] }>();
  return {
    count: (row, column) => {
      let known = rows.get(row);
      if (known === undefined) {
        known = { columns: [], counts: [] };
        rows.set(row, known);
      }
      const { columns, counts } = known;
      for (let index = 0; index < columns.length; index++) {
        if (columns[index] !== column) continue;
        counts[index] = (counts[index] ?? 0) + 1;
        return;
      }
      columns.push(column);
      counts.push(1);
    },
    table: () =>
      Object.fromEntries(
        [...rows].map(([row, { columns, counts }]) => [
          row,
          Object.fromEntries(columns.map((column, index) => [column, counts[index] ?? 0])),
        ]),
      ),
  };
};

/** Counts of the same things, added. */
export const addCounts = (
  one: Readonly<Record<string, number>>,
  other: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> => {
  const sum: Record<string, number> = { ...one };
  for (const [column, count] of Object.entries(other)) sum[column] = (sum[column] ?? 0) + count;
  return sum;
};

/** Both tables, counts added: the order of merging makes no difference. */
export const mergeTables = (one: Table, other: Table): Table => {
  const sum: Record<string, Readonly<Record<string, number>>> = { ...one };
  for (const [row, columns] of Object.entries(other)) sum[row] = addCounts(sum[row] ?? {}, columns);
  return sum;
};

/** The column of an action that was enabled; the other columns are refusals. */
export const performed = 'performed';

/** Counts every event that a walk tries: action by outcome. */
export const outcomesInto =
  ({ count }: Counter): OnTried =>
  (type, refusal) =>
    count(type, refusal ?? performed);

/** Refusals that only a mutant makes: under the paper's rules nothing is ever refused for them. */
export const neverRefused: readonly { readonly refusal: string; readonly because: string }[] = [
  {
    refusal: 'it waits for more entries',
    because: 'the paper sends each entry as soon as possible (`atOnce`)',
  },
  {
    refusal: 'it waits for an acknowledgment',
    because: 'the paper withholds the output, not the guest (`runsOn`)',
  },
  {
    refusal: 'it tells nobody',
    because: 'a copy that runs alone always asks for a backup (`always`)',
  },
];
