import { assert } from '../assert.ts';
import { digestOf } from './digest.ts';
import type {
  Completion,
  Guest,
  Image,
  Io,
  Need,
  Operated,
  Output,
  Pages,
  Range,
  Stop,
  Trap,
} from './guest.ts';
import { PagedMemory } from './memory.ts';
import { bytesOf, fold, numberAt, putNumber } from './numbers.ts';
import type { Instruction } from './program.ts';
import { sealed, unsealed } from './snapshot.ts';
import { StateReader, StateWriter } from './state-bytes.ts';
import { bytesIn, contentOf, lengthOf, type Transfer, transfers } from './transfer.ts';

const needing = (...needs: readonly Need[]): Trap => ({ needs, issuesIo: false });
const reading = needing('ND');
const putting = needing('OUT');
const stamping = needing('ND', 'OUT');
const ending = needing('OFF');
const issuingRead: Trap = { needs: [], issuesIo: true };
const issuingWrite: Trap = { needs: ['OUT'], issuesIo: true };

const marker: readonly Need[] = ['OUT'];
const noBytes = new Uint8Array(0);
const pages: Pages = { count: 2, bytes: 4 }; // p and q

class FoldMachine implements Guest {
  readonly #name: string;
  readonly #program: readonly Instruction[];
  #position = 0;
  #word = 1;
  #requests = 0; // received, not yet replied to
  #posted: number[] = []; // in the transmit ring
  #keys = 0;
  #memory = new PagedMemory(pages);
  #issued = 0;
  #outstanding: Io[] = [];
  #transmitted = 0;
  #printed = 0;
  #isOff = false;

  constructor(name: string, program: readonly Instruction[]) {
    this.#name = name;
    this.#program = program;
  }

  get memory(): PagedMemory {
    return this.#memory;
  }

  get position(): number {
    return this.#position;
  }

  get isOff(): boolean {
    return this.#isOff;
  }

  run(limit: number): Stop {
    assert(limit >= this.#position, `it runs on only: from ${this.#position} to ${limit}`);
    if (this.#isOff) return 'off';
    let at = this.#position % this.#program.length;
    for (; this.#position < limit; this.#position += 1) {
      const instruction = this.#program[at] ?? 'compute';
      if (this.#trapOf(instruction) !== null) return 'trap';
      this.#word = fold(this.#word, 0);
      if (instruction === 'post') this.#posted.push(this.#word);
      else if (instruction === 'touch p') this.#touch(0);
      else if (instruction === 'touch q') this.#touch(4);
      at = at + 1 === this.#program.length ? 0 : at + 1;
    }
    return 'limit';
  }

  trap(): Trap | null {
    return this.#isOff ? null : this.#trapOf(this.#next());
  }

  perform(time: number): readonly Output[] {
    const instruction = this.#next();
    assert(this.trap() !== null, `only what traps is performed: ${instruction} does not`);
    this.#position += 1;
    const isTimed = instruction === 'readTime' || instruction === 'stamp';
    this.#word = fold(this.#word, isTimed ? time : 0);
    switch (instruction) {
      case 'transmit':
      case 'stamp':
        return this.#send([...this.#posted, this.#word]);
      case 'reply':
        this.#requests -= 1;
        return this.#send([...this.#posted, this.#word]);
      case 'kick':
        return this.#send(this.#posted);
      case 'print':
        this.#printed += 1;
        return [{ device: 'console', bytes: bytesOf(this.#word) }];
      case 'shutdown':
        this.#isOff = true;
        return [];
      default:
        return this.#issue(transfers.get(instruction));
    }
  }

  interrupt(): void {
    this.#word = fold(this.#word, 5000);
  }

  needsOfReceiving(): readonly Need[] {
    return this.#posted.length > 0 ? marker : [];
  }

  receive(packets: readonly Uint8Array[]): readonly Output[] {
    for (const packet of packets) this.#word = fold(this.#word, 6000 + numberAt(packet));
    this.#word = fold(this.#word, 6000);
    this.#requests += packets.length;
    return this.#send(this.#posted);
  }

  operate({ kind, bytes }: Operated): void {
    this.#word = fold(this.#word, (kind === 'KEY' ? 7000 : 8000) + numberAt(bytes));
    if (kind === 'KEY') this.#keys += 1;
  }

  complete({ io: number, transferredCount, data }: Completion): boolean {
    const io = this.#outstanding.find((it) => it.number === number);
    if (io === undefined || transferredCount > lengthOf(io.blocks)) return false;
    if (data.length !== (io.kind === 'read' ? 4 * transferredCount : 0)) return false;
    this.#outstanding = this.#outstanding.filter((it) => it !== io);
    let at = 0;
    for (const range of io.memory) {
      const place = bytesIn(this.#memory.bytes, range);
      const part = data.subarray(at, at + place.length);
      place.set(part);
      this.#memory.wrote(4 * range.start, 4 * range.start + part.length);
      at += place.length;
    }
    this.#word = fold(fold(this.#word, 9000 + transferredCount), contentOf(data));
    return true;
  }

  outstanding(): readonly Io[] {
    return [...this.#outstanding];
  }

  powerOff(): void {
    this.#isOff = true;
  }

  snapshot(): Uint8Array {
    return sealed(this.#name, this.#state(this.#memory.bytes));
  }

  rest(): Uint8Array {
    return sealed(this.#name, this.#state(noBytes));
  }

  digest(): number {
    return digestOf(this.#state(this.#memory.bytes));
  }

  /** Takes the state that a machine of the same program wrote, with its pages if they are given. */
  restore(state: Uint8Array, memory: Uint8Array | null): void {
    const from = new StateReader(state);
    const number = (): number => from.number();
    const range = (): Range => ({ start: number(), end: number() });
    this.#position = number();
    this.#word = number();
    this.#requests = number();
    this.#posted = from.list(number);
    this.#keys = number();
    const within = from.bytes();
    this.#memory = new PagedMemory(pages, memory ?? within);
    this.#issued = number();
    this.#outstanding = from.list(() => ({
      number: number(),
      kind: from.flag() ? 'write' : 'read',
      blocks: from.list(range),
      memory: from.list(range),
      data: from.bytes(),
    }));
    this.#transmitted = number();
    this.#printed = number();
    this.#isOff = from.flag();
    from.end();
  }

  #state(memory: Uint8Array): Uint8Array {
    const to = new StateWriter();
    const range = ({ start, end }: Range): void => {
      to.number(start);
      to.number(end);
    };
    to.number(this.#position);
    to.number(this.#word);
    to.number(this.#requests);
    to.list(this.#posted, (word) => to.number(word));
    to.number(this.#keys);
    to.bytes(memory);
    to.number(this.#issued);
    to.list(this.#outstanding, (io) => {
      to.number(io.number);
      to.flag(io.kind === 'write');
      to.list(io.blocks, range);
      to.list(io.memory, range);
      to.bytes(io.data);
    });
    to.number(this.#transmitted);
    to.number(this.#printed);
    to.flag(this.#isOff);
    return to.written();
  }

  #next(): Instruction {
    return this.#program[this.#position % this.#program.length] ?? 'compute';
  }

  #trapOf(instruction: Instruction): Trap | null {
    switch (instruction) {
      case 'compute':
      case 'post':
      case 'touch p':
      case 'touch q':
        return null;
      case 'readTime':
        return reading;
      case 'transmit':
      case 'print':
        return putting;
      case 'stamp':
        return stamping;
      case 'reply':
        return this.#requests > 0 ? putting : null;
      case 'kick':
        return this.#posted.length > 0 ? putting : null;
      case 'shutdown':
        return this.#keys > 0 ? ending : null;
      default:
        return transfers.get(instruction)?.kind === 'write' ? issuingWrite : issuingRead;
    }
  }

  #touch(at: number): void {
    const { bytes } = this.#memory;
    this.#word = fold(this.#word, numberAt(bytes, at));
    putNumber(bytes, at, this.#word);
    this.#memory.wrote(at, at + 4);
  }

  #send(words: readonly number[]): readonly Output[] {
    this.#posted = [];
    this.#transmitted += words.length;
    return words.map((word) => ({ device: 'network', bytes: bytesOf(word) }));
  }

  #issue(transfer: Transfer | undefined): readonly Output[] {
    if (transfer === undefined) return []; // it has read the clock
    const isWrite = transfer.kind === 'write';
    const [range = { start: 0, end: 0 }] = transfer.memory;
    const data = isWrite ? bytesIn(this.#memory.bytes, range).slice() : new Uint8Array();
    const io: Io = { number: this.#issued, ...transfer, data };
    this.#issued += 1;
    this.#outstanding.push(io);
    return isWrite ? [{ device: 'disk', io: io.number }] : [];
  }
}

/** The fold machine that repeats a program for ever. */
export const foldImage = (program: readonly Instruction[]): Image => {
  assert(program.length > 0, 'a program has one instruction or more');
  const name = `fold: ${program.join(', ')}`;
  const restored = (snapshot: Uint8Array, memory: Uint8Array | null): FoldMachine => {
    const machine = new FoldMachine(name, program);
    machine.restore(unsealed(name, snapshot), memory);
    return machine;
  };
  return {
    name,
    boot: () => new FoldMachine(name, program),
    restore: (snapshot) => restored(snapshot, null),
    pages,
    resume: restored,
    blockBytes: 4,
    largestGroupBytes: 64, // sixteen packets of four bytes; a completion has no more than eight
  };
};
