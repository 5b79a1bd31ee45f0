import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { builtGuests, guestNamed, linuxFile } from './software.ts';

const folder = mkdtempSync(join(tmpdir(), 'lockstep-software-'));
afterAll(() => rmSync(folder, { recursive: true }));

const named = (...words: readonly string[]): string => {
  const image = guestNamed(words);
  return typeof image === 'string' ? image : image.name;
};

describe('a guest has a name', () => {
  it.each(builtGuests)('riscv %s comes with the program', (guest) => {
    expect(named('riscv', guest)).toBe(`riscv ${guest}`);
    expect(named(`riscv ${guest}`)).toBe(`riscv ${guest}`);
  });

  it('what has no file is an image of the program', () => {
    expect(named('key-value')).toBe('key-value');
    expect(named('fold', 'compute')).toBe('fold: compute');
  });

  it('linux is what npm run guest:linux has built', ({ skip }) => {
    skip(!existsSync(linuxFile), 'there is no Image of Linux: npm run guest:linux builds it');
    expect(named('linux')).toBe('linux');
  });
});

describe('what names no guest gets a sentence', () => {
  it.each([
    [[], /^there is no such guest: expected riscv, linux, key-value or fold, got ''$/],
    [['minesweeper'], /^there is no such guest: .*, got 'minesweeper'$/],
    [['riscv'], /^riscv runs an ELF file: expected a file, or one of compute, .*; got ''$/],
    [['riscv', 'echo', 'disk'], /^riscv runs an ELF file: .*; got 'echo disk'$/],
    [['riscv', 'none.elf'], /none\.elf cannot be read: ENOENT/],
    [['linux', 'none', 'more'], /^linux takes one file: got 'none more'$/],
    [['linux', 'none'], /^none cannot be read: ENOENT/],
    [['riscv', tmpdir()], /cannot be read: EISDIR/],
  ])('%j', (words, sentence) => {
    expect(named(...words)).toMatch(sentence);
  });

  it('a file that is none of the kind gets one too', () => {
    const path = join(folder, 'text');
    writeFileSync(path, 'not a program\n'.repeat(100));
    expect(named('riscv', path)).toMatch(/text cannot be loaded: it is no ELF file$/);
    expect(named('linux', path)).toMatch(/text cannot be loaded: it is no Image for RISC-V$/);
  });
});
