import { framed } from '../../impl/guest/address.ts';
import type { Image, Operated } from '../../impl/guest/guest.ts';
import { keyValueImage } from '../../impl/guest/key-value.ts';
import { blockCount as savedBlockCount } from '../../impl/guest/saved-block.ts';
import type { WorldOptions } from './world.ts';

/** The outside of a guest: the bytes of its packets and of its keyboard and mouse, by number. */
export type Clients = {
  readonly packet: (number: number) => Uint8Array;
  readonly operated: (kind: Operated['kind'], number: number) => Uint8Array;
};

/** A number as four bytes, the least significant first: what the fold machine takes. */
export const numbered = (number: number): Uint8Array =>
  Uint8Array.from([0, 8, 16, 24], (shift) => (number >>> shift) & 255);

const numbering: Clients = { packet: numbered, operated: (_, number) => numbered(number) };

/** Blocks of the disk that a RISC-V machine has here. */
export const riscvBlockCount = 1024;

const keys = ['a', 'b', 'c'] as const;

/** What client number such asks of the key-value server: of everything something, malformed too. */
const requestOf = (number: number): string => {
  const key = keys[number % keys.length];
  const requests = [
    `put ${key} v${number}`,
    `save ${key}`,
    `get ${key}`,
    `add n ${number}`,
    'time',
    `load ${key}`,
    'count',
    `stir ${number}`,
  ] as const;
  return `#${number} ${requests[number % requests.length]}`;
};

const encoded = (text: string): Uint8Array => new TextEncoder().encode(text);

const asking: Clients = {
  packet: (number) =>
    framed({
      client: { address: '192.0.2.1', port: 1024 + (number % 4) },
      payload: encoded(requestOf(number)),
    }),
  operated: (kind, number) => (kind === 'KEY' ? encoded('stats\n') : numbered(number)),
};

/** Software for the RISC-V machine, by the name that `impl/host/software.ts` gives it. */
const isRiscv = (name: string): boolean => name.startsWith('riscv ');

/** Clients that an image has some use for: whatever is no fold machine takes text. */
export const clientsOf = ({ name }: Pick<Image, 'name'>): Clients =>
  name === keyValueImage.name || isRiscv(name) ? asking : numbering;

const blockCountOf = (name: string): number => {
  if (isRiscv(name)) return riscvBlockCount;
  return name === keyValueImage.name ? savedBlockCount : 2;
};

/** The disk that an image uses; that of the fold machine has two blocks. */
export const diskOf = ({
  name,
  blockBytes,
}: Pick<Image, 'name' | 'blockBytes'>): Pick<WorldOptions, 'blockCount' | 'blockBytes'> => ({
  blockCount: blockCountOf(name),
  blockBytes,
});

/**
 * Instructions that a hint of a script stands for: one of the fold machine, which does something
 * with each, and about a request of any other.
 */
export const instructionsPerHint = ({ name }: Pick<Image, 'name'>): number =>
  name.startsWith('fold') ? 1 : isRiscv(name) ? 2000 : 24;
