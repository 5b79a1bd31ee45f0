import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Script } from '../properties/checker/script.ts';
import type { Known } from '../properties/conformance/refute.ts';
import { isBadInput } from './bad-input.ts';
import { decodeBundle, isLasso } from './bundle.ts';
import { decodeProgramMatrix, type ProgramMatrix } from './program-matrix.ts';

/** The kill matrix of the program in the folder of the counterexamples. */
export const matrixIn = (folder: string): ProgramMatrix => {
  const file = join(folder, 'program.json');
  return existsSync(file) ? (decodeProgramMatrix(readFileSync(file, 'utf8')) ?? {}) : {};
};

/** `null` if there is none, or if it is of a format that is not read any more. */
const scriptIn = (folder: string, name: string): Script | null => {
  const file = join(folder, 'program', `${name}.json`);
  const bundle = existsSync(file) ? decodeBundle(readFileSync(file, 'utf8'), file) : null;
  if (bundle === null || isBadInput(bundle) || isLasso(bundle)) return null;
  const { settings, script, calm } = bundle;
  return { settings, events: script.map(({ id: _, ...event }) => event), calm };
};

/** By what each wrong program is refuted as the folder has it; `null` if by nothing there. */
export const knownIn = (folder: string): ((name: string) => Known | null) => {
  const matrix = matrixIn(folder);
  return (name) => {
    const died = matrix[name];
    if (died?.soak !== undefined) return { by: 'soak', story: died.soak };
    const script = died?.events === undefined ? null : scriptIn(folder, name);
    return script && { by: 'script', script };
  };
};
