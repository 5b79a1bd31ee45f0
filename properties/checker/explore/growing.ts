/** A list of whole numbers of 32 bits that grows at its end. */
export type Growing = {
  readonly push: (value: number) => void;
  readonly at: (place: number) => number;
  readonly size: () => number;
  /** What it takes to have so many more: when it grows, it is there twice over for a while. */
  readonly bytes: (more?: number) => number;
  readonly ints: () => Int32Array; // as they are now, and not copied
};

/** An empty one. */
export const growing = (): Growing => {
  let values = new Int32Array(1 << 10);
  let size = 0;
  return {
    push: (value) => {
      if (size === values.length) {
        const larger = new Int32Array(2 * size);
        larger.set(values);
        values = larger;
      }
      values[size++] = value;
    },
    at: (place) => values[place] ?? 0,
    size: () => size,
    bytes: (more = 0) => (size + more <= values.length ? 1 : 3) * values.byteLength,
    ints: () => values.subarray(0, size),
  };
};
