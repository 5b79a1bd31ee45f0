import type { Bus } from '../hart.ts';

// The control and status registers, from the manual's volume II, "Machine-Level ISA".

export const u32 = (value: bigint): bigint => BigInt.asUintN(32, value);
export const s32 = (value: bigint): bigint => BigInt.asIntN(32, value);

/** What they hold, field by field. */
export type Controls = {
  mode: 'M' | 'U';
  MIE: boolean;
  MPIE: boolean;
  MPP: 'M' | 'U';
  MPRV: boolean;
  TW: boolean;
  mie: bigint;
  mtvec: bigint;
  mscratch: bigint;
  mepc: bigint;
  mcause: bigint;
  mtval: bigint;
  mcounteren: bigint;
  mcycle: bigint;
  minstret: bigint;
  hasWrittenCycle: boolean; // the instruction that is executed: it does not count itself there
  hasWrittenInstret: boolean;
};

/** All of them as they are after a reset, as far as that is defined, and else 0. */
export const controlsAtReset = (): Controls => ({
  mode: 'M',
  MIE: false,
  MPIE: false,
  MPP: 'U',
  MPRV: false,
  TW: false,
  mie: 0n,
  mtvec: 0n,
  mscratch: 0n,
  mepc: 0n,
  mcause: 0n,
  mtval: 0n,
  mcounteren: 0n,
  mcycle: 0n,
  minstret: 0n,
  hasWrittenCycle: false,
  hasWrittenInstret: false,
});

const bit = (number: bigint, isSet: boolean): bigint => (isSet ? 1n << number : 0n);
const has = (value: bigint, number: bigint): boolean => ((value >> number) & 1n) === 1n;

/** `mstatus`: bits 3, 7, 11 and 12, 17, 21. */
export const statusOf = ({ MIE, MPIE, MPP, MPRV, TW }: Controls): bigint =>
  bit(3n, MIE) | bit(7n, MPIE) | (MPP === 'M' ? 3n << 11n : 0n) | bit(17n, MPRV) | bit(21n, TW);

const setStatus = (of: Controls, value: bigint): void => {
  of.MIE = has(value, 3n);
  of.MPIE = has(value, 7n);
  const mode = (value >> 11n) & 3n;
  if (mode === 3n) of.MPP = 'M';
  if (mode === 0n) of.MPP = 'U'; // 1 and 2 are no modes here: what was there stays
  of.MPRV = has(value, 17n);
  of.TW = has(value, 21n);
};

type Register = {
  readonly read: (of: Controls, bus: Bus) => bigint;
  readonly write: (of: Controls, value: bigint) => void;
};

const constant = (value: bigint): Register => ({ read: () => value, write: () => undefined });

type Stored = 'mie' | 'mtvec' | 'mscratch' | 'mepc' | 'mcause' | 'mtval' | 'mcounteren';

const stored = (name: Stored, writable: bigint): Register => ({
  read: (of) => of[name],
  write: (of, value) => {
    of[name] = value & writable;
  },
});

const lowOf = (value: bigint): bigint => u32(value);
const highOf = (value: bigint): bigint => u32(value >> 32n);

const cycle: Register = {
  read: (of) => lowOf(of.mcycle),
  write: (of, value) => {
    of.mcycle = (highOf(of.mcycle) << 32n) + value;
    of.hasWrittenCycle = true;
  },
};
const cycleh: Register = {
  read: (of) => highOf(of.mcycle),
  write: (of, value) => {
    of.mcycle = (value << 32n) + lowOf(of.mcycle);
    of.hasWrittenCycle = true;
  },
};
const instret: Register = {
  read: (of) => lowOf(of.minstret),
  write: (of, value) => {
    of.minstret = (highOf(of.minstret) << 32n) + value;
    of.hasWrittenInstret = true;
  },
};
const instreth: Register = {
  read: (of) => highOf(of.minstret),
  write: (of, value) => {
    of.minstret = (value << 32n) + lowOf(of.minstret);
    of.hasWrittenInstret = true;
  },
};

const all = 0xffffffffn;
const zero = constant(0n);
const upTo31 = Array.from({ length: 29 }, (_, at) => 3 + at);

/** By number. What is not here there is not. */
export const registers: ReadonlyMap<number, Register> = new Map([
  [0x300, { read: statusOf, write: setStatus }],
  [0x301, constant(0x40101101n)], // misa: MXL 1; U, M, I, A
  [0x304, stored('mie', 0x888n)],
  [0x305, stored('mtvec', 0xfffffffdn)], // direct or vectored
  [0x306, stored('mcounteren', 7n)],
  [0x30a, zero], // menvcfg
  [0x310, zero], // mstatush
  [0x31a, zero], // menvcfgh
  [0x320, zero], // mcountinhibit
  [0x340, stored('mscratch', all)],
  [0x341, stored('mepc', 0xfffffffcn)],
  [0x342, stored('mcause', all)],
  [0x343, stored('mtval', all)],
  [0x344, { read: (_, bus) => BigInt(bus.lines()), write: () => undefined }],
  ...upTo31.map((at): [number, Register] => [0x320 + at, zero]), // mhpmevent3 …
  ...upTo31.map((at): [number, Register] => [0xb00 + at, zero]), // mhpmcounter3 …
  ...upTo31.map((at): [number, Register] => [0xb80 + at, zero]), // and their upper halves
  [0xb00, cycle],
  [0xb02, instret],
  [0xb80, cycleh],
  [0xb82, instreth],
  [0xc00, cycle],
  [0xc01, { read: (_, bus) => lowOf(bus.time()), write: () => undefined }],
  [0xc02, instret],
  [0xc80, cycleh],
  [0xc81, { read: (_, bus) => highOf(bus.time()), write: () => undefined }],
  [0xc82, instreth],
  [0xf11, zero],
  [0xf12, zero],
  [0xf13, zero],
  [0xf14, zero],
  [0xf15, zero],
]);

/**
 * The register for an access, or `null` if it is illegal: bits 11 and 10 of the number say that it
 * cannot be written, 9 and 8 which mode it needs; `mcounteren` opens counters to user mode.
 */
export const registerFor = (of: Controls, number: number, isWrite: boolean): Register | null => {
  if (number >> 10 === 3 && isWrite) return null;
  if (((number >> 8) & 3) > 0 && of.mode === 'U') return null;
  const isCounter = number >= 0xc00 && number <= 0xc9f;
  if (of.mode === 'U' && isCounter && !has(of.mcounteren, BigInt(number & 31))) return null;
  return registers.get(number) ?? null;
};
