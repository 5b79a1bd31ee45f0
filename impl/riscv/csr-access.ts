import { csr, line, misa, mstatus } from './csr.ts';
import { type Hart, machineMode, userMode } from './hart.ts';

type Register = {
  readonly read: (hart: Hart) => number;
  readonly write: (hart: Hart, value: number) => void;
};

const ignored = (): void => undefined;

const fixed = (value: number): Register => ({ read: () => value, write: ignored });

const writableStatus = mstatus.mie | mstatus.mpie | mstatus.mprv | mstatus.tw;

const writeStatus = (hart: Hart, value: number): void => {
  const mode = (value & mstatus.mpp) >> mstatus.mppAt;
  const isThere = mode === machineMode || mode === userMode;
  hart.mstatus = (value & writableStatus) | ((isThere ? value : hart.mstatus) & mstatus.mpp);
};

const enableable = (1 << line.software) | (1 << line.timer) | (1 << line.external);

/** One half of a counter of 64 bits. */
type Half = {
  readonly of: (value: bigint) => number;
  readonly put: (value: bigint, part: number) => bigint;
};

const low: Half = {
  of: (value) => Number(BigInt.asIntN(32, value)),
  put: (value, part) => (value & ~0xffffffffn) | BigInt(part >>> 0),
};

const high: Half = {
  of: (value) => low.of(value >> 32n),
  put: (value, part) => (value & 0xffffffffn) | (BigInt(part >>> 0) << 32n),
};

/**
 * `mcycle` goes with the instructions attempted, and `minstret` with those of them that have taken
 * no exception ("Counters" and ECALL in the manual's volume I): they need no log.
 */
const counter = (bias: 'cycleBias' | 'instretBias', half: Half): Register => {
  const countedBy = (hart: Hart): bigint => BigInt.asUintN(64, BigInt(hart.count) + hart[bias]);
  return {
    read: (hart) => half.of(countedBy(hart)),
    write: (hart, value) => {
      // the next instruction reads what this one writes
      hart[bias] = half.put(countedBy(hart), value) - BigInt(hart.count) - 1n;
    },
  };
};

const clock = (half: Half): Register => ({
  read: ({ bus }) => half.of(BigInt.asUintN(64, bus.time())),
  write: ignored,
});

type Plain = 'mie' | 'mtvec' | 'mscratch' | 'mepc' | 'mcause' | 'mtval' | 'mcounteren';

/** A register that keeps these bits of what is written. */
const plain = (name: Plain, mask = -1): Register => ({
  read: (hart) => hart[name],
  write: (hart, value) => {
    hart[name] = value & mask;
  },
});

/** Counters of events, with what they count: there are all of them, and none counts. */
const idle = [csr.mhpmevent3, csr.mhpmcounter3, csr.mhpmcounter3h].flatMap((first) =>
  Array.from({ length: 29 }, (_, at): [number, Register] => [first + at, fixed(0)]),
);

const registers: ReadonlyMap<number, Register> = new Map<number, Register>([
  [csr.mstatus, { read: ({ mstatus: value }) => value, write: writeStatus }],
  [csr.mstatush, fixed(0)],
  [csr.misa, fixed(misa)],
  [csr.mie, plain('mie', enableable)],
  [csr.mip, { read: ({ bus }) => bus.lines(), write: ignored }],
  [csr.mtvec, plain('mtvec', ~2)],
  [csr.mscratch, plain('mscratch')],
  [csr.mepc, plain('mepc', ~3)],
  [csr.mcause, plain('mcause')],
  [csr.mtval, plain('mtval')],
  [csr.mcounteren, plain('mcounteren', 7)],
  [csr.mcountinhibit, fixed(0)],
  [csr.menvcfg, fixed(0)],
  [csr.menvcfgh, fixed(0)],
  ...idle,
  [csr.mcycle, counter('cycleBias', low)],
  [csr.mcycleh, counter('cycleBias', high)],
  [csr.minstret, counter('instretBias', low)],
  [csr.minstreth, counter('instretBias', high)],
  [csr.cycle, counter('cycleBias', low)],
  [csr.cycleh, counter('cycleBias', high)],
  [csr.instret, counter('instretBias', low)],
  [csr.instreth, counter('instretBias', high)],
  [csr.time, clock(low)],
  [csr.timeh, clock(high)],
  [csr.mvendorid, fixed(0)],
  [csr.marchid, fixed(0)],
  [csr.mimpid, fixed(0)],
  [csr.mhartid, fixed(0)],
  [csr.mconfigptr, fixed(0)],
]);

const numberIn = (word: number): number => word >>> 20;

const needsMode = (number: number): number => (number >> 8) & 3;
const isReadOnly = (number: number): boolean => number >> 10 === 3;

/** User mode reads the counters that machine mode has opened to it. */
const isOpen = ({ mode, mcounteren }: Hart, number: number): boolean => {
  if (mode < needsMode(number)) return false;
  const isCounter = number >> 8 === 0xc;
  return !isCounter || mode === machineMode || (mcounteren & (1 << (number & 0x1f))) !== 0;
};

/** CSRRS and CSRRC with no source only read. */
const writes = (word: number): boolean => {
  const funct3 = (word >> 12) & 7;
  return (funct3 & 3) === 1 || ((word >> 15) & 0x1f) !== 0;
};

const registerIn = (hart: Hart, word: number): Register | null => {
  const number = numberIn(word);
  if ((word & 0x3000) === 0) return null; // it is no instruction of Zicsr
  if (!isOpen(hart, number) || (isReadOnly(number) && writes(word))) return null;
  return registers.get(number) ?? null;
};

/** Whether an instruction of Zicsr reads the clock, whose value has to be logged (R21-3). */
export const readsClock = (hart: Hart, word: number): boolean => {
  const number = numberIn(word);
  const isClock = number === csr.time || number === csr.timeh;
  return isClock && registerIn(hart, word) !== null;
};

/** Executes an instruction of Zicsr but for the way to the next; false if it is illegal. */
export const accessCsr = (hart: Hart, word: number): boolean => {
  const register = registerIn(hart, word);
  if (register === null) return false;
  const { x } = hart;
  const [funct3, rs1, rd] = [(word >> 12) & 7, (word >> 15) & 0x1f, (word >> 7) & 0x1f];
  const operand = (funct3 & 4) === 0 ? (x[rs1] ?? 0) : rs1;
  const old = register.read(hart);
  if (writes(word)) {
    const kind = funct3 & 3;
    register.write(hart, kind === 1 ? operand : kind === 2 ? old | operand : old & ~operand);
  }
  if (rd !== 0) x[rd] = old;
  return true;
};
