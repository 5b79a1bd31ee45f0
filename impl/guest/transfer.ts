import type { Io, Range } from './guest.ts';
import { fold, numberAt } from './numbers.ts';
import { type Instruction, instructions } from './program.ts';

/** What an instruction moves between the disk and the memory; a page is as long as a block. */
export type Transfer = Pick<Io, 'kind' | 'blocks' | 'memory'>;

const placesIn = (all: string, some: string): readonly Range[] => {
  const start = all.indexOf(some);
  return [{ start, end: start + some.length }];
};

const transferOf = (instruction: Instruction): readonly (readonly [Instruction, Transfer])[] => {
  const [kind, blocks = '', pages = ''] = instruction.split(' ');
  if (kind !== 'read' && kind !== 'write') return [];
  return [[instruction, { kind, blocks: placesIn('xy', blocks), memory: placesIn('pq', pages) }]];
};

/** Those of all instructions that issue a disk operation. */
export const transfers: ReadonlyMap<Instruction, Transfer> = new Map(
  instructions.flatMap(transferOf),
);

/** How many blocks or pages there are in ranges. */
export const lengthOf = (ranges: readonly Range[]): number =>
  ranges.reduce((sum, { start, end }) => sum + end - start, 0);

/** The bytes of pages, in place. */
export const bytesIn = (memory: Uint8Array, { start, end }: Range): Uint8Array =>
  memory.subarray(4 * start, 4 * end);

/** What the bytes of a disk operation are as one number. */
export const contentOf = (data: Uint8Array): number => {
  let content = 0;
  for (let at = 0; at < data.length; at += 4) content = fold(content, numberAt(data, at));
  return content;
};
