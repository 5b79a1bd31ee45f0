import { type Completion, type Io, pageCount, type Span, spans, type Transfer } from './disk.ts';
import { type Position, position } from './ids.ts';

/**
 * What one instruction of the guest's program does. `reply` transmits only if a request is
 * waiting, so its log entries depend on the guest's state; `stamp` reads the time and transmits
 * it, so one instruction generates two entries (R21-9). `post` puts a packet into the transmit
 * ring and `kick` traps to have the ring sent (R35-3); `print` writes to the console; `touch`
 * reads and changes a page of memory; a `read` or `write` is a disk operation on blocks x and y
 * and pages p and q; `shutdown` powers the guest off once a key was pressed (Q17).
 */
export type Instruction =
  | 'compute'
  | 'readTime'
  | 'transmit'
  | 'reply'
  | 'stamp'
  | 'post'
  | 'kick'
  | 'print'
  | 'touch p'
  | 'touch q'
  | `read ${Span}`
  | `write ${Span}`
  | 'shutdown';

/**
 * The smallest deterministic machine that can diverge: a word into which everything the guest does
 * or suffers is folded in order, so that an event at another instruction, a missing one or another
 * reading of the clock leaves another word (R21-1), and its devices, which replay like the rest. It
 * has one processor (R20-8) and does not know that it is replicated (R20-10).
 */
export type Guest = {
  readonly position: Position;
  readonly word: number;
  readonly requests: number; // received and not yet replied to
  readonly posted: readonly number[]; // in the transmit ring, not yet handed over (R35-4)
  readonly keys: number; // pressed so far
  readonly memory: readonly number[]; // by page
  readonly issued: number; // disk operations so far
  readonly pending: readonly Io[]; // outstanding disk operations, in the order of issue (Q27)
  readonly sent: number; // outputs produced; the ordinal of the next one
  readonly transmitted: number;
  readonly printed: number;
  readonly isOff: boolean; // it executes nothing any more (R33-2)
};

/** Where an output goes: to the network, to the console, or to the shared disk (R22-10). */
export type Device = 'network' | 'console' | 'disk';

/** What the guest puts out: its ordinal among all, its number on its device, its content. */
export type Output = {
  readonly device: Device;
  readonly ordinal: number;
  readonly number: number; // packet, byte or disk operation
  readonly content: number;
};

/** The guest after one instruction or event, and what that put out. */
export type Ran = { readonly guest: Guest; readonly outputs: readonly Output[] };

/**
 * What of an instruction is not a function of the guest's state, be it a reading of the clock or
 * the undefined side effect of a complex instruction (R21-3, R21-5), or leaves it (R22-3), or ends
 * it (Q17).
 */
export type Need = 'ND' | 'OUT' | 'OFF';

/** A guest that has executed nothing. */
export const booted: Guest = {
  position: position(0),
  word: 1,
  requests: 0,
  posted: [],
  keys: 0,
  memory: Array<number>(pageCount).fill(0),
  issued: 0,
  pending: [],
  sent: 0,
  transmitted: 0,
  printed: 0,
  isOff: false,
};

/** Invertible in `word` and not commutative in what is folded, so order and place both matter. */
const fold = (word: number, operand: number): number => (31 * word + operand + 1) % 9973;

const reading = (span: Span): Transfer => ({ kind: 'read', ...spans[span] });
const writing = (span: Span): Transfer => ({ kind: 'write', ...spans[span] });

const transfers: ReadonlyMap<Instruction, Transfer> = new Map<Instruction, Transfer>([
  ['read x p', reading('x p')],
  ['read x q', reading('x q')],
  ['read y p', reading('y p')],
  ['read y q', reading('y q')],
  ['read xy pq', reading('xy pq')],
  ['write x p', writing('x p')],
  ['write x q', writing('x q')],
  ['write y p', writing('y p')],
  ['write y q', writing('y q')],
  ['write xy pq', writing('xy pq')],
]);

/** The guest's next instruction: its program repeats for ever. */
export const instructionAt = (program: readonly Instruction[], guest: Guest): Instruction =>
  program[guest.position % program.length] ?? 'compute';

/** The disk operation that an instruction issues, if it issues one. */
export const transferOf = (instruction: Instruction): Transfer | undefined =>
  transfers.get(instruction);

/** Whether the guest's next instruction issues a disk operation. */
export const issuesNext = (program: readonly Instruction[], guest: Guest): boolean =>
  transfers.has(instructionAt(program, guest));

const nothing: readonly Need[] = [];
const value: readonly Need[] = ['ND'];
const marker: readonly Need[] = ['OUT'];
const valueAndMarker: readonly Need[] = ['ND', 'OUT'];
const end: readonly Need[] = ['OFF'];

/** The entries that the guest's next instruction must generate, in order. */
export const needsOf = (program: readonly Instruction[], guest: Guest): readonly Need[] => {
  const instruction = instructionAt(program, guest);
  switch (instruction) {
    case 'readTime':
      return value;
    case 'transmit':
    case 'print':
      return marker;
    case 'reply':
      return guest.requests > 0 ? marker : nothing;
    case 'kick':
      return guest.posted.length > 0 ? marker : nothing;
    case 'stamp':
      return valueAndMarker;
    case 'shutdown':
      return guest.keys > 0 ? end : nothing;
    default:
      return transferOf(instruction)?.kind === 'write' ? marker : nothing;
  }
};

const silent: readonly Output[] = [];

/** The whole transmit ring leaves as one group, with the packet that made it leave (R35-4). */
const sending = (guest: Guest, packets: readonly number[]): Ran => {
  const { sent, transmitted } = guest;
  const outputs = packets.map((content, index): Output => {
    return { device: 'network', ordinal: sent + index, number: transmitted + index, content };
  });
  const count = packets.length;
  return {
    guest: { ...guest, posted: [], sent: sent + count, transmitted: transmitted + count },
    outputs,
  };
};

const printing = (guest: Guest): Ran => {
  const { sent, printed, word } = guest;
  return {
    guest: { ...guest, sent: sent + 1, printed: printed + 1 },
    outputs: [{ device: 'console', ordinal: sent, number: printed, content: word }],
  };
};

/** The content of a write as one number. */
export const contentOf = (data: readonly number[]): number => data.reduce(fold, 0);

/** What a write puts on the disk is copied now; a read leaves the memory alone (R34-3, R34-4). */
const issuing = (guest: Guest, transfer: Transfer): Ran => {
  const { issued: number, sent, memory, pending } = guest;
  const isWrite = transfer.kind === 'write';
  const data = isWrite ? transfer.pages.map((page) => memory[page] ?? 0) : [];
  const io: Io = { ...transfer, number, ordinal: isWrite ? sent : null, data };
  const issued = { ...guest, issued: number + 1, pending: [...pending, io] };
  if (!isWrite) return { guest: issued, outputs: silent };
  const output: Output = { device: 'disk', ordinal: sent, number, content: contentOf(data) };
  return { guest: { ...issued, sent: sent + 1 }, outputs: [output] };
};

const touching = (guest: Guest, page: number): Guest => {
  const word = fold(guest.word, guest.memory[page] ?? 0);
  return { ...guest, word, memory: guest.memory.with(page, word) };
};

/** One instruction. `time` is what a read of the clock returns; others do not look at it. */
export const run = (program: readonly Instruction[], before: Guest, time: number): Ran => {
  const instruction = instructionAt(program, before);
  const isTimed = instruction === 'readTime' || instruction === 'stamp';
  const word = fold(before.word, isTimed ? time : 0);
  const guest: Guest = { ...before, position: position(before.position + 1), word };
  switch (instruction) {
    case 'compute':
    case 'readTime':
      return { guest, outputs: silent };
    case 'reply':
      if (guest.requests === 0) return { guest, outputs: silent };
      return sending({ ...guest, requests: guest.requests - 1 }, [...guest.posted, word]);
    case 'transmit':
    case 'stamp':
      return sending(guest, [...guest.posted, word]);
    case 'post':
      return { guest: { ...guest, posted: [...guest.posted, word] }, outputs: silent };
    case 'kick':
      return sending(guest, guest.posted);
    case 'print':
      return printing(guest);
    case 'touch p':
      return { guest: touching(guest, 0), outputs: silent };
    case 'touch q':
      return { guest: touching(guest, 1), outputs: silent };
    case 'shutdown':
      return { guest: { ...guest, isOff: guest.keys > 0 }, outputs: silent };
    default: {
      const transfer = transferOf(instruction);
      return transfer === undefined ? { guest, outputs: silent } : issuing(guest, transfer);
    }
  }
};

/** The timer interrupt's handler ran; an interrupt itself counts no instruction (R21-4). */
export const interrupted = (guest: Guest): Guest => ({ ...guest, word: fold(guest.word, 5000) });

/**
 * A group of packets was handed to the guest with one interrupt; while it handles them its transmit
 * ring is sent without a trap (R35-4).
 */
export const received = (guest: Guest, packets: readonly number[]): Ran => {
  const word = packets.reduce((now, packet) => fold(now, 6000 + packet), guest.word);
  const requests = guest.requests + packets.length;
  return sending({ ...guest, word: fold(word, 6000), requests }, guest.posted);
};

/** What handing a group of packets to the guest puts out has an output entry of its own (R22-3). */
export const needsOfReceiving = (guest: Guest): readonly Need[] =>
  guest.posted.length > 0 ? marker : nothing;

/** Keyboard and mouse: what an operator does, by its kind and number. */
export type Operated = { readonly kind: 'KEY' | 'MOUSE'; readonly number: number };

/** A key or a movement of the mouse was handed to the guest (R20-3). */
export const operated = (guest: Guest, { kind, number }: Operated): Guest => ({
  ...guest,
  word: fold(guest.word, (kind === 'KEY' ? 7000 : 8000) + number),
  keys: guest.keys + (kind === 'KEY' ? 1 : 0),
});

/**
 * A completion was handed to the guest, at an instruction boundary: only now does a read change its
 * memory (R34-3). `null` if the guest waits for no such operation.
 */
export const completed = (guest: Guest, completion: Completion): Guest | null => {
  const io = guest.pending.find(({ number }) => number === completion.io);
  if (io === undefined) return null;
  const { transferred, data } = completion;
  const memory =
    io.kind === 'write'
      ? guest.memory
      : io.pages.slice(0, transferred).reduce((now, page, index) => {
          return now.with(page, data[index] ?? 0);
        }, guest.memory);
  const word = fold(fold(guest.word, 9000 + transferred), contentOf(data));
  return { ...guest, word, memory, pending: guest.pending.filter((one) => one !== io) };
};

const sameNumbers = (one: readonly number[], other: readonly number[]): boolean =>
  one.length === other.length && one.every((value, index) => value === other[index]);

const sameIo = (one: Io, other: Io | undefined): boolean =>
  one === other ||
  (other !== undefined &&
    one.number === other.number &&
    one.kind === other.kind &&
    sameNumbers(one.blocks, other.blocks) &&
    sameNumbers(one.pages, other.pages) &&
    sameNumbers(one.data, other.data));

/** Equal exactly when the two guests are in the same state, devices included (R21-1). */
export const sameGuest = (one: Guest, other: Guest): boolean =>
  one.position === other.position &&
  one.word === other.word &&
  one.requests === other.requests &&
  one.keys === other.keys &&
  one.issued === other.issued &&
  one.sent === other.sent &&
  one.transmitted === other.transmitted &&
  one.printed === other.printed &&
  one.isOff === other.isOff &&
  sameNumbers(one.posted, other.posted) &&
  sameNumbers(one.memory, other.memory) &&
  one.pending.length === other.pending.length &&
  one.pending.every((io, index) => sameIo(io, other.pending[index]));
