import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Completion, Io } from '../guest/guest.ts';
import { IoTable } from './io-table.ts';
import { type IoPhase, type Policies, paperPolicies } from './policies.ts';

type Place = { readonly block: number; readonly page: number };

const ioOf = (number: number, kind: Io['kind'], { block, page }: Place): Io => ({
  number,
  kind,
  blocks: [{ start: block, end: block + 2 }],
  memory: [{ start: page, end: page + 2 }],
  data: Uint8Array.of(number, number),
});

const done = (io: number): Completion => ({ io, transferredCount: 2, data: new Uint8Array() });
const numbers = (ios: readonly Io[]): readonly number[] => ios.map(({ number }) => number);

/** The obvious table: it looks at every operation, and at all before it, each time. */
class PlainTable {
  readonly #policies: Policies;
  #rows: { readonly io: Io; phase: IoPhase; doneSeq: number }[] = [];
  #arrived: Completion[] = [];

  constructor(policies: Policies) {
    this.#policies = policies;
  }

  issue(io: Io): void {
    this.#rows.push({ io, phase: io.kind === 'write' ? 'withheld' : 'queued', doneSeq: 0 });
  }

  release(io: number): void {
    this.#become('queued', io);
  }

  takeSubmittable(): readonly Io[] {
    const { holdsUp, races } = this.#policies;
    const taken = this.#rows.filter((row, at) => {
      const before = this.#rows.slice(0, at);
      const isHeldUp = before.some(({ io, phase }) => holdsUp(phase) && races(io, row.io));
      if (row.phase !== 'queued' || isHeldUp) return false;
      row.phase = 'submitted';
      return true;
    });
    return taken.map(({ io }) => io);
  }

  arrive(completion: Completion): boolean {
    this.#become('arrived', completion.io);
    this.#arrived.push(completion);
    return true;
  }

  nextArrived(): Completion | null {
    return this.#arrived[0] ?? null;
  }

  settle(io: number, doneSeq: number): void {
    this.#become('settled', io, doneSeq);
    this.#arrived.shift();
  }

  acked(upTo: number): void {
    this.#rows = this.#rows.filter(({ phase, doneSeq }) => phase !== 'settled' || doneSeq > upTo);
  }

  resubmitAll(): void {
    this.#arrived = [];
    this.#rows = this.#rows.filter(({ phase }) => phase !== 'settled');
    for (const row of this.#rows) row.phase = 'queued';
  }

  get outstandingCount(): number {
    return this.#rows.filter(({ phase }) => phase !== 'settled').length;
  }

  #become(phase: IoPhase, io: number, doneSeq = 0): void {
    for (const row of this.#rows) if (row.io.number === io) Object.assign(row, { phase, doneSeq });
  }
}

/** A guest's operations, their table, and a disk that does what it was given in any order. */
class Storage {
  readonly table: IoTable | PlainTable;
  readonly submitted: (readonly number[])[] = []; // each time
  readonly disk: Map<number, number> = new Map(); // which write is on which block
  haveRaced = false; // two that race were there at once
  #ios: readonly Io[];
  #atDisk: readonly Io[] = [];
  #withheld: readonly number[] = [];
  #seq = 0;
  #generation = 1;

  constructor(ios: readonly Io[], table: IoTable | PlainTable) {
    this.#ios = ios;
    this.table = table;
  }

  submit(): void {
    const taken = this.table.takeSubmittable(this.#generation);
    this.submitted.push(numbers(taken));
    for (const io of taken) {
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
  table: IoTable | PlainTable = new IoTable(paperPolicies),
): Storage => {
  const storage = new Storage(ios, table);
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

  it.each<readonly [string, (phase: IoPhase) => boolean]>([
    ['whatever is before them', () => true],
    ['what is under way', (phase) => phase !== 'settled' && phase !== 'arrived'],
    ['what has left', (phase) => phase !== 'withheld'],
  ])('the same is submitted as if all were looked at, if it waits for %s', (_, holdsUp) => {
    const policies = { ...paperPolicies, holdsUp };
    const property = fc.property(drawnIos, drawnChoices, (ios, choices) => {
      const plain = run(ios, choices, new PlainTable(policies));
      expect(run(ios, choices, new IoTable(policies)).submitted).toEqual(plain.submitted);
    });
    fc.assert(property, { numRuns: 300 });
  });

  it('two that race meet on the disk if races are not looked for', () => {
    const policies = { ...paperPolicies, races: () => false };
    const runs = fc.sample(fc.tuple(drawnIos, drawnChoices), { numRuns: 200, seed: 1 });
    expect(runs.some(([ios, choices]) => run(ios, choices, new IoTable(policies)).haveRaced)).toBe(
      true,
    );
  });
});
