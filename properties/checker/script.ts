import type { Event } from '../../model/event.ts';
import type { Settings } from '../../model/settings.ts';

/**
 * One run, as data: the constants, what happened in order, and whether the faults then stop and
 * the protocol is left to itself until it has had time to do what it owes (`calm`). With the
 * specification it determines every state.
 */
export type Script = {
  readonly settings: Settings;
  readonly events: readonly Event[];
  readonly calm: boolean;
};

/**
 * Where a script breaks a claim. `at` is the index of the event whose step breaks it, or the
 * number of events if it is what is still missing at the end of the calm that breaks it.
 */
export type Refutation = { readonly claim: string; readonly at: number };
