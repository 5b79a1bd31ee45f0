import type { Io } from './guest.ts';
import { blockBytes, blockFor } from './saved-block.ts';
import { StateReader, StateWriter } from './state-bytes.ts';

/** A disk operation of the server: what it is for, and where it is in the memory. */
export type Transferring = {
  readonly kind: 'save' | 'load';
  readonly io: number;
  readonly packet: Uint8Array; // that asked for it
  readonly key: string;
  readonly page: number;
  readonly data: Uint8Array; // of a write: the bounce buffer (R34-4)
};

/** A completion that the server has been given and not looked at yet. */
export type Settled = { readonly one: Transferring; readonly transferredCount: number };

/** All that the key-value server is: registers, memory and devices. It changes in place. */
export type KeyValueState = {
  position: number;
  isOff: boolean;
  tickCount: number; // of the timer
  moveCount: number; // of the mouse
  servedCount: number;
  droppedCount: number; // packets that the network card had no use or no room for
  issuedCount: number;
  pool: number; // stirred by every event and its position, as an operating system gathers entropy
  typed: string; // on the console, of a line that is not ended
  readonly lines: string[]; // typed, to be obeyed
  readonly prints: string[]; // to be printed
  readonly answers: Uint8Array[]; // packets to be transmitted
  readonly inbox: Uint8Array[]; // the receive ring
  packet: Uint8Array | null; // being served
  readCount: number; // bytes of it read
  readonly table: Map<string, string>;
  readonly memory: Uint8Array; // the pages for disk operations
  readonly transferring: Transferring[]; // outstanding, in the order of issue (Q27)
  readonly settled: Settled[];
};

/** Pages of the memory, hence disk operations at a time. */
export const pageCount = 8;

/** The server before its first instruction: it has a line to print. */
export const bootedState = (): KeyValueState => ({
  position: 0,
  isOff: false,
  tickCount: 0,
  moveCount: 0,
  servedCount: 0,
  droppedCount: 0,
  issuedCount: 0,
  pool: 0,
  typed: '',
  lines: [],
  prints: ['key-value server: it is up\n'],
  answers: [],
  inbox: [],
  packet: null,
  readCount: 0,
  table: new Map(),
  memory: new Uint8Array(pageCount * blockBytes),
  transferring: [],
  settled: [],
});

const noPacket = new Uint8Array();

const byKey = ([one]: readonly [string, string], [other]: readonly [string, string]): number =>
  one < other ? -1 : 1;

/** The state as bytes; equal states give equal bytes, in whatever order their keys were put. */
export const bytesOfState = (state: KeyValueState): Uint8Array => {
  const to = new StateWriter();
  const transferring = (it: Transferring): void => {
    to.flag(it.kind === 'save');
    to.number(it.io);
    to.bytes(it.packet);
    to.text(it.key);
    to.number(it.page);
    to.bytes(it.data);
  };
  to.number(state.position);
  to.flag(state.isOff);
  to.number(state.tickCount);
  to.number(state.moveCount);
  to.number(state.servedCount);
  to.number(state.droppedCount);
  to.number(state.issuedCount);
  to.number(state.pool);
  to.text(state.typed);
  to.list(state.lines, (line) => to.text(line));
  to.list(state.prints, (line) => to.text(line));
  to.list(state.answers, (packet) => to.bytes(packet));
  to.list(state.inbox, (packet) => to.bytes(packet));
  to.flag(state.packet !== null);
  to.bytes(state.packet ?? noPacket);
  to.number(state.readCount);
  to.list([...state.table].sort(byKey), ([key, value]) => {
    to.text(key);
    to.text(value);
  });
  to.bytes(state.memory);
  to.list(state.transferring, transferring);
  to.list(state.settled, ({ one, transferredCount }) => {
    transferring(one);
    to.number(transferredCount);
  });
  return to.written();
};

/** The state that was written as these bytes. */
export const stateOfBytes = (bytes: Uint8Array): KeyValueState => {
  const from = new StateReader(bytes);
  const number = (): number => from.number();
  const text = (): string => from.text();
  const packet = (): Uint8Array => from.bytes();
  const transferring = (): Transferring => ({
    kind: from.flag() ? 'save' : 'load',
    io: number(),
    packet: packet(),
    key: text(),
    page: number(),
    data: packet(),
  });
  const present = (isPresent: boolean, bytesOfPacket: Uint8Array): Uint8Array | null =>
    isPresent ? bytesOfPacket : null;
  const state: KeyValueState = {
    position: number(),
    isOff: from.flag(),
    tickCount: number(),
    moveCount: number(),
    servedCount: number(),
    droppedCount: number(),
    issuedCount: number(),
    pool: number(),
    typed: text(),
    lines: from.list(text),
    prints: from.list(text),
    answers: from.list(packet),
    inbox: from.list(packet),
    packet: present(from.flag(), from.bytes()),
    readCount: number(),
    table: new Map(from.list(() => [text(), text()])),
    memory: from.bytes(),
    transferring: from.list(transferring),
    settled: from.list(() => ({ one: transferring(), transferredCount: number() })),
  };
  from.end();
  return state;
};

/** What the disk has to do for it. */
export const ioOf = ({ kind, io: number, key, page, data }: Transferring): Io => {
  const block = blockFor(key);
  return {
    number,
    kind: kind === 'save' ? 'write' : 'read',
    blocks: [{ start: block, end: block + 1 }],
    memory: [{ start: page, end: page + 1 }],
    data,
  };
};
