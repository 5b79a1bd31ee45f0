import { mutants } from '../counterexamples/catalogue.ts';
import { reasonsToStay } from '../counterexamples/reasons-to-stay.ts';
import { claims } from '../properties/catalogue.ts';
import type { Row } from './mutant-worker.ts';

/** Of each mutant that was killed, the claims that it breaks; the first is the one of its story. */
export type Matrix = Readonly<Record<string, readonly string[]>>;

export const matrixOf = (rows: readonly Row[]): Matrix =>
  Object.fromEntries(
    mutants.flatMap(({ spec: { name } }) => {
      const killed = rows.find((row) => row.name === name)?.killed ?? null;
      return killed === null ? [] : [[name, [killed.claim, ...killed.others]]];
    }),
  );

/** One mutant a line. */
export const matrixJson = (matrix: Matrix): string => {
  const lines = Object.entries(matrix).map(
    ([name, broken]) => `  ${JSON.stringify(name)}: ${JSON.stringify(broken)}`,
  );
  return `{\n${lines.join(',\n')}\n}\n`;
};

/** Of each mutant with a scope: the events that shrinking leaves, and those of a shortest story. */
export const lengthsJson = (rows: readonly Row[]): string => {
  const lines = mutants.flatMap(({ spec: { name } }) => {
    const killed = rows.find((row) => row.name === name)?.killed ?? null;
    if (killed === null || killed.scope === null) return [];
    const { claim, scope, shrunk, bundle } = killed;
    const lengths = { claim, scope, shrunk, shortest: bundle.script.length };
    return [`  ${JSON.stringify(name)}: ${JSON.stringify(lengths)}`];
  });
  return `{\n${lines.join(',\n')}\n}\n`;
};

/** What each claim is worth: the mutants that break it, and those that break nothing else. */
export const claimRows = (matrix: Matrix): readonly string[] =>
  claims.map(({ id, claim }) => {
    const killed = Object.entries(matrix).filter(([, broken]) => broken.includes(id));
    const alone = killed.filter(([, broken]) => broken.length === 1).map(([name]) => name);
    const names = alone.length > 3 ? [...alone.slice(0, 3), `${alone.length - 3} more`] : alone;
    const stays = alone.length > 0 ? names.join(', ') : (reasonsToStay[id] ?? '');
    return `| ${id} | ${claim} | ${killed.length} | ${stays} |`;
  });
