import * as t from 'io-ts';
import { type BadInput, badInput, shown } from '../../counterexamples/bad-input.ts';
import { parseJson } from '../../counterexamples/json.ts';
import type { Observed } from '../observation.ts';
import type { Finding } from './finding.ts';
import { headerFor } from './pair-world.ts';
import { isScript, type Script } from './script.ts';

/** A script that has refuted a program, as it is kept in a file. */
export type ConformCase = {
  readonly format: 3;
  readonly kind: 'conform';
  readonly command: readonly string[]; // that was refuted; others can be put to it
  readonly seed: number;
  readonly number: number; // of the script that the seed gave, before it was made small
  readonly finding: Pick<Finding, 'kind' | 'key' | 'cites' | 'sentence'>;
  readonly script: Script;
};

/** The file of a case: with all that was observed, so that it can be judged without a program. */
export const encodeCase = (one: ConformCase, log: readonly Observed[]): string =>
  `${JSON.stringify({ ...one, header: headerFor(one.script), log }, null, 1)}\n`;

const isCase = (value: unknown): value is ConformCase => {
  if (!t.UnknownRecord.is(value)) return false;
  const { command, seed, number, finding, script } = value;
  const isFinding = t.type({ kind: t.string, key: t.string, sentence: t.string }).is(finding);
  const isPlaced = typeof seed === 'number' && typeof number === 'number';
  return t.array(t.string).is(command) && isPlaced && isFinding && isScript(script);
};

/** Whether a text says of itself that it is such a case; nothing else is known of it then. */
export const claimsToBeCase = (text: string): boolean => {
  const parsed = parseJson(text, 'a file');
  if ('sentence' in parsed || !t.UnknownRecord.is(parsed.value)) return false;
  const { format, kind } = parsed.value;
  return format === 3 && kind === 'conform';
};

/** The case in a file's text. */
export const decodeCase = (text: string, file: string): ConformCase | BadInput => {
  const parsed = parseJson(text, file);
  if ('sentence' in parsed) return parsed;
  const { value } = parsed;
  if (isCase(value)) return value;
  const expected = 'a counterexample of lockstep conform';
  return badInput(file, 'the file', expected, `is ${shown(value)}`);
};
