import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elfIn } from './elf.ts';
import { booted } from './image.ts';
import { assembled } from './isa/assemble.ts';
import { type ElfContent, elfOf } from './isa/elf-file.ts';
import { ramStart } from './ram.ts';
import { tested, tohostIn } from './tohost.ts';

const memoryBytes = 0x10000;
const tohost = ramStart + 0x800;

const bytesOf = (program: string): Uint8Array =>
  new Uint8Array(Int32Array.from(assembled(program, ramStart).words).buffer);

const programOf = (program: string, more: Partial<ElfContent> = {}): Uint8Array =>
  elfOf({
    entry: ramStart,
    segments: [{ address: ramStart, bytes: bytesOf(program), memoryBytes: 0x1000 }],
    symbols: { _start: ramStart, tohost },
    ...more,
  });

const putsOut = `li x1, 0x10000000; addi x2, x0, 72; sb x2, 0(x1); addi x2, x0, 105; sb x2, 0(x1)`;
const says = (value: number): string =>
  `li x1, ${tohost}; li x2, ${value}; sw x2, 0(x1); jal x0, 0`;

const run = (elf: Uint8Array, limit = 100_000) => {
  const read = elfIn('a test', elf, memoryBytes);
  const at = tohostIn(read, memoryBytes);
  if (at === null) return null;
  const software = { ...read, name: 'a test', memoryBytes, sectorCount: 0, commandLine: '' };
  const text: number[] = [];
  return { ...tested(booted(software), at, limit, (bytes) => void text.push(...bytes)), text };
};

describe('a test program', () => {
  it.each([
    [`${putsOut}; ${says(1)}`, { kind: 'passes' }],
    [says(7), { kind: 'fails', number: 3 }],
    [says(-1), { kind: 'fails', number: 0x7fffffff }],
    [says(0x2000), { kind: 'asks', value: 0x2000 }],
    ['jal x0, 0', { kind: 'unfinished' }],
    ['.word 0', { kind: 'unfinished' }], // it traps to where nothing is, again and again
    ['wfi', { kind: 'waits' }],
    ['li x1, 0x00100000; li x2, 0x5555; sw x2, 0(x1)', { kind: 'off' }],
    [
      `csrrs x3, time, x0; li x1, 0x02004000; sw x0, 4(x1); li x2, 500; sw x2, 0(x1); li x2, 128
      csrrw x0, mie, x2; wfi; ${says(1)}`,
      { kind: 'passes' },
    ],
  ])('%s: %j', (program, verdict) => {
    expect(run(programOf(program))?.verdict).toEqual(verdict);
  });

  it('has a console', () => {
    expect(run(programOf(`${putsOut}; ${says(1)}`))?.text).toEqual([72, 105]);
  });

  it('stops at its limit', () => {
    expect(run(programOf('jal x0, 0'), 777)).toMatchObject({ count: 777, pc: ramStart });
  });

  it('has to have its symbol in memory', () => {
    for (const symbols of [{}, { tohost: 4 }, { tohost: tohost + 2 }, { to: tohost }]) {
      expect(run(programOf('wfi', { symbols: { ...symbols } }))).toBe(null);
    }
  });
});

const patched = (elf: Uint8Array, at: number, ...bytes: readonly number[]): Uint8Array => {
  const copy = elf.slice();
  copy.set(bytes, at);
  return copy;
};

describe('a file', () => {
  const good = programOf(says(1));
  const overlapping = [0, 0xff0].map((offset) => ({
    address: ramStart + offset,
    bytes: Uint8Array.of(1),
    memoryBytes: 0x1000,
  }));

  it.each([
    [new Uint8Array(), 'the head of an ELF file ends at byte 52, the file at byte 0'],
    [new Uint8Array(60), 'it is no ELF file'],
    [patched(good, 4, 2), 'expected an ELF file of 32 bits, little endian'],
    [patched(good, 5, 2), 'expected an ELF file of 32 bits, little endian'],
    [patched(good, 18, 62), 'expected machine 243, RISC-V, found 62'],
    [patched(good, 24, 2), 'expected its entry at a word of memory, found 0x80000002'],
    [patched(good, 27, 0), 'expected its entry at a word of memory, found 0x0'],
    [patched(good, 52, 0), 'it has nothing to load'],
    [
      patched(good, 67, 0x70),
      'a segment goes from 0x70000000 to 0x70001000, memory from 0x80000000 to 0x80010000',
    ],
    [
      patched(good, 75, 1),
      'a segment goes from 0x80000000 to 0x81001000, memory from 0x80000000 to 0x80010000',
    ],
    [patched(good, 71, 1), 'a segment has more bytes in the file than in memory'],
    [patched(good, 59, 1), /^a segment ends at byte \d+, the file at byte \d+$/],
    [good.subarray(0, good.length - 1), /^a segment ends at byte \d+, the file at byte \d+$/],
    [patched(good, 35, 1), /^a section header ends at byte \d+, the file at byte \d+$/],
    [programOf('wfi', { segments: overlapping }), 'two segments are at 0x80000ff0'],
  ])('that is none is refused with a sentence (%#)', (bytes, because) => {
    const refused = (): unknown => elfIn('x.elf', bytes, memoryBytes);
    const expected =
      typeof because === 'string' ? `x.elf cannot be loaded: ${because}` : /^x.elf can/;
    expect(refused).toThrow(expected);
    if (typeof because !== 'string') {
      expect(refused).toThrow(new RegExp(because.source.replace('^', ': ')));
    }
  });

  it('of any content is loaded, or refused with a sentence, and then runs', () => {
    const numbers = [0, 1, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0xffffffff, ramStart, 243];
    const change = fc.tuple(
      fc.nat({ max: good.length - 1 }),
      fc.oneof(
        fc
          .constantFrom(...numbers)
          .map((number) => [
            number & 255,
            (number >> 8) & 255,
            (number >> 16) & 255,
            number >>> 24,
          ]),
        fc.array(fc.nat({ max: 255 }), { minLength: 1, maxLength: 4 }),
      ),
    );
    let loadedCount = 0;
    fc.assert(
      fc.property(
        fc.array(change, { maxLength: 4 }),
        fc.nat({ max: 2 * good.length }),
        (changes, end) => {
          const bytes = good.slice();
          for (const [at, part] of changes) bytes.set(part.slice(0, bytes.length - at), at);
          try {
            run(bytes.subarray(0, end), 2000);
            loadedCount += 1;
          } catch (error) {
            expect(String(error)).toMatch(/^Error: a test cannot be loaded: [^\n]{1,150}$/);
          }
        },
      ),
      { numRuns: 3000 },
    );
    expect(loadedCount).toBeGreaterThan(100);
  });

  it('is read in no time, however much it claims to hold', () => {
    const many = Array.from({ length: 2000 }, (_, at) => ({
      address: ramStart + at,
      bytes: new Uint8Array(),
      memoryBytes: memoryBytes - at,
    }));
    expect(() => run(programOf('', { segments: many }))).toThrow('two segments are at');
  });
});
