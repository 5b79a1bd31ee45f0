import { assert } from '../assert.ts';
import { digestOf } from '../guest/digest.ts';
import type {
  Completion,
  Guest,
  Io,
  Memory,
  Need,
  Operated,
  Output,
  Stop,
  Trap,
} from '../guest/guest.ts';
import { sealed } from '../guest/snapshot.ts';
import { StateReader, StateWriter } from '../guest/state-bytes.ts';
import { Ages } from './ages.ts';
import { Board } from './board.ts';
import { readsClock } from './csr-access.ts';
import {
  funct3In,
  immediateIn,
  isLoadKind,
  isStoreKind,
  opcode,
  rs1In,
  rs2In,
  storeOffsetIn,
} from './encoding.ts';
import { execute } from './execute.ts';
import { Hart } from './hart.ts';
import { restoreHart, writeHart } from './hart-state.ts';
import { movesFor, strokesFor } from './keys.ts';
import { Ram, ramStart } from './ram.ts';
import { bytesAccessed } from './step.ts';

const none: readonly Need[] = [];
const readingClock: Trap = { needs: ['ND'], issuesIo: false };

const isBlank = (page: Uint8Array): boolean => page.every((byte) => byte === 0);

/** A RISC-V machine, RV32IMA with machine and user mode, in the places of QEMU's `virt`. */
export class Machine implements Guest {
  readonly #name: string; // of its image
  readonly #ram: Ram;
  readonly #board: Board;
  readonly #hart: Hart;
  readonly #ages: Ages;
  readonly memory: Memory;

  /** One whose memory holds these bytes, which it takes over; it begins at the first of them. */
  constructor(name: string, memory: Uint8Array, sectorCount: number) {
    this.#name = name;
    this.#ram = new Ram(memory);
    this.#board = new Board(this.#ram, sectorCount);
    this.#hart = new Hart(this.#ram, this.#board);
    this.#hart.pc = ramStart;
    const ages = new Ages(this.#ram);
    this.#ages = ages;
    this.memory = {
      page: (number) => {
        ages.look(number);
        return this.#ram.page(number).slice();
      },
      mark: () => ages.mark(),
      changedSince: (mark) => ages.writtenSince(mark),
    };
  }

  /** Memory and registers, for those who load software into it, and for tests. */
  get ram(): Ram {
    return this.#ram;
  }

  get hart(): Hart {
    return this.#hart;
  }

  get position(): number {
    return this.#hart.count;
  }

  get isOff(): boolean {
    return this.#board.isOff;
  }

  get alarmMs(): number | null {
    return this.#board.clock.alarmMs;
  }

  run(limit: number): Stop {
    const hart = this.#hart;
    assert(limit >= hart.count, `it runs on only: from ${hart.count} to ${limit}`);
    if (this.isOff) return 'off';
    this.#board.refill();
    while (hart.count < limit && !this.#board.isSpent) {
      if (hart.isWaiting) return 'idle';
      if (execute(hart, limit, false) === 'trap') return 'trap';
    }
    return 'limit';
  }

  trap(): Trap | null {
    const { pc, x, isWaiting } = this.#hart;
    if (this.isOff || isWaiting || !this.#ram.holds(pc, 4)) return null;
    const word = this.#ram.words[(pc - ramStart) >>> 2] ?? 0;
    const base = x[rs1In(word)] ?? 0;
    const funct3 = funct3In(word);
    const byteCount = bytesAccessed(funct3);
    switch (word & 127) {
      case opcode.load:
        return isLoadKind(funct3)
          ? this.#board.needsOf((base + immediateIn(word)) >>> 0, byteCount, null)
          : null;
      case opcode.store:
        return isStoreKind(funct3)
          ? this.#board.needsOf((base + storeOffsetIn(word)) >>> 0, byteCount, x[rs2In(word)] ?? 0)
          : null;
      case opcode.system:
        return funct3 !== 0 && readsClock(this.#hart, word) ? readingClock : null;
      default:
        return null;
    }
  }

  perform(reading: number): readonly Output[] {
    const trap = this.trap();
    assert(trap !== null, 'only what traps is performed');
    if (trap.needs.includes('ND')) {
      this.#board.clock.read(reading);
      this.#board.refresh(); // the timer may be due
    }
    execute(this.#hart, this.#hart.count + 1, true);
    return this.#board.takeOutputs();
  }

  interrupt(): void {
    this.#board.clock.strike();
    this.#settle();
  }

  needsOfReceiving(): readonly Need[] {
    return none;
  }

  receive(packets: readonly Uint8Array[]): readonly Output[] {
    for (const packet of packets) this.#board.network.receive(packet);
    this.#settle();
    return [];
  }

  operate({ kind, bytes }: Operated): void {
    if (kind === 'MOUSE') this.#board.mouse.happen(movesFor(bytes));
    else {
      this.#board.uart.type(bytes);
      this.#board.keyboard.happen(strokesFor(bytes));
    }
    this.#settle();
  }

  complete(completion: Completion): boolean {
    const isTaken = this.#board.block.complete(completion);
    if (isTaken) this.#settle();
    return isTaken;
  }

  outstanding(): readonly Io[] {
    return this.#board.block.outstanding();
  }

  powerOff(): void {
    this.#board.powerOff();
  }

  rest(): Uint8Array {
    const to = new StateWriter();
    writeHart(to, this.#hart);
    this.#board.write(to);
    return to.written();
  }

  /** Takes over what another one's `rest` gave; throws if it is none. */
  resume(rest: Uint8Array): void {
    const from = new StateReader(rest);
    restoreHart(from, this.#hart);
    this.#board.restore(from);
    from.end();
  }

  /** Pages of zeros are left out. */
  snapshot(): Uint8Array {
    const to = new StateWriter();
    to.bytes(this.rest());
    const all = Array.from({ length: this.#ram.pageCount }, (_, number) => number);
    to.list(
      all.filter((number) => !isBlank(this.#ram.page(number))),
      (number) => {
        to.number(number);
        to.bytes(this.#ram.page(number));
      },
    );
    return sealed(this.#name, to.written());
  }

  /** It looks only at pages that were written to since it was asked last. */
  digest(): number {
    const to = new StateWriter();
    to.bytes(this.rest());
    for (const lane of this.#ages.digest()) to.number(lane);
    return digestOf(to.written());
  }

  /** A device may have written to memory, and may interrupt. */
  #settle(): void {
    this.#hart.reservation = -1;
    this.#board.refresh();
    this.#hart.settle();
  }
}
