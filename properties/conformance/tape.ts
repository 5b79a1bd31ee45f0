import type { Io } from '../../model/disk.ts';
import type { Instruction } from '../../model/guest.ts';

/** A disk operation that a place of a tape issues, in the specification's numbers. */
export type Issued = Pick<Io, 'kind' | 'blocks' | 'pages' | 'data'> & {
  readonly pageCount: number;
};

/**
 * One execution of a machine as a program of the specification's guest, which is written while the
 * machine runs: each place stands for a stretch of instructions without a trap, or for one that
 * traps. Positions of the specification are places of the tape; those of the machine are far apart.
 */
export type Tape = {
  readonly program: Instruction[];
  readonly ends: number[]; // by place: the machine's position after it
  readonly issued: Map<number, readonly Issued[]>; // by place, in the order of issue
  readonly digests: number[]; // of the outputs, by ordinal
};

/** A tape before the first instruction. */
export const blankTape = (): Tape => ({ program: [], ends: [], issued: new Map(), digests: [] });

/** Another execution that goes on from a place: what comes behind it has happened to nobody. */
export const forked = (tape: Tape, place: number, outputCount: number): Tape => ({
  program: tape.program.slice(0, place),
  ends: tape.ends.slice(0, place),
  issued: new Map([...tape.issued].filter(([at]) => at < place)),
  digests: tape.digests.slice(0, outputCount),
});

/** One more place, which ends at that position of the machine. */
export const extend = (
  { program, ends, issued }: Tape,
  instruction: Instruction,
  end: number,
  issues: readonly Issued[] = [],
): void => {
  if (issues.length > 0) issued.set(program.length, issues);
  program.push(instruction);
  ends.push(end);
};

/** The machine's position at a place of the tape. */
export const positionAt = ({ ends }: Tape, place: number): number =>
  place === 0 ? 0 : (ends[place - 1] ?? Number.POSITIVE_INFINITY);

/** The first place, from one on and before another, that ends beyond a position of the machine. */
export const placeBeyond = (tape: Tape, from: number, before: number, position: number): number => {
  let place = from;
  while (place < before && (tape.ends[place] ?? Number.POSITIVE_INFINITY) <= position) place++;
  return place;
};
