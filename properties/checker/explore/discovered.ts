import type { Crew, Memory } from './crew.ts';

/**
 * The set of the states' fingerprints, by open addressing in memory that a whole crew writes to.
 * With each goes the number of the parent from which it was discovered first: on the same level
 * the earliest one wins, whoever comes when.
 */
export type Discovered = {
  /**
   * A state was generated from a parent; `oldest` is the first number of the parents' level. True
   * if the state is new, or was new on this level and the parent is earlier than those so far.
   */
  readonly claim: (lo: number, hi: number, parent: number, oldest: number) => boolean;
  /** The parent that has the state, which is in the set. */
  readonly parentOf: (lo: number, hi: number) => number;
  readonly size: () => number;
  /** Whether it has to grow before many more come. */
  readonly isCrowded: () => boolean;
  /** The same in twice the memory, by one of the crew while the others wait. */
  readonly grow: () => Memory;
  /** Takes the memory that another one of the crew has filled. */
  readonly adopt: (memory: Memory) => void;
  readonly memory: () => Memory;
};

/** The parent of a state in which a system begins. */
export const noParent = -1;

const loadMax = 0.6;
const wordsPerSlot = 3;
const [sizeWord, headerWords] = [0, 4];

// A slot's third word is 0 until a parent is known, and that parent's number and 2 from then on.
const unknown = 0;
const coded = (parent: number): number => parent + 2;

// Neither lane of a fingerprint is 0 in the table: an empty slot, or one not yet written, holds it.
const nonzero = (lane: number): number => (lane === 0 ? 0x51ed270b : lane);

type Slots = { readonly mask: number; readonly words: Int32Array };

const slotsIn = (memory: Memory): Slots => {
  const words = new Int32Array(memory);
  return { mask: (words.length - headerWords) / wordsPerSlot - 1, words };
};

const bytesFor = (slots: number): number =>
  Int32Array.BYTES_PER_ELEMENT * (headerWords + wordsPerSlot * slots);

const placeOf = (lo: number, hi: number, mask: number): number =>
  (lo ^ Math.imul(hi, 0x9e3779b1)) & mask;

/** The other lane of a slot, for which whoever has taken the slot may not have had time yet. */
const highAt = (words: Int32Array, at: number): number => {
  let high = Atomics.load(words, at + 1);
  while (high === 0) high = Atomics.load(words, at + 1);
  return high;
};

/** Where in the words a fingerprint is; it is put there if it is new. */
const findIn = ({ mask, words }: Slots, lo: number, hi: number): number => {
  let place = placeOf(lo, hi, mask);
  for (;;) {
    const at = headerWords + wordsPerSlot * place;
    let low = Atomics.load(words, at);
    if (low === 0) {
      low = Atomics.compareExchange(words, at, 0, lo);
      if (low === 0) {
        Atomics.store(words, at + 1, hi);
        Atomics.add(words, sizeWord, 1);
        return at;
      }
    }
    if (low === lo && highAt(words, at) === hi) return at;
    place = (place + 1) & mask;
  }
};

const copied = (from: Slots, to: Slots): void => {
  for (let place = 0; place <= from.mask; place++) {
    const at = headerWords + wordsPerSlot * place;
    const lo = from.words[at] ?? 0;
    if (lo === 0) continue;
    const found = findIn(to, lo, from.words[at + 1] ?? 0);
    to.words[found + 2] = from.words[at + 2] ?? unknown;
  }
};

/** An empty set with room for the first few thousand. */
export const discovered = ({ memory: allocate }: Crew): Discovered => {
  let memory = allocate(bytesFor(1 << 12));
  let slots = slotsIn(memory);
  const adopt = (other: Memory): void => {
    memory = other;
    slots = slotsIn(other);
  };
  return {
    claim: (lo, hi, parent, oldest) => {
      const { words } = slots;
      const at = findIn(slots, nonzero(lo), nonzero(hi)) + 2;
      const mine = coded(parent);
      let known = Atomics.load(words, at);
      while (known === unknown || (known > mine && known >= coded(oldest))) {
        const found = Atomics.compareExchange(words, at, known, mine);
        if (found === known) return true;
        known = found;
      }
      return false;
    },
    parentOf: (lo, hi) => {
      const at = findIn(slots, nonzero(lo), nonzero(hi)) + 2;
      return (slots.words[at] ?? unknown) - coded(0);
    },
    size: () => Atomics.load(slots.words, sizeWord),
    isCrowded: () => Atomics.load(slots.words, sizeWord) > loadMax * slots.mask,
    grow: () => {
      const to = allocate(bytesFor(2 * (slots.mask + 1)));
      copied(slots, slotsIn(to));
      adopt(to);
      return to;
    },
    adopt,
    memory: () => memory,
  };
};
