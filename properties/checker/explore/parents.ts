import type { System } from './system.ts';

/** Where each state was first reached from: a path is recovered by taking it again. */
export type Parents = {
  readonly add: (parent: number, ordinal: number) => void;
  readonly of: (number: number) => readonly [parent: number, ordinal: number];
  readonly bytes: () => number;
};

const grown = <T extends Uint32Array | Uint16Array>(from: T, to: T): T => {
  to.set(from);
  return to;
};

/** Of no state yet. */
export const parents = (): Parents => {
  let from = new Uint32Array(1 << 12);
  let ordinals = new Uint16Array(1 << 12);
  let size = 0;
  return {
    add: (parent, ordinal) => {
      if (size === from.length) {
        from = grown(from, new Uint32Array(2 * size));
        ordinals = grown(ordinals, new Uint16Array(2 * size));
      }
      from[size] = parent;
      ordinals[size++] = ordinal;
    },
    of: (number) => [from[number] ?? 0, ordinals[number] ?? 0],
    bytes: () => from.byteLength + ordinals.byteLength,
  };
};

/** The parent of a state in which the system begins; its ordinal counts those. */
export const noParent = 0xffffffff;

/** The events that lead to a state, found again by taking the steps that were taken. */
export const pathTo = <S extends object, E, N>(
  system: System<S, E, N>,
  { of }: Parents,
  number: number,
): readonly E[] => {
  const ordinals: number[] = [];
  let at = number;
  for (let [parent, ordinal] = of(at); parent !== noParent; [parent, ordinal] = of(at)) {
    ordinals.push(ordinal);
    at = parent;
  }
  let state = system.init[of(at)[1]];
  const events: E[] = [];
  for (const wanted of ordinals.reverse()) {
    if (state === undefined) break;
    let place = 0;
    let next: S | undefined;
    system.moves(state, (event, after) => {
      if (place++ !== wanted) return;
      events.push(event);
      next = after;
    });
    state = next;
  }
  return events;
};
