import { race } from '../../model/disk.ts';
import { specification } from '../../model/paper.ts';
import type { Mutant } from '../mutant.ts';
import { withRows } from './own-rows.ts';
import { performing, replayWith } from './replay-with.ts';

const writer = { program: ['touch p', 'write x p'] } as const;

const backupWrites: Mutant = {
  spec: withRows('backup-writes-shared-disk', {
    replay: replayWith(
      ['replaying'],
      performing(({ device }) => device === 'disk'),
    ),
  }),
  breaks: ['S6', 'S7', 'S3'],
  because:
    'The backup performs the writes that it replays, as it would on a disk of its own. It lags, ' +
    'and takes the shared one back to what the primary has overwritten.',
  cites: ['R20-5', 'R41-1'],
  settings: writer,
};

const afterPhysicalCompletion: Mutant = {
  spec: specification('overlap-after-physical-completion', {
    mustWait: ({ guest, devices }, io) =>
      guest.pending.some(
        (earlier) =>
          earlier.number < io.number &&
          race(earlier, io) &&
          devices.arrived.every((completion) => completion.io !== earlier.number),
      ),
  }),
  breaks: ['S7a', 'S7'],
  because:
    'A write goes to the storage when the one before it on the same block is done there. The ' +
    'backup does not know that it is, takes over, and submits the earlier one again.',
  cites: ['R34-11', 'R34-8'],
  settings: writer,
};

/** I: the shared disk. */
export const diskMutants: readonly Mutant[] = [backupWrites, afterPhysicalCompletion];
