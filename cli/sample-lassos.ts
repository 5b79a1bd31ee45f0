import type { LassoBundle } from '../counterexamples/bundle.ts';
import { specificationNamed } from '../counterexamples/catalogue.ts';
import type { Spec } from '../model/spec.ts';
import { livenessScopes } from '../properties/checker/explore/liveness-scopes.ts';
import { obligations } from '../properties/checker/explore/obligations.ts';
import { lassosUnder } from '../properties/checker/explore/protocol-lassos.ts';
import { lassoBundleOf, toldOf } from './lasso-bundle.ts';

/** A specification of the catalogue, for tests. */
export const specNamed = (name: string): Spec => {
  const spec = specificationNamed(name);
  if (spec === null) throw new Error(`no specification is named ${name}`);
  return spec;
};

/** What `explore` finds of a claim in a scope, for tests. */
export const lassoOf = (name: string, scopeName: string, claim: string): LassoBundle => {
  const scope = livenessScopes.find((one) => one.name === scopeName);
  if (scope === undefined) throw new Error(`no scope is named ${scopeName}`);
  const asked = obligations.filter(({ id }) => id === claim);
  const { answers, states } = lassosUnder(specNamed(name), scope, asked, {});
  const [answer] = answers;
  if (answer?.kind !== 'violated') throw new Error(`${claim} is not broken`);
  const certificate = { kind: 'globally shortest', scope: scope.name, states } as const;
  return lassoBundleOf(specNamed(name), claim, scope, toldOf(answer.lasso), certificate);
};
