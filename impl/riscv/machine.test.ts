// What the RISC-V machine owes besides what every machine does (`guest/machines.test.ts`).

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { framed } from '../guest/address.ts';
import { advance, type Event, type Moment, play, playFrom } from '../guest/drive.ts';
import type { Guest } from '../guest/guest.ts';
import { booted, riscvImage } from './image.ts';
import { assembled } from './isa/assemble.ts';
import { type Action, busyImage } from './isa/busy-guest.ts';
import type { Machine } from './machine.ts';
import { pageBytes, ramStart } from './ram.ts';

const memoryBytes = 0x10000;

/** A machine before a program. */
const machineWith = (program: string, name = 'a test'): Machine => {
  const { words } = assembled(program, ramStart);
  const pieces = [{ address: ramStart, bytes: new Uint8Array(Int32Array.from(words).buffer) }];
  const software = { name, pieces, entry: ramStart, memoryBytes, sectorCount: 8, commandLine: '' };
  return booted(software);
};

const packet = framed({
  client: { address: '10.0.0.7', port: 4711 },
  payload: new TextEncoder().encode('something'),
});

const everything: readonly Action[] = ['disk', 'store', 'disk', 'send', 'print', 'stamp', 'count'];
const struck: readonly Event[] = [
  { kind: 'interrupt' },
  { kind: 'receive', packets: [packet, packet] },
  { kind: 'KEY', bytes: new TextEncoder().encode('Hi') },
  { kind: 'MOUSE', bytes: Uint8Array.of(3, 255, 1) },
  { kind: 'complete', index: 1, seed: 2 },
  { kind: 'complete', index: 0, seed: 1 },
];
const busy = (times: number): readonly Moment[] =>
  Array.from({ length: times }, () => struck).flatMap((all) =>
    all.map((event) => ({ after: 131, event })),
  );

const pagesOf = (guest: Guest, count: number): readonly Uint8Array[] =>
  Array.from({ length: count }, (_, number) => guest.memory.page(number));

describe('a guest that uses every device', () => {
  const image = busyImage(everything);
  const { guest, put, record } = play({ image, moments: busy(6), seed: 3 }, 97);

  it('has met all that there is', () => {
    expect(new Set(put.map(({ device }) => device))).toEqual(
      new Set(['network', 'console', 'disk']),
    );
    const kinds = record.map((one) =>
      'event' in one ? one.event.kind : 'completion' in one ? 'completion' : 'reading',
    );
    for (const kind of ['interrupt', 'receive', 'KEY', 'MOUSE', 'completion', 'reading'] as const) {
      expect(kinds.filter((one) => one === kind).length, kind).toBeGreaterThan(5);
    }
    const memory = pagesOf(guest, image.pages.count);
    const usedCounts = [1, 2, 3, 4, 5].map((queue) => memory[queue]?.[0x402] ?? 0);
    for (const count of usedCounts) expect(count).toBeGreaterThan(2);
  });

  it('is the same of its rest and its pages', () => {
    const pages = pagesOf(guest, image.pages.count);
    const memory = new Uint8Array(memoryBytes);
    for (const [number, page] of pages.entries()) memory.set(page, number * pageBytes);
    const resumed = image.resume(guest.rest(), memory);
    expect(resumed.digest()).toBe(guest.digest());
    expect(resumed.snapshot()).toEqual(guest.snapshot());
    const rest = { image, moments: busy(1), seed: 9 };
    const copy = image.restore(guest.snapshot());
    expect(playFrom(resumed, rest, 13).guest.digest()).toBe(
      playFrom(copy, rest, 97).guest.digest(),
    );
  });

  it('says of each mark which pages were written to since', () => {
    const counts = fc.array(fc.nat({ max: 400 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(counts, fc.boolean(), (after, digests) => {
        const running = image.restore(guest.snapshot());
        const marks = after.map((count) => {
          const mark = running.memory.mark();
          const pages = pagesOf(running, image.pages.count);
          expect(running.memory.changedSince(mark)).toEqual([]);
          advance(running, running.position + count, 1000, (at) => at);
          if (digests) running.digest(); // looks at the same notes
          running.receive([packet]);
          return { mark, pages };
        });
        const now = pagesOf(running, image.pages.count);
        for (const { mark, pages } of marks) {
          const differ = now.keys().filter((number) => {
            const [one = new Uint8Array(), other] = [now[number], pages[number]];
            return Buffer.compare(one, other ?? new Uint8Array()) !== 0;
          });
          const said = running.memory.changedSince(mark);
          expect(said).toEqual([...new Set(said)].sort((one, other) => one - other));
          expect(said).toEqual(expect.arrayContaining([...differ]));
        }
        const copy = image.restore(running.snapshot());
        expect(copy.digest()).toBe(running.digest());
      }),
      { numRuns: 50 },
    );
  });
});

describe('the timer', () => {
  const program = `li x1, handler; csrrw x0, mtvec, x1; li x1, 0x80; csrrw x0, mie, x1
    li x1, 0x02004000; li x2, 50000; sw x2, 0(x1); sw x0, 4(x1); csrrsi x0, mstatus, 8
    csrrs x3, time, x0; csrrs x4, time, x0; jal x0, 0
    handler: csrrs x5, mepc, x0; jal x0, 0`;

  it('strikes right after the read of the time that makes it due', () => {
    const machine = machineWith(program);
    expect(machine.run(100)).toBe('trap');
    machine.perform(1000);
    expect(machine.run(100)).toBe('trap');
    machine.perform(1005);
    expect(machine.hart.x[4]).toBe(50000);
    expect(machine.run(100)).toBe('limit');
    expect(machine.hart.x[5]).toBe((ramStart + 4 * 15) | 0);
  });

  it('shows one instruction more or less', () => {
    const image = busyImage(['compute', 'store']);
    const digests = new Set<number>();
    for (let at = 400; at < 440; at++) {
      const guest = image.boot();
      guest.run(at);
      guest.interrupt();
      guest.run(1000);
      digests.add(guest.digest());
    }
    expect(digests.size).toBe(40);
  });
});

describe('a snapshot', () => {
  const restored = (machine: Machine): Machine => {
    const copy = machineWith('', 'a test');
    copy.ram.bytes.set(machine.ram.bytes);
    copy.resume(machine.rest());
    return copy;
  };

  it('keeps a line up that could not interrupt yet', () => {
    const machine = machineWith(`li x1, 0x80000100; csrrw x0, mtvec, x1; li x1, 0x888
      csrrw x0, mie, x1; li x1, 0x02000000; addi x2, x0, 1; sw x2, 0(x1); csrrsi x0, mstatus, 8`);
    machine.run(10);
    const copy = restored(machine);
    copy.run(11);
    expect([copy.hart.pc, copy.hart.mcause]).toEqual([ramStart + 0x100, 0x80000003 | 0]);
  });

  it('keeps what was written to the counters', () => {
    const machine = machineWith(`addi x1, x0, -3; csrrw x0, mcycle, x1; csrrw x0, minstret, x1
      csrrs x2, mcycle, x0; csrrs x3, minstret, x0`);
    machine.run(3);
    const copy = restored(machine);
    copy.run(5);
    expect([copy.hart.x[2], copy.hart.x[3]]).toEqual([-2, -2]);
  });
});

it('whatever strikes ends a reservation, for a device may have written there', () => {
  const machine = machineWith('li x1, 0x80001000; lr.w x2, (x1); sc.w x3, x1, (x1)');
  machine.run(3);
  machine.receive([packet]);
  machine.run(4);
  expect(machine.hart.x[3]).toBe(1);
});

it('a store to a device ends a reservation too, for that may write at once', () => {
  const machine = machineWith(
    'li x1, 0x80001000; li x4, 0x0c000004; lr.w x2, (x1); sw x0, 0(x4); sc.w x3, x1, (x1)',
  );
  machine.run(7);
  expect(machine.hart.x[3]).toBe(1);
});

describe('software that does whatever it can', () => {
  const places = [0x00100000, 0x02000000, 0x0c000000, 0x10000000, 0x10001000, 0x10002000];
  const more = [0x10003000, 0x10004000, 0x0200bff0, 0x02004000, 0x0c200000, 0x8000fffc, 0x0fffffff];
  const registers = [0x70, 0x30, 0x38, 0x44, 0x50, 0x80, 0x84, 0x90, 0xa0, 0x64, 0x100];
  const values = [0, 1, 4, 5, -1, ramStart, ramStart + 0x1000, ramStart + 0xfff8, 0x7fffffff, 16];
  const poke = fc.record({
    place: fc.constantFrom(...places, ...more),
    offset: fc.oneof(fc.constantFrom(...registers), fc.nat({ max: 0x201 })),
    value: fc.oneof(fc.constantFrom(...values), fc.integer()),
    access: fc.constantFrom('sw', 'sw', 'sw', 'sh', 'sb', 'lw', 'lh', 'lbu'),
  });

  it('never harms the host, and slices do not matter to it', () => {
    const pokes = fc.array(poke, { minLength: 1, maxLength: 60 });
    const memory = fc.uint8Array({ maxLength: 64 });
    const events = fc.array(fc.constantFrom(...struck), { maxLength: 10 });
    fc.assert(
      fc.property(pokes, memory, events, (all, filling, happening) => {
        const lines = all.map(
          ({ place, offset, value, access }) =>
            `li x1, ${place | 0}; li x2, ${value}; ${access} x2, ${offset}(x1)`,
        );
        const live = `li x1, 0x10001070; li x2, 4; sw x2, 0(x1); li x1, 0x10002070; sw x2, 0(x1)`;
        const skip = 'skip: csrrs x9, mepc, x0; addi x9, x9, 4; csrrw x0, mepc, x9; mret';
        const program = `li x1, skip; csrrw x0, mtvec, x1; ${live}; ${lines.join('\n')}
          jal x0, 0; ${skip}`;
        const ended = [7, 97].map((slice) => {
          const machine = machineWith(program);
          machine.ram.put(ramStart + 0x1000, filling);
          const moments = happening.map((event) => ({ after: 20, event }));
          const image = { ...busyImage([]), boot: () => machine };
          const { put } = playFrom(machine, { image, moments, seed: 1 }, slice);
          advance(machine, machine.position + 400, slice, (at) => at);
          return [machine.digest(), put];
        });
        expect(ended[1]).toEqual(ended[0]);
      }),
      { numRuns: 300 },
    );
  });

  it('is told of nothing to be logged by an instruction that does not exist', () => {
    const load = assembled('lw x2, 0(x1)', 0).words[0] ?? 0;
    const machine = machineWith(
      `li x1, 0x0200bff8; .word ${load | 0x1000}; .word ${load | 0x7000}`,
    );
    machine.run(2);
    expect(machine.trap()).toBe(null);
    expect([machine.run(3), machine.hart.mcause]).toEqual(['limit', 2]);
  });

  it('does nothing by an access that faults', () => {
    const machine = machineWith(`li x1, 0x10001000; addi x2, x0, 1; sw x2, 0x90(x1)
      sw x2, 0x44(x1); addi x2, x0, 4; sw x2, 0x70(x1); li x3, 0x80000034; csrrw x0, mtvec, x3
      sb x0, 0x50(x1); jal x0, 0; jal x0, 0
      lw x4, 0x70(x1); sw x0, 0x50(x1); lw x5, 0x70(x1); csrrs x6, mcause, x0`);
    machine.run(15);
    expect(machine.hart.x.subarray(4, 7)).toEqual(Int32Array.of(4, 0x44, 7)); // its ring is nowhere
  });

  it('has to leave room for the device tree', () => {
    const piece = { address: ramStart, bytes: new Uint8Array(memoryBytes) };
    const software = {
      name: 'much',
      pieces: [piece],
      entry: ramStart,
      memoryBytes,
      sectorCount: 8,
    };
    expect(() => riscvImage({ ...software, commandLine: '' })).toThrow(
      'much cannot be loaded: it ends at 0x80010000, the device tree begins at 0x8000f000',
    );
  });
});
