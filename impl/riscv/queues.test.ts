// Drivers that break the rules: the devices do what they have said, and no more than they can.

import { describe, expect, it } from 'vitest';
import { Board } from './board.ts';
import { booted } from './image.ts';
import { assembled } from './isa/assemble.ts';
import { Machine } from './machine.ts';
import { slots, virtioPlace } from './platform.ts';
import { Ram, ramStart } from './ram.ts';

const memoryBytes = 0x100000;
const [next, forDevice] = [1, 2]; // flags of a descriptor
const needsReset = 0x40;

type Descriptor = readonly [address: number, byteCount: number, flags: number, next: number];

/** A device and a driver that has set up its queues; each queue is two pages, from the third on. */
class Driver {
  readonly memory = new Ram(new Uint8Array(memoryBytes));
  readonly board = new Board(this.memory, 1024);
  readonly #at: number;

  constructor(slot: number, queueCount = 1) {
    this.#at = virtioPlace(slot).start;
    this.begin(queueCount);
  }

  begin(queueCount = 1): void {
    this.#store(0x70, 0);
    for (let queue = 0; queue < queueCount; queue++) {
      this.#store(0x30, queue);
      const at = this.queueAt(queue);
      for (const [register, value] of [
        [0x80, at],
        [0x90, at + 0x1000],
        [0xa0, at + 0x1400],
        [0x44, 1],
      ] as const) {
        this.#store(register, value);
      }
      this.word(at + 0x1000, 0);
    }
    this.#store(0x70, 4);
  }

  #store(register: number, value: number): void {
    expect(this.board.store(this.#at + register, 4, value)).toBe(true);
  }

  queueAt(queue: number): number {
    return ramStart + 0x3000 + 0x2000 * queue;
  }

  word(address: number, value: number): void {
    this.memory.put(address, new Uint8Array(Int32Array.of(value).buffer));
  }

  descriptor(queue: number, place: number, [address, byteCount, flags, to]: Descriptor): void {
    const at = this.queueAt(queue) + 16 * place;
    for (const [part, value] of [address, 0, byteCount, flags | (to << 16)].entries())
      this.word(at + 4 * part, value);
  }

  /** So many buffers wait in all, with these heads in turn. */
  offer(queue: number, count: number, heads: readonly number[]): void {
    const at = this.queueAt(queue) + 0x1000;
    const halves = [0, count, ...Array.from({ length: 256 }, (_, place) => heads[place] ?? 0)];
    this.memory.put(at, new Uint8Array(Uint16Array.from(halves).buffer));
  }

  /** What a notification is said to need, and what it puts out. */
  notify(queue: number): { readonly needs: readonly string[] | null; readonly devices: string[] } {
    const needs = this.board.needsOf(this.#at + 0x50, 4, queue)?.needs ?? null;
    this.#store(0x50, queue);
    return { needs, devices: this.board.takeOutputs().map(({ device }) => device) };
  }

  get status(): number {
    return this.board.load(this.#at + 0x70, 4) ?? 0;
  }
}

const data = ramStart + 0x20000;

describe('what a notification puts out is what it was logged for (R22-3, R22-4)', () => {
  it('though an answer of the disk makes a write of the next request', () => {
    const driver = new Driver(slots.block);
    const [first, second] = [data, data + 0x100];
    driver.word(first + 8, 1 << 20); // a read beyond the disk fails, with a status of 1
    driver.word(second, 8); // a question for its identity: with a 1 there it is a write
    driver.descriptor(0, 0, [first, 16, next, 1]);
    driver.descriptor(0, 1, [data + 0x1000, 512, next | forDevice, 2]);
    driver.descriptor(0, 2, [second, 1, forDevice, 0]);
    driver.descriptor(0, 3, [second, 16, next, 4]);
    driver.descriptor(0, 4, [data + 0x2000, 512, next, 5]);
    driver.descriptor(0, 5, [data + 0x3000, 1, forDevice, 0]);
    driver.offer(0, 2, [0, 3]);
    expect(driver.notify(0)).toEqual({ needs: null, devices: [] });
    expect(driver.board.block.outstanding()).toEqual([]);
    expect(driver.memory.at(second, 1)[0]).toBe(1);
  });

  it('though an answer of the router makes a datagram of the next frame', () => {
    const driver = new Driver(slots.network, 2);
    const [asking, frame] = [data, data + 0x100];
    const arp = [0x08, 0x06, 0, 1, 8, 0, 6, 4, 0, 1, 0, 1, 1, 1, 1, 1, 10, 0, 2, 15, 0, 0, 0, 0];
    driver.memory.put(asking + 24, Uint8Array.from([...arp, 0, 0, 10, 0, 2, 2]));
    const datagram = [0x08, 0x06, 0x45, 0, 0, 28, 0, 0, 0, 0, 64, 17, 0, 0, 10, 0, 2, 15];
    const toClient = [10, 0, 0, 7, 0, 7, 0x12, 0x67, 0, 8, 0, 0];
    driver.memory.put(frame + 24, Uint8Array.from([...datagram, ...toClient]));
    driver.descriptor(1, 0, [asking, 54, 0, 0]);
    driver.descriptor(1, 1, [frame, 54, 0, 0]);
    driver.offer(1, 2, [0, 1]);
    // byte 44 of what the router says is the first one of the guest's MAC address, a 0
    driver.descriptor(0, 0, [data + 0x1000, 44, next | forDevice, 1]);
    driver.descriptor(0, 1, [frame + 25, 1, next | forDevice, 2]);
    driver.descriptor(0, 2, [data + 0x2000, 100, forDevice, 0]);
    driver.offer(0, 1, [0]);
    expect(driver.notify(1)).toEqual({ needs: null, devices: [] });
    expect(driver.memory.at(frame + 24, 2)).toEqual(Uint8Array.of(8, 0));
  });
});

describe('what devices keep and do has an end', () => {
  const asWrite = (driver: Driver): void => {
    driver.word(data, 1);
    driver.descriptor(0, 0, [data, 16, next, 1]);
    driver.descriptor(0, 1, [data + 0x1000, 0x10000, next, 2]);
    driver.descriptor(0, 2, [data + 0x800, 1, forDevice, 0]);
  };
  const writes = (count: number): readonly string[] => Array.from({ length: count }, () => 'disk');

  it('a driver has no more buffers with the device than the queue has places', () => {
    const driver = new Driver(slots.block);
    asWrite(driver);
    for (let count = 1; count <= 256; count++) {
      driver.offer(0, count, []);
      expect(driver.notify(0)).toEqual({ needs: ['OUT'], devices: ['disk'] });
    }
    driver.offer(0, 257, []);
    expect(driver.notify(0)).toEqual({ needs: null, devices: [] });
    expect(driver.status & needsReset).toBe(needsReset);
  });

  it('a driver that issues and resets has its requests fail when there are many', () => {
    const driver = new Driver(slots.block);
    asWrite(driver);
    for (let round = 0; round < 128; round++) {
      for (const count of [1, 2]) {
        driver.offer(0, count, []);
        expect(driver.notify(0)).toEqual({ needs: ['OUT'], devices: writes(1) });
      }
      driver.begin();
    }
    driver.offer(0, 1, []);
    expect(driver.notify(0)).toEqual({ needs: null, devices: [] });
    expect(driver.board.block.outstanding().length).toBe(256);
    expect(driver.memory.at(data + 0x800, 1)).toEqual(Uint8Array.of(1));
    driver.board.block.complete({ io: 7, transferredCount: 128, data: new Uint8Array() });
    driver.offer(0, 2, []);
    expect(driver.notify(0)).toEqual({ needs: ['OUT'], devices: writes(1) });
  });

  it.each([
    ['disk', slots.block, 1, 0],
    ['NIC', slots.network, 2, 1],
    ['keyboard', slots.keyboard, 2, 1],
  ] as const)('no descriptor is in two buffers that wait: %s', (_, slot, queueCount, queue) => {
    const driver = new Driver(slot, queueCount);
    for (let place = 0; place < 256; place++) {
      const flags = (place < 255 ? next : 0) | (place > 0 ? forDevice : 0);
      driver.descriptor(queue, place, [data, 16, flags, place + 1]);
    }
    driver.word(data, 99);
    driver.offer(queue, 256, []);
    driver.notify(queue);
    expect(driver.status & needsReset).toBe(needsReset);
    const [, given] = driver.memory.halves.subarray(
      (driver.queueAt(queue) + 0x1400 - ramStart) / 2,
    );
    expect(given).toBe(1);
  });

  it('a run ends before its limit when devices have had much to do, slices or not', () => {
    const { words } = assembled(
      `li x1, 0x10003000; addi x2, x0, 4; sw x2, 0x70(x1)
      again: sw x0, 0x50(x1); addi x3, x3, 1; jal x0, again`,
      ramStart,
    );
    const pieces = [{ address: ramStart, bytes: new Uint8Array(Int32Array.from(words).buffer) }];
    const machine = (): ReturnType<typeof booted> =>
      booted({
        ...{ name: 'a driver', pieces, entry: ramStart, memoryBytes: 0x10000 },
        ...{ sectorCount: 8, commandLine: '' },
      });
    const [one, other] = [machine(), machine()];
    expect(one.run(1_000_000)).toBe('limit');
    expect(one.position).toBe(4 + 3 * 63 + 1);
    while (one.position < 1000) expect(one.run(1000)).toBe('limit');
    for (let to = 7; other.position < 1000; to += 7) other.run(Math.min(to, 1000));
    expect(other.digest()).toBe(one.digest());
  });
});

it.each([
  ['sw x2, 0(x1)', 0x10000000, 7],
  ['sb x2, 0x50(x1)', 0x10001000, 7],
  ['lb x2, 0(x1)', 0x0200bff8, 5],
])('an access of a width that is not there needs no log, and faults: %s', (access, at, reason) => {
  const { words } = assembled(`li x1, ${at}; ${access}`, ramStart);
  const memory = new Uint8Array(0x1000);
  memory.set(new Uint8Array(Int32Array.from(words).buffer));
  const machine = new Machine('a driver', memory, 8);
  machine.hart.mtvec = ramStart | 0;
  expect([machine.run(3), machine.hart.mcause]).toEqual(['limit', reason]);
});

it('the power device is written to in two bytes or four', () => {
  const { words } = assembled(
    'li x1, 0x100000; li x2, 0x5555; sb x2, 0(x1); sh x2, 0(x1)',
    ramStart,
  );
  const memory = new Uint8Array(0x1000);
  memory.set(new Uint8Array(Int32Array.from(words).buffer));
  const machine = new Machine('a driver', memory, 8);
  expect([machine.run(9), machine.position, machine.isOff]).toEqual(['trap', 5, false]);
  machine.perform(0);
  expect(machine.isOff).toBe(true);
});
