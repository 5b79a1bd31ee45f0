import { idleDevices } from '../boot.ts';
import type { Effect } from '../effect.ts';
import { seq } from '../ids.ts';
import type { Action } from '../spec.ts';
import type { Draining, Live, Recording, State } from '../state.ts';
import type { AlreadySubmitted } from './arbitration.ts';
import { inMode, isDue, moved, present, remember, withCopy } from './notation.ts';
import { off } from './record.ts';
import { isDrained } from './replay.ts';

/** Whether a backup that has won may go live (R23-10). */
export type MayGoLive = (copy: Draining) => boolean;

/** The outputs with which a backup goes live (R23-12, V7). */
export type OnBackupLive = (state: State, copy: Draining) => Live['withheld'];

/**
 * None; where the setting says so, those of the entry consumed last, never a disk write (Q1,
 * R22-11).
 */
export const lastOrNone: OnBackupLive = ({ settings }, { lastOutputs }) =>
  settings.goLiveOutput === 'emitLast'
    ? lastOutputs
        .filter(({ device }) => device !== 'disk')
        .map((output) => ({ ...output, needs: seq(0) }))
    : [];

/** Whether a copy that serves announces its MAC address, given the ticks without traffic. */
export type MayAnnounce = (copy: Live | Recording, silentFor: number, timeout: number) => boolean;

/**
 * Until traffic arrives, and again when it stays away: a late packet of the old primary may have
 * taught the switch wrongly, even after the first announcement has done its work (R23-13).
 */
export const unlessReached: MayAnnounce = ({ reached }, silentFor, timeout) =>
  !reached || silentFor > timeout;

/** The decisions about a backup's go-live (R23-10 to R23-14). */
export type GoLiveRules = {
  readonly mayGoLive: MayGoLive;
  readonly onBackupLive: OnBackupLive;
  readonly mayAnnounce: MayAnnounce;
  readonly alreadySubmitted: AlreadySubmitted;
};

/**
 * Its log consumed, the backup stops replaying and executes as a normal VM (R23-10, R23-14). All
 * that is outstanding on its disk waits to be submitted again: it never was, from here (R34-7).
 */
export const live = (rules: GoLiveRules, state: State, copy: Draining): Live => {
  const { id, line, host, guest, generation, share, wedged, watch } = copy;
  const kept = { id, line, host, guest, generation, share, wedged, watch };
  const withheld = rules.onBackupLive(state, copy);
  const submitted = rules.alreadySubmitted(guest, idleDevices);
  const devices = { ...idleDevices, submitted };
  const alone = { told: false, clone: null, move: null, reached: false };
  return { mode: 'live', ...kept, withheld, devices, ...alone };
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
  inMode('announce', ['live', 'recording'], (state, copy) => {
    const silentFor = present(state) - copy.watch.reached;
    if (copy.guest.isOff) return off;
    if (!rules.mayAnnounce(copy, silentFor, state.settings.clock?.timeout ?? 0)) {
      return 'traffic arrives: no announcement is needed';
    }
    if (copy.watch.announced >= 0 && !isDue(state, copy.watch.announced, () => 1)) {
      return 'it has just announced itself';
    }
    const effect: Effect = { type: 'announce', copy: copy.id, host: copy.host };
    const watch = remember(state, copy.watch, 'announced');
    const network = { ...state.network, port: copy.host };
    return { state: { ...withCopy(state, { ...copy, watch }), network }, effects: [effect] };
  });
