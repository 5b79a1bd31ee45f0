import { atRest, unthrottled } from '../boot.ts';
import type { Guest } from '../guest.ts';
import { connectionId, copyId, type Generation, type HostId, lineFrom, seq } from '../ids.ts';
import { hostsOf } from '../settings.ts';
import type { Action } from '../spec.ts';
import type {
  Arriving,
  Cloning,
  Live,
  Recording,
  Replaying,
  State,
  Storage,
  Vm,
} from '../state.ts';
import { type ChannelRules, connecting } from './channel.ts';
import {
  free,
  halted,
  holderOf,
  inMode,
  isDue,
  isLinked,
  moved,
  present,
  reaches,
  silent,
  withCopy,
  withDevices,
} from './notation.ts';
import { off } from './record.ts';
import { mayDiscard } from './vmotion.ts';

/** Which hosts may hold the backup of a copy (R31-6). */
export type IsEligible = (state: State, copy: Live, host: HostId) => boolean;

/** Any that is up and reaches the shared storage, never the primary's own (R20-1, R33-4). */
export const anotherHost: IsEligible = ({ hosts }, copy, host) =>
  host !== copy.host && hosts[host].up && hosts[host].storage;

/** The state from which the clone begins, and from which the log begins (R31-3). */
export type CutAt = (source: Guest, image: Guest) => Guest;

/** The guest at the cut itself, with all its device state: it is log position 0 (R31-4). */
export const exactCut: CutAt = (source) => source;

/** The generation under which a copy that is live begins its next pairing (R23-19). */
export type PairsIn = (copy: Live) => Generation;

/** The one it has won: nothing sets the arbiter back. */
export const generationWon: PairsIn = ({ generation }) => generation;

/** What the arbiter holds when protection starts (R23-19). */
export type OnProtect = (storage: Storage, copy: Live) => Storage;

/** What the last test-and-set left there. */
export const untouched: OnProtect = (storage) => storage;

/** Whether a primary may take back a clone without asking the arbiter (R31-5). */
export type KnownAborted = (destination: Vm | undefined) => boolean;

/** Only if the destination is known to have discarded itself, so that it can never go live. */
export const discardedItself: KnownAborted = (destination) =>
  destination?.mode === 'halted' && destination.because === 'discarded';

/** Whether a live copy tells the clustering service that it needs a backup (R31-6, R23-23). */
export type Tells = (copy: Live) => boolean;

/** Whatever has happened before: protection comes back without an operator (R20-10). */
export const always: Tells = () => true;

/** The decisions about starting a backup (section 3.1 of the paper). */
export type ProtectionRules = {
  readonly isEligible: IsEligible;
  readonly cutAt: CutAt;
  readonly pairsIn: PairsIn;
  readonly onProtect: OnProtect;
  readonly knownAborted: KnownAborted;
  readonly tells: Tells;
};

const serviceAway = 'the clustering service is away';

/** A copy that runs alone, whatever came before, asks for a backup (R31-1, R31-6, R31-7). */
export const requestBackup = (rules: ProtectionRules): Action<'requestBackup'> =>
  inMode('requestBackup', ['live'], (state, copy) => {
    if (copy.guest.isOff) return off;
    if (copy.told) return 'the clustering service knows';
    if (!rules.tells(copy)) return 'it tells nobody';
    return state.service.up ? moved(state, { ...copy, told: true }) : serviceAway;
  });

/** The service picks a host and starts an FT VMotion: a clone in the making, no replica yet. */
export const place = (rules: ProtectionRules): Action<'place'> =>
  inMode(
    'place',
    ['live'],
    (state, copy, { host }) => {
      if (copy.guest.isOff) return off;
      if (!copy.told) return 'no backup was asked for';
      if (copy.clone !== null) return 'it is being cloned already';
      if (copy.move !== null) return 'it is being moved';
      if (!state.service.up) return serviceAway;
      if (!rules.isEligible(state, copy, host)) return 'the host is not eligible';
      const id = copyId(state.copies.length);
      const watch = { ...atRest, heartbeatHeard: present(state), channelHeard: present(state) };
      const kept = { source: copy.line, generation: rules.pairsIn(copy), watch };
      const clone: Cloning = {
        mode: 'cloning',
        id,
        line: lineFrom(id),
        host,
        wedged: false,
        image: null,
        snapshot: null,
        since: present(state),
        ...kept,
      };
      const grown = { ...state, copies: [...state.copies, clone] };
      return silent(withCopy(grown, { ...copy, clone: id }));
    },
    { instances: ({ settings }) => hostsOf(settings).map((host) => ({ host })) },
  );

/** The copy that a destination waits for, while that has use for it. */
const sourceOf = (state: State, copy: Cloning | Arriving): Live | Recording | Replaying | null => {
  const source = copy.mode === 'cloning' ? holderOf(state, copy.source) : state.copies[copy.source];
  if (copy.mode === 'cloning') {
    return source?.mode === 'live' && source.clone === copy.id ? source : null;
  }
  return source !== undefined && 'move' in source && source.move === copy.id ? source : null;
};

/**
 * The first passes: the source is copied while it runs on; this is neither the cut of a clone nor
 * the switchover of a VMotion (R31-2, R33-5).
 */
export const precopy: Action<'precopy'> = inMode(
  'precopy',
  ['cloning', 'arriving'],
  (state, copy) => {
    const source = sourceOf(state, copy);
    if (source === null) return 'its source does not wait for it';
    if (copy.image !== null) return 'the first passes are done';
    if (!isLinked(state, copy.host, source.host)) return 'its source cannot be reached';
    return moved(state, { ...copy, image: source.guest });
  },
);

const startsRecording = (state: State, copy: Live, backup: Cloning): Recording => {
  const { id, line, host, guest, share, wedged, withheld, devices, reached, watch } = copy;
  const now = present(state);
  const heard = { heartbeatHeard: now, channelHeard: now, progressed: now, adjusted: now };
  const counters = { logged: seq(0), sent: seq(0), acked: seq(0), buffer: [], connection: null };
  return {
    mode: 'recording',
    ...{ id, line, host, guest, share, wedged, withheld, devices, reached },
    generation: backup.generation,
    ...counters,
    backup: backup.line,
    ...{ isAskedForQuiet: false, move: null },
    watch: { ...watch, ...heard },
    throttle: unthrottled,
  };
};

/**
 * The exact cut: the source is copied for the last time and is in logging mode from this very
 * instruction on, so that no event is in both snapshot and log, and none in neither (R31-3). What
 * is outstanding on its disk is in the snapshot (R31-4); its completion will be in the log.
 */
export const snapshot = (rules: ProtectionRules): Action<'snapshot'> =>
  inMode('snapshot', ['live'], (state, copy) => {
    if (copy.guest.isOff) return off;
    const clone = copy.clone === null ? undefined : state.copies[copy.clone];
    if (clone?.mode !== 'cloning') return 'no destination waits for it';
    if (clone.image === null) return 'the first passes are not done';
    if (!isLinked(state, copy.host, clone.host)) return 'its destination cannot be reached';
    const guest = rules.cutAt(copy.guest, clone.image);
    const taken = { guest, share: copy.share };
    const cut = withCopy(state, { ...clone, snapshot: taken, since: present(state) });
    const storage = rules.onProtect(state.storage, copy);
    return moved({ ...cut, storage }, startsRecording(state, copy, clone));
  });

/** The clone is whole: it connects and replays; its first message arms it (R23-16, R31-2). */
export const arm = (rules: ChannelRules): Action<'arm'> =>
  inMode('arm', ['cloning'], (state, copy) => {
    const { id, line, wedged, generation, source, snapshot: cut, watch } = copy;
    if (cut === null) return 'the final copy has not arrived';
    if (!isDue(state, copy.since, ({ switchover }) => switchover))
      return 'the switchover takes time';
    const from = holderOf(state, source);
    if (from?.mode === 'crashed') return 'its source has crashed before all was copied';
    if (from !== undefined && !reaches(state, from.host, copy.host)) {
      return 'the final copy is on its way';
    }
    const now = present(state);
    const armed: Replaying = {
      mode: 'replaying',
      ...{ id, line, host: copy.host, guest: cut.guest, share: cut.share, generation, wedged },
      primary: source,
      connection: connectionId(0),
      received: seq(0),
      buffer: [],
      consumed: seq(0),
      lastOutputs: [],
      acked: seq(0),
      ...{ move: null, asks: false, isQuiesced: false },
      watch: {
        ...watch,
        heartbeatHeard: now,
        channelHeard: now,
        channelSent: now,
        progressed: now,
      },
    };
    return silent(connecting(rules, state, armed));
  });

const isWaiting = (source: Vm | undefined, clone: Cloning): boolean =>
  (source?.mode === 'live' && source.clone === clone.id) ||
  (source?.mode === 'recording' && source.backup === clone.line && source.connection === null);

const mayGiveUp = (state: State, copy: Cloning | Arriving): boolean => {
  if (copy.mode === 'arriving') return mayDiscard(state, copy);
  return state.settings.clock === null || !isWaiting(holderOf(state, copy.source), copy);
};

/**
 * A destination that is not the VM yet discards itself; with time, once its source has no use for
 * it (R31-5, R33-9).
 */
export const discard: Action<'discard'> = inMode(
  'discard',
  ['cloning', 'arriving'],
  (state, copy) =>
    mayGiveUp(state, copy)
      ? moved(state, halted(copy, 'discarded'))
      : 'its source still waits for it',
);

const aloneAgain = (copy: Recording): Live => {
  const { id, line, host, guest, generation, share, wedged, reached, watch } = copy;
  const withheld = copy.withheld.map(free);
  const { devices } = withDevices(copy, { settled: [], quiesce: 'none' });
  const kept = { id, line, host, guest, generation, share, wedged, withheld, devices };
  return { mode: 'live', ...kept, reached, watch, told: false, clone: null, move: null };
};

/**
 * The source gives a clone up: before the cut whenever the destination is gone, after the cut only
 * if it is known to have discarded itself. Anything else is for the arbiter to decide (R31-5).
 */
export const abandon = (rules: ProtectionRules): Action<'abandon'> =>
  inMode('abandon', ['live', 'recording'], (state, copy) => {
    if (copy.mode === 'live') {
      const clone = copy.clone === null ? undefined : state.copies[copy.clone];
      if (clone === undefined) return 'it is not being cloned';
      const isAlive = clone.mode === 'cloning' && state.hosts[clone.host].up;
      if (isAlive && !isDue(state, clone.since, ({ timeout }) => timeout)) {
        return 'its destination is being copied to';
      }
      return moved(state, { ...copy, clone: null, told: false });
    }
    if (copy.connection !== null) return 'its backup is armed';
    if (!rules.knownAborted(holderOf(state, copy.backup))) return 'its backup may be armed';
    return state.service.up ? moved(state, aloneAgain(copy)) : serviceAway;
  });
