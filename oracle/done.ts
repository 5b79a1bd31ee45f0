import type { Io } from '../model/disk.ts';
import { type Instruction, type Output, transferOf } from '../model/guest.ts';
import type { CopyId } from '../model/ids.ts';
import type { State } from '../model/state.ts';
import { type Field, word } from './fields.ts';

const known = [
  ...(['compute', 'readTime', 'transmit', 'reply', 'stamp', 'post', 'kick', 'print'] as const),
  ...(['touch p', 'touch q', 'shutdown'] as const),
  ...(['read x p', 'read x q', 'read y p', 'read y q', 'read xy pq'] as const),
  ...(['write x p', 'write x q', 'write y p', 'write y q', 'write xy pq'] as const),
] as const;

/** What the guest's instruction does. */
export const instruction: Field<Instruction> = word<Instruction>(...known);

/**
 * What a line says that it did: an instruction of the specification's guest, or a disk operation
 * without the blocks and pages that it is between.
 */
export type Done = Instruction | 'read' | 'write';

/** What a line can say that an instruction did. */
export const done: Field<Done> = word<Done>(...known, 'read', 'write');

/** The instruction of the specification's guest that stands for it. */
export const standInOf = (does: Done): Instruction => {
  if (does === 'read') return 'read x p';
  return does === 'write' ? 'write x p' : does;
};

/** Whether it is a disk operation of which nobody says where it is. */
export const isSomewhere = (does: Done): boolean =>
  does !== standInOf(does) && transferOf(standInOf(does)) !== undefined;

/** What is put out by the stand-in is put out by each that it stands for, one after the other. */
const putBy = <T extends Output>(outputs: readonly T[], ios: readonly Io[], content: number) =>
  outputs.flatMap((output): readonly T[] => {
    if (output.device !== 'disk' || output.number !== ios[0]?.number) return [output];
    return ios.flatMap(({ number, ordinal }) =>
      ordinal === null ? [] : [{ ...output, number, ordinal, content }],
    );
  });

/**
 * The state in which the copy that has just issued an operation has issued so many, somewhere: they
 * race with none, as far as can be told (R34-1), and what they write is known by the state of the
 * guest.
 */
export const issuedSomewhere = (was: State, is: State, id: CopyId, count: number): State => {
  const before = was.copies[id];
  const copy = is.copies[id];
  if (copy === undefined || before === undefined) return is;
  if (!('guest' in copy) || !('guest' in before)) return is;
  const { guest } = copy;
  const io = guest.pending.at(-1);
  if (io === undefined || guest.issued === before.guest.issued) return is;
  const ios = Array.from({ length: count }, (_, at): Io => {
    const ordinal = io.ordinal === null ? null : io.ordinal + at;
    return { ...io, number: io.number + at, ordinal, blocks: [], pages: [], data: [] };
  });
  const more = count - 1;
  const sent = guest.sent + (io.ordinal === null ? 0 : more);
  const pending = [...guest.pending.slice(0, -1), ...ios];
  const withheld = 'withheld' in copy ? { withheld: putBy(copy.withheld, ios, guest.word) } : {};
  const last =
    'lastOutputs' in copy ? { lastOutputs: putBy(copy.lastOutputs, ios, guest.word) } : {};
  const issuing = { ...guest, pending, sent, issued: guest.issued + more };
  const after = { ...copy, guest: issuing, ...withheld, ...last };
  return { ...is, copies: is.copies.with(copy.id, after) };
};
