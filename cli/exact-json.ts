import { shortened } from '../counterexamples/bad-input.ts';

const deepest = 100;

const token = /"([^"\\]*(?:\\.[^"\\]*)*)"|-?\d[\d.eE+-]*|[{}[\]:,]/gsu;

type Open = { readonly keys: Set<string> | null }; // null: a list

const inNumber = (text: string): string | null => {
  const value = Number(text);
  const isExact = /^-?\d+$/.test(text) ? Number.isSafeInteger(value) : Number.isFinite(value);
  return isExact ? null : `where ${text.slice(0, 30)} is beyond the numbers that are exact, 2^53`;
};

/**
 * Why a text, which is JSON, would not arrive as it was said when it is passed on as it was
 * understood: as a clause, or `null` if it does.
 */
export const inexact = (json: string): string | null => {
  // most lines are as JSON is written here, and too short to be deep
  if (json.length <= 2 * deepest && JSON.stringify(JSON.parse(json)) === json) return null;
  const open: Open[] = [];
  let word: string | null = null;
  for (const [sign, text] of json.matchAll(token)) {
    if (sign === '{' || sign === '[') open.push({ keys: sign === '{' ? new Set() : null });
    else if (sign === '}' || sign === ']') open.pop();
    else if (sign === ':') {
      const keys = open.at(-1)?.keys;
      if (word !== null && keys?.has(word))
        return `where ${shortened(JSON.stringify(word))} is there twice`;
      if (word !== null) keys?.add(word);
    } else if (sign !== ',' && text === undefined) {
      const fault = inNumber(sign);
      if (fault !== null) return fault;
    }
    if (open.length > deepest) return `which is nested more than ${deepest} deep`;
    word = text?.includes('\\') === true ? String(JSON.parse(sign)) : (text ?? null);
  }
  return null;
};
