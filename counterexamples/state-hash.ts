import type { State } from '../model/state.ts';

/** A value with the keys of its objects in order: equal texts are equal values. */
const canonical = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const fields = Object.entries(value)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, field]) => `${JSON.stringify(key)}:${canonical(field)}`);
  return `{${fields.join(',')}}`;
};

/** One more character in both lanes, each with its own multiplier. */
const mixed = ([low, high]: readonly [number, number], unit: number): readonly [number, number] => [
  Math.imul(low ^ unit, 2654435761),
  Math.imul(high ^ unit, 1597334677),
];

/** The last characters reach every bit, and each lane the other. */
const finished = (own: number, other: number): string => {
  const crossed =
    Math.imul(own ^ (own >>> 16), 2246822507) ^ Math.imul(other ^ (other >>> 13), 3266489909);
  return (crossed >>> 0).toString(16).padStart(8, '0');
};

/**
 * Sixteen hexadecimal digits by which equal states are known, whatever the order of their keys.
 * Two lanes of 32 bits, as the language has no 64-bit integers that are fast.
 */
export const stateHash = (state: State): string => {
  let lanes: readonly [number, number] = [0xdeadbeef, 0x41c6ce57];
  const text = canonical(state);
  for (let index = 0; index < text.length; index += 1) {
    lanes = mixed(lanes, text.charCodeAt(index));
  }
  const [low, high] = lanes;
  return finished(high, low) + finished(low, high);
};
