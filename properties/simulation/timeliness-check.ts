import { programWith } from '../conformance/trial.ts';
import { programOf } from '../conformance/wrong/wrong-program.ts';
import type { Program } from './program.ts';
import type { Reported } from './reported.ts';
import { judged } from './timeliness.ts';
import { breachText, type Timely } from './timeliness-claim.ts';
import { timelySoak } from './timeliness-plan.ts';
import type { WrongTiming } from './wrong-timing.ts';

/** What one timed run has come to. */
export type TimedTrial = {
  readonly seed: string;
  readonly troubledMs: number;
  readonly finding: string | null; // why the program is refuted, as a paragraph
  readonly reached: ReadonlyMap<Timely, number>;
  readonly reports: readonly Reported[];
};

const troubledMs = 3000;

const sentenceOf = (error: unknown): string => {
  if (error instanceof Error && error.message.startsWith('broken ')) return `${error.message}.`;
  throw error;
};

/** A timed run of the program, judged by all that is claimed of its time. */
export const timedTrial = (seed: string, program: Program = programWith()): TimedTrial => {
  const reports: Reported[] = [];
  const run = { seed, troubledMs, reports };
  try {
    const soak = timelySoak(seed, troubledMs);
    const { breaches, missing, reached } = judged(program, soak, (one) => reports.push(one));
    const [breach] = breaches;
    if (breach !== undefined) return { ...run, reached, finding: breachText(breach) };
    const finding = missing === null ? null : `After the calm of timed run ${seed}: ${missing}.`;
    return { ...run, reached, finding };
  } catch (error) {
    const finding = `In timed run ${seed}: ${sentenceOf(error)}`;
    return { ...run, reached: new Map(), finding };
  }
};

/**
 * The claims that refute a wrong program in its run, all that should; `null` if one of them does
 * not, or refutes the right program there too.
 */
export const timedCause = ({ seed, killedBy, ...wrong }: WrongTiming): string | null => {
  const soak = timelySoak(seed, troubledMs);
  const broken = (program: Program): readonly string[] =>
    judged(program, soak, () => undefined).breaches.map(({ claim }) => claim.name);
  const found = broken(programOf(wrong));
  const isTold = killedBy.every((name) => found.includes(name));
  return isTold && broken(programWith()).length === 0 ? killedBy.join(', ') : null;
};
