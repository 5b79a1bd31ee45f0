import { foldImage } from '../../impl/guest/fold.ts';
import { heldToContract } from '../simulation/contract.ts';
import { foldSoak } from '../simulation/plan.ts';
import type { Program } from '../simulation/program.ts';
import type { Reported } from '../simulation/reported.ts';
import { soak } from '../simulation/timed.ts';
import { opinionOf } from './single-machine.ts';
import { sentenceOf } from './trial.ts';

/** How a soak refutes a program: one machine alone, what the calm misses, or a broken invariant. */
export type SoakFinding = {
  readonly kind: 'opinion' | 'missing' | 'fault';
  readonly sentence: string;
};

/** Runs one soak of the program: a while of faults, and a calm; what refutes it, or `null`. */
export const soakTrial = (
  program: Program,
  seed: string,
  troubledMs: number,
): SoakFinding | null => {
  const { program: instructions, plan } = foldSoak(seed, troubledMs);
  const image = foldImage(instructions);
  const reports: Reported[] = [];
  try {
    const { missing, witnessed } = soak(heldToContract(program), image, plan, (reported) =>
      reports.push(reported),
    );
    const opinion = opinionOf(image, reports, witnessed, plan.settings.goLiveOutput);
    if (opinion !== null) return { kind: 'opinion', sentence: opinion };
    return missing === null ? null : { kind: 'missing', sentence: missing };
  } catch (error) {
    return { kind: 'fault', sentence: sentenceOf(error) };
  }
};
