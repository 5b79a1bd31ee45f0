import { isRefusal, type Refusal } from '../../../model/spec.ts';
import type { System } from './system.ts';

export type { Always, Measure, Possible, System } from './system.ts';

/** Guard and effect of one kind of event: the events worth trying, and the state after one. */
export type Row<S, E> = {
  readonly instances: (state: S) => readonly E[];
  readonly next: (state: S, event: E) => S | Refusal;
};

/** A specification as a table of actions, like the protocol's, over any plain data. */
export type Table<S extends object, E> = {
  readonly name: string;
  readonly init: readonly S[];
  readonly actions: Readonly<Record<string, Row<S, E>>>;
  readonly isWithin?: (state: S) => boolean;
  readonly canonical?: (state: S) => S;
};

/** The table, to be explored: its rows in the order in which they are written. */
export const systemOf = <S extends object, E>(table: Table<S, E>): System<S, E> => {
  const { actions, ...rest } = table;
  const rows = Object.values(actions);
  return {
    ...rest,
    moves: (state, visit) => {
      for (const { instances, next } of rows) {
        for (const event of instances(state)) {
          const after = next(state, event);
          if (!isRefusal(after)) visit(event, after, undefined);
        }
      }
    },
  };
};
