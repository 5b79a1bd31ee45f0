import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LogEntry } from './entry.ts';
import { bytesOf } from './entry-ring.ts';
import { ReceiveLog } from './receive-log.ts';
import { SendLog } from './send-log.ts';
import { FrameReader } from './wire.ts';

const many = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.array(one, { minLength: 1, maxLength: 150, size: 'max' });

/** A group whose payloads have these lengths, after the entry `afterSeq`. */
const groupOf = (lengths: readonly number[], afterSeq: number): readonly LogEntry[] =>
  lengths.map((length, index) => ({
    seq: afterSeq + index + 1,
    position: afterSeq,
    kind: 'RX',
    isLast: index === lengths.length - 1,
    loggedAtMs: 0,
    payload: new Uint8Array(length).fill(afterSeq + index),
  }));

const entriesOf = (bytes: readonly Uint8Array[]): readonly LogEntry[] => {
  const frames = new FrameReader();
  for (const piece of bytes) frames.push(piece);
  const entries: LogEntry[] = [];
  for (let next = frames.next(); next !== 'more'; next = frames.next()) {
    if (!('type' in next) || next.type !== 'entry') throw new Error('entries are sent');
    entries.push(next.entry);
  }
  return entries;
};

const length = fc.oneof({ weight: 4, arbitrary: fc.nat(40) }, fc.nat(900));
const lengths = fc.array(length, { minLength: 1, maxLength: 4 });
const choice = fc.nat(1_000_000);
// A ring grows from 4096 bytes on.
const capacity = fc.oneof(fc.integer({ min: 31, max: 5000 }), fc.constant(10_000));

describe("the primary's log buffer", () => {
  it('gives every entry once and in order, whatever is logged, taken and freed when', () => {
    const step = fc.tuple(fc.constantFrom('append', 'take', 'free'), lengths, choice);
    const property = fc.property(capacity, many(step), (most, steps) => {
      const log = new SendLog(most);
      const logged: LogEntry[] = [];
      const taken: Uint8Array[] = [];
      const seqs: number[] = [];
      const take = (room: number): void => {
        const { bytes, sentSeqs } = log.take(room);
        expect(bytes.length).toBeLessThanOrEqual(room);
        taken.push(bytes);
        seqs.push(...sentSeqs);
      };
      for (const [what, sizes, number] of steps) {
        const group = groupOf(sizes, log.logged);
        if (what === 'append' && log.fits(group)) {
          log.append(group);
          logged.push(...group);
        }
        if (what === 'take') take(number % 1500);
        if (what === 'free') log.free(number % (log.sent + 1));
        const held = logged.filter(({ seq }) => seq > log.freed);
        expect(log.usedBytes).toBe(held.reduce((sum, entry) => sum + bytesOf(entry), 0));
        expect(log.usedBytes).toBeLessThanOrEqual(most);
      }
      take(most);
      expect(log.isMidFrame).toBe(false);
      expect(entriesOf(taken)).toEqual(logged);
      expect(seqs).toEqual(logged.map(({ seq }) => seq));
    });
    fc.assert(property, { numRuns: 200 });
  });

  it('sends again, from the first byte of an entry, what a new connection asks for', () => {
    const property = fc.property(fc.array(lengths), choice, choice, choice, (sizes, a, b, c) => {
      const log = new SendLog(1 << 16);
      for (const group of sizes) log.append(groupOf(group, log.logged));
      log.take(a % 3000);
      log.free(b % (log.sent + 1));
      const after = log.freed + (c % (log.logged - log.freed + 1));
      log.rewind(after);
      const { bytes, sentSeqs } = log.take(1 << 16);
      const seqs = Array.from({ length: log.logged - after }, (_, index) => after + 1 + index);
      expect(sentSeqs).toEqual(seqs);
      expect(entriesOf([bytes]).map(({ seq }) => seq)).toEqual(seqs);
    });
    fc.assert(property);
  });

  it('ends no frame but one when so many entries are asked for, and knows where it is', () => {
    const log = new SendLog(1000);
    log.append(groupOf([5, 5, 5], 0));
    expect(log.take(40, 1)).toMatchObject({ sentSeqs: [1], bytes: { length: 36 } });
    expect(log.isMidFrame).toBe(false);
    log.take(10);
    expect(log.isMidFrame).toBe(true);
    expect(log.take(100, 1)).toMatchObject({ sentSeqs: [2], bytes: { length: 26 } });
    log.clear();
    expect(log).toMatchObject({ logged: 0, sent: 0, freed: 0, usedBytes: 0, isMidFrame: false });
  });

  it('is asserted to get whole groups without a gap, and to free what was sent', () => {
    const log = new SendLog(100, 7);
    expect(() => log.append(groupOf([1], 6))).toThrow('entry 8 is next: got 7');
    expect(() => log.append([])).toThrow('a group is whole');
    expect(() => log.append(groupOf([1, 1], 7).slice(0, 1))).toThrow('a group is whole');
    expect(() => log.append(groupOf([1, 90], 7))).toThrow('a group fits');
    log.append(groupOf([1], 7));
    expect(() => log.free(8)).toThrow('what is freed was sent');
    expect(() => log.rewind(9)).toThrow('entry 9 is held');
  });
});

describe("the backup's log buffer", () => {
  it('gives every group whole, once and in order, whatever comes twice', () => {
    const step = fc.tuple(fc.constantFrom('append', 'again', 'consume'), choice);
    const property = fc.property(capacity, many(lengths), many(step), (most, sizes, steps) => {
      const all: LogEntry[] = [];
      for (const group of sizes) all.push(...groupOf(group, all.length));
      const log = new ReceiveLog(most, 0);
      const consumed: LogEntry[] = [];
      for (const [what, number] of steps) {
        const next = all[log.received];
        if (what === 'append' && next && bytesOf(next) <= log.roomBytes) {
          expect(log.append(next)).toBe('held');
        }
        const old = all[number % Math.max(1, log.received)];
        if (what === 'again' && old && log.received > 0) expect(log.append(old)).toBe('duplicate');
        if (what === 'consume') {
          const group = log.peekGroup() ?? [];
          expect(log.head()).toBe(group[0] ?? null);
          consumed.push(...group);
          log.consume(group.length);
        }
        const whole = all.slice(0, log.received).findLast(({ isLast }) => isLast);
        expect(log.completeUpTo).toBe(whole?.seq ?? 0);
        expect(log.consumed).toBe(consumed.length);
        expect(log.usedBytes + log.roomBytes).toBe(most);
      }
      expect(consumed).toEqual(all.slice(0, consumed.length));
      expect(log.peekGroup() === null).toBe(log.completeUpTo === log.consumed);
    });
    fc.assert(property, { numRuns: 200 });
  });

  it('moves with the backup, all of it, and nothing else is taken for one', () => {
    const cases = fc.tuple(fc.array(lengths), fc.boolean(), choice, choice);
    const property = fc.property(cases, fc.nat(255), ([sizes, isCut, at, place], value) => {
      const log = new ReceiveLog(1 << 16, at);
      for (const group of sizes) {
        for (const entry of groupOf(group, log.received)) log.append(entry);
      }
      for (const entry of groupOf([3, 4], log.received).slice(0, isCut ? 1 : 0)) log.append(entry);
      log.consume(log.peekGroup()?.length ?? 0);
      const snapshot = log.snapshot();
      const moved = ReceiveLog.restore(1 << 16, snapshot);
      const { received, consumed, completeUpTo, usedBytes } = log;
      expect(moved).toMatchObject({ received, consumed, completeUpTo, usedBytes });
      expect(moved?.peekGroup()).toEqual(log.peekGroup());
      expect(ReceiveLog.restore(1 << 16, snapshot.slice(0, -1))).toBeNull();
      snapshot[place % snapshot.length] = value;
      ReceiveLog.restore(100, snapshot);
    });
    fc.assert(property);
  });

  it('refuses what comes after a gap, and what does not fit breaks an invariant', () => {
    const log = new ReceiveLog(40, 4);
    const [first, second] = groupOf([1, 1], 4);
    if (first === undefined || second === undefined) throw new Error('a group of two has two');
    expect(log.append(second)).toBe('gap');
    expect(log.append(first)).toBe('held');
    expect(log.peekGroup()).toBeNull();
    expect(() => log.append(second)).toThrow('bytes fit into 8');
    expect(() => log.consume(1)).toThrow('5 is consumed: 4 is complete');
  });

  it('is consumed up to the end of a group and not less', () => {
    const log = new ReceiveLog(400, 0);
    for (const entry of groupOf([1, 1], 0)) log.append(entry);
    expect(() => log.consume(1)).toThrow('ends with a group');
    log.consume(2);
    expect(log.consumed).toBe(2);
  });
});
