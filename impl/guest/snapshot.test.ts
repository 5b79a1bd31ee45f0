import { describe, expect, it } from 'vitest';
import { digestOf } from './digest.ts';
import { foldImage } from './fold.ts';
import { keyValueImage } from './key-value.ts';

const image = foldImage(['compute']);
const snapshot = image.boot().snapshot();

const changed = (at: number): Uint8Array => {
  const bytes = snapshot.slice();
  bytes[at] = (bytes[at] ?? 0) ^ 0x10;
  return bytes;
};

const long = new Uint8Array(snapshot.length + 1);
long.set(snapshot);

describe('a snapshot is refused with a sentence', () => {
  it.each([
    [
      'if it is of another program',
      foldImage(['post']).boot().snapshot(),
      "the snapshot is of another machine: expected one of 'fold: compute'",
    ],
    [
      'if it is of another kind of machine',
      keyValueImage.boot().snapshot(),
      "the snapshot is of another machine: expected one of 'fold: compute'",
    ],
    [
      'if it is nothing',
      new Uint8Array(),
      'the snapshot is too short: expected 40 bytes or more, got 0',
    ],
    [
      'if it is cut off',
      snapshot.subarray(0, -1),
      `the snapshot is not whole: expected ${snapshot.length} bytes, got ${snapshot.length - 1}`,
    ],
    [
      'if something follows it',
      long,
      `the snapshot is not whole: expected ${snapshot.length} bytes, got ${snapshot.length + 1}`,
    ],
    ['if it is something else', changed(0), 'these bytes are no snapshot of a machine'],
    [
      'if it has another format',
      changed(8),
      'the snapshot has an unknown format: expected version 1, got 17',
    ],
    [
      'if it is damaged',
      changed(60),
      'the snapshot is damaged: its check does not match its state',
    ],
  ])('%s', (_, bytes, sentence) => {
    expect(() => image.restore(bytes)).toThrow(new Error(sentence));
  });

  it('at every place at which a byte of it is another', () => {
    for (const at of snapshot.keys()) expect(() => image.restore(changed(at))).toThrow();
  });
});

it('a digest is a whole number below 2^52, and no two short strings share one', () => {
  const digests = new Set<number>();
  for (let one = 0; one < 256; one += 1) {
    digests.add(digestOf(Uint8Array.of(one)));
    for (let other = 0; other < 256; other += 1) digests.add(digestOf(Uint8Array.of(one, other)));
  }
  expect(digests.size).toBe(256 + 65_536);
  for (const digest of digests) expect(digest >= 0 && digest < 2 ** 52).toBe(true);
  const upperHalf = [...digests].filter((digest) => digest >= 2 ** 51).length;
  expect(Math.abs(upperHalf / digests.size - 0.5)).toBeLessThan(0.01);
});
