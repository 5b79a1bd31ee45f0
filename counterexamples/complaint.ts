import type * as t from 'io-ts';
import { type BadInput, shortened, shown } from './bad-input.ts';

/** What is wrong at one place of an input, whatever file it is in. */
export type Complaint = Pick<BadInput, 'place' | 'expected' | 'found'>;

/** A complaint about a value that is not what it should be, or is not there. */
export const complaint = (place: string, expected: string, found: unknown): Complaint => ({
  place,
  expected,
  found: found === undefined ? 'is missing' : `is ${shown(found)}`,
});

/** A JSON path such as `script[3].host`; empty for the whole. */
const pathOf = (context: t.Context): string =>
  context
    .slice(1)
    .map(({ key }) => {
      if (/^\d+$/.test(key)) return `[${key}]`;
      return /^\w+$/.test(key) ? `.${shortened(key)}` : `[${shown(key)}]`;
    })
    .join('')
    .replace(/^\./, '');

/** The first value that could not be decoded: where, what was expected, and what it is. */
export const firstOf = ([first]: t.Errors, whole: string, expected: string): Complaint => {
  const path = pathOf(first?.context ?? []);
  const wanted = first?.context.at(-1)?.type.name ?? expected;
  return complaint(path === '' ? whole : path, wanted, first?.value);
};
