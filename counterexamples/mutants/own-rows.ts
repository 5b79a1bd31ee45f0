import type { Event, EventType } from '../../model/event.ts';
import { paper } from '../../model/paper.ts';
import type { Settings } from '../../model/settings.ts';
import { type Action, type Actions, isRefusal, type Spec } from '../../model/spec.ts';
import type { State } from '../../model/state.ts';

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
