import type { Crew } from './crew.ts';
import type { Frontier } from './expedition.ts';

/** Which of one's states go to whom, by index; nobody knows more than how many each has. */
type Parcels<S> = readonly (Frontier<S> | null)[];

const fewest = 50; // states for each, or it is not worth the way
const most = 1.2; // times its share that one may have

const isBalanced = (lengths: readonly number[], share: number): boolean =>
  share < fewest || lengths.every((length) => length <= most * share);

/** By how many states each may be over or under: the first to have too many gives to the first. */
const parcels = <S>(
  mine: Frontier<S>,
  lengths: readonly number[],
  share: number,
  index: number,
): Parcels<S> => {
  const surplus = lengths.map((length) => Math.max(0, length - share));
  const lack = lengths.map((length) => Math.max(0, share - length));
  const start = surplus.slice(0, index).reduce((sum, count) => sum + count, 0);
  const end = start + (surplus[index] ?? 0);
  let at = 0;
  return lack.map((count) => {
    const [from, to] = [Math.max(start, at), Math.min(end, at + count)];
    at += count;
    if (from >= to) return null;
    const [first, last] = [share + from - start, share + to - start];
    return slice(mine, first, last);
  });
};

const slice = <S>(from: Frontier<S>, first: number, last: number): Frontier<S> => ({
  states: from.states.slice(first, last),
  numbers: from.numbers.slice(first, last),
  lows: from.lows.slice(first, last),
  highs: from.highs.slice(first, last),
});

const merged = <S>(all: readonly Frontier<S>[]): Frontier<S> => {
  const places = all
    .flatMap((part) => part.numbers.map((number, index) => ({ part, index, number })))
    .sort((one, other) => one.number - other.number);
  return {
    states: places.flatMap(({ part, index }) => part.states.slice(index, index + 1)),
    numbers: places.map(({ number }) => number),
    lows: places.map(({ part, index }) => part.lows[index] ?? 0),
    highs: places.map(({ part, index }) => part.highs[index] ?? 0),
  };
};

/** One's own part of the frontier once those who have much more than others have given of it. */
export const rebalanced = <S>(
  crew: Crew,
  mine: Frontier<S>,
  lengths: readonly number[],
): Frontier<S> => {
  const share = Math.ceil(lengths.reduce((sum, length) => sum + length, 0) / crew.size);
  if (crew.size === 1 || isBalanced(lengths, share)) return mine;
  const all = crew.meet(parcels(mine, lengths, share, crew.index));
  const given = all.flatMap((sent) => sent[crew.index] ?? []);
  if (given.length > 0) return merged([mine, ...given]);
  const kept = Math.min(share, mine.states.length);
  return slice(mine, 0, kept);
};
