import { cause, linesByPriority, mstatus } from './csr.ts';
import type { Ram } from './ram.ts';

/** The modes there are: machine and user. */
export const machineMode = 3;
export const userMode = 0;

/** What is outside the hart: registers of devices, the lines by which they interrupt it, time. */
export type Bus = {
  /** Whether the access, a load if nothing is stored, has to be logged before it is made. */
  readonly isLogged: (address: number, byteCount: number, stored: number | null) => boolean;
  /** The value of a device's register; `null` if there is none: an access fault. */
  readonly load: (address: number, byteCount: number) => number | null;
  /** False if there is no register. */
  readonly store: (address: number, byteCount: number, value: number) => boolean;
  /** Bits of `mip` that devices hold up. */
  readonly lines: () => number;
  /** The hart has to stop after this instruction, for no reason that software could see. */
  readonly isSpent: boolean;
  /** Ticks of the timebase; asked only where a reading was logged. */
  readonly time: () => bigint;
};

/** The one processor of the machine: its registers, and how it gets in and out of traps. */
export class Hart {
  readonly memory: Ram;
  readonly bus: Bus;
  readonly x: Int32Array = new Int32Array(32);
  pc = 0; // unsigned
  count = 0; // instructions attempted since it booted
  mode: number = machineMode;
  isWaiting = false; // for an interrupt, by WFI
  reservation = -1; // offset in memory of what LR.W has reserved; -1 for none
  mstatus = 0;
  mie = 0;
  mtvec = 0;
  mscratch = 0;
  mepc = 0;
  mcause = 0;
  mtval = 0;
  mcounteren = 0;
  cycleBias = 0n; // `mcycle` is the count and this, and so on
  instretBias = 0n;

  constructor(memory: Ram, bus: Bus) {
    this.memory = memory;
    this.bus = bus;
  }

  /** The instruction at `pc` takes an exception: it is attempted, and does not retire. */
  except(reason: number, value: number): void {
    this.instretBias -= 1n;
    this.#enter(reason, value, this.mtvec & ~3);
  }

  /**
   * An interrupt that is pending and enabled is taken at once, between two instructions, and counts
   * none; one that is pending at all ends WFI. To be called whenever one may have become so.
   */
  settle(): void {
    const pending = this.bus.lines() & this.mie;
    if (pending === 0) return;
    this.isWaiting = false;
    if (this.mode === machineMode && (this.mstatus & mstatus.mie) === 0) return;
    const taken = linesByPriority.find((one) => (pending & (1 << one)) !== 0);
    if (taken === undefined) return;
    const isVectored = (this.mtvec & 3) === 1;
    this.#enter(cause.interrupt | taken, 0, (this.mtvec & ~3) + (isVectored ? 4 * taken : 0));
  }

  #enter(reason: number, value: number, to: number): void {
    const previous = (this.mstatus & mstatus.mie) === 0 ? 0 : mstatus.mpie;
    const kept = this.mstatus & ~(mstatus.mie | mstatus.mpie | mstatus.mpp);
    this.mstatus = kept | previous | (this.mode << mstatus.mppAt);
    this.mepc = this.pc | 0;
    this.mcause = reason | 0;
    this.mtval = value | 0;
    this.mode = machineMode;
    this.reservation = -1;
    this.pc = to >>> 0;
  }

  /** MRET: back to where the trap came from. */
  resume(): void {
    const mode = (this.mstatus & mstatus.mpp) >> mstatus.mppAt;
    const enabled = (this.mstatus & mstatus.mpie) === 0 ? 0 : mstatus.mie;
    const lost = mstatus.mie | mstatus.mpp | (mode === machineMode ? 0 : mstatus.mprv);
    this.mstatus = (this.mstatus & ~lost) | enabled | mstatus.mpie;
    this.mode = mode;
    this.reservation = -1;
    this.pc = this.mepc >>> 0;
  }
}
