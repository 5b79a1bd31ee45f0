import type { Script } from '../properties/checker/script.ts';
import type { Known } from '../properties/conformance/refute.ts';
import { isBadInput } from './bad-input.ts';
import { decodeBundle, isLasso } from './bundle.ts';
import { decodeProgramMatrix, type ProgramMatrix } from './program-matrix.ts';

/** Reads a file of the folder of the counterexamples; `null` if there is none of that name. */
export type Reads = (file: string) => string | null;

/** The kill matrix of the program. */
export const matrixIn = (reads: Reads): ProgramMatrix =>
  decodeProgramMatrix(reads('program.json') ?? '{}') ?? {};

/** `null` if there is none, or if it is of a format that is not read any more. */
const scriptIn = (reads: Reads, name: string): Script | null => {
  const file = `program/${name}.json`;
  const text = reads(file);
  const bundle = text === null ? null : decodeBundle(text, file);
  if (bundle === null || isBadInput(bundle) || isLasso(bundle)) return null;
  const { settings, script, calm } = bundle;
  return { settings, events: script.map(({ id: _, ...event }) => event), calm };
};

/** By what each wrong program is refuted as the folder has it; `null` if by nothing there. */
export const knownIn = (reads: Reads): ((name: string) => Known | null) => {
  const matrix = matrixIn(reads);
  return (name) => {
    const died = matrix[name];
    if (died?.soak !== undefined) return { by: 'soak', story: died.soak };
    const script = died?.events === undefined ? null : scriptIn(reads, name);
    return script && { by: 'script', script };
  };
};
