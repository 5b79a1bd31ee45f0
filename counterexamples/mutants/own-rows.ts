import { withCopy } from '../../model/actions/notation.ts';
import type { CopyEventType, Event, EventType } from '../../model/event.ts';
import type { CopyId } from '../../model/ids.ts';
import { paper } from '../../model/paper.ts';
import type { Settings } from '../../model/settings.ts';
import { type Action, type Actions, isRefusal, type Spec } from '../../model/spec.ts';
import type { State, Vm } from '../../model/state.ts';

/** The paper's protocol with some rows of its table replaced: for what is no rule of its own. */
export const withRows = (name: string, rows: Partial<Actions>): Spec => ({
  ...paper,
  name,
  actions: { ...paper.actions, ...rows },
});

/** A row that decides as if the settings were others; the settings themselves stay. */
export const asIf = <T extends EventType>(
  row: Action<T>,
  other: (settings: Settings) => Settings,
): Action<T> => ({
  ...row,
  next: (state: State, event: Event<T>) => {
    const outcome = row.next({ ...state, settings: other(state.settings) }, event);
    if (isRefusal(outcome)) return outcome;
    return { ...outcome, state: { ...outcome.state, settings: state.settings } };
  },
});

/** The settings with another clock, where time is modelled. */
export const withClock =
  (changed: Partial<NonNullable<Settings['clock']>>) =>
  (settings: Settings): Settings =>
    settings.clock === null ? settings : { ...settings, clock: { ...settings.clock, ...changed } };

/** The settings without time. */
export const withoutClock = (settings: Settings): Settings => ({ ...settings, clock: null });

const copyOf = <T extends CopyEventType>({ copies }: State, event: Event<T>): Vm | undefined =>
  copies[(event as { readonly copy: CopyId }).copy];

/** A row for which the copy looks different from what it is. */
export const seeing = <T extends CopyEventType>(
  row: Action<T>,
  seen: (copy: Vm) => Vm,
): Action<T> => ({
  ...row,
  next: (state: State, event: Event<T>) => {
    const copy = copyOf(state, event);
    return row.next(copy === undefined ? state : withCopy(state, seen(copy)), event);
  },
});

/** A row after which the copy is different from what the row has made of it. */
export const leaving = <T extends CopyEventType>(
  row: Action<T>,
  changed: (after: Vm, before: Vm) => Vm,
): Action<T> => ({
  ...row,
  next: (state: State, event: Event<T>) => {
    const outcome = row.next(state, event);
    const before = copyOf(state, event);
    const after = isRefusal(outcome) ? undefined : copyOf(outcome.state, event);
    if (isRefusal(outcome) || before === undefined || after === undefined) return outcome;
    return { ...outcome, state: withCopy(outcome.state, changed(after, before)) };
  },
});
