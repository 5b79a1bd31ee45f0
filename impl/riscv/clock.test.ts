import { describe, expect, it } from 'vitest';
import { Clock } from './clock.ts';
import { Machine } from './machine.ts';
import { clintPlace } from './platform.ts';
import { pageBytes, ramStart } from './ram.ts';

const compare = 0x4000;
const timeLow = 0xbff8;

describe('the clock', () => {
  it('begins when it is first read, and goes with the readings', () => {
    const clock = new Clock();
    clock.read(5000);
    expect(clock.ticks).toBe(0n);
    clock.read(5002.5);
    expect(clock.load(timeLow, 4)).toBe(25_000);
  });

  it('never goes back, though another host is behind (R21-3)', () => {
    const clock = new Clock();
    for (const reading of [5000, 5010, 4000, 5009]) clock.read(reading);
    expect(clock.ticks).toBe(100_000n);
  });

  it('says at which reading its timer strikes, until it has', () => {
    const clock = new Clock();
    expect(clock.alarmMs).toBeNull();
    clock.read(5000);
    clock.store(compare, 4, 20_000);
    clock.store(compare + 4, 4, 0);
    expect(clock.alarmMs).toBe(5002);
    clock.strike();
    expect(clock.alarmMs).toBeNull();
    expect(clock.isDue).toBe(true);
    expect(clock.ticks).toBe(20_000n);
    clock.store(compare, 4, 30_000);
    expect(clock.isDue).toBe(false);
    expect(clock.alarmMs).toBe(5003);
  });

  it('has its timer strike as soon as it can if the time was never asked for', () => {
    const clock = new Clock();
    clock.store(compare + 4, 4, 0);
    expect(clock.alarmMs).toBe(0);
  });
});

it('a read of the time at which the timer is due is followed by its interrupt', () => {
  const machine = new Machine('a machine', new Uint8Array(pageBytes), 1);
  const { hart, ram } = machine;
  const readTime = 0xc0102573; // csrr a0, time
  ram.words.set([0x0020a023, 0x0000a223, readTime, readTime]); // sw x2, 0(x1); sw x0, 4(x1)
  hart.x[1] = clintPlace.start + compare;
  hart.x[2] = 5;
  hart.mie = 1 << 7;
  hart.mstatus = 8;
  hart.mtvec = (ramStart + 0x100) | 0;
  for (const reading of [1000, 1001]) {
    expect(machine.run(100)).toBe('trap');
    machine.perform(reading);
  }
  expect(hart.x[10]).toBe(10_000);
  expect(hart.pc).toBe(ramStart + 0x100);
  expect(hart.mcause >>> 0).toBe(0x80000007);
});
