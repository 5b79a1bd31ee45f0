import type { Effect } from '../effect.ts';
import { seq } from '../ids.ts';
import type { Action } from '../spec.ts';
import type { Draining, Live, State } from '../state.ts';
import { inMode, isDue, moved, remember, withCopy } from './notation.ts';
import { isDrained } from './replay.ts';

/** Whether a backup that has won may go live (R23-10). */
export type MayGoLive = (copy: Draining) => boolean;

/** The outputs with which a backup goes live (R23-12, V7). */
export type OnBackupLive = (state: State, copy: Draining) => Live['withheld'];

/** None; where the setting says so, the one of the entry consumed last (Q1). */
export const lastOrNone: OnBackupLive = ({ settings, now }, { lastOutput }) => {
  const isEmitted = settings.goLiveOutput === 'emitLast' && lastOutput !== null;
  return isEmitted ? [{ ...lastOutput, needs: seq(0), since: now }] : [];
};

/** Whether a live copy still announces its MAC address (R23-13). */
export type MayAnnounce = (copy: Live) => boolean;

/** Until traffic arrives: a late packet of the old primary may have taught the switch wrongly. */
export const untilReached: MayAnnounce = ({ reached }) => !reached;

export type GoLiveRules = {
  readonly mayGoLive: MayGoLive;
  readonly onBackupLive: OnBackupLive;
  readonly mayAnnounce: MayAnnounce;
};

/** Its log consumed, the backup stops replaying and executes as a normal VM (R23-10, R23-14). */
export const live = (rules: GoLiveRules, state: State, copy: Draining): Live => {
  const { id, host, guest, generation, wedged, watch } = copy;
  const kept = { id, host, guest, generation, wedged, watch };
  const withheld = rules.onBackupLive(state, copy);
  return { mode: 'live', ...kept, withheld, nic: [], told: false, clone: null, reached: false };
};

/** The winner goes live exactly at the last go-live point of its log (R23-11). */
export const goLive = (rules: GoLiveRules): Action<'goLive'> =>
  inMode('goLive', ['draining'], (state, copy) =>
    rules.mayGoLive(copy)
      ? moved(state, live(rules, state, copy))
      : 'entries that it has acknowledged are not consumed',
  );

/** Everything that it ever acknowledged has been replayed (R22-14, R23-10). */
export const drained: MayGoLive = isDrained;

/** The copy announces its MAC address from its host, and the switch learns it (R23-13). */
export const announce = (rules: GoLiveRules): Action<'announce'> =>
  inMode('announce', ['live'], (state, copy) => {
    if (!rules.mayAnnounce(copy)) return 'traffic arrives: no announcement is needed';
    if (copy.watch.announced >= 0 && !isDue(state, copy.watch.announced, () => 1)) {
      return 'it has just announced itself';
    }
    const effect: Effect = { type: 'announce', copy: copy.id, host: copy.host };
    const announced = withCopy(state, { ...copy, watch: remember(state, copy.watch, 'announced') });
    return {
      state: { ...announced, network: { ...state.network, port: copy.host } },
      effects: [effect],
    };
  });
