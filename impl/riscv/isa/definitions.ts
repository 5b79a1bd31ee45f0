import { type Fields, fieldsIn, isOf, type Pattern, patternIn } from './pattern.ts';
import { causes, type Exception, type Reference } from './reference.ts';
import { registerFor, s32, u32 } from './registers.ts';

/** An instruction: how it is written, and what it does but for going on to the next. */
export type Definition = {
  readonly name: string;
  readonly pattern: Pattern;
  readonly does: (hart: Reference, fields: Fields, word: number) => Exception | null;
};

const define = (name: string, format: string, does: Definition['does']): Definition => ({
  name,
  pattern: patternIn(format),
  does,
});

const illegal = (word: number): Exception => ({ cause: causes.illegal, value: BigInt(word) });

type Operation = (a: bigint, b: bigint) => bigint; // of signed operands; the result is cut

const ofRegisters = (name: string, format: string, result: Operation): Definition =>
  define(name, format, (hart, { rd, rs1, rs2 }) => {
    hart.set(rd, result(hart.get(rs1), hart.get(rs2)));
    return null;
  });

const ofImmediate = (name: string, format: string, result: Operation): Definition =>
  define(name, format, (hart, { rd, rs1, imm, shamt }) => {
    hart.set(rd, result(hart.get(rs1), BigInt(imm + shamt))); // it has one of them
    return null;
  });

const truth = (is: boolean): bigint => (is ? 1n : 0n);

const computing: readonly Definition[] = [
  define('lui', 'imm[31:12] rd 0110111', (hart, { rd, imm }) => {
    hart.set(rd, BigInt(imm));
    return null;
  }),
  define('auipc', 'imm[31:12] rd 0010111', (hart, { rd, imm }) => {
    hart.set(rd, hart.pc + BigInt(imm));
    return null;
  }),
  ofImmediate('addi', 'imm[11:0] rs1 000 rd 0010011', (a, b) => a + b),
  ofImmediate('slti', 'imm[11:0] rs1 010 rd 0010011', (a, b) => truth(a < b)),
  ofImmediate('sltiu', 'imm[11:0] rs1 011 rd 0010011', (a, b) => truth(u32(a) < u32(b))),
  ofImmediate('xori', 'imm[11:0] rs1 100 rd 0010011', (a, b) => a ^ b),
  ofImmediate('ori', 'imm[11:0] rs1 110 rd 0010011', (a, b) => a | b),
  ofImmediate('andi', 'imm[11:0] rs1 111 rd 0010011', (a, b) => a & b),
  ofImmediate('slli', '0000000 shamt rs1 001 rd 0010011', (a, b) => a << b),
  ofImmediate('srli', '0000000 shamt rs1 101 rd 0010011', (a, b) => u32(a) >> b),
  ofImmediate('srai', '0100000 shamt rs1 101 rd 0010011', (a, b) => a >> b),
  ofRegisters('add', '0000000 rs2 rs1 000 rd 0110011', (a, b) => a + b),
  ofRegisters('sub', '0100000 rs2 rs1 000 rd 0110011', (a, b) => a - b),
  ofRegisters('sll', '0000000 rs2 rs1 001 rd 0110011', (a, b) => a << (b & 31n)),
  ofRegisters('slt', '0000000 rs2 rs1 010 rd 0110011', (a, b) => truth(a < b)),
  ofRegisters('sltu', '0000000 rs2 rs1 011 rd 0110011', (a, b) => truth(u32(a) < u32(b))),
  ofRegisters('xor', '0000000 rs2 rs1 100 rd 0110011', (a, b) => a ^ b),
  ofRegisters('srl', '0000000 rs2 rs1 101 rd 0110011', (a, b) => u32(a) >> (b & 31n)),
  ofRegisters('sra', '0100000 rs2 rs1 101 rd 0110011', (a, b) => a >> (b & 31n)),
  ofRegisters('or', '0000000 rs2 rs1 110 rd 0110011', (a, b) => a | b),
  ofRegisters('and', '0000000 rs2 rs1 111 rd 0110011', (a, b) => a & b),
  ofRegisters('mul', '0000001 rs2 rs1 000 rd 0110011', (a, b) => a * b),
  ofRegisters('mulh', '0000001 rs2 rs1 001 rd 0110011', (a, b) => (a * b) >> 32n),
  ofRegisters('mulhsu', '0000001 rs2 rs1 010 rd 0110011', (a, b) => (a * u32(b)) >> 32n),
  ofRegisters('mulhu', '0000001 rs2 rs1 011 rd 0110011', (a, b) => (u32(a) * u32(b)) >> 32n),
  ofRegisters('div', '0000001 rs2 rs1 100 rd 0110011', (a, b) => (b === 0n ? -1n : a / b)),
  ofRegisters('divu', '0000001 rs2 rs1 101 rd 0110011', (a, b) =>
    b === 0n ? -1n : u32(a) / u32(b),
  ),
  ofRegisters('rem', '0000001 rs2 rs1 110 rd 0110011', (a, b) => (b === 0n ? a : a % b)),
  ofRegisters('remu', '0000001 rs2 rs1 111 rd 0110011', (a, b) => (b === 0n ? a : u32(a) % u32(b))),
];

/** A jump is to a multiple of four, or it is not made. */
const jump = (hart: Reference, to: bigint): Exception | null => {
  if (to % 4n !== 0n) return { cause: causes.fetchMisaligned, value: to };
  hart.pc = u32(to - 4n); // whence it goes on to the next
  return null;
};

const link = (hart: Reference, rd: number, to: bigint): Exception | null => {
  const next = hart.pc + 4n;
  const refused = jump(hart, to);
  if (refused === null) hart.set(rd, next);
  return refused;
};

const branch = (name: string, funct3: string, isTaken: (a: bigint, b: bigint) => boolean) =>
  define(name, `imm[12|10:5] rs2 rs1 ${funct3} imm[4:1|11] 1100011`, (hart, { rs1, rs2, imm }) => {
    const goes = isTaken(hart.get(rs1), hart.get(rs2));
    return goes ? jump(hart, u32(hart.pc + BigInt(imm))) : null;
  });

const jumping: readonly Definition[] = [
  define('jal', 'imm[20|10:1|11|19:12] rd 1101111', (hart, { rd, imm }) =>
    link(hart, rd, u32(hart.pc + BigInt(imm))),
  ),
  define('jalr', 'imm[11:0] rs1 000 rd 1100111', (hart, { rd, rs1, imm }) =>
    link(hart, rd, u32(hart.get(rs1) + BigInt(imm)) & ~1n),
  ),
  branch('beq', '000', (a, b) => a === b),
  branch('bne', '001', (a, b) => a !== b),
  branch('blt', '100', (a, b) => a < b),
  branch('bge', '101', (a, b) => a >= b),
  branch('bltu', '110', (a, b) => u32(a) < u32(b)),
  branch('bgeu', '111', (a, b) => u32(a) >= u32(b)),
];

const load = (name: string, funct3: string, byteCount: number, cut: (value: bigint) => bigint) =>
  define(name, `imm[11:0] rs1 ${funct3} rd 0000011`, (hart, { rd, rs1, imm }) => {
    const value = hart.read(u32(hart.get(rs1) + BigInt(imm)), byteCount);
    if (typeof value !== 'bigint') return value;
    hart.set(rd, cut(value));
    return null;
  });

const store = (name: string, funct3: string, byteCount: number) =>
  define(name, `imm[11:5] rs2 rs1 ${funct3} imm[4:0] 0100011`, (hart, { rs1, rs2, imm }) =>
    hart.write(u32(hart.get(rs1) + BigInt(imm)), byteCount, hart.get(rs2)),
  );

const accessing: readonly Definition[] = [
  load('lb', '000', 1, (value) => BigInt.asIntN(8, value)),
  load('lh', '001', 2, (value) => BigInt.asIntN(16, value)),
  load('lw', '010', 4, (value) => value),
  load('lbu', '100', 1, (value) => value),
  load('lhu', '101', 2, (value) => value),
  store('sb', '000', 1),
  store('sh', '001', 2),
  store('sw', '010', 4),
];

/** Atomic accesses are to whole words of memory, whether they would be made or not. */
const refusal = (hart: Reference, address: bigint, isLoad: boolean): Exception | null => {
  if (address % 4n !== 0n) {
    return { cause: isLoad ? causes.loadMisaligned : causes.storeMisaligned, value: address };
  }
  if (hart.isMemory(address)) return null;
  return { cause: isLoad ? causes.loadFault : causes.storeFault, value: address };
};

const amo = (name: string, funct5: string, result: Operation): Definition =>
  define(name, `${funct5} aq rl rs2 rs1 010 rd 0101111`, (hart, { rd, rs1, rs2 }) => {
    const address = u32(hart.get(rs1));
    const refused = refusal(hart, address, false);
    if (refused !== null) return refused;
    const old = hart.read(address, 4);
    if (typeof old !== 'bigint') return old;
    hart.write(address, 4, result(s32(old), hart.get(rs2)));
    hart.set(rd, old);
    return null;
  });

const atomic: readonly Definition[] = [
  define('lr.w', '00010 aq rl 00000 rs1 010 rd 0101111', (hart, { rd, rs1 }) => {
    const address = u32(hart.get(rs1));
    const refused = refusal(hart, address, true);
    if (refused !== null) return refused;
    const value = hart.read(address, 4);
    if (typeof value !== 'bigint') return value;
    hart.reserved = address;
    hart.set(rd, value);
    return null;
  }),
  define('sc.w', '00011 aq rl rs2 rs1 010 rd 0101111', (hart, { rd, rs1, rs2 }) => {
    const address = u32(hart.get(rs1));
    const refused = refusal(hart, address, false);
    if (refused !== null) return refused;
    const succeeds = hart.reserved === address;
    if (succeeds) hart.write(address, 4, hart.get(rs2));
    hart.reserved = null;
    hart.set(rd, truth(!succeeds));
    return null;
  }),
  amo('amoswap.w', '00001', (_, b) => b),
  amo('amoadd.w', '00000', (a, b) => a + b),
  amo('amoxor.w', '00100', (a, b) => a ^ b),
  amo('amoand.w', '01100', (a, b) => a & b),
  amo('amoor.w', '01000', (a, b) => a | b),
  amo('amomin.w', '10000', (a, b) => (a < b ? a : b)),
  amo('amomax.w', '10100', (a, b) => (a > b ? a : b)),
  amo('amominu.w', '11000', (a, b) => (u32(a) < u32(b) ? a : b)),
  amo('amomaxu.w', '11100', (a, b) => (u32(a) > u32(b) ? a : b)),
];

type Combined = (old: bigint, operand: bigint) => bigint;

/** CSRRS and CSRRC whose source is x0, or 0, do not write. */
const csr = (name: string, format: string, isAlways: boolean, combined: Combined): Definition =>
  define(name, `csr ${format} rd 1110011`, (hart, { rd, rs1, uimm, csr: number }, word) => {
    const isWrite = isAlways || rs1 + uimm !== 0; // it has one of them
    const register = registerFor(hart.controls, number, isWrite);
    if (register === null) return illegal(word);
    const operand = format.startsWith('uimm') ? BigInt(uimm) : u32(hart.get(rs1));
    const old = register.read(hart.controls, hart.bus);
    if (isWrite) register.write(hart.controls, u32(combined(old, operand)));
    hart.set(rd, old);
    return null;
  });

const nothing = (): null => null;

const system: readonly Definition[] = [
  define('fence', 'fm pred succ rs1 000 rd 0001111', nothing),
  define('fence.i', 'imm[11:0] rs1 001 rd 0001111', nothing),
  csr('csrrw', 'rs1 001', true, (_, operand) => operand),
  csr('csrrs', 'rs1 010', false, (old, operand) => old | operand),
  csr('csrrc', 'rs1 011', false, (old, operand) => old & ~operand),
  csr('csrrwi', 'uimm 101', true, (_, operand) => operand),
  csr('csrrsi', 'uimm 110', false, (old, operand) => old | operand),
  csr('csrrci', 'uimm 111', false, (old, operand) => old & ~operand),
  define('ecall', '000000000000 00000 000 00000 1110011', ({ controls }) => ({
    cause: controls.mode === 'M' ? causes.callFromMachine : causes.callFromUser,
    value: 0n,
  })),
  define('ebreak', '000000000001 00000 000 00000 1110011', ({ pc }) => ({
    cause: causes.breakpoint,
    value: pc,
  })),
  define('mret', '0011000 00010 00000 000 00000 1110011', (hart, _, word) => {
    const { controls } = hart;
    if (controls.mode !== 'M') return illegal(word);
    controls.MIE = controls.MPIE;
    controls.MPIE = true;
    controls.mode = controls.MPP;
    controls.MPP = 'U';
    if (controls.mode === 'U') controls.MPRV = false;
    hart.reserved = null;
    hart.pc = u32(controls.mepc - 4n);
    return null;
  }),
  define('wfi', '0001000 00101 00000 000 00000 1110011', (hart, _, word) => {
    if (hart.controls.mode === 'U' && hart.controls.TW) return illegal(word);
    hart.isWaiting = true;
    return null;
  }),
];

/** RV32IMA with Zicsr, Zifencei and machine mode. */
export const definitions: readonly Definition[] = [
  ...computing,
  ...jumping,
  ...accessing,
  ...atomic,
  ...system,
];

type Decoded = { readonly definition: Definition; readonly fields: Fields };

/** What instruction a word is; `null` if it is none. */
const decoded = (word: number): Decoded | null => {
  const definition = definitions.find(({ pattern }) => isOf(pattern, word));
  return definition === undefined
    ? null
    : { definition, fields: fieldsIn(definition.pattern, word) };
};

/** Attempts one instruction; its name, or the exception that it has taken. */
export const attempt = (hart: Reference): string => {
  const word = hart.fetch();
  const one = word === null ? null : decoded(word);
  let exception: Exception | null = null;
  if (word === null) exception = { cause: causes.fetchFault, value: hart.pc };
  else if (one === null) exception = illegal(word);
  else exception = one.definition.does(hart, one.fields, word);
  if (exception === null) hart.pc = u32(hart.pc + 4n);
  else hart.trap(exception.cause, exception.value, hart.base);
  hart.tick(exception === null);
  hart.settle();
  return exception === null ? (one?.definition.name ?? '') : `cause ${exception.cause}`;
};
