import { scopeNamed } from '../properties/checker/explore/named-scopes.ts';
import type { Scope } from '../properties/checker/explore/scope.ts';
import { groups } from './groups.ts';
import { timedGroups } from './timed-groups.ts';

const names: ReadonlyMap<string, string> = new Map([
  ...Object.entries(timedGroups).flatMap(([scope, mutants]) =>
    mutants.map((mutant) => [mutant, scope] as const),
  ),
  ...Object.entries(groups).flatMap(([scope, deaths]) =>
    Object.keys(deaths).map((mutant) => [mutant, scope] as const),
  ),
]);

/** The scope in which a mutant dies and the paper is exhausted; there may be none. */
export const dyingScopeOf = (mutant: string): Scope | null => {
  const name = names.get(mutant);
  return name === undefined ? null : scopeNamed(name);
};
