import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { schemaText } from '../oracle/schema.ts';
import { withWords } from '../oracle/word-table.ts';
import { exitCodes, type SchemaOptions } from './options.ts';
import { complain, type Terminal } from './terminal.ts';

const guide = (name: string): string =>
  fileURLToPath(new URL(`../docs/guide/${name}`, import.meta.url));

/** The pages made of the vocabulary, by their files. */
const pages = {
  schema: guide('observation.schema.json'),
  words: guide('06-the-oracle.md'),
} as const;

/** `lockstep schema`: the JSON Schema of an observation, printed or written to docs/guide. */
export const schema = (options: SchemaOptions, terminal: Terminal): number => {
  if (options.write !== true) {
    terminal.print(schemaText().trimEnd());
    return exitCodes.holds;
  }
  if (!existsSync(pages.words)) {
    complain(terminal, 'docs/guide is written in a checkout only.');
    return exitCodes.badInput;
  }
  writeFileSync(pages.schema, schemaText());
  writeFileSync(pages.words, withWords(readFileSync(pages.words, 'utf8')));
  terminal.print('docs/guide/observation.schema.json and 06-the-oracle.md are written.');
  return exitCodes.holds;
};
