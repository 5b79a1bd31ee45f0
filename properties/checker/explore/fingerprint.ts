/**
 * Structural fingerprints of 64 bits, in two lanes of 32. Values that are equal as JSON have equal
 * ones, whatever the order of their keys. That of an object or array is made from the sum over
 * its fields, so that a successor's is found from its parent's by the fields in which they differ.
 */

/** The keys of an object, in order, and what each adds to its value's lanes. */
type Shape = {
  readonly keys: readonly string[];
  readonly lows: readonly number[];
  readonly highs: readonly number[];
};

/** An object or array that was fingerprinted, and its parts, for the sake of its successors. */
export type Print = {
  readonly lo: number;
  readonly hi: number;
  readonly sumLo: number;
  readonly sumHi: number;
  readonly shape: Shape | null; // null for an array
  readonly values: readonly unknown[]; // by place
  readonly parts: readonly (Print | null)[]; // by place; null for what has no fields
};

const loSalt = 0x9e3779b9;
const hiSalt = 0x7f4a7c15;

const mix = (value: number, salt: number): number => {
  let mixed = Math.imul(value ^ salt, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
};

type Lanes = { readonly lo: number; readonly hi: number };

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

const shapes = new Map<string, Shape>();

const shapeOf = (keys: readonly string[]): Shape => {
  const name = keys.join();
  const known = shapes.get(name);
  if (known !== undefined) return known;
  const all = keys.map((key) => lanes(`.${key}`));
  const made = { keys, lows: all.map(({ lo }) => lo), highs: all.map(({ hi }) => hi) };
  shapes.set(name, made);
  return made;
};

const isOf = (shape: Shape, keys: readonly string[]): boolean => {
  if (shape.keys.length !== keys.length) return false;
  for (let place = 0; place < keys.length; place++) {
    if (shape.keys[place] !== keys[place]) return false;
  }
  return true;
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

const ofAtom = (value: unknown): void => {
  if (typeof value === 'number') {
    ofNumber(value);
    return;
  }
  const { lo, hi } = lanes(typeof value === 'string' ? value : `\u0000${value}`);
  low = lo;
  high = hi;
};

/** What the value looked at last adds to the sum at a place. */
const placed = (shape: Shape | null, place: number): void => {
  const lo = shape === null ? Math.imul(place + 1, loSalt) : (shape.lows[place] ?? 0);
  const hi = shape === null ? Math.imul(place + 1, hiSalt) : (shape.highs[place] ?? 0);
  low = mix(low + lo, hi);
  high = mix(high ^ hi, lo);
};

const finish = (shape: Shape | null, size: number, sumLo: number, sumHi: number): void => {
  low = mix(sumLo + size, shape === null ? loSalt : hiSalt);
  high = mix(sumHi ^ size, shape === null ? hiSalt : loSalt);
};

const ofPart = (part: unknown, print: Print | null): void => {
  if (print !== null) {
    low = print.lo;
    high = print.hi;
  } else if (isWhole(part)) ofWhole(part);
  else ofAtom(part);
};

const ofWhole = (value: object): void => {
  const isArray = Array.isArray(value);
  const shape = isArray ? null : shapeOf(Object.keys(value));
  const values: readonly unknown[] = isArray ? value : Object.values(value);
  let sumLo = 0;
  let sumHi = 0;
  for (let place = 0; place < values.length; place++) {
    ofPart(values[place], null);
    placed(shape, place);
    sumLo = (sumLo + low) | 0;
    sumHi = (sumHi + high) | 0;
  }
  finish(shape, values.length, sumLo, sumHi);
};

const isLike = (value: object, { shape, values }: Print): boolean => {
  if (shape === null) return Array.isArray(value) && value.length === values.length;
  return !Array.isArray(value) && isOf(shape, Object.keys(value));
};

/** As `ofWhole`, by what differs from another value whose print is known. */
const relative = (value: object, print: Print): void => {
  const { shape, parts, values: old } = print;
  if (!isLike(value, print)) {
    ofWhole(value);
    return;
  }
  const values: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  let { sumLo, sumHi } = print;
  for (let place = 0; place < values.length; place++) {
    const is = values[place];
    if (is === old[place]) continue;
    const part = parts[place] ?? null;
    ofPart(old[place], part);
    placed(shape, place);
    sumLo = (sumLo - low) | 0;
    sumHi = (sumHi - high) | 0;
    if (part !== null && isWhole(is)) relative(is, part);
    else ofPart(is, null);
    placed(shape, place);
    sumLo = (sumLo + low) | 0;
    sumHi = (sumHi + high) | 0;
  }
  finish(shape, values.length, sumLo, sumHi);
};

/** The print of a value, which shares that of every part that it shares with another value. */
export const printOf = (value: object, known: Print | null = null): Print => {
  const isArray = Array.isArray(value);
  const isKnown = known !== null && isLike(value, known);
  const shape = isArray ? null : isKnown ? known.shape : shapeOf(Object.keys(value));
  const values: readonly unknown[] = isArray ? value : Object.values(value);
  const parts: (Print | null)[] = [];
  let sumLo = 0;
  let sumHi = 0;
  for (let place = 0; place < values.length; place++) {
    const part = values[place];
    const old = isKnown || isArray ? (known?.parts[place] ?? null) : null;
    const isSame = old !== null && part === known?.values[place];
    const print = isSame ? old : isWhole(part) ? printOf(part, old) : null;
    parts.push(print);
    ofPart(part, print);
    placed(shape, place);
    sumLo = (sumLo + low) | 0;
    sumHi = (sumHi + high) | 0;
  }
  finish(shape, values.length, sumLo, sumHi);
  return { lo: low, hi: high, sumLo, sumHi, shape, values, parts };
};

/** Writes the fingerprint of a value into two places of an array: a pair would be garbage. */
export const fingerprintInto = (target: Int32Array, value: object): void => {
  ofWhole(value);
  target[0] = low;
  target[1] = high;
};

/** As `fingerprintInto`, from the print of a value that it shares parts with. */
export const relativeInto = (target: Int32Array, value: object, print: Print): void => {
  relative(value, print);
  target[0] = low;
  target[1] = high;
};
