import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Image } from '../guest/guest.ts';
import { imageNamed } from '../guest/images.ts';
import { elfIn } from '../riscv/elf.ts';
import { riscvImage, type Software } from '../riscv/image.ts';
import { rawIn } from '../riscv/raw.ts';
import type { Geometry } from './shared-disk.ts';

const root = import.meta.url.endsWith('.ts') ? '../../' : '../../../';
const fileAt = (path: string): string => fileURLToPath(new URL(root + path, import.meta.url));

/** The guests that come with the program; `guests/README.md` says what each does. */
export const builtGuests: readonly string[] = [
  'compute',
  'devices',
  'disk',
  'echo',
  'input',
  'key-value',
  'timer',
];

/** Where `npm run guest:linux` leaves Linux. */
export const linuxFile: string = fileAt('build/linux/Image');

/** How large a machine is. */
export type Machine = Pick<Software, 'memoryBytes' | 'sectorCount'>;

/** The machine of bare-metal software, and that of Linux. */
const small = { memoryBytes: 8 << 20, sectorCount: 1024 };
const large = { memoryBytes: 32 << 20, sectorCount: 8192 };
const linuxCommandLine = 'console=ttyS0';

/** The disk of a machine whose guest has that name. */
export const riscvDiskOf = (guest: string): Geometry => ({
  blockCount: (guest.startsWith('linux') ? large : small).sectorCount,
  blockBytes: 512,
});

const readable = (path: string): Uint8Array | string => {
  try {
    return readFileSync(path);
  } catch (error) {
    return `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
};

/** The image of a file, or what is wrong with it. */
const imageIn = (path: string, software: (bytes: Uint8Array) => Software): Image | string => {
  const bytes = readable(path);
  if (typeof bytes === 'string') return bytes;
  try {
    return riscvImage(software(bytes));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

const riscvIn = (path: string, what: string, machine: Machine): Image | string =>
  imageIn(path, (bytes) => ({
    name: `riscv ${what}`,
    ...elfIn(what, bytes, machine.memoryBytes),
    ...machine,
    commandLine: '',
  }));

const builtFile = (what: string): string => fileAt(`guests/built/${what}.elf`);

/** A guest that comes along, on a machine of another size; a sentence if it cannot be. */
export const builtImage = (what: string, machine: Machine): Image | string =>
  riscvIn(builtFile(what), what, machine);

const riscvNamed = (words: readonly string[]): Image | string => {
  const [what] = words;
  if (what === undefined || words.length > 1) {
    const known = `a file, or one of ${builtGuests.join(', ')}`;
    return `riscv runs an ELF file: expected ${known}; got '${words.join(' ')}'`;
  }
  return riscvIn(builtGuests.includes(what) ? builtFile(what) : resolve(what), what, small);
};

const linuxNamed = (words: readonly string[]): Image | string => {
  const [what = linuxFile, ...rest] = words;
  if (rest.length > 0) return `linux takes one file: got '${words.join(' ')}'`;
  if (words.length === 0 && !existsSync(linuxFile)) {
    return `there is no ${linuxFile}: npm run guest:linux builds it, from Debian's linux-source`;
  }
  return imageIn(what, (bytes) => ({
    name: 'linux',
    ...rawIn(what, bytes, large.memoryBytes),
    ...large,
    commandLine: linuxCommandLine,
  }));
};

/**
 * The machine that words name, with its software: `riscv` with a guest that comes along or an ELF
 * file, `linux` with an Image or the one that was built, or an image without a file.
 */
export const guestNamed = (words: readonly string[]): Image | string => {
  const [kind, ...rest] = words.flatMap((word) => word.split(/\s+/)).filter((word) => word !== '');
  switch (kind) {
    case 'riscv':
      return riscvNamed(rest);
    case 'linux':
      return linuxNamed(rest);
    case 'key-value':
    case 'fold':
      return imageNamed(words);
    default: {
      const known = 'riscv, linux, key-value or fold';
      return `there is no such guest: expected ${known}, got '${kind ?? ''}'`;
    }
  }
};
