import { assert } from '../assert.ts';
import { answering, packetBytesMax, unframed } from './address.ts';
import { digestOf } from './digest.ts';
import type {
  Completion,
  Guest,
  Image,
  Io,
  Memory,
  Need,
  Operated,
  Output,
  Stop,
  Trap,
} from './guest.ts';
import {
  bootedState,
  bytesOfState,
  ioOf,
  type KeyValueState,
  pageCount,
  stateOfBytes,
} from './key-value-state.ts';
import { noMemory, noPages } from './memory.ts';
import { type Asked, askedIn } from './request.ts';
import { blockBytes, blockOf, valueIn } from './saved-block.ts';
import { sealed, unsealed } from './snapshot.ts';
import { answerOf, loaded } from './table.ts';

/** What the next instruction does; `wait` is none. */
type Next = 'print' | 'send' | 'obey' | 'settle' | 'read' | 'serve' | 'fetch' | 'wait';

const name = 'key-value';
const inboxMax = 256; // packets in the receive ring
const typedMax = 256; // characters of a line of the console
const printEvery = 100; // requests

const putting: Trap = { needs: ['OUT'], issuesIo: false };
const reading: Trap = { needs: ['ND'], issuesIo: false };
const ending: Trap = { needs: ['OFF'], issuesIo: false };
const issuingWrite: Trap = { needs: ['OUT'], issuesIo: true };
const issuingRead: Trap = { needs: [], issuesIo: true };
const none: readonly Need[] = [];
const encoded = (text: string): Uint8Array => new TextEncoder().encode(text);

class KeyValueMachine implements Guest {
  readonly memory: Memory = noMemory; // it writes all over its little state
  readonly #state: KeyValueState;

  constructor(state: KeyValueState) {
    this.#state = state;
  }

  get position(): number {
    return this.#state.position;
  }

  get isOff(): boolean {
    return this.#state.isOff;
  }

  run(limit: number): Stop {
    const state = this.#state;
    assert(limit >= state.position, `it runs on only: from ${state.position} to ${limit}`);
    if (state.isOff) return 'off';
    while (state.position < limit) {
      const next = this.#next();
      if (next === 'wait') return 'idle';
      if (this.#trapOf(next) !== null) return 'trap';
      if (next === 'read') this.#read(limit - state.position);
      else this.#execute(next, 0);
    }
    return 'limit';
  }

  trap(): Trap | null {
    return this.#state.isOff ? null : this.#trapOf(this.#next());
  }

  perform(time: number): readonly Output[] {
    assert(this.trap() !== null, 'only what traps is performed');
    return this.#execute(this.#next(), time);
  }

  interrupt(): void {
    this.#state.tickCount += 1;
    this.#stir();
  }

  /** Replies leave by instructions of their own, not along with what is received. */
  needsOfReceiving(): readonly Need[] {
    return none;
  }

  receive(packets: readonly Uint8Array[]): readonly Output[] {
    const { inbox } = this.#state;
    for (const packet of packets) {
      const isFit = unframed(packet) !== null && packet.length <= packetBytesMax;
      if (isFit && inbox.length < inboxMax) inbox.push(packet.slice());
      else this.#state.droppedCount += 1;
    }
    this.#stir();
    return [];
  }

  operate({ kind, bytes }: Operated): void {
    const state = this.#state;
    if (kind === 'MOUSE') state.moveCount += 1;
    else for (const byte of bytes) this.#type(String.fromCharCode(byte));
    this.#stir();
  }

  complete({ io, transferredCount, data }: Completion): boolean {
    const { transferring, settled, memory } = this.#state;
    const at = transferring.findIndex((it) => it.io === io);
    const one = transferring[at];
    if (one === undefined || transferredCount > 1) return false;
    if (data.length !== (one.kind === 'load' ? transferredCount * blockBytes : 0)) return false;
    transferring.splice(at, 1);
    settled.push({ one, transferredCount });
    memory.set(data, one.page * blockBytes);
    this.#stir();
    return true;
  }

  outstanding(): readonly Io[] {
    return this.#state.transferring.map(ioOf);
  }

  powerOff(): void {
    this.#state.isOff = true;
  }

  snapshot(): Uint8Array {
    return sealed(name, bytesOfState(this.#state));
  }

  rest(): Uint8Array {
    return this.snapshot();
  }

  /** It takes a pass over all of the state. */
  digest(): number {
    return digestOf(bytesOfState(this.#state));
  }

  /** An event at another instruction leaves another pool, hence another digest (R21-1). */
  #stir(): void {
    const state = this.#state;
    state.pool = Math.imul(state.pool ^ state.position, 0x9e3779b1) >>> 0;
  }

  #next(): Next {
    const { prints, answers, lines, settled, packet, readCount, inbox } = this.#state;
    if (prints.length > 0) return 'print';
    if (answers.length > 0) return 'send';
    if (lines.length > 0) return 'obey';
    if (settled.length > 0) return 'settle';
    if (packet === null) return inbox.length > 0 ? 'fetch' : 'wait';
    if (readCount < packet.length) return 'read';
    const { kind } = this.#asked().request;
    const isDisk = kind === 'save' || kind === 'load';
    return isDisk && this.#freePage() === undefined ? 'wait' : 'serve';
  }

  #trapOf(next: Next): Trap | null {
    if (next === 'print' || next === 'send') return putting;
    if (next === 'obey') return this.#state.lines[0] === 'halt' ? ending : null;
    if (next !== 'serve') return null;
    const { request } = this.#asked();
    if (request.kind === 'time') return reading;
    if (request.kind === 'load') return issuingRead;
    return request.kind === 'save' && this.#state.table.has(request.key) ? issuingWrite : null;
  }

  #execute(next: Next, time: number): readonly Output[] {
    const state = this.#state;
    state.position += 1;
    switch (next) {
      case 'print':
        return [{ device: 'console', bytes: encoded(state.prints.shift() ?? '') }];
      case 'send':
        return [{ device: 'network', bytes: state.answers.shift() ?? new Uint8Array() }];
      case 'obey':
        this.#obey(state.lines.shift());
        return [];
      case 'settle':
        this.#settle();
        return [];
      case 'serve':
        return this.#serve(time);
      default:
        state.packet = state.inbox.shift() ?? null;
        state.readCount = 0;
        return [];
    }
  }

  /** A byte of the request takes an instruction. */
  #read(limit: number): void {
    const state = this.#state;
    const count = Math.min(limit, (state.packet?.length ?? 0) - state.readCount);
    state.position += count;
    state.readCount += count;
  }

  #asked(packet: Uint8Array | null = this.#state.packet): Asked {
    const datagram = packet === null ? null : unframed(packet);
    assert(datagram !== null, 'what is served has come in');
    return askedIn(datagram.payload);
  }

  #serve(time: number): readonly Output[] {
    const state = this.#state;
    const { packet, table } = state;
    assert(packet !== null, 'what is served has come in');
    const { request } = this.#asked();
    state.packet = null;
    state.servedCount += 1;
    if (state.servedCount % printEvery === 0) {
      state.prints.push(`key-value server: ${state.servedCount} requests\n`);
    }
    if (request.kind === 'load') return this.#issue('load', packet, request.key);
    if (request.kind === 'save' && table.has(request.key)) {
      return this.#issue('save', packet, request.key);
    }
    this.#answer(packet, answerOf(request, table, { time, servedCount: state.servedCount }));
    return [];
  }

  #issue(kind: 'save' | 'load', packet: Uint8Array, key: string): readonly Output[] {
    const { memory, table, transferring, issuedCount: io } = this.#state;
    const page = this.#freePage();
    assert(page !== undefined, 'a disk operation has a page');
    const data = kind === 'save' ? blockOf(key, table.get(key) ?? '') : new Uint8Array();
    memory.set(data, page * blockBytes);
    transferring.push({ kind, io, packet, key, page, data });
    this.#state.issuedCount += 1;
    return kind === 'save' ? [{ device: 'disk', io }] : [];
  }

  #settle(): void {
    const { settled, memory, table } = this.#state;
    const first = settled.shift();
    assert(first !== undefined, 'something is settled');
    const { kind, packet, key, page } = first.one;
    const block = memory.subarray(page * blockBytes, (page + 1) * blockBytes);
    if (first.transferredCount === 0) this.#answer(packet, 'error: the disk failed');
    else if (kind === 'save') this.#answer(packet, 'saved');
    else this.#answer(packet, loaded(table, key, valueIn(block, key)));
  }

  #answer(packet: Uint8Array, text: string): void {
    const { id } = this.#asked(packet);
    this.#state.answers.push(answering(packet, encoded(`${id === '' ? '' : `${id} `}${text}\n`)));
  }

  #type(character: string): void {
    const state = this.#state;
    if (character !== '\n' && character !== '\r') {
      if (state.typed.length < typedMax) state.typed += character;
      return;
    }
    const line = state.typed.trim();
    state.typed = '';
    if (line !== '') state.lines.push(line);
  }

  #obey(line = ''): void {
    const state = this.#state;
    const { servedCount, droppedCount, tickCount, moveCount, table, prints } = state;
    if (line === 'halt') {
      state.isOff = true;
    } else if (line === 'stats') {
      const counts = `${servedCount} requests, ${table.size} keys, ${droppedCount} packets dropped`;
      prints.push(`${counts}, ${tickCount} ticks, ${moveCount} moves of the mouse\n`);
    } else {
      prints.push(`the console knows stats and halt, not ${line}\n`);
    }
  }

  #freePage(): number | undefined {
    const { transferring, settled } = this.#state;
    const used = new Set([...transferring, ...settled.map(({ one }) => one)].map((it) => it.page));
    return Array.from({ length: pageCount }, (_, page) => page).find((page) => !used.has(page));
  }
}

/** A server of keys and values over datagrams; README.md says what it understands. */
export const keyValueImage: Image = {
  name,
  boot: () => new KeyValueMachine(bootedState()),
  restore: (snapshot) => new KeyValueMachine(stateOfBytes(unsealed(name, snapshot))),
  pages: noPages,
  resume: (rest) => keyValueImage.restore(rest),
  blockBytes,
  largestGroupBytes: 16 * packetBytesMax, // sixteen packets; a completion is a block
};
