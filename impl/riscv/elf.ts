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

  piece(at: number, memoryBytes: number): Piece | null {
    const head = this.part('a program header', at, programHeadBytes);
    if (head.getUint32(0, true) !== loadable) return null;
    const [from, address] = [head.getUint32(4, true), head.getUint32(12, true)];
    const [fileBytes, byteCount] = [head.getUint32(16, true), head.getUint32(20, true)];
    const end = address + byteCount;
    if (fileBytes > byteCount) this.refuse('a segment has more bytes in the file than in memory');
    if (address < ramStart || end > ramStart + memoryBytes) {
      const segment = `a segment goes from ${hex(address)} to ${hex(end)}`;
      this.refuse(`${segment}, memory from ${hex(ramStart)} to ${hex(ramStart + memoryBytes)}`);
    }
    const view = this.part('a segment', from, fileBytes);
    const bytes = new Uint8Array(byteCount);
    bytes.set(new Uint8Array(view.buffer, view.byteOffset, fileBytes));
    return { address, bytes };
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
  const bytes = new Uint8Array(strings.buffer, strings.byteOffset, strings.byteLength).subarray(at);
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(end < 0 ? bytes : bytes.subarray(0, end));
};

const symbolsIn = (sections: readonly Section[]): ReadonlyMap<string, number> => {
  const symbols = new Map<string, number>();
  for (const { type, link, bytes } of sections) {
    const strings = sections[link]?.bytes;
    if (type !== symbolTable || strings === undefined) continue;
    for (let at = 0; at + symbolBytes <= bytes.byteLength; at += symbolBytes) {
      symbols.set(textAt(strings, bytes.getUint32(at, true)), bytes.getUint32(at + 4, true));
    }
  }
  return symbols;
};

/**
 * Reads an ELF file for RISC-V of 32 bits, to be loaded where its segments say. Throws a sentence
 * that begins with the name if it is none, is cut off, or does not fit into memory.
 */
export const elfIn = (name: string, bytes: Uint8Array, memoryBytes: number): Elf => {
  const reader = new Reader(name, bytes);
  const head = reader.head();
  const [programAt, sectionsAt] = [head.getUint32(28, true), head.getUint32(32, true)];
  const pieces = Array.from({ length: head.getUint16(44, true) }, (_, number) =>
    reader.piece(programAt + number * programHeadBytes, memoryBytes),
  ).filter((piece) => piece !== null);
  if (pieces.length === 0) reader.refuse('it has nothing to load');
  const sections = Array.from({ length: head.getUint16(48, true) }, (_, number) =>
    reader.section(sectionsAt + number * sectionHeadBytes),
  );
  return { entry: head.getUint32(24, true), pieces, symbols: symbolsIn(sections) };
};
