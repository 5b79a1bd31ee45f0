import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Completion, Io } from '../guest/guest.ts';
import { IoTable } from './io-table.ts';
import { type Policies, paperPolicies } from './policies.ts';

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

/** A guest's operations, their table, and a disk that does what it was given in any order. */
class Storage {
  readonly table: IoTable;
  readonly disk: Map<number, number> = new Map(); // which write is on which block
  haveRaced = false; // two that race were there at once
  #ios: readonly Io[];
  #atDisk: readonly Io[] = [];
  #withheld: readonly number[] = [];
  #seq = 0;
  #generation = 1;

  constructor(ios: readonly Io[], policies: Policies) {
    this.#ios = ios;
    this.table = new IoTable(policies);
  }

  submit(): void {
    for (const io of this.table.takeSubmittable(this.#generation)) {
      this.haveRaced ||= this.#atDisk.some((other) => paperPolicies.races(other, io));
      this.#atDisk = [...this.#atDisk, io];
    }
  }

  issue(): void {
    const [io, ...ios] = this.#ios;
    if (io === undefined) return;
    this.#ios = ios;
    this.table.issue(io);
    if (io.kind === 'read') return;
    this.#seq += 1;
    this.#withheld = [...this.#withheld, io.number];
  }

  ack(): void {
    this.table.acked(this.#seq);
    for (const io of this.#withheld) this.table.release(io);
    this.#withheld = [];
  }

  apply(choice: number): void {
    const io = this.#atDisk[choice % Math.max(1, this.#atDisk.length)];
    if (io === undefined) return;
    this.#atDisk = this.#atDisk.filter((other) => other !== io);
    for (const block of io.kind === 'write' ? blocksOf(io) : []) this.disk.set(block, io.number);
    this.table.arrive(done(io.number), this.#generation);
  }

  handOver(): void {
    const completion = this.table.nextArrived();
    if (completion === null) return;
    this.#seq += 1;
    this.table.settle(completion.io, this.#seq);
  }

  /** The fence refuses what was under way. */
  win(): void {
    this.#generation += 1;
    this.#atDisk = [];
    this.#withheld = [];
    this.table.resubmitAll();
  }
}

const blocksOf = ({ blocks }: Io): readonly number[] =>
  blocks.flatMap(({ start }) => [start, start + 1]);

/** Issues, acks, completes and wins as `choices` say, and in the end all that is left. */
const run = (
  ios: readonly Io[],
  choices: readonly number[],
  policies: Policies = paperPolicies,
): Storage => {
  const storage = new Storage(ios, policies);
  for (const choice of choices) {
    if (choice % 29 === 28) storage.win();
    else if (choice % 6 < 2) storage.issue();
    else if (choice % 6 === 2) storage.ack();
    else if (choice % 6 === 3) storage.apply(choice);
    else storage.handOver();
    storage.submit();
  }
  for (let turn = 0; turn < 6 * ios.length; turn += 1) {
    storage.issue();
    storage.ack();
    storage.apply(0);
    storage.handOver();
    storage.submit();
  }
  return storage;
};

const place = fc.record({ block: fc.nat(4), page: fc.nat(4) });
const drawnIos = fc
  .array(fc.tuple(fc.constantFrom('read' as const, 'write' as const), place), { maxLength: 12 })
  .map((drawn) => drawn.map(([kind, at], number) => ioOf(number, kind, at)));
const drawnChoices = fc.array(fc.nat(1000), { maxLength: 120 });

/** What one operation after the other leaves behind. */
const inOrder = (ios: readonly Io[]): ReadonlyMap<number, number> => {
  const writes = ios.filter(({ kind }) => kind === 'write');
  return new Map(writes.flatMap((io) => blocksOf(io).map((block) => [block, io.number] as const)));
};

describe('whatever happens in whatever order', () => {
  it('the disk ends as if the operations had been done one after the other, and all are', () => {
    const property = fc.property(drawnIos, drawnChoices, (ios, choices) => {
      const { disk, haveRaced, table } = run(ios, choices);
      expect(haveRaced).toBe(false);
      expect(table.outstandingCount).toBe(0);
      expect(disk).toEqual(inOrder(ios));
    });
    fc.assert(property, { numRuns: 500 });
  });

  it('two that race meet on the disk if races are not looked for', () => {
    const policies = { ...paperPolicies, races: () => false };
    const runs = fc.sample(fc.tuple(drawnIos, drawnChoices), { numRuns: 200, seed: 1 });
    expect(runs.some(([ios, choices]) => run(ios, choices, policies).haveRaced)).toBe(true);
  });
});
