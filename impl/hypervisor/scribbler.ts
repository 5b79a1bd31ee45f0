import { digestOf } from '../guest/digest.ts';
import type { Guest, Image, Pages } from '../guest/guest.ts';
import { PagedMemory } from '../guest/memory.ts';
import { ByteWriter } from './bytes.ts';

/** More than a connection takes at once. */
export const scribbledPages: Pages = { count: 96, bytes: 4096 };

/** Where it writes, a page that it forgets to note, or -1, and what is in its memory at boot. */
export type Scribbling = {
  readonly seed: number;
  readonly breadth: number;
  readonly forgets: number;
  readonly filling: number; // a blank page takes no bytes on its way
};

/**
 * A machine that writes one byte with each instruction, somewhere in its first pages. It
 * tells its digest each time that it is written down, and where it is resumed.
 */
export const scribbler = (
  { seed, breadth, forgets, filling }: Scribbling,
  told: number[],
): Image => {
  const machine = (start: number, memory: PagedMemory): Guest => {
    let position = start;
    const rest = (): Uint8Array => new ByteWriter().u64(position).done();
    const digest = (): number => digestOf(memory.bytes) ^ position;
    const write = (): void => {
      const mixed = Math.imul(position ^ seed, 0x9e3779b1) >>> 0;
      const at = mixed % (breadth * scribbledPages.bytes);
      memory.bytes[at] = (memory.bytes[at] ?? 0) + 1;
      if (Math.floor(at / scribbledPages.bytes) !== forgets) memory.wrote(at, at + 1);
    };
    return {
      ...{ memory, digest, isOff: false, interrupt: write, powerOff: write, operate: write },
      get position() {
        return position;
      },
      run: (limit) => {
        for (; position < limit; position++) write();
        return 'limit';
      },
      ...{ trap: () => null, perform: () => [], outstanding: () => [], complete: () => false },
      ...{ needsOfReceiving: () => [], receive: () => [] },
      snapshot: () => new ByteWriter().u64(position).bytes(memory.bytes).done(),
      rest: () => {
        told.push(digest());
        return rest();
      },
    };
  };
  const resume = (rest: Uint8Array, bytes: Uint8Array): Guest => {
    const position = new DataView(rest.buffer).getUint32(0, true);
    const resumed = machine(position, new PagedMemory(scribbledPages, bytes));
    told.push(resumed.digest());
    return resumed;
  };
  const filled = new Uint8Array(scribbledPages.count * scribbledPages.bytes).fill(filling);
  return {
    ...{ name: 'scribbler', pages: scribbledPages, blockBytes: 4, largestGroupBytes: 64 },
    boot: () => machine(0, new PagedMemory(scribbledPages, filled)),
    restore: (snapshot) => resume(snapshot.slice(0, 8), snapshot.slice(8)),
    resume,
  };
};
