import type { StateReader, StateWriter } from '../guest/state-bytes.ts';

const data = 0; // or the divisor's low byte
const interruptEnable = 1; // or its high one
const interruptIdentity = 2; // or, written, the control of the FIFOs
const lineControl = 3;
const modemControl = 4;
const lineStatus = 5;
const modemStatus = 6;
const scratch = 7;

const divisorLatch = 0x80; // of the line control
const wantsReceived = 1; // of the interrupt enable
const wantsEmpty = 2;
const isEmpty = 0x60; // of the line status: it sends as fast as it is given
const hasData = 1;
const connected = 0xb0; // of the modem status
const backlogMax = 4096; // bytes typed that nobody has read; what comes then is lost

/** The 16550: the console's bytes, both ways. A byte that is stored is out at once. */
export class Uart {
  #received: number[] = [];
  #enabled = 0;
  #hasEmptied = false; // since it was last asked why it interrupts
  #fifo = 0;
  #line = 0;
  #modem = 0;
  #scratch = 0;
  #divisor = 0;

  /** Whether it holds its line up. */
  get isPending(): boolean {
    return this.#reason() !== 1;
  }

  /** What was typed arrives. */
  type(bytes: Uint8Array): void {
    this.#received.push(...bytes.subarray(0, backlogMax - this.#received.length));
  }

  /** Whether a store there puts a byte out. */
  isOutput(offset: number): boolean {
    return offset === data && (this.#line & divisorLatch) === 0;
  }

  #reason(): number {
    if ((this.#enabled & wantsReceived) !== 0 && this.#received.length > 0) return 4;
    return (this.#enabled & wantsEmpty) !== 0 && this.#hasEmptied ? 2 : 1;
  }

  #identity(): number {
    const reason = this.#reason();
    if (reason === 2) this.#hasEmptied = false;
    return reason | (this.#fifo === 0 ? 0 : 0xc0);
  }

  load(offset: number, byteCount: number): number | null {
    if (byteCount !== 1) return null;
    const isLatched = (this.#line & divisorLatch) !== 0;
    switch (offset) {
      case data:
        return isLatched ? this.#divisor & 0xff : (this.#received.shift() ?? 0);
      case interruptEnable:
        return isLatched ? this.#divisor >> 8 : this.#enabled;
      case interruptIdentity:
        return this.#identity();
      case lineControl:
        return this.#line;
      case modemControl:
        return this.#modem;
      case lineStatus:
        return isEmpty | (this.#received.length > 0 ? hasData : 0);
      case modemStatus:
        return connected;
      case scratch:
        return this.#scratch;
      default:
        return null;
    }
  }

  store(offset: number, byteCount: number, value: number): boolean {
    if (byteCount !== 1) return false;
    const byte = value & 0xff;
    const isLatched = (this.#line & divisorLatch) !== 0;
    switch (offset) {
      case data:
        if (isLatched) this.#divisor = (this.#divisor & 0xff00) | byte;
        else this.#hasEmptied = true;
        return true;
      case interruptEnable:
        if (isLatched) this.#divisor = (this.#divisor & 0xff) | (byte << 8);
        else this.#enable(byte & 0xf);
        return true;
      case interruptIdentity:
        this.#fifo = byte & 1;
        if ((byte & 2) !== 0) this.#received = [];
        return true;
      case lineControl:
        this.#line = byte;
        return true;
      case modemControl:
        this.#modem = byte & 0x1f;
        return true;
      case scratch:
        this.#scratch = byte;
        return true;
      default:
        return offset === lineStatus || offset === modemStatus;
    }
  }

  #enable(enabled: number): void {
    if ((enabled & ~this.#enabled & wantsEmpty) !== 0) this.#hasEmptied = true;
    this.#enabled = enabled;
  }

  write(to: StateWriter): void {
    to.bytes(Uint8Array.from(this.#received));
    to.flag(this.#hasEmptied);
    const controls = [this.#enabled, this.#fifo, this.#line, this.#modem];
    for (const field of [...controls, this.#scratch, this.#divisor]) to.number(field);
  }

  restore(from: StateReader): void {
    this.#received = [...from.bytes()];
    this.#hasEmptied = from.flag();
    this.#enabled = from.number();
    this.#fifo = from.number();
    this.#line = from.number();
    this.#modem = from.number();
    this.#scratch = from.number();
    this.#divisor = from.number();
  }
}
