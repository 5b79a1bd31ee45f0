import type { Mutant } from '../mutant.ts';
import { ownArbitration } from './own-arbitration.ts';
import { ownChannel } from './own-channel.ts';
import { ownDetection } from './own-detection.ts';
import { ownFlowControl } from './own-flow-control.ts';
import { ownGoLive } from './own-go-live.ts';
import { ownOutputCommit } from './own-output-commit.ts';
import { ownProtection } from './own-protection.ts';
import { ownReplay } from './own-replay.ts';

/** Mistakes that nobody has told us of: the rules of the model, each slightly wrong. */
export const ownMutants: readonly Mutant[] = [
  ...ownReplay,
  ...ownOutputCommit,
  ...ownChannel,
  ...ownDetection,
  ...ownArbitration,
  ...ownGoLive,
  ...ownProtection,
  ...ownFlowControl,
];
