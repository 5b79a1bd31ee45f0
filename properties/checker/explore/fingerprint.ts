/**
 * Structural fingerprints of 64 bits, in two lanes of 32. Values that are equal as JSON have equal
 * ones, whatever the order of their keys. That of an object or array is made from the sum over
 * its fields, so that a successor's is found from its parent's by the fields in which they differ.
 */

type Fields = Readonly<Record<string, unknown>>;

/**
 * An object or array that was fingerprinted, for the sake of those that share parts with it. It is
 * changed in place when it is turned into the print of another value: a state at a time has one.
 */
export type Print = {
  readonly keys: readonly string[] | null; // null for an array
  readonly values: unknown[]; // by place
  readonly parts: (Print | null)[]; // by place; null for what has no fields
  readonly lows: number[]; // what each place adds to the sum
  readonly highs: number[];
  sumLo: number;
  sumHi: number;
  lo: number;
  hi: number;
};

type Lanes = { readonly lo: number; readonly hi: number };

const loSalt = 0x9e3779b9;
const hiSalt = 0x7f4a7c15;

const mix = (value: number, salt: number): number => {
  let mixed = Math.imul(value ^ salt, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
};

const lanesOf = (word: string): Lanes => {
  let [lo, hi] = [word.length, ~word.length];
  for (let index = 0; index < word.length; index++) {
    const code = word.charCodeAt(index);
    lo = mix(lo, code + loSalt);
    hi = mix(hi, code + hiSalt);
  }
  return { lo, hi };
};

const words = new Map<string, Lanes>();

const lanes = (word: string): Lanes => {
  const known = words.get(word);
  if (known !== undefined) return known;
  const made = lanesOf(word);
  words.set(word, made);
  return made;
};

// The lanes of what was looked at last: an object for each pair would be most of the work.
let low = 0;
let high = 0;

const isWhole = (value: unknown): value is object => typeof value === 'object' && value !== null;

const double = new DataView(new ArrayBuffer(8));

const ofNumber = (value: number): void => {
  if ((value | 0) === value) {
    low = mix(value, loSalt);
    high = mix(value, hiSalt);
    return;
  }
  double.setFloat64(0, value);
  low = mix(double.getInt32(0), mix(double.getInt32(4), loSalt));
  high = mix(double.getInt32(0), mix(double.getInt32(4), hiSalt));
};

const singular: ReadonlyMap<unknown, Lanes> = new Map(
  [null, false, true].map((value, index) => [
    value,
    { lo: mix(~index, hiSalt), hi: mix(~index, loSalt) },
  ]),
);

const ofAtom = (value: unknown): void => {
  if (typeof value === 'number') {
    ofNumber(value);
    return;
  }
  const { lo, hi } =
    (typeof value === 'string' ? undefined : singular.get(value)) ?? lanes(`${value}`);
  low = lo;
  high = hi;
};

/** Turns what was looked at last into what it adds to the sum at a place in an array. */
const atIndex = (index: number): void => {
  const place = Math.imul(index + 1, loSalt);
  low = mix(low + place, index);
  high = mix(high ^ place, ~index);
};

/** The same for a field of an object. */
const atKey = (key: string): void => {
  const { lo, hi } = lanes(key);
  low = mix(low + lo, hi);
  high = mix(high ^ hi, lo);
};

const finishArray = (size: number, sumLo: number, sumHi: number): void => {
  low = mix(sumLo + size, 0x2545f491);
  high = mix(sumHi ^ size, 0x4c957f2d);
};

const finishObject = (sumLo: number, sumHi: number): void => {
  low = mix(sumLo, 0x5851f42d);
  high = mix(sumHi, 0x14057b7e);
};

const ofValue = (value: unknown): void => {
  if (!isWhole(value)) ofAtom(value);
  else if (Array.isArray(value)) ofArray(value);
  else ofObject(value as Fields);
};

const ofArray = (value: readonly unknown[]): void => {
  let sumLo = 0;
  let sumHi = 0;
  for (let place = 0; place < value.length; place++) {
    ofValue(value[place]);
    atIndex(place);
    sumLo = (sumLo + low) | 0;
    sumHi = (sumHi + high) | 0;
  }
  finishArray(value.length, sumLo, sumHi);
};

const ofObject = (value: Fields): void => {
  let sumLo = 0;
  let sumHi = 0;
  for (const key in value) {
    ofValue(value[key]);
    atKey(key);
    sumLo = (sumLo + low) | 0;
    sumHi = (sumHi + high) | 0;
  }
  finishObject(sumLo, sumHi);
};

const ofChanged = (value: unknown, part: Print | null): void => {
  if (part === null || !isWhole(value)) ofValue(value);
  else if (Array.isArray(value)) ofArrayLike(value, part);
  else ofObjectLike(value as Fields, part);
};

const ofArrayLike = (value: readonly unknown[], print: Print): void => {
  const { keys, values: old, parts, lows, highs } = print;
  if (keys !== null) {
    ofArray(value);
    return;
  }
  let { sumLo, sumHi } = print;
  for (let place = 0; place < value.length; place++) {
    const is = value[place];
    if (place < old.length) {
      if (is === old[place]) continue;
      sumLo = (sumLo - (lows[place] ?? 0)) | 0;
      sumHi = (sumHi - (highs[place] ?? 0)) | 0;
    }
    ofChanged(is, parts[place] ?? null);
    atIndex(place);
    sumLo = (sumLo + low) | 0;
    sumHi = (sumHi + high) | 0;
  }
  for (let place = value.length; place < old.length; place++) {
    sumLo = (sumLo - (lows[place] ?? 0)) | 0;
    sumHi = (sumHi - (highs[place] ?? 0)) | 0;
  }
  finishArray(value.length, sumLo, sumHi);
};

const ofObjectLike = (value: Fields, print: Print): void => {
  const { keys, values: old, parts, lows, highs } = print;
  let { sumLo, sumHi } = print;
  let place = 0;
  for (const key in value) {
    if (keys === null || keys[place] !== key) {
      ofObject(value);
      return;
    }
    const is = value[key];
    if (is !== old[place]) {
      ofChanged(is, parts[place] ?? null);
      atKey(key);
      sumLo = (sumLo + low - (lows[place] ?? 0)) | 0;
      sumHi = (sumHi + high - (highs[place] ?? 0)) | 0;
    }
    place++;
  }
  if (place === keys?.length) finishObject(sumLo, sumHi);
  else ofObject(value);
};

const emptyPrint = (keys: readonly string[] | null): Print => {
  const sums = { sumLo: 0, sumHi: 0, lo: 0, hi: 0 };
  return { keys, values: [], parts: [], lows: [], highs: [], ...sums };
};

/** Puts a value into a place of a print, and what it adds into the sum. */
const put = (print: Print, place: number, value: unknown): void => {
  const { keys, values, parts, lows, highs } = print;
  const old = place < values.length ? (parts[place] ?? null) : null;
  const part = isWhole(value) ? printOf(value, old) : null;
  if (part === null) ofAtom(value);
  else {
    low = part.lo;
    high = part.hi;
  }
  if (keys === null) atIndex(place);
  else atKey(keys[place] ?? '');
  print.sumLo = (print.sumLo + low - (lows[place] ?? 0)) | 0;
  print.sumHi = (print.sumHi + high - (highs[place] ?? 0)) | 0;
  values[place] = value;
  parts[place] = part;
  lows[place] = low;
  highs[place] = high;
};

const putAll = (print: Print, all: readonly unknown[]): Print => {
  const { values, parts, lows, highs } = print;
  while (values.length > all.length) {
    values.pop();
    parts.pop();
    print.sumLo = (print.sumLo - (lows.pop() ?? 0)) | 0;
    print.sumHi = (print.sumHi - (highs.pop() ?? 0)) | 0;
  }
  for (let place = 0; place < all.length; place++) {
    if (place >= values.length || all[place] !== values[place]) put(print, place, all[place]);
  }
  if (print.keys === null) finishArray(all.length, print.sumLo, print.sumHi);
  else finishObject(print.sumLo, print.sumHi);
  print.lo = low;
  print.hi = high;
  return print;
};

const isOf = (keys: readonly string[], print: Print): boolean =>
  print.keys?.length === keys.length && keys.every((key, place) => print.keys?.[place] === key);

/** The print of a value: made of another one, which then is no more, or of nothing. */
export const printOf = (value: object, known: Print | null = null): Print => {
  if (Array.isArray(value)) {
    return putAll(known !== null && known.keys === null ? known : emptyPrint(null), value);
  }
  const keys = Object.keys(value);
  const print = known !== null && isOf(keys, known) ? known : emptyPrint(keys);
  return putAll(print, Object.values(value));
};

/** Writes the fingerprint of a value into two places of an array: a pair would be garbage. */
export const fingerprintInto = (target: Int32Array, value: object): void => {
  ofValue(value);
  target[0] = low;
  target[1] = high;
};

/** As `fingerprintInto`, from the print of a value that it shares parts with. */
export const relativeInto = (target: Int32Array, value: object, print: Print): void => {
  ofChanged(value, print);
  target[0] = low;
  target[1] = high;
};
