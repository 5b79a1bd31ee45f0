import { elfIn } from '../impl/riscv/elf.ts';
import { booted } from '../impl/riscv/image.ts';
import type { Machine } from '../impl/riscv/machine.ts';
import { type Tested, tested, tohostIn } from '../impl/riscv/tohost.ts';
import { readBytes } from './files.ts';
import { type ElfOptions, exitCodes } from './options.ts';
import { complain, type Terminal, withoutControls } from './terminal.ts';

const memoryBytes = 64 << 20;

const hex = (number: number): string => `0x${number.toString(16)}`;

const toldOf = ({ verdict, count, pc }: Tested): string => {
  const there = `after ${count} instructions, at ${hex(pc)}`;
  switch (verdict.kind) {
    case 'passes':
      return `passes, ${there}`;
    case 'fails':
      return `fails in case ${verdict.number}, ${there}`;
    case 'asks':
      return `asks for what there is not by ${hex(verdict.value)} in tohost, ${there}`;
    case 'waits':
      return `waits for ever, ${there}`;
    case 'off':
      return `is off and has said nothing, ${there}`;
    case 'unfinished':
      return `has not ended ${there}`;
  }
};

type Loaded = { readonly tohost: number; readonly machine: Machine };

/** What is in a file, or a sentence about what is wrong with it. */
const loaded = (file: string): Loaded | string => {
  const bytes = readBytes(file);
  if (!(bytes instanceof Uint8Array)) return bytes.sentence;
  try {
    const elf = elfIn(file, bytes, memoryBytes);
    const tohost = tohostIn(elf, memoryBytes);
    if (tohost === null) return `${file} cannot be run: it has no symbol tohost in memory.`;
    const software = { ...elf, name: file, memoryBytes, sectorCount: 0, commandLine: '' };
    return { tohost, machine: booted(software) };
  } catch (error) {
    return `${error instanceof Error ? error.message : error}.`;
  }
};

/** The console of the machine, line by line. */
const consoleOn = ({ print }: Terminal) => {
  const decoder = new TextDecoder();
  let line = '';
  return {
    put: (bytes: Uint8Array): void => {
      const lines = `${line}${decoder.decode(bytes, { stream: true })}`.split('\n');
      line = lines.pop() ?? '';
      for (const whole of lines) print(withoutControls(whole));
    },
    end: (): void => {
      if (line !== '') print(withoutControls(line));
    },
  };
};

/** Runs a test of the processor. */
export const runElf = (file: string, { limit }: ElfOptions, terminal: Terminal): number => {
  const test = loaded(file);
  if (typeof test === 'string') {
    complain(terminal, test);
    return exitCodes.badInput;
  }
  const { put, end } = consoleOn(terminal);
  const result = tested(test.machine, test.tohost, limit, put);
  end();
  terminal.print(`${file} ${toldOf(result)}.`);
  return result.verdict.kind === 'passes' ? exitCodes.holds : exitCodes.refuted;
};
