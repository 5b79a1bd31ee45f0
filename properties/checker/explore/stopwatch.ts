import type { System, Visit } from './system.ts';

/** A state with how long, in ticks, something has been the case without a break. */
export type Lasting<S> = { readonly state: S; readonly ticks: number };

/** What is timed: as long as it is the case, every event that is a tick counts. */
export type Timed<S, E> = {
  readonly isSo: (state: S) => boolean;
  readonly isTick: (event: E) => boolean;
};

/**
 * The system with a stopwatch in its states, so that two states that differ in how long it has
 * lasted are two. It stands at 0 while it is not so.
 */
export const withStopwatch = <S extends object, E, N>(
  system: System<S, E, N>,
  { isSo, isTick }: Timed<S, E>,
): System<Lasting<S>, E, N> => {
  const { name, init, moves, isWithin } = system;
  return {
    name,
    init: init.map((state) => ({ state, ticks: 0 })),
    moves: (lasting, visit: Visit<Lasting<S>, E, N>) =>
      moves(lasting.state, (event, after, note) => {
        const ticks = isSo(after)
          ? lasting.ticks + (isTick(event) && isSo(lasting.state) ? 1 : 0)
          : 0;
        visit(event, { state: after, ticks }, note);
      }),
    ...(isWithin === undefined ? {} : { isWithin: ({ state }: Lasting<S>) => isWithin(state) }),
  };
};
