import { assert } from '../assert.ts';
import { packetBytesMax } from '../guest/address.ts';
import type { Image } from '../guest/guest.ts';
import { unsealed } from '../guest/snapshot.ts';
import { StateReader } from '../guest/state-bytes.ts';
import { requestBytesMax, sectorBytes } from './block.ts';
import { deviceTree } from './device-tree.ts';
import type { Piece } from './elf.ts';
import { Machine } from './machine.ts';
import { pageBytes, ramStart } from './ram.ts';

/** Software for the machine, and how large a machine it gets. */
export type Software = {
  readonly name: string;
  readonly pieces: readonly Piece[];
  readonly entry: number; // the address of the first instruction
  readonly memoryBytes: number; // whole pages
  readonly sectorCount: number; // of the disk
  readonly commandLine: string;
};

const packetGroupMax = 16;
const entryBytes = 16; // of a completion, besides its data

const memoryOf = ({ pieces, memoryBytes }: Software, tree: Uint8Array): Uint8Array => {
  const memory = new Uint8Array(memoryBytes);
  for (const { address, bytes } of pieces) memory.set(bytes, address - ramStart);
  memory.set(tree, treeAt(memoryBytes, tree) - ramStart);
  return memory;
};

/** The device tree is at the end of memory. */
const treeAt = (memoryBytes: number, tree: Uint8Array): number =>
  ramStart + memoryBytes - Math.ceil(tree.length / pageBytes) * pageBytes;

/** The device tree; throws a sentence if the software leaves no room for it. */
const treeFor = ({ name, pieces, memoryBytes, commandLine }: Software): Uint8Array => {
  const tree = deviceTree(memoryBytes, commandLine);
  const start = treeAt(memoryBytes, tree);
  for (const { address, bytes } of pieces) {
    const end = address + bytes.length;
    if (end <= start) continue;
    const [last, first] = [end, start].map((place) => `0x${place.toString(16)}`);
    throw new Error(
      `${name} cannot be loaded: it ends at ${last}, the device tree begins at ${first}`,
    );
  }
  return tree;
};

/** The machine with that software before its first instruction; throws a sentence as below. */
export const booted = (software: Software): Machine => {
  const { name, memoryBytes, sectorCount, entry } = software;
  const tree = treeFor(software);
  const machine = new Machine(name, memoryOf(software, tree), sectorCount);
  machine.hart.pc = entry;
  machine.hart.x[11] = treeAt(memoryBytes, tree); // a1; a0 is the number of the hart, 0
  return machine;
};

/** A machine with that software; throws a sentence if it is too large for its memory. */
export const riscvImage = (software: Software): Image => {
  const { name, memoryBytes, sectorCount } = software;
  treeFor(software);
  const resume = (rest: Uint8Array, memory: Uint8Array): Machine => {
    const machine = new Machine(name, memory, sectorCount);
    machine.resume(rest);
    return machine;
  };
  return {
    name,
    boot: () => booted(software),
    restore: (snapshot) => {
      const from = new StateReader(unsealed(name, snapshot));
      const rest = from.bytes();
      const memory = new Uint8Array(memoryBytes);
      from.list(() => {
        const [at, page] = [from.number() * pageBytes, from.bytes()];
        const isPage = page.length === pageBytes && at + pageBytes <= memoryBytes;
        assert(isPage, `memory has ${memoryBytes} bytes: got ${page.length} at ${at}`);
        memory.set(page, at);
      });
      from.end();
      return resume(rest, memory);
    },
    pages: { count: memoryBytes / pageBytes, bytes: pageBytes },
    resume,
    blockBytes: sectorBytes,
    largestGroupBytes: Math.max(packetGroupMax * packetBytesMax, requestBytesMax + entryBytes),
  };
};
