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
    const { chains } = this.#transmit.waiting(this.#memory);
    return chains.some((chain) => this.#sent(chain).kind === 'packet');
  }

  #sent({ readable }: Chain): Sent {
    if (lengthOf(readable) > headBytes + frameBytesMax) return { kind: 'nothing' };
    return routed(gathered(this.#memory, readable).subarray(headBytes));
  }

  /** The driver has told of buffers: the packets that leave. */
  notify(): readonly Uint8Array[] {
    const { chains, isBroken } = this.#transmit.waiting(this.#memory);
    const all = chains.map((chain) => ({ chain, sent: this.#sent(chain) }));
    const packets: Uint8Array[] = [];
    for (const { chain, sent } of all) {
      this.#transmit.take();
      this.virtio.give(this.#transmit, chain.head, 0);
      if (sent.kind === 'packet') packets.push(sent.bytes);
      if (sent.kind === 'reply') this.#deliver(sent.frame);
    }
    if (isBroken) this.virtio.fail();
    return packets;
  }

  /** A packet has come; it is lost if the driver has given no buffer for it. */
  receive(packet: Uint8Array): void {
    const frame = frameOf(packet);
    if (frame !== null) this.#deliver(frame);
  }

  #deliver(frame: Uint8Array): void {
    if (!this.virtio.isLive) return;
    const { chains, isBroken } = this.#receive.waiting(this.#memory, 1);
    if (isBroken) this.virtio.fail();
    const [chain] = chains;
    if (chain === undefined) return;
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
