import { type Piece, refused } from './elf.ts';
import { pageBytes, ramStart } from './ram.ts';

/** What a raw Image of Linux for RISC-V holds for the machine. */
export type Raw = { readonly entry: number; readonly pieces: readonly Piece[] };

const headBytes = 64;
const magic = 0x05435352; // RSC, 5
const treePages = 2; // the device tree is above it

/**
 * Reads a raw Image, whose head says how far from the beginning of memory it goes and how much of
 * it it needs. Throws a sentence that begins with the name if it is none, or does not fit.
 */
export const rawIn = (name: string, bytes: Uint8Array, memoryBytes: number): Raw => {
  if (bytes.length < headBytes) return refused(name, 'it is shorter than the head of an Image');
  const head = new DataView(bytes.buffer, bytes.byteOffset, headBytes);
  if (head.getUint32(56, true) !== magic) return refused(name, 'it is no Image for RISC-V');
  const [offset, far] = [head.getUint32(8, true), head.getUint32(12, true)];
  const [size, vast] = [head.getUint32(16, true), head.getUint32(20, true)];
  const end = offset + Math.max(size, bytes.length) + treePages * pageBytes;
  if (far !== 0 || vast !== 0 || end > memoryBytes) {
    return refused(name, `it needs ${end} bytes of memory, the machine has ${memoryBytes}`);
  }
  const entry = ramStart + offset;
  return { entry, pieces: [{ address: entry, bytes }] };
};
