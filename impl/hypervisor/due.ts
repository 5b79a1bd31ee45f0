import type { Operated } from '../guest/guest.ts';
import type { Copy } from './copy.ts';

/** Something that has happened to the guest. */
export type Due =
  | { readonly type: 'timer' }
  | { readonly type: 'packets'; readonly packets: Uint8Array[] }
  | { readonly type: 'operated'; readonly input: Operated }
  | { readonly type: 'completion' }
  | { readonly type: 'powerOff' }
  | { readonly type: 'setShare'; readonly share: number };

/** A NIC whose ring is full loses packets (R22-12), and a keyboard's buffer has an end. */
const packetsMax = 1024;
const operatedMax = 1024;

/** What has happened to the guest and is not delivered yet: the log has no room (R21-10). */
export class DueList {
  readonly #copy: Copy;
  #all: Due[] = [];

  constructor(copy: Copy) {
    this.#copy = copy;
  }

  get first(): Due | null {
    return this.#all[0] ?? null;
  }

  /** Something of it is not to be lost where the VM moves, as packets are (R33-10, Q36). */
  get hasToGoAlong(): boolean {
    return this.#all.some(({ type }) => type !== 'timer' && type !== 'packets');
  }

  get hasTimer(): boolean {
    return this.#all.some(({ type }) => type === 'timer');
  }

  /** One timer interrupt that waits is as good as several. */
  add(due: Exclude<Due, { type: 'packets' | 'operated' }>): void {
    if (due.type !== 'timer' || !this.hasTimer) this.#all.push(due);
  }

  addOperated(input: Operated): void {
    const count = this.#all.filter(({ type }) => type === 'operated').length;
    if (input.bytes.length > this.#copy.image.largestGroupBytes) return;
    if (count < operatedMax) this.#all.push({ type: 'operated', input });
  }

  /** It joins the packets before it, if the group is not large by then (R35-4). */
  addPacket(packet: Uint8Array): void {
    const { packetGroupMax } = this.#copy.settings;
    const { largestGroupBytes } = this.#copy.image;
    if (packet.length > largestGroupBytes) return;
    let count = 0;
    for (const due of this.#all) if (due.type === 'packets') count += due.packets.length;
    if (count >= packetsMax) return;
    const last = this.#all.at(-1);
    if (last?.type === 'packets' && last.packets.length < packetGroupMax) {
      const byteCount = last.packets.reduce((sum, { length }) => sum + length, packet.length);
      if (byteCount <= largestGroupBytes) {
        last.packets.push(packet);
        return;
      }
    }
    this.#all.push({ type: 'packets', packets: [packet] });
  }

  /** The first of it is delivered. */
  shift(): void {
    this.#all.shift();
  }

  /** Nothing of it strikes any more. */
  clear(): void {
    this.#all = [];
  }
}
