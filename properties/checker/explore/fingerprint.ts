/**
 * Structural fingerprints of 64 bits, in two lanes of 32. Values that are equal as JSON have equal
 * ones, whatever the order of their keys. A fingerprint is the sum, over all that has no parts,
 * of a number made of what it is and where it is; so a successor's is that of its parent, less what
 * has gone and with what has come, and what both share is not looked at.
 */

type Fields = Readonly<Record<string, unknown>>;
type Lanes = { readonly lo: number; readonly hi: number };

const mix = (value: number): number => {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
};

const [loFactor, hiFactor] = [0x9e3779b1, 0x2c1b3c6d];

const lanesOf = (word: string): Lanes => {
  let [lo, hi] = [word.length, ~word.length];
  for (let index = 0; index < word.length; index++) {
    lo = mix(Math.imul(lo, loFactor) + word.charCodeAt(index));
    hi = mix(Math.imul(hi, hiFactor) ^ word.charCodeAt(index));
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

/** What is neither number nor string, and what the parts of an object or an array are held by. */
const marks = {
  null: lanesOf('\u0000null'),
  false: lanesOf('\u0000false'),
  true: lanesOf('\u0000true'),
  object: lanesOf('\u0000object'),
  array: lanesOf('\u0000array'),
  double: lanesOf('\u0000double'),
  word: lanesOf('\u0000word'),
} as const;

// The sum so far: an object for each pair of lanes would be most of the work.
let low = 0;
let high = 0;

// What is looked at counts once, or has gone and counts less than nothing.
const [come, gone] = [1, -1];
type Sign = typeof come | typeof gone;

const add = (sign: Sign, atLo: number, atHi: number, lo: number, hi: number): void => {
  low = (low + Math.imul(sign, mix(atLo ^ Math.imul(lo, loFactor)))) | 0;
  high = (high + Math.imul(sign, mix(atHi + Math.imul(hi, hiFactor)))) | 0;
};

const double = new DataView(new ArrayBuffer(8));

const addNumber = (sign: Sign, value: number, lo: number, hi: number): void => {
  if ((value | 0) === value) {
    add(sign, lo, hi, value, value);
    return;
  }
  double.setFloat64(0, value);
  const upper = double.getInt32(0);
  const lower = double.getInt32(4);
  add(sign, lo, hi, mix(upper ^ marks.double.lo) + lower, mix(lower ^ marks.double.hi) + upper);
};

const addMark = (sign: Sign, mark: Lanes, size: number, lo: number, hi: number): void =>
  add(sign, lo, hi, mark.lo + size, mark.hi ^ size);

const addAtom = (sign: Sign, value: unknown, lo: number, hi: number): void => {
  if (typeof value === 'number') addNumber(sign, value, lo, hi);
  else if (typeof value === 'string') {
    const word = lanes(value);
    add(sign, lo, hi, word.lo ^ marks.word.lo, word.hi ^ marks.word.hi);
  } else {
    const mark = value === null ? marks.null : value === true ? marks.true : marks.false;
    addMark(sign, mark, 0, lo, hi);
  }
};

const isWhole = (value: unknown): value is object => typeof value === 'object' && value !== null;

const atIndexLo = (lo: number, index: number): number => mix(lo + Math.imul(index + 1, loFactor));
const atIndexHi = (hi: number, index: number): number => mix(hi ^ Math.imul(index + 1, hiFactor));
const atKeyLo = (lo: number, key: Lanes): number => mix(lo ^ key.lo);
const atKeyHi = (hi: number, key: Lanes): number => mix(hi + key.hi);

const addValue = (sign: Sign, value: unknown, lo: number, hi: number): void => {
  if (!isWhole(value)) addAtom(sign, value, lo, hi);
  else if (Array.isArray(value)) {
    addMark(sign, marks.array, value.length, lo, hi);
    for (let index = 0; index < value.length; index++) {
      addValue(sign, value[index], atIndexLo(lo, index), atIndexHi(hi, index));
    }
  } else {
    addMark(sign, marks.object, 0, lo, hi);
    const fields = value as Fields;
    for (const name in fields) {
      const key = lanes(name);
      addValue(sign, fields[name], atKeyLo(lo, key), atKeyHi(hi, key));
    }
  }
};

const changeArray = (
  was: readonly unknown[],
  is: readonly unknown[],
  lo: number,
  hi: number,
): void => {
  const both = Math.min(was.length, is.length);
  for (let index = 0; index < both; index++) {
    if (was[index] === is[index]) continue;
    change(was[index], is[index], atIndexLo(lo, index), atIndexHi(hi, index));
  }
  if (was.length === is.length) return;
  addMark(gone, marks.array, was.length, lo, hi);
  addMark(come, marks.array, is.length, lo, hi);
  for (let index = both; index < was.length; index++) {
    addValue(gone, was[index], atIndexLo(lo, index), atIndexHi(hi, index));
  }
  for (let index = both; index < is.length; index++) {
    addValue(come, is[index], atIndexLo(lo, index), atIndexHi(hi, index));
  }
};

/** A field of an object's own, or undefined: plain data has no functions, but its prototype has. */
const ownOf = (fields: Fields, name: string): unknown => {
  const value = fields[name];
  const isInherited = typeof value === 'function' || name === '__proto__';
  return isInherited && !Object.hasOwn(fields, name) ? undefined : value;
};

const sizeOf = (fields: Fields): number => {
  let size = 0;
  for (const _ in fields) size++;
  return size;
};

const leaveObject = (was: Fields, is: Fields, lo: number, hi: number): void => {
  for (const name in was) {
    if (ownOf(is, name) !== undefined) continue;
    const key = lanes(name);
    addValue(gone, was[name], atKeyLo(lo, key), atKeyHi(hi, key));
  }
};

const changeObject = (was: Fields, is: Fields, lo: number, hi: number): void => {
  let shared = 0;
  for (const name in is) {
    const old = ownOf(was, name);
    const now = is[name];
    if (old !== undefined) shared++;
    if (old === now) continue;
    const key = lanes(name);
    if (old === undefined) addValue(come, now, atKeyLo(lo, key), atKeyHi(hi, key));
    else change(old, now, atKeyLo(lo, key), atKeyHi(hi, key));
  }
  if (sizeOf(was) > shared) leaveObject(was, is, lo, hi);
};

const isList = (value: object): value is readonly unknown[] => Array.isArray(value);

const replace = (was: unknown, is: unknown, lo: number, hi: number): void => {
  addValue(gone, was, lo, hi);
  addValue(come, is, lo, hi);
};

const change = (was: unknown, is: unknown, lo: number, hi: number): void => {
  if (!isWhole(was) || !isWhole(is)) replace(was, is, lo, hi);
  else if (isList(was)) {
    if (isList(is)) changeArray(was, is, lo, hi);
    else replace(was, is, lo, hi);
  } else if (isList(is)) replace(was, is, lo, hi);
  else changeObject(was as Fields, is as Fields, lo, hi);
};

const [rootLo, rootHi] = [0x6a09e667, 0xbb67ae85];

/** Writes the fingerprint of a value into two places of an array: a pair would be garbage. */
export const fingerprintInto = (target: Int32Array, value: object): void => {
  low = 0;
  high = 0;
  addValue(come, value, rootLo, rootHi);
  target[0] = low;
  target[1] = high;
};

/** Turns a value's fingerprint, in the array, into another's; what they share is not looked at. */
export const succeedInto = (target: Int32Array, was: object, is: object): void => {
  low = target[0] ?? 0;
  high = target[1] ?? 0;
  change(was, is, rootLo, rootHi);
  target[0] = low;
  target[1] = high;
};
