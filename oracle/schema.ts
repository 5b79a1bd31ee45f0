import type { JsonSchema } from './fields.ts';
import { header } from './header.ts';
import { dids, lineFields } from './observation.ts';

const draft = 'https://json-schema.org/draft/2020-12/schema';

const described = 'One line of an observation: the header, or something that happened.';

/**
 * The JSON Schema of a line, made of the codecs that read it: the header is the first line, and all
 * others are one of the words. What goes with what, and in which order, no schema can say.
 */
export const observationSchema = (): JsonSchema => ({
  $schema: draft,
  title: 'An observation for lockstep validate, line by line',
  description: described,
  anyOf: [{ $ref: '#/$defs/header' }, ...dids.map((did) => ({ $ref: `#/$defs/${did}` }))],
  $defs: Object.fromEntries([
    ['header', header.schema],
    ...[...lineFields].map(([did, { schema }]) => [did, schema] as const),
  ]),
});

/** The schema as the text of its file. */
export const schemaText = (): string => `${JSON.stringify(observationSchema(), null, 2)}\n`;
