import type { Guest, Image, Io, Output } from '../guest/guest.ts';
import { digestOf } from '../guest/digest.ts';
import type { Packer, Unpacker } from './packing.ts';
import type { Put } from './report.ts';

const nothing = new Uint8Array(0);

/** All that replays: the guest, the numbers of its outputs, and its share of the CPU (R33-3). */
export class Replica {
  readonly guest: Guest;
  share: number; // of the host's CPU, in percent
  #ordinal: number;
  #packetCount: number;
  #consoleCount: number;

  private constructor(guest: Guest, share: number, counts: readonly [number, number, number]) {
    this.guest = guest;
    this.share = share;
    [this.#ordinal, this.#packetCount, this.#consoleCount] = counts;
  }

  static boot(image: Image): Replica {
    return new Replica(image.boot(), 100, [0, 0, 0]);
  }

  /** `null` if the bytes are no replica of this image. */
  static unpack(unpacker: Unpacker, image: Image): Replica | null {
    const share = unpacker.number();
    const counts = [unpacker.count(), unpacker.count(), unpacker.count()] as const;
    const snapshot = unpacker.bytes();
    if (!unpacker.isSound() || !(share > 0)) return null;
    try {
      return new Replica(image.restore(snapshot), share, counts);
    } catch {
      return null;
    }
  }

  /** Last in what is packed: `unpack` looks at the whole. */
  pack(packer: Packer): Uint8Array {
    packer.number(this.share).number(this.#ordinal);
    packer.number(this.#packetCount).number(this.#consoleCount);
    return packer.bytes(this.guest.snapshot()).done();
  }

  /** The place of each output that the guest has just put out, along this execution. */
  place(outputs: readonly Output[]): readonly Put[] {
    return outputs.map((output) => {
      const { device } = output;
      const ordinal = this.#ordinal++;
      if (device === 'disk') {
        const digest = digestOf(this.outstanding(output.io)?.data ?? nothing);
        return { device, ordinal, number: output.io, digest };
      }
      const number = device === 'network' ? this.#packetCount++ : this.#consoleCount++;
      return { device, ordinal, number, digest: digestOf(output.bytes) };
    });
  }

  /** The disk operation of this number, if the guest waits for it. */
  outstanding(number: number): Io | null {
    return this.guest.outstanding().find((io) => io.number === number) ?? null;
  }
}
