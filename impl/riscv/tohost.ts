import type { Elf } from './elf.ts';
import type { Machine } from './machine.ts';
import { ramStart } from './ram.ts';

// Programs that test the processor, and tell how it went by writing to `tohost`, as those of
// riscv-tests do.

const sliceCount = 1000; // instructions between two looks at it

/** How a test has ended. */
export type Verdict =
  | { readonly kind: 'passes' | 'waits' | 'off' | 'unfinished' }
  | { readonly kind: 'fails'; readonly number: number } // of the case
  | { readonly kind: 'asks'; readonly value: number }; // something of a host that it has not

/** Where it ended. */
export type Tested = {
  readonly verdict: Verdict;
  readonly count: number; // instructions
  readonly pc: number;
};

const verdictOf = (value: number): Verdict => {
  if (value === 1) return { kind: 'passes' };
  return (value & 1) === 1 ? { kind: 'fails', number: value >>> 1 } : { kind: 'asks', value };
};

/** The clock of a test is the count, as if an instruction took 10 ns. */
const readingAt = (count: number): number => count / 100_000;

const goOn = (
  machine: Machine,
  limit: number,
  put: (bytes: Uint8Array) => void,
): Verdict | null => {
  switch (machine.run(limit)) {
    case 'trap':
      for (const output of machine.perform(readingAt(machine.position))) {
        if (output.device === 'console') put(output.bytes);
      }
      return null;
    case 'idle':
      machine.interrupt(); // if it waits for the timer
      return machine.hart.isWaiting ? { kind: 'waits' } : null;
    case 'off':
      return { kind: 'off' };
    case 'limit':
      return null;
  }
};

/** Where `tohost` is; `null` if it is nowhere in memory. */
export const tohostIn = ({ symbols }: Elf, memoryBytes: number): number | null => {
  const address = symbols.get('tohost') ?? 0;
  const isWord = address % 4 === 0 && address >= ramStart && address < ramStart + memoryBytes;
  return isWord ? address : null;
};

/** Runs a test to its end, or so many instructions; `put` gets what it prints on its console. */
export const tested = (
  machine: Machine,
  tohost: number,
  limit: number,
  put: (bytes: Uint8Array) => void,
): Tested => {
  const { hart, ram } = machine;
  let verdict: Verdict | null = null;
  while (verdict === null) {
    const ended = goOn(machine, Math.min(limit, machine.position + sliceCount), put);
    const value = ram.words[(tohost - ramStart) / 4] ?? 0;
    if (value !== 0) verdict = verdictOf(value >>> 0);
    else if (ended !== null) verdict = ended;
    else if (machine.position >= limit) verdict = { kind: 'unfinished' };
  }
  return { verdict, count: machine.position, pc: hart.pc };
};
