import { isLeft } from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';
import { obligations } from '../properties/checker/explore/obligations.ts';
import { type Codec, closed, codecOf, either, oneOf, truth } from './codec.ts';
import { natural } from './model-codecs.ts';

/** How a lasso never comes to what is owed. Events are counted from the beginning. */
export type Endless = {
  readonly owedFrom: number; // so many events come before it is owed
  readonly asksForBackups: boolean; // false: it is as if nobody ever did
} & (
  | { readonly kind: 'cycle'; readonly from: number } // index of the first that comes again
  | { readonly kind: 'dead end' } // nothing more has to happen
);

const fields = { owedFrom: natural, asksForBackups: truth };
const cycle = closed({ kind: t.literal('cycle'), from: natural, ...fields });
const deadEnd = closed({ kind: t.literal('dead end'), ...fields });
const kinds = t.type({ kind: oneOf({ cycle: null, 'dead end': null }) }, deadEnd.name);

/** That, in a file. */
export const endless: Codec<Endless> = codecOf<Endless>(deadEnd.name, (value, context) => {
  const known = kinds.validate(value, context);
  if (isLeft(known)) return known;
  return (known.right.kind === 'cycle' ? cycle : deadEnd).validate(value, context);
});

const owed = obligations.map(({ id }) => id);

/** The id of a claim about what comes in the end. */
export const owedClaim: Codec<string> = codecOf(
  `${either(owed)}, the claims that a lasso can break`,
  (value, context) => {
    const found = owed.find((id) => id === value);
    return found === undefined ? t.failure(value, context) : t.success(found);
  },
);

/** How many events come before those that come again and again: all of them in a dead end. */
export const loopOf = (lasso: Endless, events: number): number =>
  lasso.kind === 'cycle' ? lasso.from : events;

type Misfit = { readonly place: string; readonly expected: string; readonly found: unknown };

/** What does not go together with a script of so many events; `null` if all of it does. */
export const misfitIn = (lasso: Endless, events: number): Misfit | null => {
  if (lasso.kind === 'cycle' && lasso.from >= events) {
    if (events === 0) return { place: 'script', expected: 'the events of a cycle', found: [] };
    const expected = `at most ${events - 1}, the index of the last event`;
    return { place: 'lasso.from', expected, found: lasso.from };
  }
  const stem = loopOf(lasso, events);
  if (lasso.owedFrom <= stem) return null;
  const which = lasso.kind === 'cycle' ? 'of events before the cycle' : 'of events';
  const expected = `at most ${stem}, the number ${which}`;
  return { place: 'lasso.owedFrom', expected, found: lasso.owedFrom };
};
