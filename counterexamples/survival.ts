import type { Event } from '../model/event.ts';
import type { Explored } from '../properties/checker/explore/question.ts';
import { type Scope, scopes } from '../properties/checker/explore/scope.ts';
import { countedIn } from '../properties/checker/explore/scopes/counted.ts';
import { type Counts, counts } from '../properties/checker/explore/scopes/counts.ts';
import { groups } from './groups.ts';
import type { Mutant } from './mutant.ts';
import { suits } from './suits.ts';
import { survivors } from './survivors.ts';

/** By benign change and scope: what it comes to, wherever that is not what the paper comes to. */
export type Survivals = Readonly<Record<string, Readonly<Record<string, Counts>>>>;

const small = 12_000; // situations

/**
 * Where a benign change has to survive: in the scope in which it matters most, in that of every
 * group, and in every small one, as far as they suit it.
 */
export const survivalScopes = (mutant: Mutant): readonly Scope[] =>
  scopes.filter(({ name, ...rest }) => {
    const isMeant = survivors[mutant.spec.name]?.scope === name;
    const isSmall = (counts[name]?.[0] ?? Number.POSITIVE_INFINITY) < small;
    return (isMeant || name in groups || isSmall) && suits(mutant, { name, ...rest });
  });

/**
 * How an exploration of a benign change differs from what is written down, in a sentence; `null` if
 * it does not: no claim breaks, and it comes to the counts that are listed or else to the paper's.
 */
export const survivalDifference = (
  survivals: Survivals,
  mutant: string,
  scope: string,
  explored: Explored<Event>,
): string | null => {
  const { extent, refuted } = explored;
  const [broken] = refuted;
  if (broken !== undefined) return `${mutant} breaks ${broken.id} in scope ${scope}.`;
  if (extent !== 'exhausted') return `${mutant} does not exhaust scope ${scope}: ${extent}.`;
  const found = countedIn(explored).counts;
  const known = survivals[mutant]?.[scope] ?? counts[scope] ?? [];
  return found.join() === known.join()
    ? null
    : `${mutant} comes to ${found.join(', ')} in scope ${scope}, not to ${known.join(', ')}.`;
};

/** The lines of the file: one for each change and scope. */
export const survivalsJson = (survivals: Survivals): string => {
  const changes = Object.entries(survivals).map(([mutant, found]) => {
    const lines = Object.entries(found).map(
      ([scope, known]) => `    ${JSON.stringify(scope)}: ${JSON.stringify(known)}`,
    );
    return `  ${JSON.stringify(mutant)}: {\n${lines.join(',\n')}\n  }`;
  });
  return `{\n${changes.join(',\n')}\n}\n`;
};
