import { readFileSync, writeFileSync } from 'node:fs';
import { mutants, specificationNamed } from '../counterexamples/catalogue.ts';
import { deathsElsewhere } from '../counterexamples/elsewhere.ts';
import type { Mutant } from '../counterexamples/mutant.ts';
import {
  type Survivals,
  survivalDifference,
  survivalScopes,
  survivalsJson,
} from '../counterexamples/survival.ts';
import { paper } from '../model/paper.ts';
import { namedScopes, scopeNamed } from '../properties/checker/explore/named-scopes.ts';
import { countedIn, differenceIn } from '../properties/checker/explore/scopes/counted.ts';
import { type Counts, counts } from '../properties/checker/explore/scopes/counts.ts';
import { shortestOf, untimed, wholeOf } from '../properties/checker/explore/shortest.ts';

const say = (line: string): boolean => process.stdout.write(`${line}\n`);
const counted = (value: number): string => value.toLocaleString('en-US');

const timed = <T>(work: () => T): { readonly done: T; readonly seconds: string } => {
  const began = performance.now();
  const done = work();
  return { done, seconds: ((performance.now() - began) / 1000).toFixed(1) };
};

/** Every named scope under the paper: the sentences in which one is not as it was. */
const ofThePaper = (): readonly string[] => {
  say('| scope | situations | generated | levels | lead out | cases | seconds |');
  say('|---|---:|---:|---:|---:|---|---:|');
  return namedScopes.flatMap((scope) => {
    const { done, seconds } = timed(() => wholeOf(paper, scope));
    const { counts: found, cases } = countedIn(done);
    say(`| ${[scope.name, ...found.map(counted), cases, seconds].join(' | ')} |`);
    return differenceIn(scope.name, done) ?? [];
  });
};

/** Every mutant in the scopes that have a case which that of its group lacks. */
const ofTheGroups = (): readonly string[] => {
  const { done, seconds } = timed(() =>
    deathsElsewhere.flatMap(([mutant, name, claim]) => {
      const [spec, scope] = [specificationNamed(mutant), scopeNamed(name)];
      if (spec === null || scope === null) return `There is no ${mutant} or no ${name}.`;
      const claims = untimed.filter(({ id }) => id === claim);
      const isDead = shortestOf(spec, scope, claims) !== null;
      return isDead ? [] : `${mutant} does not break ${claim} in scope ${name}.`;
    }),
  );
  const dead = deathsElsewhere.length - done.length;
  say(`\n${dead} of ${deathsElsewhere.length} mutants die where their case occurs: ${seconds} s\n`);
  return done;
};

const file = new URL('../counterexamples/survivals.json', import.meta.url);

const isSame = (found: Counts, scope: string): boolean => found.join() === counts[scope]?.join();

type Survived = { readonly sentences: readonly string[]; readonly found: Survivals[string] };

const survived = (survivals: Survivals, mutant: Mutant): Survived => {
  const { name } = mutant.spec;
  const explored = survivalScopes(mutant).map((scope) => {
    const { done, seconds } = timed(() => wholeOf(mutant.spec, scope));
    const sentence = survivalDifference(survivals, name, scope.name, done);
    return { scope: scope.name, counts: countedIn(done).counts, seconds, sentence };
  });
  const others = explored.filter((one) => !isSame(one.counts, one.scope));
  const sum = (of: (one: (typeof explored)[number]) => number): number =>
    explored.reduce((all, one) => all + of(one), 0);
  const situations = sum((one) => one.counts[0]);
  const seconds = sum((one) => Number(one.seconds)).toFixed(1);
  const cells = [name, explored.length, others.length, counted(situations), seconds];
  say(`| ${cells.join(' | ')} |`);
  return {
    sentences: explored.flatMap(({ sentence }) => sentence ?? []),
    found: Object.fromEntries(others.map((one) => [one.scope, one.counts])),
  };
};

/** Every benign change wherever it has to survive; what is new is written if that is asked for. */
const ofTheBenign = (isWritten: boolean): readonly string[] => {
  const survivals: Survivals = JSON.parse(readFileSync(file, 'utf8'));
  say('| benign change | scopes | in which it matters | situations | seconds |');
  say('|---|---:|---:|---:|---:|');
  const rows = mutants
    .filter((mutant) => mutant.breaks === 'nothing' && survivalScopes(mutant).length > 0)
    .map((mutant) => [mutant.spec.name, survived(survivals, mutant)] as const);
  const found = Object.fromEntries(rows.map(([name, one]) => [name, one.found]));
  if (isWritten) writeFileSync(file, survivalsJson(found));
  return rows.flatMap(([, { sentences }]) => sentences);
};

/**
 * Exhausts every named scope, under the paper and under each benign change that it suits, prints
 * what they come to, and gives the sentences in which that is not what is written down.
 */
export const scopeDifferences = (isWritten: boolean): readonly string[] => [
  ...ofThePaper(),
  ...ofTheGroups(),
  ...ofTheBenign(isWritten),
];
