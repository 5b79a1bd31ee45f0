// The interrupt controller, as the PLIC's specification has it ("Interrupt Flow").

import { describe, expect, it } from 'vitest';
import { Plic } from './plic.ts';

const enableAt = 0x2000;
const thresholdAt = 0x200000;
const claimAt = 0x200004;

/** One of which sources 1, 2 and 10 are enabled, and 10 has the highest priority. */
const plicWith = (...up: readonly number[]): Plic => {
  const plic = new Plic();
  for (const [source, priority] of [
    [1, 1],
    [2, 1],
    [10, 3],
  ] as const) {
    plic.store(4 * source, 4, priority);
  }
  plic.store(enableAt, 4, 0x406);
  for (const source of up) plic.set(source, true);
  return plic;
};

const claim = (plic: Plic): number | null => plic.load(claimAt, 4);

describe('the interrupt controller', () => {
  it('gives the highest priority first, and of equal ones the lowest number', () => {
    const plic = plicWith(2, 1, 10);
    expect([claim(plic), claim(plic), claim(plic), claim(plic)]).toEqual([10, 1, 2, 0]);
    expect(plic.isPending).toBe(false);
  });

  it('has a source pending again when it is completed with its line still up', () => {
    const plic = plicWith(1);
    claim(plic);
    expect([plic.isPending, plic.load(0x1000, 4)]).toEqual([false, 0]);
    plic.store(claimAt, 4, 1);
    expect([plic.isPending, plic.load(0x1000, 4)]).toEqual([true, 2]);
    plic.set(1, false);
    expect([plic.isPending, claim(plic)]).toEqual([false, 0]);
  });

  it('interrupts only above the threshold, which a claim does not look at', () => {
    const plic = plicWith(1);
    plic.store(thresholdAt, 4, 1);
    expect(plic.isPending).toBe(false);
    plic.set(10, true);
    expect(plic.isPending).toBe(true);
    expect([claim(plic), plic.isPending, claim(plic)]).toEqual([10, false, 1]);
  });

  it('has nothing of a source that is not enabled, or of priority 0', () => {
    const plic = plicWith(3);
    plic.store(12, 4, 7);
    expect([plic.isPending, claim(plic)]).toEqual([false, 0]);
    plic.store(enableAt, 4, 0x409);
    expect([plic.isPending, claim(plic)]).toEqual([true, 3]);
    expect(plicWith(0, 31).isPending).toBe(false);
    const idle = plicWith(1);
    idle.store(4, 4, 0);
    expect([idle.isPending, claim(idle)]).toEqual([false, 0]);
  });

  it('ignores that a source is completed which is not enabled meanwhile', () => {
    const plic = plicWith(1);
    claim(plic);
    plic.store(enableAt, 4, 0);
    plic.store(claimAt, 4, 1);
    plic.store(enableAt, 4, 0x406);
    expect(plic.isPending).toBe(false);
    plic.store(claimAt, 4, 1);
    expect(plic.isPending).toBe(true);
  });

  it('is accessed by whole words', () => {
    const plic = plicWith(1);
    expect([plic.load(claimAt, 1), plic.load(claimAt + 2, 4), plic.store(4, 2, 1)]).toEqual([
      null,
      null,
      false,
    ]);
    expect(claim(plic)).toBe(1);
  });
});
