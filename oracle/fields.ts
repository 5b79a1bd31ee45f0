import * as t from 'io-ts';
import { type Codec, codecOf, either } from '../counterexamples/codec.ts';

/** A JSON Schema, or a part of one. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** A codec that can also say what it accepts as JSON Schema. */
export type Field<A> = Codec<A> & { readonly schema: JsonSchema };

const field = <A>(codec: Codec<A>, schema: JsonSchema): Field<A> =>
  Object.assign(codec, { schema });

const refined = <A>(
  expected: string,
  is: (value: unknown) => value is A,
  schema: JsonSchema,
): Field<A> => {
  const validate: t.Validate<unknown, A> = (value, context) =>
    is(value) ? t.success(value) : t.failure(value, context);
  return field(new t.Type<A, A, unknown>(expected, is, validate, t.identity), schema);
};

/** A whole number within a range, ends included. */
export const whole = (minimum: number, maximum: number): Field<number> =>
  refined(
    `a whole number from ${minimum} to ${maximum}`,
    (value): value is number =>
      Number.isSafeInteger(value) && Number(value) >= minimum && Number(value) <= maximum,
    { type: 'integer', minimum, maximum },
  );

/** A place in a log, a position, an ordinal: 0 or more, as far as whole numbers are exact. */
export const count: Field<number> = whole(0, Number.MAX_SAFE_INTEGER);

/** A short text of printable ASCII characters: a name, or a digest of something. */
export const label: Field<string> = refined(
  'a text of 1 to 64 printable ASCII characters',
  (value): value is string =>
    typeof value === 'string' && /^[!-~](?:[ -~]{0,62}[!-~])?$/.test(value),
  { type: 'string', minLength: 1, maxLength: 64, pattern: '^[!-~](?:[ -~]{0,62}[!-~])?$' },
);

/** One of a few words. */
export const word = <K extends string | number>(...words: readonly K[]): Field<K> => {
  const known: ReadonlySet<unknown> = new Set(words);
  return refined(
    either(words.map((one) => JSON.stringify(one))),
    (value): value is K => known.has(value),
    { enum: words },
  );
};

export const orNull = <A>(one: Field<A>): Field<A | null> =>
  field(
    codecOf(`${one.name} or null`, (value, context) =>
      value === null ? t.success(null) : one.validate(value, context),
    ),
    { anyOf: [one.schema, { type: 'null' }] },
  );

/** At most so many values of one kind. */
export const listOf = <A>(
  one: Field<A>,
  minItems: number,
  maxItems: number,
): Field<readonly A[]> => {
  const all = t.readonlyArray(one);
  const isList = (value: unknown): value is readonly A[] =>
    Array.isArray(value) &&
    value.length >= minItems &&
    value.length <= maxItems &&
    value.every((item) => one.is(item));
  const validate: t.Validate<unknown, readonly A[]> = (value, context) => {
    if (isList(value)) return t.success(value);
    const isLong = Array.isArray(value) && (value.length < minItems || value.length > maxItems);
    return isLong ? t.failure(value, context) : all.validate(value, context);
  };
  const expected = `a list of ${minItems} to ${maxItems} values`;
  return field(new t.Type(expected, isList, validate, t.identity), {
    type: 'array',
    items: one.schema,
    minItems,
    maxItems,
  });
};

/** A field of whatever it accepts. */
export type AnyField = t.Mixed & { readonly schema: JsonSchema };

/** The fields of an object, by name. */
export type Fields = { readonly [name: string]: AnyField };

type Values<R extends Fields, O extends Fields> = {
  readonly [K in keyof R]: t.TypeOf<R[K]>;
} & { readonly [K in keyof O]?: t.TypeOf<O[K]> };

const misfits = (
  value: Readonly<Record<string, unknown>>,
  required: Fields,
  optional: Fields,
  context: t.Context,
): t.Errors => {
  const names = [...Object.keys(required), ...Object.keys(optional)];
  const errors: t.ValidationError[] = [];
  const put = (name: string, expected: t.Mixed): void => {
    const at = t.appendContext(context, name, expected, value[name]);
    const outcome = expected.validate(value[name], at);
    if ('left' in outcome) errors.push(...outcome.left);
  };
  const absent = codecOf(`absent (the fields here are ${names.join(', ')})`, t.failure);
  for (const name of Object.keys(value)) if (!names.includes(name)) put(name, absent);
  for (const [name, one] of Object.entries(required)) put(name, one);
  for (const [name, one] of Object.entries(optional)) if (name in value) put(name, one);
  return errors;
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object with all of some fields, perhaps some others, and no more. */
export const record = <R extends Fields, O extends Fields>(
  required: R,
  optional: O,
): Field<Values<R, O>> => {
  const needed = Object.entries(required);
  const known: ReadonlyMap<string, AnyField> = new Map([...needed, ...Object.entries(optional)]);
  const is = (value: unknown): value is Values<R, O> => {
    if (!isObject(value)) return false;
    let found = 0;
    for (const name of Object.keys(value)) {
      const one = known.get(name);
      if (one === undefined || !one.is(value[name])) return false;
      if (name in required) found++;
    }
    return found === needed.length;
  };
  const validate: t.Validate<unknown, Values<R, O>> = (value, context) => {
    if (is(value)) return t.success(value);
    return t.UnknownRecord.is(value)
      ? t.failures(misfits(value, required, optional, context))
      : t.failure(value, context);
  };
  const schemas = [...known].map(([name, { schema }]) => [name, schema] as const);
  const expected = `an object with ${Object.keys(required).join(', ')}`;
  return field(
    new t.Type<Values<R, O>, Values<R, O>, unknown>(expected, is, validate, t.identity),
    {
      type: 'object',
      properties: Object.fromEntries(schemas),
      required: Object.keys(required),
      additionalProperties: false,
    },
  );
};
