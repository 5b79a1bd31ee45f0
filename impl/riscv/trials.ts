import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Image } from '../guest/guest.ts';
import { elfIn } from './elf.ts';
import { riscvImage, type Software } from './image.ts';

// What the tests of the machine share: its guests, as they are built in the repository.

const folder = fileURLToPath(new URL('../../guests/built/', import.meta.url));

/** Where a guest is. */
export const guestFile = (guest: string): string => `${folder}${guest}.elf`;

/** Small enough for a digest of all of it now and then. */
const memoryBytes = 8 << 20;

/** A machine with one of the guests, for tests. */
export const guestImage = (guest: string): Image => {
  const { pieces, entry } = elfIn(guest, readFileSync(guestFile(guest)), memoryBytes);
  const software: Software = {
    ...{ name: guest, pieces, entry, memoryBytes },
    ...{ sectorCount: 1024, commandLine: '' },
  };
  return riscvImage(software);
};
