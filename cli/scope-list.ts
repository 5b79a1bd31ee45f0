import { livenessScopes } from '../properties/checker/explore/liveness-scopes.ts';
import { namedScopes } from '../properties/checker/explore/named-scopes.ts';
import { counts } from '../properties/checker/explore/scopes/counts.ts';
import { limitsOf } from '../properties/checker/explore/scopes/limits.ts';
import { many } from './numbers.ts';
import { type Terminal, wrapped } from './terminal.ts';

/** Every scope by name: what it is in words, what bounds it, and how many situations it has. */
export const printScopes = ({ print, columns, colours }: Terminal): void => {
  for (const scope of [...namedScopes, ...livenessScopes]) {
    const known = counts[scope.name];
    const size = known === undefined ? '' : ` (${many(known[0], 'situation')})`;
    print(`${colours.bold(scope.name)}${size}`);
    for (const line of wrapped(`  ${scope.says}`, columns, '  ')) print(line);
    for (const line of wrapped(`  ${limitsOf(scope)}`, columns, '  ')) print(colours.dim(line));
  }
};
