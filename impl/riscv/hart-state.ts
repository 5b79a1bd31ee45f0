import { assert } from '../assert.ts';
import type { StateReader, StateWriter } from '../guest/state-bytes.ts';
import { type Hart, machineMode, userMode } from './hart.ts';

const controls = ['mstatus', 'mie', 'mtvec', 'mscratch', 'mepc', 'mcause', 'mtval'] as const;
const mask = 2n ** 32n - 1n;

const writeBias = (to: StateWriter, bias: bigint): void => {
  const bits = BigInt.asUintN(64, bias);
  to.number(Number(bits & mask));
  to.number(Number(bits >> 32n));
};

const biasIn = (from: StateReader): bigint => {
  const low = BigInt(from.word());
  return BigInt.asIntN(64, low | (BigInt(from.word()) << 32n));
};

/** Writes all registers. */
export const writeHart = (to: StateWriter, hart: Hart): void => {
  to.number(hart.count);
  to.number(hart.pc);
  for (const value of hart.x) to.number(value >>> 0);
  for (const name of controls) to.number(hart[name] >>> 0);
  to.number(hart.mcounteren);
  to.number(hart.mode);
  to.number(hart.reservation + 1);
  to.flag(hart.isWaiting);
  writeBias(to, hart.cycleBias);
  writeBias(to, hart.instretBias);
};

/** Reads them into a hart. */
export const restoreHart = (from: StateReader, hart: Hart): void => {
  hart.count = from.number();
  hart.pc = from.word();
  assert(hart.pc % 4 === 0, `instructions are at multiples of 4: got ${hart.pc}`);
  for (const at of hart.x.keys()) hart.x[at] = from.word();
  assert(hart.x[0] === 0, 'x0 is 0');
  for (const name of controls) hart[name] = from.word() | 0;
  hart.mcounteren = from.number();
  hart.mode = from.number();
  assert(hart.mode === machineMode || hart.mode === userMode, `there is no mode ${hart.mode}`);
  hart.reservation = from.number() - 1;
  hart.isWaiting = from.flag();
  hart.cycleBias = biasIn(from);
  hart.instretBias = biasIn(from);
};
