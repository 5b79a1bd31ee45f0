import type { Image } from '../guest/guest.ts';
import type { Settings } from './settings.ts';
import { entryHeaderBytes } from './wire.ts';

/**
 * Bytes in a log buffer of the largest group of entries, at most: the packets of one interrupt and
 * the output that may leave along with them, or what one instruction needs (R32-13).
 */
export const largestGroupOf = (image: Image, { packetGroupMax }: Settings): number =>
  image.largestGroupBytes + (packetGroupMax + 1) * entryHeaderBytes;

/** What is wrong with log buffers that do not hold that; `null` if they do (R32-13). */
export const tooSmallFor = (image: Image, settings: Settings): string | null => {
  const least = largestGroupOf(image, settings);
  const { primaryBytes, backupBytes } = settings;
  if (Math.min(primaryBytes, backupBytes) >= least) return null;
  const got = `got ${primaryBytes} and ${backupBytes}`;
  return `a log buffer holds the largest group of entries of ${image.name}, ${least} bytes: ${got}`;
};
