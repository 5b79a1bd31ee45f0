import type { Crew, Memory } from './crew.ts';
import { noParent } from './discovered.ts';
import type { System } from './system.ts';

/**
 * From which state, and by which of its events, each state was first reached, by number: a path is
 * recovered by taking it again. It is written by a crew, each of which has its own states.
 */
export type Parents = {
  readonly set: (number: number, parent: number, ordinal: number) => void;
  readonly of: (number: number) => readonly [parent: number, ordinal: number];
  /** Whether there is room for so many states. */
  readonly fits: (count: number) => boolean;
  /** The same in more memory, for so many states, by one of the crew while the others wait. */
  readonly grow: (count: number) => Memory;
  /** Takes the memory that another one of the crew has made. */
  readonly adopt: (memory: Memory) => void;
  readonly memory: () => Memory;
};

const bytesPerState = 2 * Int32Array.BYTES_PER_ELEMENT;

/** Of no state yet. */
export const parents = ({ memory: allocate }: Crew): Parents => {
  let memory = allocate(bytesPerState << 10);
  let words = new Int32Array(memory);
  const adopt = (other: Memory): void => {
    memory = other;
    words = new Int32Array(other);
  };
  const fits = (count: number): boolean => bytesPerState * count <= memory.byteLength;
  return {
    set: (number, parent, ordinal) => {
      words[2 * number] = parent;
      words[2 * number + 1] = ordinal;
    },
    of: (number) => [words[2 * number] ?? noParent, words[2 * number + 1] ?? 0],
    fits,
    grow: (count) => {
      const old = words;
      adopt(allocate(bytesPerState * Math.ceil(1.2 * count)));
      words.set(old);
      return memory;
    },
    adopt,
    memory: () => memory,
  };
};

/** Where a path goes: from which of the states in which the system begins, and on by which. */
export type Path = { readonly from: number; readonly ordinals: readonly number[] };

/** How a state was first reached. */
export const pathTo = ({ of }: Parents, number: number): Path => {
  const ordinals: number[] = [];
  let at = number;
  for (let [parent, ordinal] = of(at); parent !== noParent; [parent, ordinal] = of(at)) {
    ordinals.push(ordinal);
    at = parent;
  }
  return { from: of(at)[1], ordinals: ordinals.reverse() };
};

/** The events of a path, found again by taking the steps that were taken. */
export const eventsOf = <S extends object, E, N>(
  system: System<S, E, N>,
  { from, ordinals }: Path,
): readonly E[] => {
  let state = system.init[from];
  const events: E[] = [];
  for (const wanted of ordinals) {
    if (state === undefined) break;
    let ordinal = 0;
    let next: S | undefined;
    system.moves(state, (event, after) => {
      if (ordinal++ !== wanted) return;
      events.push(event);
      next = after;
    });
    state = next;
  }
  return events;
};
