import type { Unseen } from './unseen.ts';

/** Programs that do the right thing at the wrong time, where no run comes to a case that tells. */
export const ofTime: readonly Unseen[] = [
  {
    name: 'idle-is-stalled',
    mistake: 'nothing moves because there is nothing to do, and that counts as a stall',
    cites: ['R23-3'],
    policies: { isOutstanding: () => true },
    because:
      'no-suspicion-without-cause asks for it, but clients write all the time: no backup of a ' +
      'timed run has nothing to consume for a stall timeout',
  },
  {
    name: 'buffer-one-short',
    mistake: 'the primary stops where a group would just fit into its log buffer',
    cites: ['R32-6', 'R32-13'],
    policies: { fits: (groupBytes, roomBytes) => groupBytes + 96 <= roomBytes },
    because: 'it is the program with a smaller buffer, and how large it is the report does not say',
  },
  {
    name: 'reads-one-short',
    mistake: 'the backup stops reading with room for one entry free',
    cites: ['R32-4', 'R32-13'],
    policies: { readable: (freeBytes) => Math.max(0, freeBytes - 96) },
    because: 'it is the program with a smaller buffer, and how large it is the report does not say',
  },
];
