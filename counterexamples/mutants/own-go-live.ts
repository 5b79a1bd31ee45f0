import type { Effect } from '../../model/effect.ts';
import { paper, specification } from '../../model/paper.ts';
import { defaultClock, noFeatures } from '../../model/settings.ts';
import type { Action } from '../../model/spec.ts';
import type { Mutant } from '../mutant.ts';
import { withRows } from './own-rows.ts';

/** A backup announces the VM's MAC address as soon as it suspects its primary. */
const announceOnSuspicion: Action<'announce'> = {
  ...paper.actions.announce,
  instances: (state) =>
    state.copies
      .filter(({ mode }) => mode === 'live' || mode === 'frozen')
      .map(({ id }) => ({ type: 'announce', copy: id })),
  next: (state, event) => {
    const copy = state.copies[event.copy];
    if (copy?.mode !== 'frozen' || copy.watch.announced >= 0) {
      return paper.actions.announce.next(state, event);
    }
    const effect: Effect = { type: 'announce', copy: copy.id, host: copy.host };
    const watch = { ...copy.watch, announced: state.now };
    const copies = state.copies.with(copy.id, { ...copy, watch });
    const network = { ...state.network, port: copy.host };
    return { state: { ...state, copies, network }, effects: [effect] };
  },
};

/** A copy that has a backup again announces nothing. */
const announceAlone: Action<'announce'> = {
  ...paper.actions.announce,
  next: (state, event) =>
    state.copies[event.copy]?.mode === 'recording'
      ? 'it has a backup again'
      : paper.actions.announce.next(state, event),
};

/** Mistakes in what happens when a backup goes live (2.3). */
export const ownGoLive: readonly Mutant[] = [
  {
    spec: specification('live-one-entry-short', { mayGoLive: ({ buffer }) => buffer.length <= 1 }),
    breaks: ['S1'],
    because: 'the backup goes live before the last entry it has acknowledged, an output among them',
    cites: ['R23-10', 'R22-14'],
    settings: { features: noFeatures },
  },
  {
    spec: specification('drops-the-last-output', { onBackupLive: () => [] }),
    breaks: 'nothing',
    because:
      'the output at the go-live point is dropped where the setting says that it is emitted: the ' +
      'world may have seen it or not, and both are allowed',
    cites: ['R22-11', 'R23-12'],
    settings: { goLiveOutput: 'emitLast' },
  },
  {
    spec: withRows('announces-on-suspicion', { announce: announceOnSuspicion }),
    breaks: ['S6'],
    because:
      'a backup that merely suspects turns the switch towards itself, and the primary, which ' +
      'lives, is cut off from its clients',
    cites: ['R23-4', 'R23-13', 'R20-2'],
    settings: {},
  },
  {
    spec: specification('announces-once', {
      mayAnnounce: ({ reached, watch }) => !reached && watch.announced < 0,
    }),
    breaks: ['L2'],
    because:
      'a late packet of the old primary teaches the switch the old place again, and the guest, ' +
      'which only replies, never sends one that would correct it',
    cites: ['R23-13'],
    settings: { program: ['reply', 'compute'], clock: defaultClock },
  },
  {
    spec: specification('announces-until-reached', { mayAnnounce: ({ reached }) => !reached }),
    breaks: ['L2'],
    because:
      'the first packet from a client ends the announcements; a late packet of the old primary ' +
      'then turns the switch back, and no other one comes',
    cites: ['R23-13'],
    settings: { program: ['reply', 'compute'], clock: defaultClock },
  },
  {
    spec: withRows('announces-only-alone', { announce: announceAlone }),
    breaks: ['L2'],
    because:
      'a copy that is protected again before it has announced itself, or before a late packet of ' +
      'the old primary, is never found by its clients',
    cites: ['R23-13', 'R31-7'],
    settings: { program: ['reply', 'compute'], clock: defaultClock },
  },
];
