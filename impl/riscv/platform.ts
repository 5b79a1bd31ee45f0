import { pageBytes } from './ram.ts';

// Where the devices are, as in QEMU's `virt` machine.

/** A device's registers. */
export type Place = { readonly start: number; readonly byteCount: number };

export const powerPlace: Place = { start: 0x00100000, byteCount: pageBytes };
export const clintPlace: Place = { start: 0x02000000, byteCount: 0x10000 };
export const plicPlace: Place = { start: 0x0c000000, byteCount: 0x400000 };
export const uartPlace: Place = { start: 0x10000000, byteCount: 0x100 };

/** The virtio devices, by slot. */
export const virtioPlace = (slot: number): Place => ({
  start: 0x10001000 + slot * pageBytes,
  byteCount: 0x200,
});

export const slots = { block: 0, network: 1, keyboard: 2, mouse: 3 } as const;

/** Lines of the PLIC. */
export const uartLine = 10;
export const virtioLine = (slot: number): number => 1 + slot;

/** Ticks of `mtime` in a second. */
export const timebase = 10_000_000;

/** Where an address is within a device; -1 if it is not there. */
export const offsetIn = ({ start, byteCount }: Place, address: number): number =>
  address >= start && address < start + byteCount ? address - start : -1;
