import { paper } from '../model/paper.ts';
import type { Spec } from '../model/spec.ts';
import type { Mutant } from './mutant.ts';
import { outputCommitMutants } from './mutants/a-output-commit.ts';
import { loggingChannelMutants } from './mutants/b-logging-channel.ts';
import { replayMutants } from './mutants/c-replay.ts';
import { goLiveMutants } from './mutants/d-go-live.ts';
import { pendingIoMutants } from './mutants/d-pending-io.ts';
import { arbitrationMutants } from './mutants/e-arbitration.ts';
import { detectionMutants } from './mutants/f-detection.ts';
import { protectionMutants } from './mutants/g-protection.ts';
import { controlMutants } from './mutants/h-control-and-vmotion.ts';
import { diskMutants } from './mutants/i-disk.ts';
import { flowControlMutants } from './mutants/i-flow-control.ts';
import { elusiveMutants, ownMutants } from './mutants/own.ts';

/** Every mutant, in the order of the catalogue: the only list. */
export const mutants: readonly Mutant[] = [
  ...outputCommitMutants,
  ...loggingChannelMutants,
  ...replayMutants,
  ...goLiveMutants,
  ...pendingIoMutants,
  ...arbitrationMutants,
  ...detectionMutants,
  ...protectionMutants,
  ...controlMutants,
  ...diskMutants,
  ...flowControlMutants,
  ...ownMutants,
];

const named: ReadonlyMap<string, Spec> = new Map(
  [paper, ...[...mutants, ...elusiveMutants].map(({ spec }) => spec)].map((spec) => [
    spec.name,
    spec,
  ]),
);

/** The specification of that name: the paper's or a mutant's; they are never sent. */
export const specificationNamed = (name: string): Spec | null => named.get(name) ?? null;
