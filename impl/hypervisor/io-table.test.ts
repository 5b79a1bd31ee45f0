import { describe, expect, it } from 'vitest';
import type { Completion, Io } from '../guest/guest.ts';
import { IoTable } from './io-table.ts';
import { paperPolicies } from './policies.ts';

type Place = { readonly block: number; readonly page: number };

const ioOf = (number: number, kind: Io['kind'], { block, page }: Place): Io => ({
  number,
  kind,
  blocks: [{ start: block, end: block + 2 }],
  memory: [{ start: page, end: page + 2 }],
  data: Uint8Array.of(number, number),
});

const write = (number: number, block: number): Io => ioOf(number, 'write', { block, page: 90 });
const read = (number: number, block: number): Io =>
  ioOf(number, 'read', { block, page: 100 + 2 * number });

const done = (io: number): Completion => ({ io, transferredCount: 2, data: new Uint8Array() });
const numbers = (ios: readonly Io[]): readonly number[] => ios.map(({ number }) => number);

const tableOf = (...ios: readonly Io[]): IoTable => {
  const table = new IoTable(paperPolicies);
  for (const io of ios) table.issue(io);
  return table;
};

describe('which operations race', () => {
  const races = (
    earlier: readonly [Io['kind'], Place],
    later: readonly [Io['kind'], Place],
  ): boolean => paperPolicies.races(ioOf(0, ...earlier), ioOf(1, ...later));

  it('those that share a block which one writes, or memory which one reads into', () => {
    const here = { block: 0, page: 0 };
    expect(races(['write', here], ['write', { block: 1, page: 9 }])).toBe(true);
    expect(races(['read', here], ['write', { block: 1, page: 9 }])).toBe(true);
    expect(races(['read', here], ['read', { block: 1, page: 9 }])).toBe(false);
    expect(races(['read', here], ['read', { block: 9, page: 1 }])).toBe(true);
    expect(races(['write', here], ['read', { block: 9, page: 1 }])).toBe(true);
    expect(races(['write', here], ['write', { block: 9, page: 1 }])).toBe(false);
    expect(races(['write', here], ['write', { block: 2, page: 2 }])).toBe(false);
    expect(races(['write', { block: 2, page: 2 }], ['read', here])).toBe(false);
  });
});

describe('a disk operation', () => {
  it('that writes is submitted once it is released, one that reads at once', () => {
    const table = tableOf(write(0, 0), read(1, 10));
    expect(numbers(table.takeSubmittable(1))).toEqual([1]);
    table.release(0);
    expect(numbers(table.takeSubmittable(1))).toEqual([0]);
    expect(table.takeSubmittable(1)).toEqual([]);
  });

  it('that reads what a withheld write covers waits for that write', () => {
    expect(tableOf(write(0, 0), read(1, 1)).takeSubmittable(1)).toEqual([]);
  });

  it('that races waits until the earlier one is handed over by an entry that is acked', () => {
    const table = tableOf(write(0, 0), write(1, 1));
    table.release(0);
    table.release(1);
    const next = (): readonly number[] => numbers(table.takeSubmittable(1));
    expect(next()).toEqual([0]);
    expect(table.arrive(done(0), 1)).toBe(true);
    expect(next()).toEqual([]);
    table.settle(0, 12);
    expect(next()).toEqual([]);
    table.acked(11);
    expect(next()).toEqual([]);
    table.acked(12);
    expect(next()).toEqual([1]);
  });

  it('that races waits for no ack where nothing is recorded', () => {
    const table = tableOf(read(0, 0), write(1, 1));
    table.release(1);
    table.takeSubmittable(1);
    table.arrive(done(0), 1);
    table.settle(0, null);
    expect(numbers(table.takeSubmittable(1))).toEqual([1]);
  });

  it('is outstanding until it is handed over, in the order in which completions came', () => {
    const table = tableOf(read(0, 0), read(1, 0));
    table.takeSubmittable(1);
    expect([table.arrive(done(1), 1), table.arrive(done(0), 1)]).toEqual([true, true]);
    expect(table.nextArrived()).toEqual(done(1));
    expect(table.outstandingCount).toBe(2);
    table.settle(1, 5);
    expect(table.nextArrived()).toEqual(done(0));
    table.settle(0, 6);
    expect(table.nextArrived()).toBeNull();
    expect(table.outstandingCount).toBe(0);
  });

  it('counts as completed only once, and only under the tag that it waits for', () => {
    const table = tableOf(read(0, 0));
    expect(table.arrive(done(0), 1)).toBe(false);
    table.takeSubmittable(1);
    expect(table.arrive(done(0), 0)).toBe(false);
    expect(table.arrive(done(7), 1)).toBe(false);
    expect(table.arrive(done(0), 1)).toBe(true);
    expect(table.arrive(done(0), 1)).toBe(false);
  });

  it('that the fence has refused waits for a generation of its own', () => {
    const table = tableOf(read(0, 0));
    table.takeSubmittable(1);
    expect(table.takeSubmittable(1)).toEqual([]);
    table.resubmitAll();
    expect(numbers(table.takeSubmittable(2))).toEqual([0]);
    expect([table.arrive(done(0), 1), table.arrive(done(0), 2)]).toEqual([false, true]);
  });
});

describe('whoever wins the arbiter', () => {
  it('submits all that is pending, in order of issue, what races one by one', () => {
    const table = tableOf(write(0, 0), read(1, 10), write(2, 1), read(3, 20));
    table.release(0);
    table.takeSubmittable(1);
    table.arrive(done(3), 1);
    table.settle(3, 40);
    table.resubmitAll();
    expect(numbers(table.takeSubmittable(2))).toEqual([0, 1]);
    expect(table.arrive(done(0), 1)).toBe(false);
    expect(table.arrive(done(0), 2)).toBe(true);
    table.settle(0, null);
    expect(numbers(table.takeSubmittable(2))).toEqual([2]);
  });

  it('has nothing wait for an ack any more; one whose log just ends submits nothing twice', () => {
    const table = tableOf(write(0, 0), write(1, 1), read(2, 10));
    table.release(0);
    table.takeSubmittable(1);
    table.arrive(done(0), 1);
    table.settle(0, 99);
    table.releaseAll();
    expect(numbers(table.takeSubmittable(1))).toEqual([1]);
    expect(table.arrive(done(2), 1)).toBe(true);
  });
});
