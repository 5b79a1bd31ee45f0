import type { Bus } from '../hart.ts';

/** Where it is: registers of four bytes, and one of one byte and of two. */
export const devicesStart = 0x10000000;

const counter = 0; // goes up whenever it is read
const lines = 4; // bits of `mip`, as they are set
const logged = 8; // what is logged before it is read or written
const narrow = 12; // of one byte and of two, to be extended

const lineBits = 0x888;

/** Devices that are there to be met: reads with effects, interrupts, accesses that are logged. */
export class FakeBus implements Bus {
  loadCount = 0;
  stored = 0;
  up = 0;
  readonly isSpent = false;
  ticks: bigint;

  constructor(ticks: bigint) {
    this.ticks = ticks;
  }

  isLogged(address: number): boolean {
    return address === devicesStart + logged;
  }

  load(address: number, byteCount: number): number | null {
    const offset = address - devicesStart;
    if (offset === narrow && byteCount < 4) return 0x87654321 >> (byteCount === 1 ? 24 : 16);
    if (byteCount !== 4) return null;
    if (offset === counter) this.loadCount += 1;
    if (offset === counter) return this.loadCount;
    if (offset === lines) return this.up;
    return offset === logged ? this.stored : null;
  }

  store(address: number, byteCount: number, value: number): boolean {
    const offset = address - devicesStart;
    if (byteCount !== 4) return false;
    if (offset === lines) this.up = value & lineBits;
    if (offset === logged) this.stored = value;
    return offset === lines || offset === logged;
  }

  lines(): number {
    return this.up;
  }

  time(): bigint {
    return this.ticks;
  }
}
