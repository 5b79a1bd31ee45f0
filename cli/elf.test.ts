import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { assembled } from '../impl/riscv/isa/assemble.ts';
import { elfOf } from '../impl/riscv/isa/elf-file.ts';
import { ramStart } from '../impl/riscv/ram.ts';
import { runElf } from './elf.ts';
import { collecting } from './terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'lockstep-elf-'));
afterAll(() => rmSync(folder, { recursive: true }));

const tohost = ramStart + 0x800;

const fileOf = (name: string, program: string, symbols = { tohost }): string => {
  const bytes = new Uint8Array(Int32Array.from(assembled(program, ramStart).words).buffer);
  const segments = [{ address: ramStart, bytes, memoryBytes: 0x1000 }];
  const file = join(folder, name);
  writeFileSync(file, elfOf({ entry: ramStart, segments, symbols }));
  return file;
};

const ran = (file: string, limit = 100_000): { readonly code: number; readonly text: string } => {
  const { terminal, text } = collecting();
  const code = runElf(file, { limit }, terminal);
  return { code, text: text().replaceAll(`${folder}/`, '') };
};

describe('lockstep elf', () => {
  const says = (value: number): string =>
    `li x1, ${tohost}; li x2, ${value}; sw x2, 0(x1); jal x0, 0`;

  it('says that a test passes, with what it has printed', () => {
    const puts = [...'ok\u001b[1m\nno'].map(
      (letter) => `addi x4, x0, ${letter.charCodeAt(0)}; sb x4, 0(x3)`,
    );
    const file = fileOf('good.elf', `li x3, 0x10000000; ${puts.join('\n')}; ${says(1)}`);
    expect(ran(file)).toEqual({
      code: 0,
      text: 'ok\nno\ngood.elf passes, after 1020 instructions, at 0x80000064.\n',
    });
  });

  it.each([
    ['bad.elf', says(9), 'bad.elf fails in case 4, after 1000 instructions, at 0x80000014.\n'],
    ['loop.elf', 'jal x0, 0', 'loop.elf has not ended after 2500 instructions, at 0x80000000.\n'],
    ['idle.elf', 'wfi', 'idle.elf waits for ever, after 1 instructions, at 0x80000004.\n'],
  ])('says of %s how it fails, and where', (name, program, text) => {
    expect(ran(fileOf(name, program), 2500)).toEqual({ code: 1, text });
  });

  it('answers what it cannot run with one sentence and exit 2', () => {
    expect(ran(join(folder, 'none.elf'))).toEqual({
      code: 2,
      text: 'lockstep: in none.elf, the file should be readable, but there is no such file.\n',
    });
    writeFileSync(join(folder, 'cut.elf'), Uint8Array.of(0x7f, 0x45));
    expect(ran(join(folder, 'cut.elf'))).toEqual({
      code: 2,
      text:
        'lockstep: cut.elf cannot be loaded: ' +
        'the head of an ELF file ends at byte 52, the file at byte 2.\n',
    });
    expect(ran(fileOf('mute.elf', 'wfi', { tohost: 0 }))).toEqual({
      code: 2,
      text: 'lockstep: mute.elf cannot be run: it has no symbol tohost in memory.\n',
    });
  });
});

const compiler = 'riscv64-unknown-elf-gcc';
const programs = fileURLToPath(new URL('../impl/riscv/programs/isa', import.meta.url));

const hasCompiler = (): boolean => {
  try {
    execFileSync(compiler, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
};

const isThere = hasCompiler();
const why = isThere ? '' : `: skipped, for there is no ${compiler}`;

describe.runIf(isThere)(
  `the tests that are built by a toolchain${why}`,
  { timeout: 60_000 },
  () => {
    it.each(readdirSync(programs).filter((name) => name.endsWith('.S')))('%s passes', (name) => {
      const file = join(folder, name.replace('.S', '.elf'));
      const machine = ['-march=rv32ima_zicsr', '-mabi=ilp32', '-nostdlib', '-static'];
      const place = ['-Wl,-Ttext-segment=0x80000000', '-Wl,--no-relax'];
      execFileSync(compiler, [...machine, ...place, '-o', file, join(programs, name)]);
      expect(ran(file)).toMatchObject({ code: 0 });
    });
  },
);
