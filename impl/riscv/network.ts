import type { StateReader, StateWriter } from '../guest/state-bytes.ts';
import { frameBytesMax, frameOf, guestMac, routed, type Sent } from './ethernet.ts';
import type { Ram } from './ram.ts';
import { Virtio } from './virtio.ts';
import { type Chain, gathered, lengthOf, scatter, type Virtqueue } from './virtqueue.ts';

const deviceId = 1;
const hasMac = 1 << 5;
const headBytes = 12;

/** The NIC. */
export class Network {
  readonly virtio: Virtio;
  readonly #memory: Ram;
  readonly #receive: Virtqueue;
  readonly #transmit: Virtqueue;

  constructor(memory: Ram) {
    this.#memory = memory;
    const config = Uint8Array.from(guestMac);
    const kind = { deviceId, queueCount: 2, features: hasMac, config: () => config };
    this.virtio = new Virtio(memory, kind);
    const [receive, transmit] = this.virtio.queues;
    if (receive === undefined || transmit === undefined) throw new Error('a NIC has two queues');
    this.#receive = receive;
    this.#transmit = transmit;
  }

  /** Whether a notification would put something out now. */
  get isAboutToSend(): boolean {
    const count = this.#transmit.waiting(this.#memory) ?? 0;
    for (let place = 0; place < count; place++) {
      const chain = this.#transmit.peek(this.#memory, place);
      if (chain === null) return false;
      if (this.#sent(chain).kind === 'packet') return true;
    }
    return false;
  }

  #sent({ readable }: Chain): Sent {
    if (lengthOf(readable) > headBytes + frameBytesMax) return { kind: 'nothing' };
    return routed(gathered(this.#memory, readable).subarray(headBytes));
  }

  /** The driver has told of buffers: the packets that leave. */
  notify(): readonly Uint8Array[] {
    const packets: Uint8Array[] = [];
    for (;;) {
      const count = this.#transmit.waiting(this.#memory);
      if (count === 0) return packets;
      const chain = count === null ? null : this.#transmit.peek(this.#memory, 0);
      if (chain === null) {
        this.virtio.fail();
        return packets;
      }
      this.#transmit.take();
      const sent = this.#sent(chain);
      this.virtio.give(this.#transmit, chain.head, 0);
      if (sent.kind === 'packet') packets.push(sent.bytes);
      if (sent.kind === 'reply') this.#deliver(sent.frame);
    }
  }

  /** A packet has come; it is lost if the driver has given no buffer for it. */
  receive(packet: Uint8Array): void {
    const frame = frameOf(packet);
    if (frame !== null) this.#deliver(frame);
  }

  #deliver(frame: Uint8Array): void {
    if (!this.virtio.isLive) return;
    const count = this.#receive.waiting(this.#memory);
    if (count === 0) return;
    const chain = count === null ? null : this.#receive.peek(this.#memory, 0);
    if (chain === null) {
      this.virtio.fail();
      return;
    }
    const bytes = new Uint8Array(headBytes + frame.length);
    bytes[10] = 1; // it takes one buffer
    bytes.set(frame, headBytes);
    if (lengthOf(chain.writable) < bytes.length) return;
    this.#receive.take();
    scatter(this.#memory, chain.writable, bytes);
    this.virtio.give(this.#receive, chain.head, bytes.length);
  }

  write(to: StateWriter): void {
    this.virtio.write(to);
  }

  restore(from: StateReader): void {
    this.virtio.restore(from);
  }
}
