import type { StateReader, StateWriter } from '../guest/state-bytes.ts';
import type { Ram } from './ram.ts';
import { queueMax, Virtqueue } from './virtqueue.ts';

const magic = 0x74726976; // "virt"
const version = 2;
const vendor = 0x4b434f4c; // "LOCK"

const register = {
  magic: 0x000,
  version: 0x004,
  deviceId: 0x008,
  vendor: 0x00c,
  features: 0x010,
  featuresSelect: 0x014,
  accepted: 0x020,
  acceptedSelect: 0x024,
  queueSelect: 0x030,
  queueMax: 0x034,
  queueSize: 0x038,
  queueReady: 0x044,
  notify: 0x050,
  interruptStatus: 0x060,
  interruptAck: 0x064,
  status: 0x070,
  descriptorsLow: 0x080,
  descriptorsHigh: 0x084,
  availableLow: 0x090,
  availableHigh: 0x094,
  usedLow: 0x0a0,
  usedHigh: 0x0a4,
  generation: 0x0fc,
  config: 0x100,
} as const;

const driverOk = 4;
const needsReset = 0x40;
const version1 = 1; // bit 32 of the features: there is no legacy interface

/** What is a device's own. */
export type Kind = {
  readonly deviceId: number;
  readonly queueCount: number;
  readonly features: number; // bits 0 to 31
  /** What the driver reads of its configuration; it is asked again each time. */
  readonly config: () => Uint8Array;
  /** What the driver writes there, byte by byte. */
  readonly configure?: (offset: number, value: number) => void;
};

/** A virtio device's registers on MMIO, version 2, and its queues. */
export class Virtio {
  readonly kind: Kind;
  readonly memory: Ram;
  readonly queues: readonly Virtqueue[];
  #life = 0;
  #status = 0;
  #interrupt = 0;
  #queue = 0; // selected
  #featuresSelect = 0;
  #acceptedSelect = 0;

  constructor(memory: Ram, kind: Kind) {
    this.memory = memory;
    this.kind = kind;
    this.queues = Array.from({ length: kind.queueCount }, () => new Virtqueue());
  }

  /** How often its driver has reset it. */
  get life(): number {
    return this.#life;
  }

  /** Whether it holds its line up. */
  get isPending(): boolean {
    return this.#interrupt !== 0;
  }

  /** Whether its driver has set it up, and has broken nothing since. */
  get isLive(): boolean {
    return (this.#status & (driverOk | needsReset)) === driverOk;
  }

  /** Whether a store there tells it of buffers. */
  isNotify(offset: number): boolean {
    return offset === register.notify && this.isLive;
  }

  /** The driver has broken the rules: nothing is done till it resets the device. */
  fail(): void {
    this.#status |= needsReset;
    this.#interrupt |= 2;
  }

  /** Gives a buffer back to the driver. */
  give(queue: Virtqueue, head: number, byteCount: number): void {
    const isWanted = queue.give(this.memory, head, byteCount);
    if (isWanted === null) this.fail();
    else if (isWanted) this.#interrupt |= 1;
  }

  load(offset: number, byteCount: number): number | null {
    if (offset >= register.config) return this.#configured(offset - register.config, byteCount);
    if (byteCount !== 4) return null;
    switch (offset) {
      case register.magic:
        return magic;
      case register.version:
        return version;
      case register.deviceId:
        return this.kind.deviceId;
      case register.vendor:
        return vendor;
      case register.features:
        return this.#features();
      case register.queueMax:
        return this.queues[this.#queue] === undefined ? 0 : queueMax;
      case register.queueReady:
        return Number(this.queues[this.#queue]?.isReady ?? false);
      case register.interruptStatus:
        return this.#interrupt;
      case register.status:
        return this.#status;
      default:
        return 0;
    }
  }

  #features(): number {
    if (this.#featuresSelect === 0) return this.kind.features;
    return this.#featuresSelect === 1 ? version1 : 0;
  }

  #configured(offset: number, byteCount: number): number {
    const config = this.kind.config();
    let value = 0;
    for (let at = byteCount - 1; at >= 0; at--) value = (value << 8) | (config[offset + at] ?? 0);
    return value;
  }

  /** Whatever a store does but the notification, which is the device's own. */
  store(offset: number, byteCount: number, value: number): boolean {
    if (offset >= register.config) {
      for (let at = 0; at < byteCount; at++) {
        this.kind.configure?.(offset - register.config + at, (value >>> (8 * at)) & 0xff);
      }
      return true;
    }
    if (byteCount !== 4) return false;
    switch (offset) {
      case register.featuresSelect:
        this.#featuresSelect = value >>> 0;
        break;
      case register.acceptedSelect:
        this.#acceptedSelect = value >>> 0;
        break;
      case register.queueSelect:
        this.#queue = value >>> 0;
        break;
      case register.interruptAck:
        this.#interrupt &= ~value;
        break;
      case register.status:
        if (value === 0) this.#reset();
        else this.#status = (this.#status & needsReset) | (value & 0xff);
        break;
      default: {
        const queue = this.queues[this.#queue];
        if (queue !== undefined) this.#setUp(queue, offset, value >>> 0);
      }
    }
    return true;
  }

  #setUp(queue: Virtqueue, offset: number, value: number): void {
    switch (offset) {
      case register.queueSize:
        if (value > 0 && value <= queueMax) queue.size = value;
        break;
      case register.queueReady:
        queue.isReady = (value & 1) === 1;
        break;
      case register.descriptorsLow:
        queue.descriptors = value;
        break;
      case register.availableLow:
        queue.available = value;
        break;
      case register.usedLow:
        queue.used = value;
        break;
      case register.descriptorsHigh:
      case register.availableHigh:
      case register.usedHigh:
        if (value !== 0) this.fail(); // there is no memory there
    }
  }

  #reset(): void {
    this.#life += 1;
    this.#status = 0;
    this.#interrupt = 0;
    for (const queue of this.queues) queue.reset();
  }

  write(to: StateWriter): void {
    const selects = [this.#queue, this.#featuresSelect, this.#acceptedSelect];
    const fields = [this.#life, this.#status, this.#interrupt, ...selects];
    for (const field of fields) to.number(field);
    for (const queue of this.queues) queue.write(to);
  }

  restore(from: StateReader): void {
    this.#life = from.number();
    this.#status = from.number();
    this.#interrupt = from.number();
    this.#queue = from.number();
    this.#featuresSelect = from.number();
    this.#acceptedSelect = from.number();
    for (const queue of this.queues) queue.restore(from);
  }
}
