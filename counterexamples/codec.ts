import { isRight } from 'fp-ts/lib/Either.js';
import * as t from 'io-ts';

/** Decodes a value from outside; its name says what is expected there, in words. */
export type Codec<A> = t.Type<A, unknown>;

/** A codec from what it accepts. What it decodes is already in the form in which it is written. */
export const codecOf = <A>(expected: string, validate: t.Validate<unknown, A>): Codec<A> => {
  const is = (value: unknown): value is A => isRight(validate(value, []));
  return new t.Type<A, unknown>(expected, is, validate, t.identity);
};

/** A whole number within a range, ends included, as the (branded) number it stands for. */
export const whole = <A extends number>(
  from: number,
  to: number,
  brand: (value: number) => A,
): Codec<A> =>
  codecOf(`a whole number from ${from} to ${to}`, (value, context) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= from && value <= to
      ? t.success(brand(value))
      : t.failure(value, context),
  );

/** `A, B or C`. */
export const either = (words: readonly string[]): string =>
  [words.slice(0, -1).join(', '), words.at(-1)].filter((part) => part !== '').join(' or ');

/** One of a few words; listing them as keys lets the compiler find one that was forgotten. */
export const oneOf = <K extends string>(words: Readonly<Record<K, null>>): Codec<K> => {
  const known = t.keyof(words);
  const expected = either(Object.keys(words).map((word) => JSON.stringify(word)));
  return codecOf(expected, (value, context) =>
    known.is(value) ? t.success(value) : t.failure(value, context),
  );
};

export const truth: Codec<boolean> = codecOf('true or false', t.boolean.validate);

/** A text of a certain form. */
export const textLike = (expected: string, form: RegExp): Codec<string> =>
  codecOf(expected, (value, context) =>
    typeof value === 'string' && form.test(value) ? t.success(value) : t.failure(value, context),
  );

export const orNull = <A>(codec: Codec<A>): Codec<A | null> =>
  codecOf(`${codec.name} or null`, (value, context) =>
    value === null ? t.success(null) : codec.validate(value, context),
  );

const absent = (fields: readonly string[]): t.Any =>
  codecOf(`absent (the fields here are ${fields.join(', ')})`, t.failure);

/** An object with these fields and no other: an extra one is an error, not dropped. */
export const closed = <P extends t.Props>(
  props: P,
): t.Type<t.TypeOfProps<P>, t.OutputOfProps<P>, unknown> => {
  const fields = Object.keys(props);
  const open = t.type(props, `an object with ${fields.join(', ')}`);
  const validate: t.Validate<unknown, t.TypeOfProps<P>> = (value, context) => {
    const extra = t.UnknownRecord.is(value)
      ? Object.keys(value).find((key) => !fields.includes(key))
      : undefined;
    if (extra === undefined || !t.UnknownRecord.is(value)) return open.validate(value, context);
    return t.failure(value[extra], t.appendContext(context, extra, absent(fields), value[extra]));
  };
  return new t.Type(open.name, open.is, validate, open.encode);
};

export const listOf = <A>(codec: Codec<A>, from: number, to: number): Codec<readonly A[]> => {
  const any = t.readonlyArray(codec);
  return codecOf(`a list of ${from} to ${to} values`, (value, context) =>
    Array.isArray(value) && value.length >= from && value.length <= to
      ? any.validate(value, context)
      : t.failure(value, context),
  );
};
