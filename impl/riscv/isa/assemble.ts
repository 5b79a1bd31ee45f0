import { assert } from '../../assert.ts';
import { type Definition, definitions } from './definitions.ts';
import { type Fields, type Pattern, wordOf } from './pattern.ts';

// An assembler for the programs of tests: the instructions of the table with registers x0 to x31,
// numbers, labels, and `li`, which is two instructions.

const controls: Readonly<Record<string, number>> = {
  mstatus: 0x300,
  mie: 0x304,
  mtvec: 0x305,
  mcounteren: 0x306,
  mscratch: 0x340,
  mepc: 0x341,
  mcause: 0x342,
  mtval: 0x343,
  mip: 0x344,
  mcycle: 0xb00,
  minstret: 0xb02,
  mcycleh: 0xb80,
  time: 0xc01,
};

type Line = { readonly name: string; readonly operands: readonly string[]; readonly at: number };

/** The fields in the order in which they are written, as far as the format has them. */
const orderOf = (name: string, { parts }: Pattern): readonly string[] => {
  const has = new Set(parts.map((part) => part.name));
  const isAccess = /^(l[bhw]u?|jalr)$/.test(name);
  if (isAccess) return ['rd', 'imm', 'rs1'];
  if (/^s[bhw]$/.test(name)) return ['rs2', 'imm', 'rs1'];
  if (has.has('aq')) return has.has('rs2') ? ['rd', 'rs2', 'rs1'] : ['rd', 'rs1'];
  if (name.startsWith('fence')) return [];
  return ['rd', 'csr', 'rs1', 'uimm', 'rs2', 'shamt', 'imm'].filter((field) => has.has(field));
};

const linesIn = (text: string, start: number, labels: Map<string, number>): readonly Line[] => {
  const lines: Line[] = [];
  let at = start;
  for (const line of text.split('\n').flatMap((whole) => whole.replace(/#.*/, '').split(';'))) {
    const [, label, rest = ''] = /^\s*(?:(\w+):)?\s*(.*?)\s*$/.exec(line) ?? [];
    if (label !== undefined) labels.set(label, at);
    const [name = '', ...operands] = rest.split(/[\s,()]+/).filter((word) => word !== '');
    if (name === '') continue;
    lines.push({ name, operands, at });
    at += name === 'li' ? 8 : 4;
  }
  return lines;
};

const none: Fields = { rd: 0, rs1: 0, rs2: 0, imm: 0, shamt: 0, csr: 0, uimm: 0 };

const definitionOf = (name: string): Definition => {
  const definition = definitions.find((one) => one.name === name);
  assert(definition !== undefined, `there is an instruction ${name}`);
  return definition;
};

const encoded = (name: string, fields: Partial<Fields>): number =>
  wordOf(definitionOf(name).pattern, { ...none, ...fields });

/** The words of a program that is at an address, and the addresses of its labels. */
export const assembled = (
  text: string,
  start: number,
): { readonly words: readonly number[]; readonly labels: ReadonlyMap<string, number> } => {
  const labels = new Map<string, number>();
  const numberIn = (operand: string): number => {
    const value = labels.get(operand) ?? controls[operand] ?? Number(operand.replace(/^x/, ' '));
    const number = /^x\d/.test(operand) ? Number(operand.slice(1)) : value;
    assert(Number.isInteger(number), `an operand is a register, a number or a label: ${operand}`);
    return number;
  };
  const wordsOf = ({ name, operands, at }: Line): readonly number[] => {
    if (name === '.word') return [numberIn(operands[0] ?? '') | 0];
    if (name === 'li') {
      const [rd = 0, imm = 0] = operands.map(numberIn);
      const upper = (imm + 0x800) & ~0xfff;
      return [
        encoded('lui', { rd, imm: upper }),
        encoded('addi', { rd, rs1: rd, imm: imm - upper }),
      ];
    }
    const { pattern } = definitionOf(name);
    const order = orderOf(name, pattern);
    assert(order.length === operands.length, `${name} has ${order.join()}: got ${operands.join()}`);
    const isRelative = name === 'jal' || /^b(eq|ne|lt|ge)u?$/.test(name);
    const fields = order.map((field, place): [string, number] => {
      const operand = operands[place] ?? '';
      const value = numberIn(operand);
      return [field, isRelative && labels.has(operand) ? value - at : value];
    });
    return [encoded(name, Object.fromEntries(fields))];
  };
  const lines = linesIn(text, start, labels);
  return { words: lines.flatMap(wordsOf), labels };
};
