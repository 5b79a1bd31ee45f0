import { withCopy } from '../../model/actions/notation.ts';
import type { Io } from '../../model/disk.ts';
import type { Event } from '../../model/event.ts';
import { contentOf, type Guest, type Output } from '../../model/guest.ts';
import { isRefusal, type Refusal, type Spec, type Step } from '../../model/spec.ts';
import type { State, Vm } from '../../model/state.ts';
import { blocksUsed, type Machines } from './machine.ts';
import type { Issued } from './tape.ts';

const copyOf = (event: Event): number | null => ('copy' in event ? event.copy : null);

const padded = (numbers: readonly number[], length: number): readonly number[] =>
  numbers.length >= length
    ? numbers
    : [...numbers, ...Array<number>(length - numbers.length).fill(0)];

/**
 * The state in which that event is about to happen, with the execution of whose event it is for a
 * program: copies that went live at different places go on with different ones.
 */
export const aimed = (machines: Machines | null, state: State, event: Event): State => {
  const id = copyOf(event);
  if (machines === null || id === null) return state;
  const copy = state.copies[id];
  const machine = copy === undefined ? undefined : machines.of.get(copy.id);
  const { settings, storage } = state;
  const program = machine?.tape.program ?? settings.program;
  const blocks = padded(storage.blocks, blocksUsed(machines));
  if (program === settings.program && blocks === storage.blocks) return state;
  return { ...state, settings: { ...settings, program }, storage: { ...storage, blocks } };
};

const sameIo = (io: Io, { blocks, pages, data }: Issued): Io => ({ ...io, blocks, pages, data });

const withContent = <T extends Output>(outputs: readonly T[], io: Io): readonly T[] =>
  outputs.map((output) =>
    output.device === 'disk' && output.number === io.number
      ? { ...output, content: contentOf(io.data) }
      : output,
  );

const withIo = (guest: Guest, issued: Issued): Guest => ({
  ...guest,
  memory: padded(guest.memory, issued.pageCount),
  pending: guest.pending.map((io) => (io.number === guest.issued - 1 ? sameIo(io, issued) : io)),
});

/** The copy, whose guest has just issued an operation, with that one in the place of its stand-in. */
const issuing = <T extends Extract<Vm, { readonly guest: Guest }>>(copy: T, issued: Issued): T => {
  const guest = withIo(copy.guest, issued);
  const io = guest.pending.at(-1);
  if (io === undefined) return copy;
  const withheld = 'withheld' in copy ? { withheld: withContent(copy.withheld, io) } : {};
  const last = 'lastOutputs' in copy ? { lastOutputs: withContent(copy.lastOutputs, io) } : {};
  return { ...copy, guest, ...withheld, ...last };
};

type Next<E> = (state: State, event: E) => Step | Refusal;

const withOperations =
  <E extends Event<'execute'> | Event<'replay'>>(machines: Machines, next: Next<E>): Next<E> =>
  (state, event) => {
    const outcome = next(state, event);
    if (isRefusal(outcome)) return outcome;
    const was = state.copies[event.copy];
    const is = outcome.state.copies[event.copy];
    if (was === undefined || is === undefined || !('guest' in was && 'guest' in is)) return outcome;
    if (is.guest.issued === was.guest.issued) return outcome;
    const issued = machines.of.get(is.id)?.tape.issued.get(was.guest.position);
    if (issued === undefined) return outcome;
    return { ...outcome, state: withCopy(outcome.state, issuing(is, issued)) };
  };

/**
 * The specification with another guest than its own: which program it executes is on the tapes of
 * the machines, and its disk operations are theirs. Of the protocol nothing is changed.
 */
export const withMachines = (spec: Spec, machines: Machines | null): Spec => {
  if (machines === null) return spec;
  const { execute, replay } = spec.actions;
  return {
    ...spec,
    actions: {
      ...spec.actions,
      execute: { ...execute, next: withOperations(machines, execute.next) },
      replay: { ...replay, next: withOperations(machines, replay.next) },
    },
  };
};

/** A guest of any image may power itself off without a key: the stand-in has had one (Q17). */
export const withKeyPressed = (state: State): State => ({
  ...state,
  copies: state.copies.map((copy) =>
    'guest' in copy ? { ...copy, guest: { ...copy.guest, keys: 1 } } : copy,
  ),
});
