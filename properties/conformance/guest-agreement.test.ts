// The program's fold machine and the guest of the specification are one machine written twice: two
// forms of state, two codings of data, and the same numbers.

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { foldImage } from '../../impl/guest/fold.ts';
import type { Guest as Machine, Output as Put, Range } from '../../impl/guest/guest.ts';
import { bytesOf, numberAt } from '../../impl/guest/numbers.ts';
import { instructions } from '../../impl/guest/program.ts';
import { contentOf } from '../../impl/guest/transfer.ts';
import {
  booted,
  completed,
  type Guest,
  type Instruction,
  interrupted,
  issuesNext,
  needsOf,
  needsOfReceiving,
  type Output,
  operated,
  type Ran,
  received,
  run,
} from '../../model/guest.ts';

type Deed =
  | { readonly kind: 'execute'; readonly count: number }
  | { readonly kind: 'interrupt' | 'powerOff' | 'restore' }
  | { readonly kind: 'receive'; readonly packets: readonly number[] }
  | { readonly kind: 'KEY' | 'MOUSE'; readonly number: number }
  | { readonly kind: 'complete'; readonly index: number; readonly data: readonly number[] };

/** Both at once, and how many outputs the machine has had on each device. */
type Both = { machine: Machine; guest: Guest; ordinal: number; network: number; console: number };

const numbersIn = (bytes: Uint8Array): readonly number[] =>
  Array.from({ length: bytes.length / 4 }, (_, index) => numberAt(bytes, 4 * index));

const placesIn = (ranges: readonly Range[]): readonly number[] =>
  ranges.flatMap(({ start, end }) => Array.from({ length: end - start }, (_, at) => start + at));

/** What the machine put out in the words of the specification. */
const told = (both: Both, puts: readonly Put[]): readonly Output[] =>
  puts.map((put): Output => {
    const ordinal = both.ordinal;
    both.ordinal += 1;
    if (put.device !== 'disk') {
      const number = both[put.device];
      both[put.device] += 1;
      return { device: put.device, ordinal, number, content: numberAt(put.bytes) };
    }
    const { data } = both.machine.outstanding().find((it) => it.number === put.io) ?? {};
    return { device: 'disk', ordinal, number: put.io, content: contentOf(data ?? bytesOf()) };
  });

const agree = (both: Both, program: readonly Instruction[]): void => {
  const { machine, guest } = both;
  expect(machine.position).toBe(guest.position);
  expect(machine.isOff).toBe(guest.isOff);
  expect(machine.needsOfReceiving()).toEqual(needsOfReceiving(guest));
  const pending = guest.pending.map(({ number, kind, blocks, pages, data }) => {
    return { number, kind, blocks, pages, data };
  });
  const outstanding = machine.outstanding().map(({ number, kind, blocks, memory, data }) => {
    const pages = placesIn(memory);
    return { number, kind, blocks: placesIn(blocks), pages, data: numbersIn(data) };
  });
  expect(outstanding).toEqual(pending);
  const needs = needsOf(program, guest);
  const issuesIo = issuesNext(program, guest);
  const traps = !guest.isOff && (needs.length > 0 || issuesIo);
  expect(machine.trap()).toEqual(traps ? { needs, issuesIo } : null);
};

const ranBy = (both: Both, { guest, outputs }: Ran, puts: readonly Put[]): void => {
  both.guest = guest;
  expect(told(both, puts)).toEqual(outputs);
};

/** The machine runs in one go what the specification takes step by step. */
const execute = (both: Both, program: readonly Instruction[], count: number): void => {
  const { machine, guest } = both;
  const limit = guest.position + count;
  for (;;) {
    const stop = machine.run(limit);
    expect(stop === 'off').toBe(both.guest.isOff);
    if (stop === 'off') return;
    while (both.guest.position < machine.position) ranBy(both, run(program, both.guest, 0), []);
    agree(both, program);
    expect(stop).toBe(both.guest.position === limit ? 'limit' : 'trap');
    if (stop === 'limit') return;
    const reading = (machine.position * 37) % 1009;
    ranBy(both, run(program, both.guest, reading), machine.perform(reading));
  }
};

const complete = (both: Both, index: number, data: readonly number[]): void => {
  const { machine, guest } = both;
  const { pending } = guest;
  const io = pending[index % Math.max(1, pending.length)];
  const number = io?.number ?? index;
  const transferred = Math.min(data.length, io?.blocks.length ?? 0);
  const read = io?.kind === 'read' ? data.slice(0, transferred) : [];
  const after = completed(guest, { io: number, transferred, data: read });
  const completion = { io: number, transferredCount: transferred, data: bytesOf(...read) };
  expect(machine.complete(completion)).toBe(after !== null);
  both.guest = after ?? guest;
};

const perform = (both: Both, program: readonly Instruction[], deed: Deed): void => {
  const { machine, guest } = both;
  switch (deed.kind) {
    case 'execute':
      execute(both, program, deed.count);
      return;
    case 'interrupt':
      machine.interrupt();
      both.guest = interrupted(guest);
      return;
    case 'powerOff':
      machine.powerOff();
      both.guest = { ...guest, isOff: true };
      return;
    case 'restore':
      both.machine = foldImage(program).restore(machine.snapshot());
      return;
    case 'receive': {
      const puts = machine.receive(deed.packets.map((packet) => bytesOf(packet)));
      ranBy(both, received(guest, deed.packets), puts);
      return;
    }
    case 'complete':
      complete(both, deed.index, deed.data);
      return;
    default:
      machine.operate({ kind: deed.kind, bytes: bytesOf(deed.number) });
      both.guest = operated(guest, deed);
  }
};

const number = fc.oneof(fc.nat({ max: 20 }), fc.nat({ max: 2 ** 32 - 1 }));

const onWholeDisk: readonly Instruction[] = ['read xy pq', 'write xy pq', 'compute', 'post'];

/** Each round of a program begins by showing the memory and the word. */
const programs = fc
  .array(fc.oneof(fc.constantFrom(...instructions), fc.constantFrom(...onWholeDisk)), {
    maxLength: 8,
  })
  .map((some): readonly Instruction[] => ['touch p', 'touch q', 'print', ...some]);
const deeds: fc.Arbitrary<readonly Deed[]> = fc.array(
  fc.oneof<fc.MaybeWeightedArbitrary<Deed>[]>(
    { weight: 12, arbitrary: fc.record({ kind: fc.constant('execute'), count: fc.nat(12) }) },
    { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('interrupt', 'restore') }) },
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('receive'),
        packets: fc.array(number, { maxLength: 4 }),
      }),
    },
    { weight: 4, arbitrary: fc.record({ kind: fc.constantFrom('KEY', 'MOUSE'), number }) },
    {
      weight: 12,
      arbitrary: fc.record({
        kind: fc.constant('complete'),
        index: fc.nat(3),
        data: fc.oneof(fc.array(number, { maxLength: 2 }), fc.tuple(number, number)),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('powerOff') }) },
  ),
  { maxLength: 40 },
);

it('the fold machine does and puts out what the guest of the specification does', () => {
  fc.assert(
    fc.property(programs, deeds, (program, all) => {
      const machine = foldImage(program).boot();
      const both: Both = { machine, guest: booted, ordinal: 0, network: 0, console: 0 };
      agree(both, program);
      for (const deed of all) {
        perform(both, program, deed);
        agree(both, program);
      }
    }),
    { numRuns: 1000 },
  );
});

it('the two know the same instructions', () => {
  const known: readonly Instruction[] = instructions;
  const alike: typeof instructions = known; // neither assignment compiles if one lacks one
  expect(new Set(alike).size).toBe(21);
});
