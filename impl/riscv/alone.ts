import { assert } from '../assert.ts';
import { alarmOf } from '../guest/alarm.ts';
import type { Recorded } from '../guest/drive.ts';
import type { Completion, Guest, Io, Operated, Output } from '../guest/guest.ts';

/** How a machine by itself is run. */
export type AloneOptions = {
  readonly guest: Guest;
  readonly blockBytes: number;
  readonly slice?: number; // instructions between two looks at the clock
  readonly instructionsPerMs?: number; // of the clock that goes with them
};

const sliceDefault = 10_000;
const speedDefault = 100_000;

/**
 * A machine without a hypervisor, with all that it needs around it: a clock that goes with its
 * instructions and passes over its rests, a disk, ears. The same calls give the same run.
 */
export class Alone {
  readonly guest: Guest;
  readonly packets: Uint8Array[] = []; // put out
  readonly disk: Map<number, Uint8Array> = new Map();
  readonly record: Recorded[] = []; // all that another one needs to do the same
  console = ''; // put out
  #nowMs = 0;
  #restedMs = 0;
  readonly #blockBytes: number;
  readonly #slice: number;
  readonly #instructionsPerMs: number;

  constructor({ guest, blockBytes, slice, instructionsPerMs }: AloneOptions) {
    this.guest = guest;
    this.#blockBytes = blockBytes;
    this.#slice = slice ?? sliceDefault;
    this.#instructionsPerMs = instructionsPerMs ?? speedDefault;
  }

  get nowMs(): number {
    return this.#nowMs;
  }

  /** Runs until that holds; false if it is off, rests for ever, or has run so long. */
  until(holds: () => boolean, instructionMax = 100_000_000): boolean {
    const end = this.guest.position + instructionMax;
    while (!holds()) {
      if (this.guest.isOff || this.guest.position >= end) return false;
      if (!this.turn()) return holds();
    }
    return true;
  }

  /** A slice, and what is due after it; false if nothing will happen any more by itself. */
  turn(): boolean {
    const { guest } = this;
    const limit = guest.position + this.#slice;
    let stop = guest.run(limit);
    while (stop === 'trap') {
      this.#tick();
      this.#perform();
      if (guest.position >= limit) break;
      stop = guest.run(limit);
    }
    this.#tick();
    const isServed = this.#serve();
    const alarmMs = alarmOf(guest);
    const isIdle = stop === 'idle' && !isServed;
    if (alarmMs !== null && (isIdle || alarmMs <= this.#nowMs)) {
      this.#restedMs += Math.max(0, alarmMs - this.#nowMs);
      this.#tick();
      this.record.push({ position: guest.position, event: { kind: 'interrupt' } });
      guest.interrupt();
      return true;
    }
    return !isIdle;
  }

  type(text: string): void {
    this.operate({ kind: 'KEY', bytes: new TextEncoder().encode(text) });
  }

  operate(input: Operated): void {
    this.record.push({ position: this.guest.position, event: input });
    this.guest.operate(input);
  }

  receive(packet: Uint8Array): void {
    const event = { kind: 'receive' as const, packets: [packet] };
    this.record.push({ position: this.guest.position, event });
    this.take(this.guest.receive([packet]));
  }

  take(outputs: readonly Output[]): void {
    for (const output of outputs) {
      if (output.device === 'console') this.console += String.fromCharCode(...output.bytes);
      if (output.device === 'network') this.packets.push(output.bytes);
    }
  }

  #perform(): void {
    const { guest } = this;
    const isRead = guest.trap()?.needs.includes('ND') === true;
    if (isRead) this.record.push({ position: guest.position, reading: this.#nowMs });
    this.take(guest.perform(this.#nowMs));
  }

  #tick(): void {
    this.#nowMs = this.guest.position / this.#instructionsPerMs + this.#restedMs;
  }

  #serve(): boolean {
    const { guest } = this;
    const all = guest.outstanding();
    for (const io of all) {
      const completion = this.#done(io);
      this.record.push({ position: guest.position, completion });
      assert(guest.complete(completion), `it waits for ${io.number}`);
    }
    return all.length > 0;
  }

  #done({ number: io, kind, blocks, data }: Io): Completion {
    const places = blocks.flatMap(({ start, end }) =>
      Array.from({ length: end - start }, (_, at) => start + at),
    );
    const size = this.#blockBytes;
    const read = new Uint8Array(kind === 'read' ? places.length * size : 0);
    for (const [at, place] of places.entries()) {
      if (kind === 'write') this.disk.set(place, data.slice(at * size, (at + 1) * size));
      else read.set(this.disk.get(place) ?? new Uint8Array(size), at * size);
    }
    return { io, transferredCount: places.length, data: read };
  }
}
