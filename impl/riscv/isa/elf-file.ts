// ELF files for tests, written from the format's own description (System V ABI, chapter 4).

/** What is to be in one. */
export type ElfContent = {
  readonly entry: number;
  readonly segments: readonly {
    readonly address: number;
    readonly bytes: Uint8Array;
    readonly memoryBytes?: number;
  }[];
  readonly symbols: Readonly<Record<string, number>>;
};

const [headBytes, programHeadBytes, sectionHeadBytes, symbolBytes] = [52, 32, 40, 16];

const numbers = (...words: readonly number[]): Uint8Array => {
  const bytes = new Uint8Array(4 * words.length);
  const view = new DataView(bytes.buffer);
  for (const [at, word] of words.entries()) view.setUint32(4 * at, word, true);
  return bytes;
};

const joined = (...parts: readonly Uint8Array[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => [...part]));

/** One for RISC-V of 32 bits, with a table of symbols. */
export const elfOf = ({ entry, segments, symbols }: ElfContent): Uint8Array => {
  const names = Object.keys(symbols);
  const strings = new TextEncoder().encode(`\0${names.map((name) => `${name}\0`).join('')}`);
  const placeOf = (at: number): number =>
    1 + names.slice(0, at).reduce((sum, name) => sum + name.length + 1, 0);
  const table = joined(
    new Uint8Array(symbolBytes),
    ...Object.values(symbols).map((value, at) => numbers(placeOf(at), value, 0, 0xfff10010)),
  );
  const sectionsAt = headBytes + programHeadBytes * segments.length;
  const tableAt = sectionsAt + 3 * sectionHeadBytes;
  const stringsAt = tableAt + table.length;
  let at = stringsAt + strings.length;
  const heads = segments.map(({ address, bytes, memoryBytes = bytes.length }) => {
    const head = numbers(1, at, address, address, bytes.length, memoryBytes, 7, 4);
    at += bytes.length;
    return head;
  });
  const section = (type: number, from: number, length: number, link: number): Uint8Array =>
    numbers(0, type, 0, 0, from, length, link, 1, 4, type === 2 ? symbolBytes : 0);
  return joined(
    Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0),
    numbers(2 | (243 << 16), 1, entry, headBytes, sectionsAt, 0),
    numbers(headBytes | (programHeadBytes << 16), segments.length | (sectionHeadBytes << 16), 3),
    ...heads,
    new Uint8Array(sectionHeadBytes),
    section(2, tableAt, table.length, 2),
    section(3, stringsAt, strings.length, 0),
    table,
    strings,
    ...segments.map(({ bytes }) => bytes),
  );
};
