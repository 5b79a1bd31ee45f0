import { describe, expect, it } from 'vitest';
import { ramStart } from './ram.ts';
import { rawIn } from './raw.ts';

const memoryBytes = 1 << 20;

const imageWith = (offset: number, size: number): Uint8Array => {
  const bytes = new Uint8Array(4096);
  const head = new DataView(bytes.buffer);
  head.setUint32(8, offset, true);
  head.setUint32(16, size, true);
  head.setUint32(56, 0x05435352, true);
  return bytes;
};

describe('a raw Image', () => {
  it('is loaded where its head says', () => {
    const bytes = imageWith(0x1000, 0x8000);
    const entry = ramStart + 0x1000;
    expect(rawIn('Image', bytes, memoryBytes)).toEqual({
      entry,
      pieces: [{ address: entry, bytes }],
    });
  });

  it.each([
    ['nothing', new Uint8Array(), 'it is shorter than the head of an Image'],
    ['what is cut off in its head', imageWith(0, 0).subarray(0, 63), 'it is shorter than'],
    ['zeros', new Uint8Array(64), 'it is no Image for RISC-V'],
    [
      'one larger than memory',
      imageWith(0, memoryBytes),
      'it needs 1056768 bytes of memory, the machine has 1048576',
    ],
    ['one whose size is absurd', imageWith(0xffffffff, 0xffffffff), 'it needs 8589942782 bytes'],
  ])('%s is refused by a sentence', (_, bytes, because) => {
    expect(() => rawIn('Image', bytes, memoryBytes)).toThrow(`Image cannot be loaded: ${because}`);
  });
});
