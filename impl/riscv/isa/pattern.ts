import { assert } from '../../assert.ts';

// Instruction formats, as the manual's listings write them (volume I, "RV32/64G Instruction Set
// Listings"): from the highest bit to the lowest, digits that are fixed and fields by name.

/** The fields of an instruction; 0 where it has none of that name. `imm` is sign-extended. */
export type Fields = {
  readonly rd: number;
  readonly rs1: number;
  readonly rs2: number;
  readonly imm: number;
  readonly shamt: number;
  readonly csr: number;
  readonly uimm: number;
};

/** Bits of a word that are bits of a field. */
type Part = {
  readonly name: string;
  readonly at: number;
  readonly to: number;
  readonly width: number;
};

/** A format that has been read. */
export type Pattern = {
  readonly mask: number; // of the fixed bits
  readonly match: number; // their values
  readonly parts: readonly Part[];
};

const widths: Readonly<Record<string, number>> = {
  rd: 5,
  rs1: 5,
  rs2: 5,
  shamt: 5,
  uimm: 5,
  csr: 12,
  aq: 1,
  rl: 1,
  fm: 4,
  pred: 4,
  succ: 4,
};

/** `imm[12|10:5]` is bit 12 and then bits 10 to 5 of `imm`. */
const partsOf = (token: string): readonly (readonly [to: number, width: number])[] => {
  const ranges = /^imm\[(.*)\]$/.exec(token)?.[1];
  if (ranges === undefined) return [[0, widths[token] ?? Number.NaN]];
  return ranges.split('|').map((range) => {
    const [high = Number.NaN, low = high] = range.split(':').map(Number);
    return [low, high - low + 1];
  });
};

/** Reads a format. */
export const patternIn = (text: string): Pattern => {
  let [at, mask, match] = [32, 0, 0];
  const parts: Part[] = [];
  for (const token of text.split(' ')) {
    if (/^[01]+$/.test(token)) {
      at -= token.length;
      mask |= (2 ** token.length - 1) << at;
      match |= Number.parseInt(token, 2) << at;
      continue;
    }
    for (const [to, width] of partsOf(token)) {
      at -= width;
      parts.push({ name: token.replace(/\[.*/, ''), at, to, width });
    }
  }
  assert(at === 0, `a format has 32 bits: ${text}`);
  return { mask, match, parts };
};

const none: Fields = { rd: 0, rs1: 0, rs2: 0, imm: 0, shamt: 0, csr: 0, uimm: 0 };

/** Whether a word has this format. */
export const isOf = ({ mask, match }: Pattern, word: number): boolean => (word & mask) === match;

/** The fields of a word of this format. */
export const fieldsIn = ({ parts }: Pattern, word: number): Fields => {
  const fields = new Map<string, number>();
  for (const { name, at, to, width } of parts) {
    const bits = (word >>> at) & (2 ** width - 1);
    fields.set(name, (fields.get(name) ?? 0) | (bits << to));
  }
  const tops = parts.filter(({ name }) => name === 'imm').map(({ to, width }) => to + width);
  const unused = 32 - Math.max(0, ...tops);
  const imm = ((fields.get('imm') ?? 0) << unused) >> unused;
  return { ...none, ...Object.fromEntries(fields), imm };
};

/** The word of this format with these fields; bits for which there is no room are dropped. */
export const wordOf = ({ match, parts }: Pattern, fields: Fields): number => {
  const named = new Map<string, number>(Object.entries(fields));
  let word = match;
  for (const { name, at, to, width } of parts) {
    word |= (((named.get(name) ?? 0) >>> to) & (2 ** width - 1)) << at;
  }
  return word | 0;
};
