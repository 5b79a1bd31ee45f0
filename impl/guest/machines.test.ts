// What every image owes the hypervisor, whatever its software: it is a function of its events.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mstatus } from '../riscv/csr.ts';
import { type Action, actions, busyImage } from '../riscv/isa/busy-guest.ts';
import { Machine } from '../riscv/machine.ts';
import { framed } from './address.ts';
import { digestOf } from './digest.ts';
import {
  advance,
  type Event,
  type Moment,
  play,
  playFrom,
  type Run,
  replay,
  strike,
} from './drive.ts';
import { foldImage } from './fold.ts';
import type { Guest, Image } from './guest.ts';
import { keyValueImage } from './key-value.ts';
import { bytesOf } from './numbers.ts';
import { type Instruction, instructions } from './program.ts';

const client = { address: '10.0.0.7', port: 4711 };
const asking = (text: string): Uint8Array =>
  framed({ client, payload: new TextEncoder().encode(text) });

const requests = ['put a 1', 'put b two', 'get a', 'add a 5', 'add b 1', 'count', '#1 time', 'no'];
const diskRequests = ['save a', 'load a', '#2 save b', 'load c'];
const keyValuePackets = fc.oneof(
  fc.constantFrom(...requests, ...diskRequests).map(asking),
  fc.uint8Array({ maxLength: 12 }),
);
const typed = fc
  .constantFrom('stats\n', 'st', 'ats\n', 'halt\n', 'what\n')
  .map((text) => new TextEncoder().encode(text));
const numbers = fc.nat({ max: 9999 }).map((number) => bytesOf(number));

const events = (
  packet: fc.Arbitrary<Uint8Array>,
  key: fc.Arbitrary<Uint8Array>,
): fc.Arbitrary<Event> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('interrupt') }) },
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant('receive'),
        packets: fc.array(packet, { minLength: 1, maxLength: 4 }),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constantFrom('KEY', 'MOUSE'), bytes: key }),
    },
    {
      weight: 8,
      arbitrary: fc.record({
        kind: fc.constant('complete'),
        index: fc.nat({ max: 3 }),
        seed: fc.nat({ max: 1000 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('powerOff') }) },
  );

const moments = (event: fc.Arbitrary<Event>, max = 60): fc.Arbitrary<readonly Moment[]> =>
  fc.array(fc.record({ after: fc.nat({ max }), event }), { maxLength: 25 });

const program: fc.Arbitrary<readonly Instruction[]> = fc.array(fc.constantFrom(...instructions), {
  minLength: 1,
  maxLength: 8,
});

const foldRuns: fc.Arbitrary<Run> = fc.record({
  image: program.map(foldImage),
  moments: moments(events(numbers, numbers)),
  seed: fc.nat({ max: 1000 }),
});
const keyValueRuns: fc.Arbitrary<Run> = fc.record({
  image: fc.constant(keyValueImage),
  moments: moments(events(keyValuePackets, typed)),
  seed: fc.nat({ max: 1000 }),
});

const loop: fc.Arbitrary<readonly Action[]> = fc.array(
  fc.constantFrom(...Object.keys(actions).filter((name): name is Action => name in actions)),
  { minLength: 1, maxLength: 8 },
);
const riscvRuns: fc.Arbitrary<Run> = fc.record({
  image: loop.map(busyImage),
  moments: moments(events(keyValuePackets, typed), 300),
  seed: fc.nat({ max: 1000 }),
});

describe.each([
  ['the fold machine', foldRuns],
  ['the key-value server', keyValueRuns],
  ['the RISC-V machine', riscvRuns],
])('%s', (_, runs) => {
  it('is the same whatever the slices in which it runs', () => {
    fc.assert(
      fc.property(runs, (run) => {
        const whole = play(run);
        for (const slice of [1, 13, 97]) {
          const sliced = play(run, slice);
          expect(sliced.guest.digest()).toBe(whole.guest.digest());
          expect(sliced.put).toEqual(whole.put);
          expect(sliced.record).toEqual(whole.record);
        }
      }),
    );
  });

  it('goes on from a snapshot as if nothing had been', () => {
    fc.assert(
      fc.property(runs, fc.nat({ max: 25 }), fc.nat({ max: 60 }), (run, count, extra) => {
        const { guest } = play({ ...run, moments: run.moments.slice(0, count) });
        advance(guest, guest.position + extra, 1, (at) => at);
        const snapshot = guest.snapshot();
        const restored = run.image.restore(snapshot);
        expect(restored.snapshot()).toEqual(snapshot);
        const rest = { ...run, moments: run.moments.slice(count) };
        expect(restored.digest()).toBe(guest.digest());
        const told = playFrom(guest, rest, 97);
        expect(restored.digest()).toBe(run.image.restore(snapshot).digest());
        const again = playFrom(restored, rest, 97);
        expect(again.put).toEqual(told.put);
        expect(again.record).toEqual(told.record);
        expect(restored.digest()).toBe(guest.digest());
        expect(restored.outstanding()).toEqual(guest.outstanding());
      }),
    );
  });

  it('is whole in its rest and its pages, and says of each page whether it was written to', () => {
    fc.assert(
      fc.property(runs, fc.nat({ max: 25 }), (run, count) => {
        const { image, moments } = run;
        const { guest } = play({ ...run, moments: moments.slice(0, count) });
        const copied = pagesOf(image, guest);
        const mark = guest.memory.mark();
        playFrom(guest, { ...run, moments: moments.slice(count) }, 97);
        const changed = guest.memory.changedSince(mark);
        expect(changed).toEqual([...new Set(changed)].toSorted((one, other) => one - other));
        for (const page of changed) copied[page] = guest.memory.page(page);
        const resumed = image.resume(guest.rest(), Buffer.concat(copied));
        expect(resumed.digest()).toBe(guest.digest());
        expect(resumed.outstanding()).toEqual(guest.outstanding());
      }),
    );
  });

  it('does the same again from what was recorded, without a clock', () => {
    fc.assert(
      fc.property(runs, (run) => {
        const { guest, put, record } = play(run);
        const again = replay(run.image, record, guest.position);
        expect(again.put).toEqual(put);
        expect(again.guest.digest()).toBe(guest.digest());
      }),
    );
  });

  it('notices an event that comes one instruction late', () => {
    const moved = fc.constantFrom<Event>(
      { kind: 'interrupt' },
      { kind: 'receive', packets: [asking('get a')] },
      { kind: 'MOUSE', bytes: bytesOf(3) },
    );
    fc.assert(
      fc.property(runs, moved, (run, event) => {
        if (event.kind === 'complete') return;
        const { guest } = play(run);
        guest.receive([asking('put a 1'), asking('get a')]); // so that there is something to do
        const snapshot = guest.snapshot();
        const [early, late] = [run.image.restore(snapshot), run.image.restore(snapshot)];
        const at = guest.position + 1;
        const isOpen = mayBeInterrupted(early);
        strike(early, event);
        if (!isOpen || (early instanceof Machine && mayBeInterrupted(early))) return;
        advance(early, at, 1, (position) => position);
        advance(late, at, 1, (position) => position);
        if (late.position !== at) return; // it waits, or is off: there is no later instruction
        strike(late, event);
        expect(late.position).toBe(early.position);
        expect(late.digest()).not.toBe(early.digest());
      }),
    );
  });

  it('has done nothing of an instruction that traps until it is performed', () => {
    fc.assert(
      fc.property(runs, (run) => {
        const { guest } = play(run);
        if (guest.run(guest.position + 1000) === 'limit') return; // nothing in it traps now
        const before = { digest: guest.digest(), position: guest.position, trap: guest.trap() };
        guest.run(guest.position + 100);
        guest.needsOfReceiving();
        const after = { digest: guest.digest(), position: guest.position, trap: guest.trap() };
        expect(after).toEqual(before);
      }),
      { numRuns: 30 },
    );
  });

  it('refuses the completion of an operation that it does not wait for', () => {
    fc.assert(
      fc.property(runs, (run) => {
        const { guest } = play(run);
        const digest = guest.digest();
        const issued = guest.outstanding().map(({ number }) => number);
        const foreign = { io: Math.max(-1, ...issued) + 1, data: new Uint8Array() };
        expect(guest.complete({ ...foreign, transferredCount: 0 })).toBe(false);
        for (const io of issued) {
          for (const length of [0, 1, 12, 1536]) {
            const completion = { io, transferredCount: 3, data: new Uint8Array(length) };
            expect(guest.complete(completion)).toBe(false);
          }
        }
        expect(guest.digest()).toBe(digest);
      }),
    );
  });

  it('has another digest when any byte of its state is another', () => {
    fc.assert(
      fc.property(runs, (run) => {
        const { guest } = play(run);
        const snapshot = guest.snapshot();
        const state = snapshot.subarray(40);
        // a transmit ring of a thousand packets shows nothing more
        fc.pre(guest instanceof Machine || state.length < 6000);
        const digests = new Set([guest.digest()]);
        const step = Math.max(61, Math.floor(state.length / 40));
        const places = Array.from(state.keys()).filter((at) => at < 200 || at % step === 0);
        let count = 1;
        for (const at of places) {
          const other = state.slice();
          other[at] = (other[at] ?? 0) ^ 1;
          const changed = snapshot.slice();
          changed.set(other, 40);
          changed.set(bytes8(digestOf(other)), 32);
          const digest = digestOfRestored(run.image, changed);
          if (digest === null) continue; // it is no state any more, and was refused
          digests.add(digest);
          count += 1;
        }
        expect(digests.size).toBe(count);
      }),
      { numRuns: 20 },
    );
  });
});

const pagesOf = ({ pages }: Image, { memory }: Guest): Uint8Array[] =>
  Array.from({ length: pages.count }, (_, page) => memory.page(page));
/** A processor may shut interrupts out, and devices lose what nobody waits for. */
const mayBeInterrupted = (guest: Guest): boolean =>
  !(guest instanceof Machine) || (guest.hart.mstatus & mstatus.mie) !== 0;

const bytes8 = (value: number): Uint8Array =>
  Uint8Array.from({ length: 8 }, (_, index) => Math.floor(value / 256 ** index) % 256);

const digestOfRestored = (image: Image, snapshot: Uint8Array): number | null => {
  try {
    return image.restore(snapshot).digest();
  } catch (error) {
    expect(String(error)).toMatch(/broken invariant/);
    return null;
  }
};
