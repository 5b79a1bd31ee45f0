import { controlScopes } from './scopes/control.ts';
import { diskScopes } from './scopes/disk.ts';
import type { Scope } from './scopes/frame.ts';
import { inputScopes } from './scopes/inputs.ts';
import { pairScopes } from './scopes/pair.ts';
import { protectionScopes } from './scopes/protection.ts';
import { vmotionScopes } from './scopes/vmotion.ts';

export type { Scope } from './scopes/frame.ts';

/** The scopes that have names, the one that is explored if none is asked for first. */
export const scopes: readonly Scope[] = [
  ...pairScopes,
  ...inputScopes,
  ...protectionScopes,
  ...diskScopes,
  ...controlScopes,
  ...vmotionScopes,
];
