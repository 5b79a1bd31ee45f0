// The processor and the second interpreter agree on random programs.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { execute } from '../execute.ts';
import { Hart, machineMode, userMode } from '../hart.ts';
import { Ram, ramStart } from '../ram.ts';
import { attempt, definitions } from './definitions.ts';
import { devicesStart, FakeBus } from './fake-bus.ts';
import { wordOf } from './pattern.ts';
import { Reference } from './reference.ts';
import { registers, s32, statusOf, u32 } from './registers.ts';

const pageBytes = 4096;
const pageCount = 3; // of code, of a handler and data, of data
const ramEnd = ramStart + pageCount * pageBytes;
const handlerAt = ramStart + pageBytes;

/** Each picks one of some by a number that may be anything. */
const pick = <T>(items: readonly T[], by: number): T => {
  const one = items[by % items.length];
  if (one === undefined) throw new Error('there is nothing to pick');
  return one;
};

const immediates = [0, 1, -1, 4, -4, 8, 2, 3, 31, 0x7ff, -0x800, 16, 12, 20, 100, -100];
const csrs = [...registers.keys(), 0x302, 0x3a0, 0x180, 0x105, 0x7ff, 0xc03, 0x000];

/** One of the ISA's instructions, with operands that have something to do with one another. */
const instruction = (kind: number, bits: number): number => {
  const { name, pattern } = pick(definitions, kind);
  const part = (from: number, width: number): number => (bits >>> from) & (2 ** width - 1);
  const register = (from: number): number => (part(from, 3) === 7 ? part(from, 5) : part(from, 3));
  const isAccess = /^(l[bhwr]|s[bhwc]|amo|jalr)/.test(name);
  const isJump = name.startsWith('j') || name.startsWith('b');
  const near = 4 * (part(12, 5) - 12) + (part(8, 5) === 0 ? 2 : 0);
  const upper = part(9, 2) === 0 ? ramStart : bits & ~0xfff;
  const picked = part(20, 2) === 0 ? bits >> 20 : pick(immediates, part(16, 4));
  return wordOf(pattern, {
    rd: register(0),
    rs1: isAccess && part(5, 3) !== 0 ? 8 + part(8, 3) : register(5), // x8 to x15 are addresses
    rs2: register(10),
    imm: name === 'lui' || name === 'auipc' ? upper : isJump && name !== 'jalr' ? near : picked,
    shamt: part(15, 5),
    csr: pick(csrs, part(15, 10)),
    uimm: part(24, 5),
  });
};

const couple = (name: string, bits: number): number =>
  instruction(
    definitions.findIndex((one) => one.name === name),
    bits,
  );

const anyBits = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });

/** Mostly an instruction, at times one with a bit turned, at times any word. */
const words = fc.tuple(fc.nat({ max: 0xffff }), anyBits).map(([kind, bits]) => {
  const word = instruction(kind >>> 5, bits);
  if ((kind & 31) === 0) return bits;
  return (kind & 31) === 1 ? word ^ (1 << (kind >>> 11)) : word;
});

/** LR and SC, which are seldom met together otherwise. */
const couples = fc
  .tuple(anyBits, anyBits)
  .map((bits) => [couple('lr.w', bits[0]), couple('sc.w', bits[1])]);

const programs = fc
  .array(
    fc.oneof(
      { weight: 20, arbitrary: words.map((word) => [word]) },
      { weight: 1, arbitrary: couples },
    ),
    { minLength: 1, maxLength: 100 },
  )
  .map((parts) => parts.flat());

const remarkable = [
  ...[0, 1, -1, 2, 3, 31, 32, 2 ** 31, 2 ** 31 - 1, 0x55555555, 0xffff, 0x10000, 0x1800, 0x1808],
  ...[0, 1, 2, 3, 4, 0x7fc, 0x1000, 0x2000, 0xffe].map((offset) => ramStart + offset),
  ...[0, 1, 2, 3, 4, 8, 0x800].map((offset) => ramEnd - offset),
  ...[0, 4, 8, 12, 13].map((offset) => devicesStart + offset),
  ...[0x1000, 0x1800, 0x2000, 0x2ff0].map((offset) => ramStart + offset),
];

const values = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...remarkable.map((value) => value | 0)) },
  { weight: 1, arbitrary: anyBits },
);
const addresses = fc.constantFrom(...remarkable.filter((value) => value > 2 ** 31)); // most, of RAM

/** Leaves a trap behind its instruction, and takes no register from the program. */
const handler = [0x340f9ff3, 0x34102ff3, 0x004f8f93, 0x341f9073, 0x340f9ff3, 0x30200073];

type Start = {
  readonly program: readonly number[];
  readonly data: readonly number[];
  readonly x: readonly number[];
  readonly pointers: readonly number[]; // x8 to x15
  readonly isUser: boolean;
  readonly mstatus: number;
  readonly mie: number;
  readonly mtvec: number;
  readonly mcounteren: number;
};

/** Instructions, after which lines are put so; the program is begun anew if it has left memory. */
type Slice = { readonly count: number; readonly lines: number };

const starts: fc.Arbitrary<Start> = fc.record({
  program: programs,
  data: fc.array(values, { maxLength: 20 }),
  x: fc.array(values, { minLength: 32, maxLength: 32 }),
  pointers: fc.array(addresses, { minLength: 8, maxLength: 8 }),
  isUser: fc.boolean(),
  mstatus: fc.constantFrom(0, 0x8, 0x1888, 0x20080, 0x200008, 0x220000),
  mie: fc.constantFrom(0, 0x888, 0x80, 0x808),
  mtvec: fc.constantFrom(handlerAt, handlerAt, handlerAt, handlerAt + 1, ramStart + 32),
  mcounteren: fc.nat({ max: 7 }),
});

const slices: fc.Arbitrary<readonly Slice[]> = fc.array(
  fc.record({
    count: fc.constantFrom(1, 2, 5, 13, 50, 97),
    lines: fc.constantFrom(0, 0, 0, 0x80, 0x800, 0x8, 0x88, 0x888),
  }),
  { minLength: 10, maxLength: 40 },
);

const memoryOf = ({ program, data }: Start): Uint8Array => {
  const words = new Int32Array((pageCount * pageBytes) / 4);
  const perPage = pageBytes / 4;
  for (let at = 0; at < perPage; at++) words[at] = program[at % program.length] ?? 0;
  for (let at = 0; at < 12; at++) words[perPage + 4 * at] = handler[0] ?? 0; // if it is vectored
  words.set(handler, perPage);
  words.set(data, perPage + 0x200);
  words.set(data, 2 * perPage);
  return new Uint8Array(words.buffer);
};

class Pair {
  readonly hart: Hart;
  readonly reference: Reference;
  readonly #buses = [new FakeBus(2n ** 33n + 5n), new FakeBus(2n ** 33n + 5n)] as const;
  readonly #before: Uint8Array;

  constructor(start: Start) {
    this.#before = memoryOf(start);
    this.hart = new Hart(new Ram(this.#before.slice()), this.#buses[0]);
    this.reference = new Reference(this.#before.slice(), this.#buses[1]);
    const { hart, reference } = this;
    const { controls } = reference;
    const x = start.x.with(0, 0).toSpliced(8, 8, ...start.pointers);
    for (const [at, value] of x.entries()) {
      hart.x[at] = value;
      reference.set(at, BigInt(value));
    }
    registers.get(0x300)?.write(controls, BigInt(start.mstatus));
    hart.mstatus = start.mstatus;
    hart.mode = start.isUser ? userMode : machineMode;
    controls.mode = start.isUser ? 'U' : 'M';
    for (const name of ['mie', 'mtvec', 'mcounteren'] as const) {
      hart[name] = start[name] | 0;
      controls[name] = u32(BigInt(start[name]));
    }
    this.begin();
  }

  begin(): void {
    const { hart, reference } = this;
    hart.pc = ramStart;
    reference.pc = BigInt(ramStart);
    hart.isWaiting = false;
    reference.isWaiting = false;
  }

  run({ count, lines }: Slice): void {
    const { hart, reference } = this;
    const end = hart.count + count;
    for (;;) {
      const stop = execute(hart, end, false);
      if (stop !== 'trap' || hart.count === end) break;
      execute(hart, hart.count + 1, true);
    }
    while (reference.count < end && !reference.isWaiting) note(attempt(reference));
    this.compare();
    for (const bus of this.#buses) bus.up = lines;
    hart.settle();
    reference.settle();
    const { mcause } = reference.controls;
    if (mcause >> 31n === 1n) note(`interrupt ${mcause & 31n}`);
    if (hart.isWaiting || !hart.memory.holds(hart.pc, 4)) this.begin();
  }

  compare(): void {
    const { hart, reference } = this;
    expect(stateOf(hart)).toBe(stateOfReference(reference));
    const { bytes, written } = hart.memory;
    expect(Buffer.compare(bytes, reference.memory)).toBe(0);
    for (let page = 0; page < pageCount; page++) {
      const [from, to] = [page * pageBytes, (page + 1) * pageBytes];
      const isSame =
        Buffer.compare(bytes.subarray(from, to), this.#before.subarray(from, to)) === 0;
      expect(isSame || written[page] === 1).toBe(true);
    }
  }
}

const controlNames = ['mie', 'mtvec', 'mscratch', 'mepc', 'mcause', 'mtval', 'mcounteren'] as const;

const stateOf = (hart: Hart): string =>
  [
    hart.count,
    hart.pc,
    hart.isWaiting,
    hart.mode === machineMode ? 'M' : 'U',
    [...hart.x].join(),
    hart.mstatus,
    controlNames.map((name) => hart[name]).join(),
    BigInt.asUintN(64, BigInt(hart.count) + hart.cycleBias),
    BigInt.asUintN(64, BigInt(hart.count) + hart.instretBias),
    hart.reservation,
    Object.values(hart.bus).join(),
  ].join('\n');

const stateOfReference = (reference: Reference): string => {
  const { controls, reserved } = reference;
  return [
    reference.count,
    Number(reference.pc),
    reference.isWaiting,
    controls.mode,
    Array.from({ length: 32 }, (_, at) => reference.get(at)).join(),
    Number(statusOf(controls)),
    controlNames.map((name) => s32(controls[name])).join(),
    controls.mcycle,
    controls.minstret,
    reserved === null ? -1 : Number(reserved) - ramStart,
    Object.values(reference.bus).join(),
  ].join('\n');
};

const seen = new Map<string, number>(); // instructions that were done, by name; traps

const note = (what: string): void => void seen.set(what, (seen.get(what) ?? 0) + 1);

// what is always an exception is counted as one
const ends = definitions.map(({ name }) => name).filter((name) => !/^e(call|break)$/.test(name));
const traps = [0, 1, 2, 3, 4, 5, 6, 7, 8, 11].map((cause) => `cause ${cause}`);
const interrupts = [3, 7, 11].map((line) => `interrupt ${line}`);

describe('the processor and the table of its instructions', { timeout: 120_000 }, () => {
  it('agree on a million instructions of random programs, whatever the slices', () => {
    fc.assert(
      fc.property(starts, slices, (start, all) => {
        const pair = new Pair(start);
        for (const slice of all) pair.run(slice);
      }),
      { numRuns: 2100 },
    );
    const attempts = [...ends, ...traps];
    const rare = [...attempts, ...interrupts].filter((what) => (seen.get(what) ?? 0) < 100);
    expect(rare).toEqual([]);
    const count = attempts.reduce((sum, what) => sum + (seen.get(what) ?? 0), 0);
    expect(count).toBeGreaterThan(1_000_000);
  });
});
