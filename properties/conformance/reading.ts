import type { Put, Report } from '../../impl/hypervisor/report.ts';
import type { Effect } from '../../model/effect.ts';
import type { Event } from '../../model/event.ts';
import type { CopyId } from '../../model/ids.ts';
import type { State, Vm } from '../../model/state.ts';
import type { Late, Ledger } from './ledger.ts';
import { positionAt } from './tape.ts';

/** What the specification went through for one line. */
export type Passage = {
  readonly before: State;
  readonly after: State;
  readonly effects: readonly Effect[];
};

/** A value that both sides can name, as either has it. */
export type Value = string | number | boolean | null;

/** A value that has to be the same on both sides once the events have happened. */
export type Same = {
  readonly what: string;
  readonly program: Value;
  readonly specification: (passage: Passage) => Value;
};

/** What the world notices of a line, as the program says. */
export type Shown =
  | { readonly type: 'transmit' | 'print'; readonly output: Put }
  | { readonly type: 'submit'; readonly io: number; readonly generation: number }
  | { readonly type: 'announce' }
  | { readonly type: 'write'; readonly io: number };

/** What a line of the report stands for. */
export type Reading = {
  /** In this order, each enabled when its turn comes; none where the specification stutters. */
  readonly events: readonly Event[];
  readonly same: readonly Same[];
  readonly shown: readonly Shown[];
  /** Either of these instead, if only before an end of which the copy has not heard. */
  readonly belated: readonly (readonly Event[])[];
  /** All of it before this connection was lost, of which the copy has not heard. */
  readonly late: Late | null;
};

/** A line that no event can stand for: a sentence. */
export type Senseless = { readonly senseless: string };

/** Where a line is read: what the specification is like, and whose line it is. */
export type Scene = {
  readonly state: State;
  readonly ledger: Ledger;
  readonly id: CopyId;
  readonly name: string; // the program's, of the copy
  readonly copy: Vm;
};

/** The line of a copy that says that it did this. */
export type Line<D extends Report['did']> = Extract<Report, { readonly did: D }>;

/** A list as one value. */
export const listText = (texts: readonly string[]): string =>
  texts.length === 0 ? 'none' : texts.join();

/** The events that a line stands for, what both sides can name then, and what the world sees. */
export const stands = (
  events: readonly Event[],
  same: readonly Same[] = [],
  shown: readonly Shown[] = [],
): Reading => ({ events, same, shown, belated: [], late: null });

/** The same event, so many times. */
export const times = (count: number, event: Event): readonly Event[] =>
  Array<Event>(count).fill(event);

/** The specification stutters: nothing of it changes. */
export const stutters = (...same: readonly Same[]): Reading => stands([], same);

/** The line makes no sense. */
export const senseless = (sentence: string): Senseless => ({ senseless: sentence });

/** A value that both sides can name, of one copy. */
export const sameOf = (
  { id }: Pick<Scene, 'id'>,
  what: string,
  program: Value,
  value: (copy: Vm, passage: Passage) => Value,
): Same => ({
  what,
  program,
  specification: (passage) => {
    const copy = passage.after.copies[id];
    return copy === undefined ? null : value(copy, passage);
  },
});

/** How far the guest has come. */
export const positionOf = (copy: Vm): number | null =>
  'guest' in copy ? copy.guest.position : null;

/**
 * How far the guest has come in instructions of the program's: between two places of its tape it is
 * where the machine is.
 */
export const reachedBy = ({ machines }: Ledger, copy: Vm): number | null => {
  const place = positionOf(copy);
  const machine = machines?.of.get(copy.id);
  if (place === null || machine === undefined) return place;
  const { tape, guest } = machine;
  const from = positionAt(tape, place);
  const end = tape.ends[place] ?? from;
  return from <= guest.position && guest.position < end ? guest.position : from;
};

/** The position of the guest after the line. */
export const samePosition = (scene: Scene, program: number): Same =>
  sameOf(scene, 'position', program, (copy) => reachedBy(scene.ledger, copy));

/** The position of the guest before the line. */
export const samePositionBefore = ({ copy, ledger }: Scene, program: number): Same => {
  const before = reachedBy(ledger, copy);
  return { what: 'position before it', program, specification: () => before };
};

/** The mode after the line. */
export const sameMode = (scene: Scene, ...modes: readonly Vm['mode'][]): Same =>
  sameOf(scene, 'mode', modes.join(' or '), ({ mode }) =>
    modes.includes(mode) ? modes.join(' or ') : mode,
  );

/** The generation after the line. */
export const sameGeneration = (scene: Scene, program: number): Same =>
  sameOf(scene, 'generation', program, (copy) => ('generation' in copy ? copy.generation : null));
