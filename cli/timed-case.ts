import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TimedTrial, timedTrial } from '../properties/simulation/timeliness-check.ts';
import { failuresFolder } from './failures.ts';

const prefix = 'program-timed-';
const suffix = '.ndjson';

/** The report of a timed run that refutes the program, by lines; the first one has its seed. */
const textOf = ({ seed, troubledMs, finding, reports }: TimedTrial): string =>
  [{ format: 1, timed: { seed, troubledMs }, finding }, ...reports]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');

/** Saves it where the next check looks first; `null` if that cannot be. */
export const saveTimed = (trial: TimedTrial, folder: string = failuresFolder): string | null => {
  const hash = createHash('sha256').update(trial.seed).digest('hex').slice(0, 8);
  const file = join(folder, `${prefix}${hash}${suffix}`);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, textOf(trial));
    return file;
  } catch {
    return null;
  }
};

const seedIn = (file: string): string | null => {
  try {
    const [first = ''] = readFileSync(file, 'utf8').split('\n', 1);
    const seed: unknown = JSON.parse(first).timed?.seed;
    return typeof seed === 'string' ? seed : null;
  } catch {
    return null;
  }
};

const filesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder)
      .filter((name) => name.startsWith(prefix) && name.endsWith(suffix))
      .toSorted()
      .map((name) => join(folder, name));
  } catch {
    return []; // nothing was saved yet
  }
};

/** The first of the saved timed runs that refutes the program still. */
export const stillLate = (
  folder: string = failuresFolder,
): { readonly file: string; readonly finding: string } | null => {
  for (const file of filesIn(folder)) {
    const seed = seedIn(file);
    const finding = seed === null ? null : timedTrial(seed).finding;
    if (finding !== null) return { file, finding };
  }
  return null;
};
