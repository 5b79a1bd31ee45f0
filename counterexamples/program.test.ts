import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { howOf, refuteAgain } from '../properties/conformance/refute.ts';
import {
  allWrong,
  answeredBy,
  timedNamed,
  unseenPrograms,
  wrongNamed,
} from '../properties/conformance/wrong-policies.ts';
import { timedCause } from '../properties/simulation/timeliness-check.ts';
import { mutants } from './catalogue.ts';
import { knownIn, matrixIn, type Reads } from './program-known.ts';
import { withoutCounterpart } from './without-counterpart.ts';

const pathOf = (name: string): string => fileURLToPath(new URL(`./${name}`, import.meta.url));
const reads: Reads = (file) =>
  existsSync(pathOf(file)) ? readFileSync(pathOf(file), 'utf8') : null;
const matrix = matrixIn(reads);

const knownOf = knownIn(reads);

const causeNow = (name: string): string | null => {
  const wrong = wrongNamed(name);
  const died = matrix[name];
  if (wrong === null || died === undefined) return null;
  const timed = timedNamed(name);
  if (died.timed !== undefined) return timed === null ? null : timedCause(timed);
  const known = knownOf(name);
  const refutal = known && refuteAgain(wrong, known);
  return refutal && howOf(refutal).cause;
};

describe('the kill matrix of the program', () => {
  it.each(Object.keys(matrix))('is as its story says: %s', (name) => {
    expect(causeNow(name)).toBe(matrix[name]?.cause);
  });

  it('has every wrong program, but those of which it is said why not', () => {
    const excused = unseenPrograms.map(({ name }) => name);
    const known = new Set([...Object.keys(matrix), ...excused]);
    expect(allWrong.filter(({ name }) => !known.has(name))).toEqual([]);
    expect(Object.keys(matrix).filter((name) => wrongNamed(name) === null)).toEqual([]);
  });

  it('keeps no script of anything else', () => {
    const files = existsSync(pathOf('program')) ? readdirSync(pathOf('program')) : [];
    const strange = files.filter((file) => matrix[file.replace(/\.\w+$/, '')] === undefined);
    expect(strange).toEqual([]);
  });
});

it('each mutant of the specification has a counterpart in the program, or a reason', () => {
  const names = mutants.filter(({ breaks }) => breaks !== 'nothing').map(({ spec }) => spec.name);
  const answered = allWrong.flatMap(answeredBy);
  const excused = withoutCounterpart.flatMap((reason) => reason.mutants);
  expect([...answered, ...excused].toSorted()).toEqual(names.toSorted());
});
