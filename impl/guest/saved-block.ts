import { digestOf } from './digest.ts';

/** Bytes of a block of the key-value server's disk, and of a page of its memory. */
export const blockBytes = 512;

/** Blocks of its disk. */
export const blockCount = 1024;

const mark = 0x4b; // K: a block that was never written has none

/** The block for a key; keys that share one overwrite each other. */
export const blockFor = (key: string): number =>
  digestOf(new TextEncoder().encode(key)) % blockCount;

/** A key and its value as a block. */
export const blockOf = (key: string, value: string): Uint8Array => {
  const keyBytes = new TextEncoder().encode(key);
  const valueBytes = new TextEncoder().encode(value);
  const block = new Uint8Array(blockBytes);
  block.set([mark, keyBytes.length, valueBytes.length >> 8, valueBytes.length & 0xff]);
  block.set(keyBytes, 4);
  block.set(valueBytes, 4 + keyBytes.length);
  return block;
};

/** The value that a block holds for a key; `null` if it holds none. */
export const valueIn = (block: Uint8Array, key: string): string | null => {
  const [itsMark, keyLength = 0, higher = 0, lower = 0] = block;
  const valueAt = 4 + keyLength;
  const text = (start: number, end: number): string =>
    new TextDecoder('utf-8', { ignoreBOM: true }).decode(block.subarray(start, end));
  if (itsMark !== mark || text(4, valueAt) !== key) return null;
  return text(valueAt, valueAt + higher * 256 + lower);
};
