/** What is wrong with an input from outside: one sentence, and the facts that it is made of. */
export type BadInput = {
  readonly file: string;
  readonly place: string; // a JSON path such as `script[3].host`, a line and column, or 'the file'
  readonly expected: string;
  readonly found: string;
  readonly sentence: string;
};

const longest = 60;

/** At most 60 characters of a text, on one line, and nothing that a terminal would obey. */
export const shortened = (text: string): string => {
  // every character counts once: nothing of a pair of surrogates is left over
  const shown = Array.from(text.slice(0, 2 * longest + 2), (character) =>
    /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(character) ? '·' : character,
  );
  return shown.length <= longest ? shown.join('') : `${shown.slice(0, longest - 1).join('')}…`;
};

/** A value as it is told to people. It never looks into the depth of the value. */
export const shown = (value: unknown): string => {
  if (value === undefined) return 'missing';
  if (typeof value === 'string') return shortened(JSON.stringify(value.slice(0, 2 * longest)));
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `a list of ${value.length}`;
  if (typeof value !== 'object' || value === null) return shortened(String(value));
  const keys = Object.keys(value).slice(0, longest);
  return keys.length === 0 ? '{}' : shortened(`an object with ${keys.join(', ')}`);
};

const sentence = (words: string): string => (words.endsWith('?') ? words : `${words}.`);

/** `found` is a clause such as `is "D"` or `is missing`. */
export const badInput = (
  file: string,
  place: string,
  expected: string,
  found: string,
): BadInput => ({
  file,
  place,
  expected,
  found,
  sentence: sentence(`In ${file}, ${place} should be ${expected}, but ${found}`),
});

/** Nothing else that this project decodes has a sentence. */
export const isBadInput = (decoded: object): decoded is BadInput => 'sentence' in decoded;
