import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { howOf, tells, tellsInSoak } from '../properties/conformance/refute.ts';
import {
  allWrong,
  answeredBy,
  timedNamed,
  unseenPrograms,
  wrongNamed,
} from '../properties/conformance/wrong-policies.ts';
import { timedCause } from '../properties/simulation/timeliness-check.ts';
import { isBadInput } from './bad-input.ts';
import { decodeBundle, isLasso } from './bundle.ts';
import { mutants } from './catalogue.ts';
import { decodeProgramMatrix } from './program-matrix.ts';
import { withoutCounterpart } from './without-counterpart.ts';

const pathOf = (name: string): string => fileURLToPath(new URL(`./${name}`, import.meta.url));
const matrix = decodeProgramMatrix(readFileSync(pathOf('program.json'), 'utf8')) ?? {};

const scriptFor = (name: string) => {
  const file = `program/${name}.json`;
  const bundle = decodeBundle(readFileSync(pathOf(file), 'utf8'), file);
  if (isBadInput(bundle)) throw new Error(bundle.sentence);
  if (isLasso(bundle)) throw new Error(`${file} is a lasso`);
  const { settings, script, calm } = bundle;
  return { settings, events: script.map(({ id: _, ...event }) => event), calm };
};

const causeNow = (name: string): string | null => {
  const wrong = wrongNamed(name);
  const died = matrix[name];
  if (wrong === null || died === undefined) return null;
  const timed = timedNamed(name);
  if (died.timed !== undefined) return timed === null ? null : timedCause(timed);
  if (died.soak !== undefined) {
    const finding = tellsInSoak(wrong, died.soak);
    return finding === null ? null : howOf({ by: 'soak', story: died.soak, finding }).cause;
  }
  const script = scriptFor(name);
  const finding = tells(wrong, script);
  return finding === null ? null : howOf({ by: 'script', script, finding, foundEvents: 0 }).cause;
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
