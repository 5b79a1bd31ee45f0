import { assert } from '../assert.ts';
import type { Completion, Guest, Image, Operated, Output } from './guest.ts';

type Struck =
  | { readonly kind: 'interrupt' | 'powerOff' }
  | { readonly kind: 'receive'; readonly packets: readonly Uint8Array[] }
  | Operated;

/** What happens to a machine; of its outstanding operations the one at an index ends. */
export type Event =
  | Struck
  | { readonly kind: 'complete'; readonly index: number; readonly seed: number };

/** An event after so many instructions, or fewer if the machine waits. */
export type Moment = { readonly after: number; readonly event: Event };

/** A run of a machine as data; the clock and what the disk does follow from seeds. */
export type Run = {
  readonly image: Image;
  readonly moments: readonly Moment[];
  readonly seed: number;
};

/** What a machine must be told in order to do the same again, and where (R21-2). */
export type Recorded =
  | { readonly position: number; readonly reading: number }
  | { readonly position: number; readonly event: Struck }
  | { readonly position: number; readonly completion: Completion };

/** What came of a run. */
export type Played = {
  readonly guest: Guest;
  readonly put: readonly Output[];
  readonly record: readonly Recorded[];
};

const endCount = 200; // instructions after the last event

/** Runs a machine up to a position in slices, and performs what traps before it. */
export const advance = (
  guest: Guest,
  to: number,
  slice: number,
  clock: (at: number) => number,
): Played => {
  const put: Output[] = [];
  const record: Recorded[] = [];
  for (;;) {
    const limit = Math.min(to, guest.position + slice);
    const stop = guest.run(limit);
    assert(guest.position <= limit, `it stops at ${limit}: got ${guest.position}`);
    if (stop === 'idle' || stop === 'off' || guest.position >= to) return { guest, put, record };
    if (stop === 'limit') continue;
    const { position } = guest;
    const trap = guest.trap();
    assert(trap !== null, `it stopped for a trap at ${position}`);
    const reading = trap.needs.includes('ND') ? clock(position) : null;
    if (reading !== null) record.push({ position, reading });
    put.push(...guest.perform(reading ?? 0));
  }
};

const completionOf = (
  guest: Guest,
  { index, seed }: Extract<Event, { kind: 'complete' }>,
  blockBytes: number,
): Completion | null => {
  const all = guest.outstanding();
  const io = all[index % Math.max(1, all.length)];
  if (io === undefined) return null;
  const most = io.blocks.reduce((sum, { start, end }) => sum + end - start, 0);
  const transferredCount = seed % (most + 1);
  const length = io.kind === 'read' ? transferredCount * blockBytes : 0;
  const data = Uint8Array.from({ length }, (_, at) => (seed * (at + 7)) % 256);
  return { io: io.number, transferredCount, data };
};

/** An event strikes between two instructions. */
export const strike = (guest: Guest, event: Struck): readonly Output[] => {
  switch (event.kind) {
    case 'interrupt':
      guest.interrupt();
      return [];
    case 'powerOff':
      guest.powerOff();
      return [];
    case 'receive':
      return guest.receive(event.packets);
    default:
      guest.operate(event);
      return [];
  }
};

/** Plays a run on a machine, in slices of so many instructions. */
export const playFrom = (guest: Guest, { image, moments, seed }: Run, slice: number): Played => {
  const put: Output[] = [];
  const record: Recorded[] = [];
  const goOn = (count: number): void => {
    const clock = (at: number): number => (at * 7919 + seed) % 100_003;
    const played = advance(guest, guest.position + count, slice, clock);
    put.push(...played.put);
    record.push(...played.record);
  };
  for (const { after, event } of moments) {
    goOn(after);
    const { position } = guest;
    if (event.kind !== 'complete') {
      put.push(...strike(guest, event));
      record.push({ position, event });
      continue;
    }
    const completion = completionOf(guest, event, image.blockBytes);
    if (completion === null) continue;
    assert(guest.complete(completion), `it waits for operation ${completion.io}`);
    record.push({ position, completion });
  }
  goOn(endCount);
  return { guest, put, record };
};

/** Plays a run from boot. */
export const play = (run: Run, slice: number = Number.POSITIVE_INFINITY): Played =>
  playFrom(run.image.boot(), run, slice);

/** What a backup does: it has the record alone, and runs up to the next entry (R21-8). */
export const replay = (image: Image, record: readonly Recorded[], end: number): Played => {
  const guest = image.boot();
  const put: Output[] = [];
  const goOn = (to: number): void => {
    const played = advance(guest, to, 13, () => Number.NaN); // there is no clock but the record
    put.push(...played.put);
    assert(played.record.length === 0, `the clock is read where it was: not before ${to}`);
    assert(guest.position === to, `replay comes to ${to}: got ${guest.position}`);
  };
  for (const one of record) {
    goOn(one.position);
    if ('reading' in one) put.push(...guest.perform(one.reading));
    else if ('event' in one) put.push(...strike(guest, one.event));
    else assert(guest.complete(one.completion), `it waits for ${one.completion.io} again`);
  }
  goOn(end);
  return { guest, put, record };
};
