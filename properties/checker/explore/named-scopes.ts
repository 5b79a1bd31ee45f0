import { type Scope, scopes } from './scope.ts';
import { small } from './scopes/frame.ts';
import { timedScopes } from './timed-scopes.ts';

/** Where buffers fill: an output at every instruction, and nothing else. */
const buffers: Scope = {
  name: 'buffers',
  says: 'one pair that nothing befalls, with five outputs one after the other, and a suspicion',
  settings: { ...small, program: ['transmit'] },
  most: { interrupt: 0, suspect: 1, testAndSet: 0, requestBackup: 0, announce: 0, reconnect: 0 },
  instructions: 5,
  generations: 1,
  copies: 2,
  packets: 0,
};

/** Every scope that has a name, the one that is explored if none is asked for first. */
export const namedScopes: readonly Scope[] = [...scopes, buffers, ...timedScopes];

/** The scope of that name; there may be none. */
export const scopeNamed = (name: string): Scope | null =>
  namedScopes.find((scope) => scope.name === name) ?? null;
