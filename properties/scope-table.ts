import { livenessScopes } from './checker/explore/liveness-scopes.ts';
import { namedScopes } from './checker/explore/named-scopes.ts';
import type { Scope } from './checker/explore/scope.ts';
import { counts } from './checker/explore/scopes/counts.ts';
import { limitsOf } from './checker/explore/scopes/limits.ts';

/** Between these two lines of README.md stands the table. */
export const scopeMarks: readonly [string, string] = [
  '<!-- scopes:begin -->',
  '<!-- scopes:end -->',
];

const kindOf = ({ name, settings }: Scope): string => {
  if (livenessScopes.some((scope) => scope.name === name)) return 'in the end';
  return settings.clock === null ? 'steps' : 'steps, timed';
};

const countOf = ({ name }: Scope): string => {
  const known = counts[name];
  return known === undefined ? '' : known[0].toLocaleString('en-US');
};

/** Every scope, as the table of README.md: how it is described, and what bounds it. */
export const scopeTable = (): string =>
  [
    '| scope | in words | bounds | asked of | situations |',
    '|---|---|---|---|---:|',
    ...[...namedScopes, ...livenessScopes].map(
      (scope) =>
        `| ${scope.name} | ${scope.says} | ${limitsOf(scope)} | ${kindOf(scope)} ` +
        `| ${countOf(scope)} |`,
    ),
  ].join('\n');
