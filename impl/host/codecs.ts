import * as t from 'io-ts';

/** How values of one kind are written and read; its name says what is expected. */
export type Codec<A> = t.Type<A, unknown>;

/** Bytes as text, in a message of one line. */
export const Bytes: t.Type<Uint8Array, string> = new t.Type<Uint8Array, string>(
  'Bytes',
  (value): value is Uint8Array => value instanceof Uint8Array,
  (value, context) =>
    typeof value === 'string'
      ? t.success(new Uint8Array(Buffer.from(value, 'base64')))
      : t.failure(value, context),
  (bytes) => Buffer.from(bytes).toString('base64'),
);

/** The name of a copy or a host: short, and nothing that a file or a frame could not hold. */
export const Label: t.Type<string, string> = new t.Type<string, string>(
  'Label',
  (value): value is string => typeof value === 'string',
  (value, context) =>
    typeof value === 'string' && /^[!-~](?:[ -~]{0,98}[!-~])?$/.test(value)
      ? t.success(value)
      : t.failure(value, context),
  (value) => value,
);

/** A whole number that is not negative. */
export const Count: t.Type<number, number> = new t.Type<number, number>(
  'Count',
  (value): value is number => Number.isSafeInteger(value) && Number(value) >= 0,
  (value, context) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
      ? t.success(value)
      : t.failure(value, context),
  (value) => value,
);

/** A whole number within a range, ends included. */
export const bounded = (from: number, to: number): Codec<number> =>
  new t.Type<number, number>(
    `a whole number from ${from} to ${to}`,
    (value): value is number => Number.isSafeInteger(value),
    (value, context) =>
      typeof value === 'number' && Number.isSafeInteger(value) && value >= from && value <= to
        ? t.success(value)
        : t.failure(value, context),
    (value) => value,
  );

/** One of a few words. */
export const oneOf = <K extends string>(...words: readonly K[]): Codec<K> =>
  new t.Type<K, K>(
    words.map((word) => JSON.stringify(word)).join(' or '),
    (value): value is K => words.some((word) => word === value),
    (value, context) => {
      const found = words.find((word) => word === value);
      return found === undefined ? t.failure(value, context) : t.success(found);
    },
    (value) => value,
  );

/** A text of a certain form. */
export const matching = (pattern: RegExp, what: string): Codec<string> =>
  new t.Type<string, string>(
    what,
    (value): value is string => typeof value === 'string',
    (value, context) =>
      typeof value === 'string' && pattern.test(value)
        ? t.success(value)
        : t.failure(value, context),
    (value) => value,
  );

/** It, or `null`. */
export const orNull = <A>(codec: Codec<A>): Codec<A | null> =>
  new t.Type<A | null, unknown>(
    `${codec.name} or null`,
    (value): value is A | null => value === null || codec.is(value),
    (value, context) => (value === null ? t.success(null) : codec.validate(value, context)),
    (value) => (value === null ? null : codec.encode(value)),
  );
