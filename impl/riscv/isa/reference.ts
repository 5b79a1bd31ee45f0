import type { Bus } from '../hart.ts';
import { type Controls, controlsAtReset, s32, u32 } from './registers.ts';

/** What an instruction has come to, if not to its end: the cause, and what `mtval` gets. */
export type Exception = { readonly cause: bigint; readonly value: bigint };

/** Causes of exceptions (volume II, "Machine Cause Register"). */
export const causes = {
  fetchMisaligned: 0n,
  fetchFault: 1n,
  illegal: 2n,
  breakpoint: 3n,
  loadMisaligned: 4n,
  loadFault: 5n,
  storeMisaligned: 6n,
  storeFault: 7n,
  callFromUser: 8n,
  callFromMachine: 11n,
} as const;

const memoryStart = 0x80000000n;

/** Interrupts in the order in which they are taken: external, software, timer. */
const interrupts = [11n, 3n, 7n];

/**
 * The second interpreter, slow and obvious: the state of a hart in unbounded integers, and what the
 * manual says of traps and of memory. The instructions are in `definitions.ts`.
 */
export class Reference {
  readonly memory: Uint8Array;
  readonly bus: Bus;
  readonly controls: Controls = controlsAtReset();
  readonly #x: bigint[] = Array.from({ length: 32 }, () => 0n);
  pc = 0n;
  count = 0;
  isWaiting = false;
  reserved: bigint | null = null;

  constructor(memory: Uint8Array, bus: Bus) {
    this.memory = memory;
    this.bus = bus;
  }

  /** A register, signed. */
  get(number: number): bigint {
    return s32(this.#x[number] ?? 0n);
  }

  set(number: number, value: bigint): void {
    if (number !== 0) this.#x[number] = u32(value);
  }

  isMemory(address: bigint): boolean {
    return address >= memoryStart && address < memoryStart + BigInt(this.memory.length);
  }

  #byte(address: bigint): bigint {
    return BigInt(this.memory[Number(address - memoryStart)] ?? 0);
  }

  /** What is at an address, unsigned; what begins in memory has to be there to its end. */
  read(address: bigint, byteCount: number): bigint | Exception {
    if (!this.isMemory(address)) {
      const value = this.bus.load(Number(address), byteCount);
      if (value === null) return { cause: causes.loadFault, value: address };
      return BigInt.asUintN(8 * byteCount, BigInt(value));
    }
    let value = 0n;
    for (let at = 0n; at < byteCount; at++) {
      if (!this.isMemory(address + at)) return { cause: causes.loadFault, value: address + at };
      value += this.#byte(address + at) << (8n * at);
    }
    return value;
  }

  write(address: bigint, byteCount: number, value: bigint): Exception | null {
    if (!this.isMemory(address)) {
      this.reserved = null; // a device may write to memory
      const isThere = this.bus.store(Number(address), byteCount, Number(s32(value)));
      return isThere ? null : { cause: causes.storeFault, value: address };
    }
    for (let at = 0n; at < byteCount; at++) {
      if (!this.isMemory(address + at)) return { cause: causes.storeFault, value: address + at };
    }
    for (let at = 0n; at < byteCount; at++) {
      this.memory[Number(address + at - memoryStart)] = Number((value >> (8n * at)) & 0xffn);
    }
    return null;
  }

  /** The instruction at `pc`; `null` where there is no memory. */
  fetch(): number | null {
    const word = this.isMemory(this.pc) ? this.read(this.pc, 4) : null;
    return typeof word === 'bigint' ? Number(s32(word)) : null;
  }

  /** Enters the handler of a trap. */
  trap(cause: bigint, value: bigint, handler: bigint): void {
    const { controls } = this;
    controls.mepc = this.pc;
    controls.mcause = u32(cause);
    controls.mtval = u32(value);
    controls.MPIE = controls.MIE;
    controls.MIE = false;
    controls.MPP = controls.mode;
    controls.mode = 'M';
    this.reserved = null;
    this.pc = handler;
  }

  get base(): bigint {
    return this.controls.mtvec & ~3n;
  }

  /** Takes an interrupt if one is pending and enabled. */
  settle(): void {
    const { controls, bus } = this;
    const pending = BigInt(bus.lines()) & controls.mie;
    if (pending === 0n) return;
    this.isWaiting = false;
    if (controls.mode === 'M' && !controls.MIE) return;
    const number = interrupts.find((one) => ((pending >> one) & 1n) === 1n) ?? 0n;
    const isVectored = (controls.mtvec & 3n) === 1n;
    const handler = isVectored ? this.base + 4n * number : this.base;
    this.trap((1n << 31n) + number, 0n, u32(handler));
  }

  /** The end of an instruction: it counts whatever came of it, and retires without an exception. */
  tick(isRetired: boolean): void {
    const { controls } = this;
    if (!controls.hasWrittenCycle) controls.mcycle = BigInt.asUintN(64, controls.mcycle + 1n);
    if (isRetired && !controls.hasWrittenInstret)
      controls.minstret = BigInt.asUintN(64, controls.minstret + 1n);
    controls.hasWrittenCycle = false;
    controls.hasWrittenInstret = false;
    this.count += 1;
  }
}
