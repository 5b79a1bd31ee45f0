import { type Instruction, transferOf } from '../model/guest.ts';
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

/**
 * The state in which the copy that has just issued an operation has issued it somewhere: it races
 * with none, as far as can be told (R34-1), and what it writes is known by the state of its guest.
 */
export const issuedSomewhere = (was: State, is: State, id: number): State => {
  const before = was.copies[id];
  const copy = is.copies[id];
  if (copy === undefined || before === undefined) return is;
  if (!('guest' in copy) || !('guest' in before)) return is;
  const { guest } = copy;
  const io = guest.pending.at(-1);
  if (io === undefined || guest.issued === before.guest.issued) return is;
  const pending = [...guest.pending.slice(0, -1), { ...io, blocks: [], pages: [], data: [] }];
  const moved = { ...copy, guest: { ...guest, pending } };
  const other =
    'withheld' in moved
      ? {
          ...moved,
          withheld: moved.withheld.map((output) =>
            output.device === 'disk' && output.number === io.number
              ? { ...output, content: guest.word }
              : output,
          ),
        }
      : moved;
  return { ...is, copies: is.copies.with(copy.id, other) };
};
