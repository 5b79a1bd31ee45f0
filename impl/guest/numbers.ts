/** Puts a number below 2^32 into four bytes at a place, the lowest first. */
export const putNumber = (bytes: Uint8Array, at: number, number: number): void => {
  bytes[at] = number;
  bytes[at + 1] = number >>> 8;
  bytes[at + 2] = number >>> 16;
  bytes[at + 3] = number >>> 24;
};

/** Numbers as the fold machine has them in packets, on the disk and in its memory. */
export const bytesOf = (...numbers: readonly number[]): Uint8Array => {
  const bytes = new Uint8Array(4 * numbers.length);
  for (const [index, number] of numbers.entries()) putNumber(bytes, 4 * index, number);
  return bytes;
};

/** The number in the four bytes at a place, the lowest first; a byte that is not there is 0. */
export const numberAt = (bytes: Uint8Array, at = 0): number =>
  (bytes[at] ?? 0) +
  (bytes[at + 1] ?? 0) * 0x100 +
  (bytes[at + 2] ?? 0) * 0x10000 +
  (bytes[at + 3] ?? 0) * 0x1000000;

/** The word after an operand went into it: operand and order both leave their mark (R21-1). */
export const fold = (word: number, operand: number): number => (31 * word + operand + 1) % 9973;
