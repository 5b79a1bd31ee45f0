import { cause, mstatus } from './csr.ts';
import { accessCsr, readsClock } from './csr-access.ts';
import {
  branchOffsetIn,
  funct3In,
  immediateIn,
  isLoadKind,
  isStoreKind,
  jumpOffsetIn,
  opcode,
  rdIn,
  rs1In,
  rs2In,
  storeOffsetIn,
} from './encoding.ts';
import { type Hart, machineMode } from './hart.ts';
import { pageBytes, ramStart } from './ram.ts';

// What the interpreter's loop leaves: devices, memory that is not aligned, atomic accesses, control
// registers, traps.

/** How an instruction ended: by an exception of this cause, or as below. */
type Outcome = number;

const done = -1;

/** It has to be logged before it is executed, and was not executed. */
export const unlogged = -2;

/** Of a load or a store. */
export const bytesAccessed = (funct3: number): number => 1 << (funct3 & 3);

const extended = (value: number, funct3: number): number => {
  if (funct3 === 0) return (value << 24) >> 24;
  return funct3 === 1 ? (value << 16) >> 16 : value;
};

const bytewise = (bytes: Uint8Array): number =>
  bytes.reduceRight((value, byte) => (value << 8) | byte, 0);

const load = (hart: Hart, word: number, address: number, mayLog: boolean): Outcome => {
  const { memory, bus, x } = hart;
  const funct3 = funct3In(word);
  if (!isLoadKind(funct3)) return cause.illegal;
  const byteCount = bytesAccessed(funct3);
  const isRam = memory.holds(address, byteCount);
  if (!isRam && !mayLog && bus.isLogged(address, byteCount, null)) return unlogged;
  const value = isRam ? bytewise(memory.at(address, byteCount)) : bus.load(address, byteCount);
  if (value === null) return cause.loadFault;
  const rd = rdIn(word);
  if (rd !== 0) x[rd] = extended(value, funct3);
  return done;
};

const store = (hart: Hart, word: number, address: number, mayLog: boolean): Outcome => {
  const { memory, bus, x } = hart;
  const funct3 = funct3In(word);
  if (!isStoreKind(funct3)) return cause.illegal;
  const byteCount = bytesAccessed(funct3);
  const value = x[rs2In(word)] ?? 0;
  if (memory.holds(address, byteCount)) {
    memory.put(
      address,
      Uint8Array.from({ length: byteCount }, (_, at) => value >> (8 * at)),
    );
    return done;
  }
  if (!mayLog && bus.isLogged(address, byteCount, value)) return unlogged;
  hart.reservation = -1; // a device that was told something may write to memory at once
  return bus.store(address, byteCount, value) ? done : cause.storeFault;
};

const loadReserved = 2;
const storeConditional = 3;

/** What is stored by an AMO; `null` if there is no such one. */
const combined = (kind: number, old: number, value: number): number | null => {
  switch (kind) {
    case 0x00:
      return (old + value) | 0;
    case 0x01:
    case storeConditional:
      return value;
    case 0x04:
      return old ^ value;
    case 0x08:
      return old | value;
    case 0x0c:
      return old & value;
    case 0x10:
      return Math.min(old, value);
    case 0x14:
      return Math.max(old, value);
    case 0x18:
      return old >>> 0 < value >>> 0 ? old : value;
    case 0x1c:
      return old >>> 0 > value >>> 0 ? old : value;
    default:
      return null;
  }
};

/** Only RAM can be accessed atomically. SC, a trap, an event and a device end a reservation. */
const atomic = (hart: Hart, word: number, address: number): Outcome => {
  const { memory, x } = hart;
  const [rd, rs2] = [rdIn(word), rs2In(word)];
  const kind = word >>> 27;
  const isLoad = kind === loadReserved;
  const next = isLoad ? 0 : combined(kind, 0, 0);
  if (funct3In(word) !== 2 || next === null || (isLoad && rs2 !== 0)) return cause.illegal;
  if ((address & 3) !== 0) return isLoad ? cause.loadMisaligned : cause.storeMisaligned;
  if (!memory.holds(address, 4)) return isLoad ? cause.loadFault : cause.storeFault;
  const at = address - ramStart;
  const old = memory.words[at >>> 2] ?? 0;
  const isConditional = kind === storeConditional;
  const isRefused = isConditional && hart.reservation !== at;
  if (!isLoad && !isRefused) {
    memory.words[at >>> 2] = combined(kind, old, x[rs2] ?? 0) ?? 0;
    memory.written[Math.floor(at / pageBytes)] = 1;
  }
  if (isLoad) hart.reservation = at;
  else if (isConditional) hart.reservation = -1;
  if (rd !== 0) x[rd] = isConditional ? Number(isRefused) : old;
  return done;
};

const ecall = 0x00000073;
const ebreak = 0x00100073;
const mret = 0x30200073;
const wfi = 0x10500073;

const environment = (hart: Hart, word: number): Outcome => {
  const isMachine = hart.mode === machineMode;
  switch (word) {
    case ecall:
      return isMachine ? cause.callFromMachine : cause.callFromUser;
    case ebreak:
      return cause.breakpoint;
    case wfi:
      if (!isMachine && (hart.mstatus & mstatus.tw) !== 0) return cause.illegal;
      hart.isWaiting = true;
      return done;
    case mret:
      if (!isMachine) return cause.illegal;
      hart.resume();
      hart.pc -= 4; // like every instruction that is done, it goes on at the next
      return done;
    default:
      return cause.illegal;
  }
};

const system = (hart: Hart, word: number, mayLog: boolean): Outcome => {
  if (funct3In(word) === 0) return environment(hart, word);
  if (!mayLog && readsClock(hart, word)) return unlogged;
  return accessCsr(hart, word) ? done : cause.illegal;
};

/** Where a jump goes that the loop has not made: to where no instruction can be, if it is one. */
const targetOf = (word: number, pc: number, base: number): number | null => {
  const funct3 = funct3In(word);
  switch (word & 127) {
    case opcode.jump:
      return pc + jumpOffsetIn(word);
    case opcode.jumpRegister:
      return funct3 === 0 ? (base + immediateIn(word)) & ~1 : null;
    case opcode.branch:
      return funct3 === 2 || funct3 === 3 ? null : pc + branchOffsetIn(word);
    default:
      return null;
  }
};

/** The first byte of an access that is nowhere: where a fault says that it was. */
const missing = ({ memory }: Hart, address: number): number =>
  memory.holds(address, 1) ? ramStart + memory.size : address;

type Ended = { readonly outcome: Outcome; readonly told: number }; // for `mtval`

const ended = (hart: Hart, word: number, mayLog: boolean): Ended => {
  const base = hart.x[rs1In(word)] ?? 0;
  const loadFrom = (base + immediateIn(word)) >>> 0;
  const storeTo = (base + storeOffsetIn(word)) >>> 0;
  switch (word & 127) {
    case opcode.load:
      return { outcome: load(hart, word, loadFrom, mayLog), told: missing(hart, loadFrom) };
    case opcode.store:
      return { outcome: store(hart, word, storeTo, mayLog), told: missing(hart, storeTo) };
    case opcode.atomic:
      return { outcome: atomic(hart, word, base >>> 0), told: base };
    case opcode.fence:
      return { outcome: funct3In(word) > 1 ? cause.illegal : done, told: word };
    case opcode.system:
      return { outcome: system(hart, word, mayLog), told: word === ebreak ? hart.pc : 0 };
    default: {
      const target = targetOf(word, hart.pc, base);
      if (target === null) return { outcome: cause.illegal, told: word };
      return { outcome: cause.fetchMisaligned, told: target };
    }
  }
};

/** Executes the instruction at `pc`, or takes the exception that it causes. */
export const step = (hart: Hart, word: number, mayLog: boolean): Outcome => {
  const { pc, memory } = hart;
  if (!memory.holds(pc, 4)) {
    hart.except(cause.fetchFault, pc);
    return done;
  }
  const { outcome, told } = ended(hart, word, mayLog);
  if (outcome === unlogged) return unlogged;
  if (outcome === done) hart.pc = (hart.pc + 4) >>> 0;
  else hart.except(outcome, outcome === cause.illegal ? word : told);
  hart.settle();
  return done;
};
