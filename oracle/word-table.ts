import type { JsonSchema } from './fields.ts';
import { chapters, meanings } from './meanings.ts';
import { type Did, isDid, vocabulary } from './observation.ts';

/** Between these two lines of docs/guide/06-the-oracle.md stands the vocabulary. */
export const wordMarks: readonly [string, string] = ['<!-- words:begin -->', '<!-- words:end -->'];

/** A field with few values shows them; the others are told on the page. */
const shownAs = (name: string, { enum: words }: JsonSchema): string =>
  Array.isArray(words) && words.length < 4 && words.length > 0
    ? `\`${name}\`: ${words.map((word) => `\`${word}\``).join(', ')}`
    : `\`${name}\``;

const valuesOf = (did: Did): string => {
  const { required, optional } = vocabulary[did];
  const named = (fields: object, mark: string): readonly string[] =>
    Object.entries(fields).map(([name, { schema }]) => shownAs(`${name}${mark}`, schema));
  return [...named(required, ''), ...named(optional, '?')].join('; ');
};

const rowOf = (did: Did): string => {
  const { sight, profile } = vocabulary[did];
  return `| \`${did}\` | ${valuesOf(did)} | ${sight} | ${profile} | ${meanings[did]} |`;
};

/** Every word with its values, as tables. */
export const wordTables = (): string =>
  chapters
    .map(([title, words]) =>
      [
        `### ${title}`,
        '',
        '| word | values | sight | profile | what it says |',
        '|---|---|---|---|---|',
        ...words.filter(isDid).map(rowOf),
      ].join('\n'),
    )
    .join('\n\n');

/** The page with the tables of the present vocabulary between their marks. */
export const withWords = (page: string): string => {
  const [begin, end] = wordMarks;
  const from = page.indexOf(begin) + begin.length;
  return `${page.slice(0, from)}\n\n${wordTables()}\n\n${page.slice(page.indexOf(end))}`;
};
