import { digestOf } from '../../impl/guest/digest.ts';
import type { Guest, Image, Io, Output, Range, Trap } from '../../impl/guest/guest.ts';
import type { Put } from '../../impl/hypervisor/report.ts';
import { blockCount, pageCount } from '../../model/disk.ts';
import type { Instruction } from '../../model/guest.ts';
import type { CopyId } from '../../model/ids.ts';
import { copyId } from '../../model/ids.ts';
import type { Clients } from '../simulation/clients.ts';
import { blankTape, extend, forked, type Issued, type Tape } from './tape.ts';

/**
 * What the guest of one copy has to be: a machine of the same image that knows of no hypervisor,
 * given what the specification has happen to that copy.
 */
export type Machine = {
  readonly guest: Guest;
  tape: Tape;
  sent: number; // outputs so far
  transmitted: number;
  printed: number;
};

/** The machines of a run, by copy, and the names that they and the specification share. */
export type Machines = {
  readonly image: Image;
  readonly clients: Clients;
  readonly of: Map<CopyId, Machine>;
  /** Blocks and pages by the specification's numbers: those that somebody has used. */
  readonly blocks: Map<number, number>;
  readonly pages: Map<number, number>;
  /** What is on the disk, by the number that the specification has for it; 0 is a blank block. */
  readonly contents: Map<number, Uint8Array>;
};

/** The machine of a copy, with those of all copies. */
export type Kept = { readonly machines: Machines; readonly machine: Machine };

/** The machine of the first copy has booted. */
export const machinesOf = (image: Image, clients: Clients): Machines => {
  const first: Machine = {
    ...{ guest: image.boot(), tape: blankTape() },
    ...{ sent: 0, transmitted: 0, printed: 0 },
  };
  return {
    ...{ image, clients, of: new Map([[copyId(0), first]]) },
    ...{ blocks: new Map(), pages: new Map(), contents: new Map() },
  };
};

/** At the cut the clone gets all that the source's machine is, and follows its tape (R31-3). */
export const cloned = ({ image, of }: Machines, source: Machine, clone: CopyId): void => {
  const { count, bytes } = image.pages;
  const memory = new Uint8Array(count * bytes);
  for (let at = 0; at < count; at++) memory.set(source.guest.memory.page(at), at * bytes);
  of.set(clone, { ...source, guest: image.resume(source.guest.rest(), memory) });
};

/** From here on this execution is its own: what was on the tape behind it never happened to it. */
export const goesLive = (machine: Machine, place: number): void => {
  machine.tape = forked(machine.tape, place, machine.sent);
};

const numberOf = (names: Map<number, number>, place: number): number => {
  const number = names.get(place) ?? names.size;
  names.set(place, number);
  return number;
};

const lengthOf = (ranges: readonly Range[]): number =>
  ranges.reduce((sum, { start, end }) => sum + end - start, 0);

/** The numbers of all places in ranges, which are so many units of memory or disk each. */
const placesIn = (
  names: Map<number, number>,
  ranges: readonly Range[],
  unit: number,
): readonly number[] =>
  ranges.flatMap(({ start, end }) => {
    const first = Math.floor(start / unit);
    const count = Math.ceil(end / unit) - first;
    return Array.from({ length: count }, (_, at) => numberOf(names, first + at));
  });

/** The name of a block's content: below 2^31, as the specification calculates with it. */
const nameOf = ({ contents }: Machines, bytes: Uint8Array): number => {
  if (bytes.every((byte) => byte === 0)) return 0;
  const name = 1 + (digestOf(bytes) % 0x7fff_fffe);
  contents.set(name, bytes);
  return name;
};

/**
 * A disk operation in the specification's numbers. A page is as much memory as goes into a block.
 * Two operations that share memory share a page there; the reverse holds where memory is used in
 * whole pages.
 */
const issuedAs = (machines: Machines, { kind, blocks, memory, data }: Io): Issued => {
  const { blockBytes } = machines.image;
  const count = lengthOf(blocks);
  const unit = Math.max(1, Math.round(lengthOf(memory) / Math.max(1, count)));
  const names =
    kind === 'read'
      ? []
      : Array.from({ length: count }, (_, at) =>
          nameOf(machines, data.slice(at * blockBytes, (at + 1) * blockBytes)),
        );
  return {
    kind,
    blocks: placesIn(machines.blocks, blocks, 1),
    pages: placesIn(machines.pages, memory, unit),
    data: names,
    pageCount: Math.max(pageCount, machines.pages.size),
  };
};

/** Blocks of the disk that the specification has to have by now. */
export const blocksUsed = ({ blocks }: Machines): number => Math.max(blockCount, blocks.size);

/** What a read brings, from the names of the blocks' contents. */
export const bytesOfBlocks = (
  { image: { blockBytes }, contents }: Machines,
  names: readonly number[],
): Uint8Array => {
  const bytes = new Uint8Array(names.length * blockBytes);
  for (const [at, name] of names.entries()) bytes.set(contents.get(name) ?? [], at * blockBytes);
  return bytes;
};

/** The places of outputs that the machine has just put out, along its execution (R22-3). */
export const placed = (machine: Machine, outputs: readonly Output[]): readonly Put[] =>
  outputs.map((output) => {
    const { device } = output;
    const ordinal = machine.sent++;
    if (output.device === 'disk') {
      const io = machine.guest.outstanding().find(({ number }) => number === output.io);
      return { device, ordinal, number: output.io, digest: digestOf(io?.data ?? new Uint8Array()) };
    }
    const number = device === 'network' ? machine.transmitted++ : machine.printed++;
    return { device, ordinal, number, digest: digestOf(output.bytes) };
  });

/** On the tape outputs are found by their ordinals. */
export const noted = ({ tape }: Machine, puts: readonly Put[]): void => {
  for (const { ordinal, digest } of puts) tape.digests[ordinal] = digest;
};

const instructions: Readonly<Record<string, Instruction>> = {
  '': 'compute',
  ND: 'readTime',
  'ND,OUT': 'stamp',
  OFF: 'shutdown',
  'OUT to network': 'transmit',
  'OUT to console': 'print',
  'OUT to disk': 'write x p',
};

/** What is put out on the disk is what is written, operation by operation. */
const isAllWritten = (outputs: readonly Output[], ios: readonly Io[]): boolean => {
  const written = ios.flatMap(({ kind, number }) => (kind === 'write' ? [number] : []));
  const put = outputs.flatMap((output) => (output.device === 'disk' ? [output.io] : []));
  return put.join() === written.join();
};

/**
 * The instruction that needs the same and puts out the same, or `null` if there is none. It stands
 * for all disk operations that are issued there: a notification is one for as many as there are.
 */
const likeness = (
  { needs, issuesIo }: Trap,
  outputs: readonly Output[],
  ios: readonly Io[],
): Instruction | null => {
  const devices = [...new Set(outputs.map(({ device }) => device))];
  const [device] = devices;
  const isPutting = needs.includes('OUT');
  if (devices.length > 1 || isPutting !== (device !== undefined)) return null;
  if (issuesIo !== ios.length > 0 || !isAllWritten(outputs, ios)) return null;
  if (device === 'console' && outputs.length > 1) return null;
  if (issuesIo && !isPutting) return needs.length === 0 ? 'read x p' : null;
  if (issuesIo !== (device === 'disk')) return null;
  const name = needs.join() === 'OUT' ? `OUT to ${device}` : needs.join();
  return instructions[name] ?? null;
};

/** The transmit ring of the specification holds what leaves with something else (R35-4). */
export const posted = ({ tape, guest }: Machine, count: number): number => {
  for (let at = 0; at < count; at++) extend(tape, 'post', guest.position);
  return count;
};

/** Instructions without a trap, up to where the machine is now: one place of the tape. */
export const computed = ({ tape, guest }: Machine): void => extend(tape, 'compute', guest.position);

/**
 * What the machine has just executed joins the tape, with the disk operations that it has issued.
 * It gives the number of places, or 0 if no instruction of the specification is like it.
 */
export const performedAt = (
  machines: Machines,
  machine: Machine,
  trap: Trap,
  { outputs, ios }: { readonly outputs: readonly Output[]; readonly ios: readonly Io[] },
): number => {
  const { tape, guest } = machine;
  const instruction = likeness(trap, outputs, ios);
  if (instruction === null) return 0;
  const before = guest.position - 1;
  const along = outputs[0]?.device === 'network' ? outputs.length - 1 : 0;
  for (let at = 0; at < along; at++) extend(tape, 'post', before);
  const issues = ios.map((io) => issuedAs(machines, io));
  extend(tape, instruction, guest.position, issues);
  return along + 1;
};

/** The digest by which the program has to know a packet of that number. */
export const packetDigest = ({ clients }: Machines, number: number): number =>
  digestOf(clients.packet(number));
