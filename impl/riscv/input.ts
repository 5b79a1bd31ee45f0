import { assert } from '../assert.ts';
import type { StateReader, StateWriter } from '../guest/state-bytes.ts';
import type { Ram } from './ram.ts';
import { Virtio } from './virtio.ts';
import { lengthOf, scatter, type Virtqueue } from './virtqueue.ts';

// Keyboard and mouse: virtio-input, whose events are those of Linux.

const deviceId = 18;
const nameSelected = 0x01;
const eventBitsSelected = 0x11;
const eventBytes = 8;
const backlogMax = 1024; // events that the driver has no buffer for; what comes then is lost

/** Kinds of events, and some of their codes. */
export const ev = { syn: 0, key: 1, rel: 2 } as const;
export const rel = { x: 0, y: 1 } as const;
export const button = { left: 0x110, right: 0x111, middle: 0x112 } as const;

/** One change of one key, button or axis. */
export type InputEvent = { readonly type: number; readonly code: number; readonly value: number };

/** Which codes a device can send, by kind of event. */
export type Abilities = ReadonlyMap<number, readonly number[]>;

const bitsOf = (codes: readonly number[]): Uint8Array => {
  const bits = new Uint8Array(Math.floor(Math.max(0, ...codes) / 8) + 1);
  for (const code of codes) bits[code >> 3] = (bits[code >> 3] ?? 0) | (1 << (code & 7));
  return bits;
};

const synchronized: InputEvent = { type: ev.syn, code: 0, value: 0 };

/** A keyboard or a mouse. */
export class InputDevice {
  readonly virtio: Virtio;
  readonly #memory: Ram;
  readonly #name: string;
  readonly #abilities: Abilities;
  readonly #events: Virtqueue;
  readonly #lights: Virtqueue;
  #select = 0;
  #subselect = 0;
  #backlog: InputEvent[] = [];

  constructor(memory: Ram, name: string, abilities: Abilities) {
    this.#memory = memory;
    this.#name = name;
    this.#abilities = abilities;
    this.virtio = new Virtio(memory, {
      deviceId,
      queueCount: 2,
      features: 0,
      config: () => this.#config(),
      configure: (offset, value) => {
        if (offset === 0) this.#select = value;
        if (offset === 1) this.#subselect = value;
      },
    });
    const [events, lights] = this.virtio.queues;
    assert(events !== undefined && lights !== undefined, 'a keyboard has two queues');
    this.#events = events;
    this.#lights = lights;
  }

  #config(): Uint8Array {
    const selected = this.#selected();
    const config = new Uint8Array(8 + selected.length);
    config.set([this.#select, this.#subselect, selected.length]);
    config.set(selected, 8);
    return config;
  }

  #selected(): Uint8Array {
    if (this.#select === nameSelected) return new TextEncoder().encode(this.#name);
    if (this.#select !== eventBitsSelected) return new Uint8Array();
    const codes = this.#abilities.get(this.#subselect);
    return codes === undefined ? new Uint8Array() : bitsOf(codes);
  }

  /** Something was done to it. */
  happen(events: readonly InputEvent[]): void {
    const all = [...events, synchronized];
    if (!this.virtio.isLive || this.#backlog.length + all.length > backlogMax) return;
    this.#backlog.push(...all);
    this.#deliver();
  }

  /** The driver has told of buffers; those for its lights are given back as they are. */
  notify(): void {
    this.#deliver();
    const { chains, isBroken } = this.#lights.waiting(this.#memory);
    for (const { head } of chains) {
      this.#lights.take();
      this.virtio.give(this.#lights, head, 0);
    }
    if (isBroken) this.virtio.fail();
  }

  #deliver(): void {
    const { chains, isBroken } = this.#events.waiting(this.#memory, this.#backlog.length);
    for (const { head, writable } of chains) {
      if (lengthOf(writable) < eventBytes) {
        this.virtio.fail();
        return;
      }
      const event = this.#backlog.shift() ?? synchronized;
      const bytes = new Uint8Array(eventBytes);
      const view = new DataView(bytes.buffer);
      view.setUint16(0, event.type, true);
      view.setUint16(2, event.code, true);
      view.setInt32(4, event.value, true);
      this.#events.take();
      scatter(this.#memory, writable, bytes);
      this.virtio.give(this.#events, head, eventBytes);
    }
    if (isBroken) this.virtio.fail();
  }

  write(to: StateWriter): void {
    this.virtio.write(to);
    to.number(this.#select);
    to.number(this.#subselect);
    to.list(this.#backlog, ({ type, code, value }) => {
      for (const field of [type, code, value >>> 0]) to.number(field);
    });
  }

  restore(from: StateReader): void {
    this.virtio.restore(from);
    this.#select = from.number();
    this.#subselect = from.number();
    this.#backlog = from.list(() => ({
      type: from.number(),
      code: from.number(),
      value: from.word() | 0,
    }));
  }
}
