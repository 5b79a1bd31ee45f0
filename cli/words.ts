import { type BadInput, badInput, shown } from '../counterexamples/bad-input.ts';
import { nearest } from '../counterexamples/nearest.ts';
import { claims as allClaims } from '../properties/catalogue.ts';
import type { Claim } from '../properties/property.ts';
import { listed } from './options.ts';

/** A word on the command line that is none of those that are known there. */
export const unknownWord = (place: string, word: string, known: readonly string[]): BadInput => {
  const meant = nearest(word, known);
  const hint = meant === null ? '' : `; did you mean ${meant}?`;
  return badInput('the command line', place, listed(known), `is ${shown(word)}${hint}`);
};

/** The claims with the ids given, or all; each is known. */
export const claimsNamed = (ids: readonly string[]): readonly Claim[] | BadInput => {
  const known = allClaims.map(({ id }) => id);
  const strange = ids.find((id) => !known.includes(id));
  if (strange !== undefined) return unknownWord('--property', strange, known);
  return allClaims.filter(({ id }) => ids.length === 0 || ids.includes(id));
};
