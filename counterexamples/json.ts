import { type BadInput, badInput, shown } from './bad-input.ts';

/** What JSON allows at one point of a text. */
type Awaited = 'value' | 'valueOrEnd' | 'key' | 'keyOrEnd' | 'colon' | 'commaOrEnd' | 'nothing';

const words: Readonly<Record<Awaited, string>> = {
  value: 'a value',
  valueOrEnd: 'a value or "]"',
  key: 'the name of a field in double quotes',
  keyOrEnd: 'the name of a field in double quotes or "}"',
  colon: '":"',
  commaOrEnd: '"," or the closing bracket',
  nothing: 'the end of the text',
};

// everything from the space on, without the double quote and the backslash
const string =
  /"[ !#-[\]-\u{10ffff}]*(?:\\(?:["\\/bfnrt]|u[\da-fA-F]{4})[ !#-[\]-\u{10ffff}]*)*"/uy;
const scalar = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const blank = /[\t\n\r ]*/y;
const openString = /"[^"\\]*(?:\\.[^"\\]*)*\\?$/sy;
const openScalar = /-$|-?\d+(?:\.|\.?\d*[eE][+-]?)$|t(?:ru?)?$|f(?:a(?:ls?)?)?$|n(?:ul?)?$/y;

/** Where the token at `at` ends, or `at` itself if there is none of that kind. */
const tokenEnd = (kind: RegExp, text: string, at: number): number => {
  kind.lastIndex = at;
  return kind.test(text) ? kind.lastIndex : at;
};

type Point = { readonly at: number; readonly awaited: Awaited };

/** What follows a complete value, which depends on the bracket that is open around it. */
const afterValue = (open: readonly string[]): Awaited =>
  open.length === 0 ? 'nothing' : 'commaOrEnd';

/** One token further, or `null` if what stands there is not what JSON awaits. */
const advance = (text: string, { at, awaited }: Point, open: string[]): Point | null => {
  const sign = text[at] ?? '';
  const next = (then: Awaited): Point => ({ at: at + 1, awaited: then });
  const isEnd = sign === open.at(-1) && (sign === ']' || sign === '}');
  if (isEnd && awaited.endsWith('OrEnd')) {
    open.pop();
    return next(afterValue(open));
  }
  if (awaited === 'colon') return sign === ':' ? next('value') : null;
  if (awaited === 'commaOrEnd') {
    if (sign !== ',') return null;
    return next(open.at(-1) === '}' ? 'key' : 'value');
  }
  if (awaited === 'nothing') return null;
  const isKey = awaited === 'key' || awaited === 'keyOrEnd';
  if (!isKey && (sign === '{' || sign === '[')) {
    open.push(sign === '{' ? '}' : ']');
    return next(sign === '{' ? 'keyOrEnd' : 'valueOrEnd');
  }
  const end = tokenEnd(sign === '"' || isKey ? string : scalar, text, at);
  if (end === at) return null;
  return { at: end, awaited: isKey ? 'colon' : afterValue(open) };
};

/** The first point at which a text is not JSON any more. It keeps its own stack of brackets. */
const breakOf = (text: string): Point => {
  const open: string[] = [];
  let point: Point = { at: tokenEnd(blank, text, 0), awaited: 'value' };
  for (;;) {
    const next = advance(text, point, open);
    if (next === null) return point;
    point = { ...next, at: tokenEnd(blank, text, next.at) };
  }
};

/** Whether the text just stops at the point or in the middle of the token that begins there. */
const isCutOff = (text: string, { at, awaited }: Point): boolean => {
  const stops = (kind: RegExp): boolean => tokenEnd(kind, text, at) > at;
  if (at === text.length) return true;
  if (awaited.startsWith('value')) return stops(openString) || stops(openScalar);
  return awaited.startsWith('key') && stops(openString);
};

const lineAndColumn = (text: string, at: number, before: number): string => {
  const lines = text.slice(0, at).split(/\r\n|\r|\n/);
  return `line ${before + lines.length}, column ${(lines.at(-1) ?? '').length + 1}`;
};

/**
 * A text as JSON; where it is none, the line and column from which on it is not. So many lines of
 * its file are before it.
 */
export const parseJson = (
  text: string,
  file: string,
  before = 0,
): { readonly value: unknown } | BadInput => {
  try {
    return { value: JSON.parse(text) };
  } catch {
    const point = breakOf(text);
    const expected = words[point.awaited];
    if (isCutOff(text, point)) {
      const rest = point.at === text.length ? expected : `the rest of ${expected}`;
      return badInput(file, lineAndColumn(text, text.length, before), rest, 'the text ends there');
    }
    const token = /^(?:[\w.+-]+|.)/su.exec(text.slice(point.at, point.at + 100))?.[0] ?? '';
    const found = token === '\ufeff' ? 'a byte order mark (BOM)' : shown(token);
    return badInput(file, lineAndColumn(text, point.at, before), expected, `is ${found}`);
  }
};
