import { digestOf } from '../guest/digest.ts';
import type { Guest, Image, Io, Output } from '../guest/guest.ts';
import { ByteReader, ByteWriter } from './bytes.ts';
import type { PageCollector } from './passes.ts';
import type { Put } from './report.ts';

const nothing = new Uint8Array(0);

/** What a destination learns at the cut. */
export type Cut = {
  readonly primary: string; // copy
  readonly generation: number;
  readonly replica: Replica;
};

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

  /**
   * The last in what is read, with the pages that the passes have not copied as they are now;
   * `null` if the bytes are no replica of this image.
   */
  static read(from: ByteReader, image: Image, memory: PageCollector): Replica | null {
    const share = from.f64();
    const counts = [from.u64(), from.u64(), from.u64()] as const;
    const rest = from.some(from.u32());
    const pages = from.rest();
    if (!from.isDone || share <= 0 || !memory.add(pages)) return null;
    try {
      return new Replica(image.resume(rest, memory.whole()), share, counts);
    } catch {
      return null;
    }
  }

  /** The VM at the cut, given the pages that the first passes have copied; else `null`. */
  static readCut(cut: Uint8Array, image: Image, memory: PageCollector): Cut | null {
    const from = new ByteReader(cut);
    const [primary, generation] = [from.string(), from.u64()];
    const replica = Replica.read(from, image, memory);
    return replica && { primary, generation, replica };
  }

  /** What `readCut` reads; `pages` are those that the first passes have not copied as they are. */
  writeCut({
    primary,
    generation,
    pages,
  }: Omit<Cut, 'replica'> & { pages: Uint8Array }): Uint8Array {
    const to = new ByteWriter().string(primary).u64(generation);
    return this.write(to).bytes(pages).done();
  }

  /** The last in what is written, but for the pages. */
  write(to: ByteWriter): ByteWriter {
    const rest = this.guest.rest();
    to.f64(this.share).u64(this.#ordinal).u64(this.#packetCount).u64(this.#consoleCount);
    return to.u32(rest.length).bytes(rest);
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
