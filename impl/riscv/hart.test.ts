// What the manual leaves to an implementation, and what this one has decided.

import { describe, expect, it } from 'vitest';
import { cause, line } from './csr.ts';
import { execute } from './execute.ts';
import { Hart, userMode } from './hart.ts';
import { assembled } from './isa/assemble.ts';
import { devicesStart, FakeBus } from './isa/fake-bus.ts';
import { pageBytes, Ram, ramStart } from './ram.ts';

const memoryEnd = ramStart + 2 * pageBytes;
const handlerAt = ramStart + 0x400;
const bit = (number: number): number => 1 << number;
const timerInterrupt = cause.interrupt | line.timer | 0;

/** A hart before a program, whose traps go to a handler, if there is one. */
const hartWith = (program: string, handler = 'wfi'): { hart: Hart; bus: FakeBus } => {
  const bus = new FakeBus(0n);
  const hart = new Hart(new Ram(new Uint8Array(2 * pageBytes)), bus);
  hart.memory.words.set(assembled(program, ramStart).words);
  hart.memory.words.set(assembled(handler, handlerAt).words, 0x100);
  hart.memory.written.fill(0);
  hart.pc = ramStart;
  hart.mtvec = handlerAt | 0;
  return { hart, bus };
};

/** The same after so many instructions. */
const ran = (count: number, program: string, handler?: string): Hart => {
  const { hart } = hartWith(program, handler);
  execute(hart, count, false);
  expect(hart.count).toBe(count);
  return hart;
};

const trapOf = ({ mcause, mtval, mepc, pc }: Hart): object => ({ mcause, mtval, mepc, pc });
const trap = (mcause: number, mtval: number, mepc: number): object => ({
  mcause,
  mtval: mtval | 0,
  mepc: mepc | 0,
  pc: handlerAt,
});

describe('memory', () => {
  it('is accessed at any address, lowest byte first', () => {
    const hart = ran(
      8,
      `li x1, 0x80001001; li x2, 0x87654321; sw x2, 0(x1)
      lw x3, 0(x1); lhu x4, 2(x1); lh x5, 0(x1)`,
    );
    expect(hart.x.subarray(3, 6)).toEqual(Int32Array.of(0x87654321, 0x8765, 0x4321));
    expect(hart.memory.bytes.subarray(0x1000, 0x1006)).toEqual(
      Uint8Array.of(0, 0x21, 0x43, 0x65, 0x87, 0),
    );
  });

  it('knows both pages that a store across their border has written to', () => {
    const hart = ran(3, 'li x1, 0x80000ffe; sw x1, 0(x1)');
    expect([...hart.memory.written]).toEqual([1, 1]);
  });

  it.each([
    ['lw x2, -2(x1)', cause.loadFault, memoryEnd],
    ['sh x2, -1(x1)', cause.storeFault, memoryEnd],
    ['lb x2, 0(x1)', cause.loadFault, memoryEnd],
    ['lw x2, 1(x1)', cause.loadFault, memoryEnd + 1],
    ['amoadd.w x2, x2, (x1)', cause.storeFault, memoryEnd],
    ['lr.w x2, (x1)', cause.loadFault, memoryEnd],
  ])('ends: %s faults at the first byte that is not there', (access, reason, missing) => {
    const hart = ran(3, `li x1, ${memoryEnd}; ${access}`);
    expect(trapOf(hart)).toEqual(trap(reason, missing, ramStart + 8));
    expect([...hart.memory.written]).toEqual([0, 0]);
    expect(hart.x[2]).toBe(0);
  });

  it.each([
    ['lr.w x2, (x1)', cause.loadMisaligned],
    ['sc.w x2, x2, (x1)', cause.storeMisaligned],
    ['amoor.w x2, x2, (x1)', cause.storeMisaligned],
  ])('is accessed atomically by whole words: %s traps at another address', (access, reason) => {
    const hart = ran(3, `li x1, 0x80001002; ${access}`);
    expect(trapOf(hart)).toEqual(trap(reason, 0x80001002, ramStart + 8));
  });

  it('holds instructions as they are: one that was just stored is executed', () => {
    const addi = assembled('addi x5, x0, 7', 0).words[0];
    const hart = ran(6, `li x1, 0x80000014; li x2, ${addi}; sw x2, 0(x1); ecall`);
    expect(hart.x[5]).toBe(7);
  });
});

describe('a reservation', () => {
  const reserve = 'li x1, 0x80001000; lr.w x2, (x1)';

  it('lasts to the next SC, which is refused at another address', () => {
    const hart = ran(6, `${reserve}; sw x0, 0(x1); sc.w x3, x1, (x1); sc.w x4, x1, (x1)`);
    expect([hart.x[3], hart.x[4]]).toEqual([0, 1]);
    const other = ran(6, `${reserve}; addi x5, x1, 4; sc.w x3, x1, (x5); sc.w x4, x1, (x1)`);
    expect([other.x[3], other.x[4]]).toEqual([1, 1]);
  });

  it('is ended by an exception', () => {
    const skip = 'csrrs x9, mepc, x0; addi x9, x9, 4; csrrw x0, mepc, x9; mret';
    expect(ran(9, `${reserve}; ecall; sc.w x3, x1, (x1)`, skip).x[3]).toBe(1);
  });

  it('is ended by an interrupt, and by MRET', () => {
    const { hart, bus } = hartWith(`${reserve}; sc.w x3, x1, (x1)`);
    hart.mie = bit(line.timer);
    hart.mstatus = 8;
    execute(hart, 3, false);
    bus.up = bit(line.timer);
    hart.settle();
    expect(hart.reservation).toBe(-1);
    expect(ran(4, `${reserve}; mret`).reservation).toBe(-1);
  });
});

describe('what is not there is illegal, and tells its word', () => {
  it.each([
    ['csrrw x1, 0x3a0, x0', 3], // pmpcfg0
    ['csrrs x1, 0x180, x0', 3], // satp
    ['csrrs x1, 0x302, x0', 3], // medeleg
    ['csrrs x1, 0xc03, x0', 3], // hpmcounter3
    ['csrrwi x1, 0xf14, 0', 3], // mhartid is not for writing
    ['csrrs x1, mstatus, x0', userMode],
    ['csrrs x1, time, x0', userMode], // not opened
    ['mret', userMode],
    ['.word 0x10200073', 3], // SRET
    ['.word 0x34004073', 3], // of SYSTEM, but neither Zicsr nor anything else
    ['.word 0', 3],
    ['.word -1', 3],
  ])('%s in mode %i', (instruction, mode) => {
    const { hart } = hartWith(instruction);
    const [word = 0] = hart.memory.words;
    hart.mode = mode;
    execute(hart, 1, false);
    expect(trapOf(hart)).toEqual(trap(cause.illegal, word, ramStart));
  });

  it('but the counters of events are there, and count none', () => {
    const hart = ran(3, 'csrrwi x1, 0x323, 7; csrrwi x1, 0xb1f, 7; csrrs x2, 0xb1f, x0');
    expect([hart.mcause, hart.x[2]]).toEqual([0, 0]);
  });

  it('and so is WFI in user mode, if machine mode says so', () => {
    const { hart } = hartWith('wfi');
    hart.mode = userMode;
    hart.mstatus = 0x200000;
    execute(hart, 1, false);
    expect([hart.mcause, hart.isWaiting]).toEqual([cause.illegal, false]);
  });
});

describe('the count', () => {
  it('goes up by one with an instruction that traps', () => {
    expect(trapOf(ran(1, 'ecall'))).toEqual(trap(cause.callFromMachine, 0, ramStart));
    expect(trapOf(ran(1, 'ebreak'))).toEqual(trap(cause.breakpoint, ramStart, ramStart));
    const lost = ran(1, 'jalr x0, 0(x0)');
    execute(lost, 2, false);
    expect(trapOf(lost)).toEqual(trap(cause.fetchFault, 0, 0));
  });

  it('stays as it is when an interrupt is taken', () => {
    const { hart, bus } = hartWith('addi x1, x1, 1; addi x1, x1, 1');
    hart.mie = bit(line.timer);
    hart.mstatus = 8;
    execute(hart, 1, false);
    bus.up = bit(line.timer);
    hart.settle();
    expect([hart.count, hart.x[1]]).toEqual([1, 1]);
    expect(trapOf(hart)).toEqual(trap(timerInterrupt, 0, ramStart + 4));
  });

  it('goes up by one with WFI, and by none while it waits', () => {
    const { hart } = hartWith('wfi; addi x1, x1, 1');
    expect([execute(hart, 10, false), hart.count, hart.isWaiting]).toEqual(['idle', 1, true]);
  });

  it('is what mcycle and minstret follow, from what was written there', () => {
    const { x } = ran(
      13,
      `ecall; csrrs x1, mcycle, x0; csrrs x2, minstret, x0
      csrrwi x0, mcycle, 20; csrrs x3, mcycle, x0; csrrw x0, mcycleh, x3
      csrrs x4, mcycle, x0; csrrs x5, mcycleh, x0`,
      'csrrs x9, mepc, x0; addi x9, x9, 4; csrrw x0, mepc, x9; mret',
    );
    expect([...x.subarray(1, 6)]).toEqual([5, 5, 20, 21, 20]);
  });

  it('is less in minstret by the instructions that took an exception: they do not retire', () => {
    const skip = 'csrrs x9, mepc, x0; addi x9, x9, 4; csrrw x0, mepc, x9; mret';
    const { x } = ran(11, 'ecall; .word 0; csrrs x1, minstret, x0', skip);
    expect(x[1]).toBe(8);
  });
});

describe('an interrupt', () => {
  const enabled = (lines: number, program = 'addi x1, x1, 1', handler?: string) => {
    const { hart, bus } = hartWith(program, handler);
    hart.mie = 0x888;
    hart.mstatus = 8;
    bus.up = lines;
    return { hart, bus };
  };

  it('comes from a line that is held up: it is taken again till the line is down', () => {
    const { hart, bus } = enabled(bit(line.timer), 'jal x0, 0', 'addi x2, x2, 1; mret');
    hart.settle();
    execute(hart, 8, false);
    expect(hart.x[2]).toBe(4);
    bus.up = 0;
    execute(hart, 20, false);
    expect([hart.x[2], hart.pc]).toEqual([4 + 1, ramStart]);
  });

  it('is the external one before that of software, before the timer', () => {
    for (const [lines, first] of [
      [0x888, 11],
      [0x088, 3],
      [0x080, 7],
    ] as const) {
      const { hart } = enabled(lines);
      hart.settle();
      expect(hart.mcause & 0xff).toBe(first);
    }
  });

  it('goes to a place of its own if it is vectored, and an exception does not', () => {
    const { hart } = enabled(bit(line.external));
    hart.mtvec = handlerAt | 1;
    hart.settle();
    expect(hart.pc).toBe(handlerAt + 4 * line.external);
    const { hart: other } = enabled(0, 'ecall');
    other.mtvec = handlerAt | 1;
    execute(other, 1, false);
    expect(other.pc).toBe(handlerAt);
  });

  it('ends WFI, and is taken only if it is enabled', () => {
    const { hart, bus } = enabled(0, 'wfi; addi x1, x1, 1');
    hart.mstatus = 0;
    execute(hart, 10, false);
    bus.up = bit(line.timer);
    hart.settle();
    expect([hart.isWaiting, hart.pc]).toEqual([false, ramStart + 4]);
  });

  it('is not waited for if it is there', () => {
    const { hart } = enabled(bit(line.timer), 'wfi; addi x1, x1, 1');
    hart.mstatus = 0;
    execute(hart, 2, false);
    expect([hart.count, hart.x[1]]).toEqual([2, 1]);
  });

  it('is taken in user mode though machine mode has none enabled', () => {
    const { hart } = enabled(bit(line.timer));
    hart.mode = userMode;
    hart.mstatus = 0;
    hart.settle();
    expect([hart.mode, hart.mcause]).toEqual([3, timerInterrupt]);
  });

  it('is taken right after the instruction that has let it in', () => {
    const { hart } = enabled(bit(line.timer), 'csrrsi x0, mstatus, 8; addi x1, x1, 1');
    hart.mstatus = 0;
    execute(hart, 1, false);
    expect(trapOf(hart)).toEqual(trap(timerInterrupt, 0, ramStart + 4));
  });
});

describe('an instruction that has to be logged', () => {
  const program = `li x1, ${devicesStart}; lw x2, 8(x1); lw x3, 8(x1)`;

  it('is stopped before, and executed only if it is the first', () => {
    const { hart } = hartWith(program);
    expect([execute(hart, 9, false), hart.count]).toEqual(['trap', 2]);
    expect([execute(hart, 9, false), hart.count]).toEqual(['trap', 2]);
    expect([execute(hart, 9, true), hart.count]).toEqual(['trap', 3]);
  });

  it('is a read of the time where that is allowed', () => {
    const { hart } = hartWith('csrrs x1, time, x0');
    expect([execute(hart, 1, false), hart.count]).toEqual(['trap', 0]);
    hart.mode = userMode;
    expect([execute(hart, 1, false), hart.mcause]).toEqual(['limit', cause.illegal]);
  });
});

it('a jump to where no instruction can be is not made, and tells where that is', () => {
  const hart = ran(3, 'li x1, 0x80000013; jalr x2, 0(x1)');
  expect(trapOf(hart)).toEqual(trap(cause.fetchMisaligned, 0x80000012, ramStart + 8));
  expect(hart.x[2]).toBe(0);
  expect(ran(1, 'bne x0, x0, 6').pc).toBe(ramStart + 4);
});
