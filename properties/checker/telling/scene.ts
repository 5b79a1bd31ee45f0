import type { Effect } from '../../../model/effect.ts';
import type { LogEntry } from '../../../model/log.ts';
import type { State, Vm, Withheld } from '../../../model/state.ts';
import { entriesText } from './names.ts';

/** One step, as far as it can be told: what was before, what is after, what the world noticed. */
export type Scene = {
  readonly before: State;
  readonly after: State;
  readonly effects: readonly Effect[];
};

/** One copy before and after the step. */
export type Change = { readonly was: Vm | undefined; readonly is: Vm | undefined };

export const changeOf = ({ before, after }: Scene, id: number): Change => ({
  was: before.copies[id],
  is: after.copies[id],
});

/** The log buffer of a copy that has one. */
export const bufferOf = (copy: Vm | undefined): readonly LogEntry[] =>
  copy !== undefined && 'buffer' in copy ? copy.buffer : [];

/** The entries that a primary logged in the step. */
export const logged = ({ was, is }: Change): readonly LogEntry[] => {
  const upTo = was !== undefined && 'logged' in was ? was.logged : 0;
  return is !== undefined && 'logged' in is ? is.buffer.filter(({ seq }) => seq > upTo) : [];
};

/** The entries that were in the log buffer and are not any more. */
export const gone = ({ was, is }: Change): readonly LogEntry[] =>
  bufferOf(was).filter(({ seq }) => !bufferOf(is).some((entry) => entry.seq === seq));

const withheldBy = (copy: Vm | undefined): readonly Withheld[] =>
  copy !== undefined && 'withheld' in copy ? copy.withheld : [];

/** The outputs that joined those to be released, and those that wait there after the step. */
export const produced = ({ was, is }: Change): readonly Withheld[] =>
  withheldBy(is).slice(withheldBy(was).length);

export const waiting = ({ is }: Change): readonly Withheld[] => withheldBy(is);

/** Whether a copy has put something out in the step. */
export const hasSent = ({ effects }: Scene, id: number): boolean =>
  effects.some(({ type, copy }) => (type === 'transmit' || type === 'print') && copy === id);

/** The position of a copy's guest, where it has one. */
export const positionOf = (copy: Vm | undefined): number | string =>
  copy !== undefined && 'guest' in copy ? copy.guest.position : '?';

/** `logs e3@7 OUT`, if the step has logged anything. */
export const loggingText = (change: Change): string => {
  const entries = logged(change);
  return entries.length === 0 ? '' : `logs ${entriesText(entries)}`;
};

/** Clauses one after the other; what is empty is left out. */
export const joined = (...parts: readonly string[]): string =>
  parts.filter((part) => part !== '').join(', ');
