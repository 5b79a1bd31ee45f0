import { withCopy } from '../../model/actions/notation.ts';
import type { Io } from '../../model/disk.ts';
import type { Event } from '../../model/event.ts';
import { contentOf, type Guest, type Output } from '../../model/guest.ts';
import { isRefusal, type Refusal, type Spec, type Step } from '../../model/spec.ts';
import type { State, Vm } from '../../model/state.ts';
import { blocksUsed, type Machines } from './machine.ts';
import type { Issued, Tape } from './tape.ts';

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

/** All that a place issues, in the place of its stand-in: numbers and ordinals go on from there. */
const issuedBehind = ({ number, ordinal }: Io, all: readonly Issued[]): readonly Io[] => {
  let next = ordinal ?? 0;
  return all.map(({ kind, blocks, pages, data }, at) => ({
    ...{ kind, blocks, pages, number: number + at },
    ...{ ordinal: kind === 'write' ? next++ : null, data },
  }));
};

const withIos = (guest: Guest, ios: readonly Io[], pageCount: number): Guest => {
  const more = ios.length - 1;
  const writeCount = ios.filter(({ kind }) => kind === 'write').length;
  return {
    ...guest,
    memory: padded(guest.memory, pageCount),
    issued: guest.issued + more,
    pending: [...guest.pending.slice(0, -1), ...ios],
    sent: guest.sent + Math.max(0, writeCount - 1),
  };
};

/** The output of the stand-in is that of every write; all wait for the same entry. */
const putBy = <T extends Output>(outputs: readonly T[], ios: readonly Io[]): readonly T[] =>
  outputs.flatMap((output) => {
    if (output.device !== 'disk' || output.number !== ios[0]?.number) return [output];
    return ios.flatMap(({ number, ordinal, data }) =>
      ordinal === null ? [] : [{ ...output, ordinal, number, content: contentOf(data) }],
    );
  });

/** The copy, whose guest has just issued an operation, with what it issues for the stand-in. */
const issuing = <T extends Extract<Vm, { readonly guest: Guest }>>(
  copy: T,
  all: readonly Issued[],
): T => {
  const standIn = copy.guest.pending.at(-1);
  if (standIn === undefined) return copy;
  const ios = issuedBehind(standIn, all);
  const guest = withIos(copy.guest, ios, all.at(-1)?.pageCount ?? 0);
  const withheld = 'withheld' in copy ? { withheld: putBy(copy.withheld, ios) } : {};
  const last = 'lastOutputs' in copy ? { lastOutputs: putBy(copy.lastOutputs, ios) } : {};
  return { ...copy, guest, ...withheld, ...last };
};

/** What has just been put out, its content being the digest of what the machine put out there. */
const told = <T extends Output>(outputs: readonly T[], digests: readonly number[]): readonly T[] =>
  outputs.map((output) => {
    const content = output.device === 'disk' ? undefined : digests[output.ordinal];
    return content === undefined ? output : { ...output, content };
  });

/**
 * A packet or a line has the guest's word for its content, and so the word is what the machine has
 * put out: all that reads the state of a guest reads the machine's contents (S1).
 */
const wording = (was: Guest, is: Guest, digests: readonly number[]): Guest => {
  const { posted, sent, printed, transmitted, word } = is;
  if (posted.length > was.posted.length) {
    const content = digests[sent + posted.length - 1] ?? word;
    return { ...is, posted: posted.with(-1, content) };
  }
  const isOwn = printed > was.printed || transmitted > was.transmitted + was.posted.length;
  return isOwn ? { ...is, word: digests[sent - 1] ?? word } : is;
};

const putting = <T extends Vm>(copy: T, was: Vm, { digests }: Tape): T => {
  if ('withheld' in copy && 'withheld' in was && copy.withheld !== was.withheld) {
    const known = copy.withheld.slice(0, was.withheld.length);
    const withheld = [...known, ...told(copy.withheld.slice(known.length), digests)];
    return { ...copy, withheld };
  }
  return 'lastOutputs' in copy ? { ...copy, lastOutputs: told(copy.lastOutputs, digests) } : copy;
};

type Next<E> = (state: State, event: E) => Step | Refusal;

const asMachine =
  <E extends Event<'execute'> | Event<'replay'> | Event<'deliver'>>(
    machines: Machines,
    next: Next<E>,
  ): Next<E> =>
  (state, event) => {
    const outcome = next(state, event);
    if (isRefusal(outcome)) return outcome;
    const was = state.copies[event.copy];
    const is = outcome.state.copies[event.copy];
    if (was === undefined || is === undefined || !('guest' in was && 'guest' in is)) return outcome;
    const tape = machines.of.get(is.id)?.tape;
    if (tape === undefined) return outcome;
    const guest = wording(was.guest, is.guest, tape.digests);
    const put = putting({ ...is, guest }, was, tape);
    const issued = tape.issued.get(was.guest.position);
    const isIssuing = issued !== undefined && is.guest.issued > was.guest.issued;
    const copy = isIssuing ? issuing(put, issued) : put;
    return { ...outcome, state: withCopy(outcome.state, copy) };
  };

/**
 * The specification with another guest than its own: which program it executes is on the tapes of
 * the machines, and its disk operations and the contents of its outputs are theirs. Of the protocol
 * nothing is changed.
 */
export const withMachines = (spec: Spec, machines: Machines | null): Spec => {
  if (machines === null) return spec;
  const { execute, replay, deliver } = spec.actions;
  return {
    ...spec,
    actions: {
      ...spec.actions,
      execute: { ...execute, next: asMachine(machines, execute.next) },
      replay: { ...replay, next: asMachine(machines, replay.next) },
      deliver: { ...deliver, next: asMachine(machines, deliver.next) },
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
