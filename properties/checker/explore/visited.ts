/**
 * A set of fingerprints of 64 bits in typed arrays, by open addressing. Each new one gets the next
 * number: 0, 1, 2, … The fingerprint 0 counts as another one, for an empty slot holds it.
 */
export type Visited = {
  /** The number of a fingerprint; it is new if that is the size before the call. */
  readonly number: (lo: number, hi: number) => number;
  readonly size: () => number;
  /** What it takes to have so many more: when it grows, it is there twice over for a while. */
  readonly bytes: (more?: number) => number;
};

const loadMax = 0.6;
const bytesPerSlot = 12;

type Slots = {
  readonly mask: number;
  readonly lanes: Int32Array; // two for each slot
  readonly numbers: Int32Array;
};

const slotsFor = (count: number): Slots => ({
  mask: count - 1,
  lanes: new Int32Array(2 * count),
  numbers: new Int32Array(count),
});

/** Where the fingerprint is, or the empty slot where it belongs. */
const find = ({ mask, lanes }: Slots, lo: number, hi: number): number => {
  let slot = (lo ^ Math.imul(hi, 0x9e3779b1)) & mask;
  for (;;) {
    const at = lanes[2 * slot];
    const on = lanes[2 * slot + 1];
    if ((at === lo && on === hi) || (at === 0 && on === 0)) return slot;
    slot = (slot + 1) & mask;
  }
};

const grown = (from: Slots): Slots => {
  const to = slotsFor(2 * (from.mask + 1));
  for (let slot = 0; slot <= from.mask; slot++) {
    const lo = from.lanes[2 * slot] ?? 0;
    const hi = from.lanes[2 * slot + 1] ?? 0;
    if (lo === 0 && hi === 0) continue;
    const place = find(to, lo, hi);
    to.lanes[2 * place] = lo;
    to.lanes[2 * place + 1] = hi;
    to.numbers[place] = from.numbers[slot] ?? 0;
  }
  return to;
};

/** An empty set. */
export const visited = (): Visited => {
  let slots = slotsFor(1 << 12);
  let size = 0;
  return {
    number: (first, hi) => {
      const lo = first === 0 && hi === 0 ? 0x51ed270b : first;
      const slot = find(slots, lo, hi);
      if (slots.lanes[2 * slot] !== 0 || slots.lanes[2 * slot + 1] !== 0) {
        return slots.numbers[slot] ?? 0;
      }
      slots.lanes[2 * slot] = lo;
      slots.lanes[2 * slot + 1] = hi;
      slots.numbers[slot] = size++;
      if (size > loadMax * (slots.mask + 1)) slots = grown(slots);
      return size - 1;
    },
    size: () => size,
    bytes: (more = 0) => {
      const count = slots.mask + 1;
      return (size + more <= loadMax * count ? 1 : 3) * bytesPerSlot * count;
    },
  };
};
