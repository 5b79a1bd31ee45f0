import { ramStart } from './ram.ts';

/** Bytes at an address of memory. */
export type Piece = { readonly address: number; readonly bytes: Uint8Array };

/** What an ELF file holds for the machine. */
export type Elf = {
  readonly entry: number;
  readonly pieces: readonly Piece[];
  readonly symbols: ReadonlyMap<string, number>; // their addresses, by name
};

const headBytes = 52;
const magic = 0x7f454c46; // DEL, ELF
const class32 = 1;
const littleEndian = 1;
const riscv = 243;
const programHeadBytes = 32;
const loadable = 1;
const sectionHeadBytes = 40;
const symbolTable = 2;
const stringTable = 3;
const symbolBytes = 16;
const nameBytesMax = 256; // a longer one is cut

type Segment = { readonly address: number; readonly end: number; readonly bytes: DataView };
type Section = { readonly type: number; readonly link: number; readonly bytes: DataView };

const hex = (number: number): string => `0x${number.toString(16)}`;

/** Throws why a file is not loaded, as a sentence. */
export const refused = (name: string, because: string): never => {
  throw new Error(`${name} cannot be loaded: ${because}`);
};

/** Reads a file that may be anything; whatever is amiss is thrown as a sentence. */
class Reader {
  readonly #name: string;
  readonly #view: DataView;

  constructor(name: string, bytes: Uint8Array) {
    this.#name = name;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  refuse(because: string): never {
    return refused(this.#name, because);
  }

  /** A part that the file has to have. */
  part(what: string, at: number, byteCount: number): DataView {
    const { buffer, byteOffset, byteLength } = this.#view;
    if (at + byteCount <= byteLength) return new DataView(buffer, byteOffset + at, byteCount);
    return this.refuse(`${what} ends at byte ${at + byteCount}, the file at byte ${byteLength}`);
  }

  head(): DataView {
    const head = this.part('the head of an ELF file', 0, headBytes);
    if (head.getUint32(0) !== magic) this.refuse('it is no ELF file');
    if (head.getUint8(4) !== class32 || head.getUint8(5) !== littleEndian) {
      this.refuse('expected an ELF file of 32 bits, little endian');
    }
    const machine = head.getUint16(18, true);
    if (machine !== riscv) this.refuse(`expected machine ${riscv}, RISC-V, found ${machine}`);
    return head;
  }

  /** Where a part of memory is from; `null` if nothing is there to be loaded. */
  segment(at: number, memoryBytes: number): Segment | null {
    const head = this.part('a program header', at, programHeadBytes);
    const [fileBytes, byteCount] = [head.getUint32(16, true), head.getUint32(20, true)];
    if (head.getUint32(0, true) !== loadable || byteCount === 0) return null;
    const address = head.getUint32(12, true);
    const end = address + byteCount;
    if (fileBytes > byteCount) this.refuse('a segment has more bytes in the file than in memory');
    if (address < ramStart || end > ramStart + memoryBytes) {
      const segment = `a segment goes from ${hex(address)} to ${hex(end)}`;
      this.refuse(`${segment}, memory from ${hex(ramStart)} to ${hex(ramStart + memoryBytes)}`);
    }
    return { address, end, bytes: this.part('a segment', head.getUint32(4, true), fileBytes) };
  }

  section(at: number): Section {
    const head = this.part('a section header', at, sectionHeadBytes);
    const type = head.getUint32(4, true);
    const isThere = type === symbolTable || type === stringTable;
    const byteCount = isThere ? head.getUint32(20, true) : 0;
    const bytes = this.part('a section', isThere ? head.getUint32(16, true) : 0, byteCount);
    return { type, link: head.getUint32(24, true), bytes };
  }
}

const textAt = (strings: DataView, at: number): string => {
  const bytes = new Uint8Array(strings.buffer, strings.byteOffset, strings.byteLength);
  const name = bytes.subarray(at, at + nameBytesMax);
  const end = name.indexOf(0);
  return new TextDecoder().decode(end < 0 ? name : name.subarray(0, end));
};

/** The symbols that are defined; a file has one table of them (System V ABI, "Sections"). */
const symbolsIn = (sections: readonly Section[]): ReadonlyMap<string, number> => {
  const symbols = new Map<string, number>();
  const table = sections.find(({ type }) => type === symbolTable);
  const strings = sections[table?.link ?? 0]?.bytes;
  if (table === undefined || strings === undefined) return symbols;
  const { bytes } = table;
  for (let at = 0; at + symbolBytes <= bytes.byteLength; at += symbolBytes) {
    if (bytes.getUint16(at + 14, true) === 0) continue;
    symbols.set(textAt(strings, bytes.getUint32(at, true)), bytes.getUint32(at + 4, true));
  }
  return symbols;
};

/** The bytes of segments that have nothing in common: all together they fit into memory. */
const piecesOf = (reader: Reader, segments: readonly Segment[]): readonly Piece[] => {
  const sorted = segments.toSorted((one, other) => one.address - other.address);
  for (const [at, { address }] of sorted.entries()) {
    const { end } = sorted[at - 1] ?? { end: address };
    if (end > address) reader.refuse(`two segments are at ${hex(address)}`);
  }
  return sorted.map(({ address, end, bytes: { buffer, byteOffset, byteLength } }) => {
    const bytes = new Uint8Array(end - address);
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength));
    return { address, bytes };
  });
};

/**
 * Reads an ELF file for RISC-V of 32 bits, to be loaded where its segments say. Throws a sentence
 * that begins with the name if it is none, is cut off, or does not fit into memory.
 */
export const elfIn = (name: string, bytes: Uint8Array, memoryBytes: number): Elf => {
  const reader = new Reader(name, bytes);
  const head = reader.head();
  const [programAt, sectionsAt] = [head.getUint32(28, true), head.getUint32(32, true)];
  const segments = Array.from({ length: head.getUint16(44, true) }, (_, number) =>
    reader.segment(programAt + number * programHeadBytes, memoryBytes),
  ).filter((segment) => segment !== null);
  if (segments.length === 0) reader.refuse('it has nothing to load');
  const entry = head.getUint32(24, true);
  if (entry % 4 !== 0 || entry < ramStart || entry >= ramStart + memoryBytes) {
    reader.refuse(`expected its entry at a word of memory, found ${hex(entry)}`);
  }
  const sections = Array.from({ length: head.getUint16(48, true) }, (_, number) =>
    reader.section(sectionsAt + number * sectionHeadBytes),
  );
  return { entry, pieces: piecesOf(reader, segments), symbols: symbolsIn(sections) };
};
