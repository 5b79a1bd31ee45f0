import type { Output, Trap } from '../guest/guest.ts';
import type { StateReader, StateWriter } from '../guest/state-bytes.ts';
import { Block } from './block.ts';
import { Clock } from './clock.ts';
import { line } from './csr.ts';
import type { Bus } from './hart.ts';
import { ev, InputDevice } from './input.ts';
import { axisCodes, buttonCodes, keyCodes } from './keys.ts';
import { Network } from './network.ts';
import {
  clintPlace,
  offsetIn,
  type Place,
  plicPlace,
  powerPlace,
  slots,
  uartLine,
  uartPlace,
  virtioLine,
  virtioPlace,
} from './platform.ts';
import { Plic } from './plic.ts';
import type { Ram } from './ram.ts';
import { Uart } from './uart.ts';
import type { Virtio } from './virtio.ts';

const putting: Trap = { needs: ['OUT'], issuesIo: false };
const reading: Trap = { needs: ['ND'], issuesIo: false };
const ending: Trap = { needs: ['OFF'], issuesIo: false };
const issuingWrite: Trap = { needs: ['OUT'], issuesIo: true };
const issuingRead: Trap = { needs: [], issuesIo: true };

/**
 * Notifications of one `run`, at most, that need no log. One of them may cost what a hundred
 * thousand instructions do, and a host has other to do than to wait for as many as there can be.
 */
const notificationsMax = 64;

/** What is stored in the power device to end it all: with success, by a failure, to begin anew. */
const endings: readonly number[] = [0x5555, 0x3333, 0x7777];

const isEnding = (address: number, byteCount: number, value: number): boolean =>
  address === powerPlace.start && byteCount > 1 && endings.includes(value & 0xffff);

/** A virtio device in its slot. */
type Slot = {
  readonly place: Place;
  readonly line: number;
  readonly virtio: Virtio;
  readonly notify: () => void;
};

/** All that is on the bus but memory. */
export class Board implements Bus {
  readonly clock: Clock = new Clock();
  readonly uart: Uart = new Uart();
  readonly block: Block;
  readonly network: Network;
  readonly keyboard: InputDevice;
  readonly mouse: InputDevice;
  readonly #plic: Plic = new Plic();
  readonly #slots: readonly Slot[];
  #lines = 0;
  #outputs: Output[] = [];
  #isOff = false;
  #notifiedCount = 0; // since `run` began: no part of the state

  constructor(memory: Ram, sectorCount: number) {
    this.block = new Block(memory, sectorCount);
    this.network = new Network(memory);
    this.keyboard = new InputDevice(memory, 'Lockstep keyboard', new Map([[ev.key, keyCodes]]));
    const mouse = new Map([
      [ev.key, buttonCodes],
      [ev.rel, axisCodes],
    ]);
    this.mouse = new InputDevice(memory, 'Lockstep mouse', mouse);
    this.#slots = [
      this.#slot(slots.block, this.block.virtio, () => this.#issue()),
      this.#slot(slots.network, this.network.virtio, () => this.#send()),
      this.#slot(slots.keyboard, this.keyboard.virtio, () => this.keyboard.notify()),
      this.#slot(slots.mouse, this.mouse.virtio, () => this.mouse.notify()),
    ];
  }

  get isOff(): boolean {
    return this.#isOff;
  }

  powerOff(): void {
    this.#isOff = true;
  }

  /** Devices have had so much to do that the host has to come to its other work. */
  get isSpent(): boolean {
    return this.#notifiedCount >= notificationsMax;
  }

  /** A slice begins. */
  refill(): void {
    this.#notifiedCount = 0;
  }

  /** What the instruction that is executed, or the event, has put out. */
  takeOutputs(): readonly Output[] {
    const outputs = this.#outputs;
    this.#outputs = [];
    return outputs;
  }

  #slot(number: number, virtio: Virtio, notify: () => void): Slot {
    return { place: virtioPlace(number), line: virtioLine(number), virtio, notify };
  }

  #issue(): void {
    for (const io of this.block.notify()) this.#outputs.push({ device: 'disk', io });
  }

  #send(): void {
    for (const bytes of this.network.notify()) this.#outputs.push({ device: 'network', bytes });
  }

  /**
   * What an access needs logged before it is made; `null` if it is a function of the state, as one
   * of a width that the register does not have is: it faults.
   */
  needsOf(address: number, byteCount: number, stored: number | null): Trap | null {
    if (stored === null) {
      const isRead = byteCount === 4 && this.clock.isTime(offsetIn(clintPlace, address));
      return isRead ? reading : null;
    }
    if (byteCount === 1) return this.uart.isOutput(offsetIn(uartPlace, address)) ? putting : null;
    if (isEnding(address, byteCount, stored)) return ending;
    if (byteCount !== 4) return null;
    const slot = this.#slots.find(({ place }) => offsetIn(place, address) >= 0);
    if (slot === undefined || !slot.virtio.isNotify(offsetIn(slot.place, address))) return null;
    if (slot.virtio === this.network.virtio) return this.network.isAboutToSend ? putting : null;
    if (slot.virtio !== this.block.virtio) return null;
    const kinds = this.block.pending();
    if (kinds.length === 0) return null;
    return kinds.includes('write') ? issuingWrite : issuingRead;
  }

  isLogged(address: number, byteCount: number, stored: number | null): boolean {
    return this.needsOf(address, byteCount, stored) !== null;
  }

  load(address: number, byteCount: number): number | null {
    const value = this.#load(address, byteCount);
    this.refresh();
    return value;
  }

  #load(address: number, byteCount: number): number | null {
    const uart = offsetIn(uartPlace, address);
    if (uart >= 0) return this.uart.load(uart, byteCount);
    const plic = offsetIn(plicPlace, address);
    if (plic >= 0) return this.#plic.load(plic, byteCount);
    const clint = offsetIn(clintPlace, address);
    if (clint >= 0) return this.clock.load(clint, byteCount);
    for (const { place, virtio } of this.#slots) {
      const offset = offsetIn(place, address);
      if (offset >= 0) return virtio.load(offset, byteCount);
    }
    return offsetIn(powerPlace, address) >= 0 ? 0 : null;
  }

  store(address: number, byteCount: number, value: number): boolean {
    const isThere = this.#store(address, byteCount, value);
    this.refresh();
    return isThere;
  }

  #store(address: number, byteCount: number, value: number): boolean {
    const uart = offsetIn(uartPlace, address);
    if (uart >= 0) return this.#put(uart, byteCount, value);
    const plic = offsetIn(plicPlace, address);
    if (plic >= 0) return this.#plic.store(plic, byteCount, value);
    const clint = offsetIn(clintPlace, address);
    if (clint >= 0) return this.clock.store(clint, byteCount, value);
    for (const { place, virtio, notify } of this.#slots) {
      const offset = offsetIn(place, address);
      if (offset < 0) continue;
      const isThere = virtio.store(offset, byteCount, value);
      if (isThere && virtio.isNotify(offset)) {
        this.#notifiedCount += 1;
        notify();
      }
      return isThere;
    }
    if (offsetIn(powerPlace, address) < 0) return false;
    if (isEnding(address, byteCount, value)) this.#isOff = true;
    return true;
  }

  #put(offset: number, byteCount: number, value: number): boolean {
    const isThere = this.uart.store(offset, byteCount, value);
    if (isThere && this.uart.isOutput(offset)) {
      this.#outputs.push({ device: 'console', bytes: Uint8Array.of(value) });
    }
    return isThere;
  }

  lines(): number {
    return this.#lines;
  }

  time(): bigint {
    return this.clock.ticks;
  }

  /** Devices may hold up other lines than before. */
  refresh(): void {
    this.#plic.set(uartLine, this.uart.isPending);
    for (const slot of this.#slots) this.#plic.set(slot.line, slot.virtio.isPending);
    this.#lines =
      (this.clock.isSoftware ? 1 << line.software : 0) |
      (this.clock.isDue ? 1 << line.timer : 0) |
      (this.#plic.isPending ? 1 << line.external : 0);
  }

  write(to: StateWriter): void {
    for (const part of this.#parts()) part.write(to);
    to.flag(this.#isOff);
  }

  restore(from: StateReader): void {
    for (const part of this.#parts()) part.restore(from);
    this.#isOff = from.flag();
    this.refresh();
  }

  #parts(): readonly {
    readonly write: (to: StateWriter) => void;
    readonly restore: (from: StateReader) => void;
  }[] {
    const { clock, uart, block, network, keyboard, mouse } = this;
    return [clock, uart, this.#plic, block, network, keyboard, mouse];
  }
}
