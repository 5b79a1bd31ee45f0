/** What is to happen when, in virtual time: the earliest first, at one instant the first noted. */
export type Agenda = {
  readonly nowMs: () => number;
  /** Never in the past: what is late happens now. */
  readonly at: (timeMs: number, happen: () => void) => void;
  /** Lets the next thing happen; false if there is none up to that time, which is then now. */
  readonly step: (untilMs: number) => boolean;
};

type Item = { readonly timeMs: number; readonly order: number; readonly happen: () => void };

const isBefore = (one: Item, other: Item): boolean =>
  one.timeMs < other.timeMs || (one.timeMs === other.timeMs && one.order < other.order);

const rise = (heap: Item[], item: Item): void => {
  let at = heap.length;
  heap.push(item);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent];
    if (above === undefined || !isBefore(item, above)) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = item;
};

const sink = (heap: Item[], item: Item): void => {
  let at = 0;
  for (;;) {
    const left = heap[2 * at + 1];
    const right = heap[2 * at + 2];
    if (left === undefined) break;
    const isRight = right !== undefined && isBefore(right, left);
    const child = isRight ? right : left;
    if (!isBefore(child, item)) break;
    heap[at] = child;
    at = 2 * at + (isRight ? 2 : 1);
  }
  heap[at] = item;
};

/** An agenda with nothing on it, at time 0. */
export const emptyAgenda = (): Agenda => {
  const heap: Item[] = [];
  let nowMs = 0;
  let order = 0;
  return {
    nowMs: () => nowMs,
    at: (timeMs, happen) => {
      rise(heap, { timeMs: Math.max(timeMs, nowMs), order: order++, happen });
    },
    step: (untilMs) => {
      const [first] = heap;
      if (first === undefined || first.timeMs > untilMs) {
        nowMs = Math.max(nowMs, untilMs);
        return false;
      }
      const last = heap.pop();
      if (last !== undefined && heap.length > 0) sink(heap, last);
      nowMs = first.timeMs;
      first.happen();
      return true;
    },
  };
};
