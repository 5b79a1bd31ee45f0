import { atRest, idleDevices } from '../boot.ts';
import type { Guest } from '../guest.ts';
import { type CopyId, copyId, type HostId, lineFrom } from '../ids.ts';
import type { Connection } from '../log.ts';
import { hostsOf } from '../settings.ts';
import type { Action, Refusal, Step } from '../spec.ts';
import type { Arriving, Halted, Live, Recording, Replaying, State, Vm } from '../state.ts';
import { type ChannelRules, connecting } from './channel.ts';
import {
  connectionOf,
  halted,
  holderOf,
  inMode,
  isAble,
  isDue,
  isLinked,
  moved,
  present,
  reaches,
  silent,
  withConnection,
  withCopy,
  withDevices,
} from './notation.ts';
import { type QuiesceRules, readyFor } from './quiesce.ts';

type Movable = Recording | Replaying | Live;

/** Whether a host may be reserved for a copy that is to be moved (R33-4). */
export type MayReserve = (state: State, copy: Movable, host: HostId) => boolean;

const partnerOf = (copy: Movable) => {
  if (copy.mode === 'recording') return copy.backup;
  return copy.mode === 'replaying' ? copy.primary : copy.line;
};

/** Neither the host of the other copy, nor one that is reserved for it: in one step (R33-4). */
export const neverTheOthers: MayReserve = (state, copy, host) => {
  const partner = holderOf(state, partnerOf(copy));
  const reserved = state.copies.some(
    (one) => one.mode === 'arriving' && one.source === partner?.id && one.host === host,
  );
  const { up, storage } = state.hosts[host];
  return up && storage && host !== copy.host && host !== partner?.host && !reserved;
};

/** Whether a copy may be moved now, as far as its disk is concerned (R33-5). */
export type IsQuiet = (copy: Movable) => boolean;

/**
 * No disk operation is outstanding: a backup, which cannot complete its own when it likes, has
 * replayed that its primary is quiesced (R33-7).
 */
export const nothingOutstanding: IsQuiet = (copy) =>
  copy.guest.pending.length === 0 &&
  (copy.mode === 'replaying' ? copy.isQuiesced : copy.devices.quiesce === 'reached');

/** Whether the log goes on without a break where a primary moves (R33-6). */
export type IsContinuous = (copy: Movable) => boolean;

/** All that was logged is acknowledged, and nothing is withheld any more (Q20). */
export const allAcknowledged: IsContinuous = (copy) => {
  if (copy.mode === 'replaying') return true;
  return copy.withheld.length === 0 && (copy.mode === 'live' || copy.acked === copy.logged);
};

/** What of a copy goes with it, given also what the first passes copied (R33-6, R33-10). */
export type HandsOver = <C extends Movable>(copy: C, image: Guest) => C;

/** The guest, the log buffer, all numbers, the generation: it stays the same replica. */
export const everything: HandsOver = (copy) => copy;

/** What becomes of a copy that has been handed over (R23-21, R33-6). */
export type LeavesBehind = (copy: Movable) => Movable | Halted;

/** It has given up for ever its right to arbitrate and to emit. */
export const neverRunsAgain: LeavesBehind = (copy) => halted(copy, 'moved');

/** The decisions about moving a copy (R33-4 to R33-10). */
export type VmotionRules = {
  readonly mayReserve: MayReserve;
  readonly isQuiet: IsQuiet;
  readonly isContinuous: IsContinuous;
  readonly handsOver: HandsOver;
  readonly leavesBehind: LeavesBehind;
};

const isBusy = (copy: Movable): Refusal | null => {
  if (copy.move !== null) return 'it is being moved already';
  if (copy.guest.isOff) return 'the guest is powered off';
  if (copy.mode === 'live') return copy.clone === null ? null : 'it is being cloned';
  return copy.connection === null ? 'its backup is not connected' : null;
};

/**
 * An administrator, or a balancer of load, has one copy moved to another host, which is reserved
 * for it in the same step (R33-4). VMotion is the one operation allowed on either copy (R33-1).
 */
export const migrate = (rules: VmotionRules): Action<'migrate'> =>
  inMode(
    'migrate',
    ['recording', 'replaying', 'live'],
    (state, copy, { host }): Step | Refusal => {
      if (!state.settings.features.vmotion) return 'nobody moves the VM in this run';
      const busy = isBusy(copy);
      if (busy !== null) return busy;
      if (!rules.mayReserve(state, copy, host)) return 'the host is not free for it';
      const id = copyId(state.copies.length);
      const now = present(state);
      const destination: Arriving = {
        mode: 'arriving',
        ...{ id, line: lineFrom(id), host, source: copy.id, generation: copy.generation },
        wedged: false,
        ...{ image: null, handed: null, since: now },
        watch: { ...atRest, heartbeatHeard: now, channelHeard: now },
      };
      const grown = { ...state, copies: [...state.copies, destination] };
      return silent(withCopy(grown, { ...copy, move: id }));
    },
    {
      by: 'world',
      instances: ({ settings }) => hostsOf(settings).map((host) => ({ host })),
    },
  );

const handed = (rules: VmotionRules, copy: Movable, to: Arriving, image: Guest): Movable => {
  const place = { id: to.id, host: to.host, wedged: to.wedged, move: null };
  const whole = rules.handsOver(copy, image);
  if (whole.mode === 'replaying') {
    return { ...whole, ...place, asks: false, isQuiesced: false };
  }
  const devices = { ...idleDevices, console: whole.devices.console };
  const serving = { devices, reached: false };
  return whole.mode === 'live'
    ? { ...whole, ...place, ...serving }
    : { ...whole, ...place, ...serving, connection: null, isAskedForQuiet: false };
};

const handingOver = (state: State, copy: Movable): State => {
  const connection = copy.mode === 'live' ? undefined : connectionOf(state, copy.connection);
  if (connection === undefined) return state;
  const acks = copy.mode === 'replaying' ? connection.acks : [];
  const closed: Connection = { ...connection, open: false, isHandover: true };
  return withConnection(state, { ...closed, entries: [], acks });
};

/**
 * The final switchover: the source stops for good, its channel is closed as planned, and the VM is
 * on its way (R33-5 to R33-7, R33-10). What a backup has said before still arrives, until its
 * primary hears from the destination. A side that suspects hands nothing over (R23-21).
 */
export const switchOver = (rules: VmotionRules): Action<'switchOver'> =>
  inMode('switchOver', ['recording', 'replaying', 'live'], (state, copy) => {
    const to = readyFor(state, copy);
    const image = to?.image ?? null;
    if (to === null || image === null) return 'no destination waits for it';
    if (copy.guest.isOff) return 'the guest is powered off';
    if (!isLinked(state, copy.host, to.host)) return 'its destination cannot be reached';
    if (!isAble(state, to)) return 'its destination does not answer';
    if (!rules.isQuiet(copy)) return 'its disk is not quiesced';
    if (!rules.isContinuous(copy)) return 'its log is not acknowledged, or outputs are withheld';
    const left = withCopy(handingOver(state, copy), rules.leavesBehind(copy));
    return moved(left, { ...to, handed: handed(rules, copy, to, image), since: present(state) });
  });

const isArrived = (state: State, copy: Arriving): boolean =>
  reaches(state, state.copies[copy.source]?.host ?? copy.host, copy.host);

const isSourceGone = ({ copies }: State, { source }: Arriving): boolean =>
  copies[source]?.mode === 'crashed';

/**
 * The VM runs on at the destination; a backup connects to its primary from there (R33-6, R33-11).
 */
export const takeUp = (rules: ChannelRules): Action<'takeUp'> =>
  inMode('takeUp', ['arriving'], (state, copy) => {
    const { handed: vm } = copy;
    if (vm === null) return 'its source still runs';
    if (isSourceGone(state, copy)) return 'its source has crashed before all was copied';
    if (!isArrived(state, copy)) return 'the final copy is on its way';
    if (!isDue(state, copy.since, ({ switchover }) => switchover))
      return 'the switchover takes time';
    const now = present(state);
    const heard = { heartbeatHeard: now, channelHeard: now, channelSent: now, progressed: now };
    const running = { ...vm, wedged: copy.wedged, watch: { ...vm.watch, ...heard, announced: -1 } };
    return running.mode === 'replaying'
      ? silent(connecting(rules, state, running))
      : moved(state, running);
  });

const isExpected = (state: State, copy: Arriving): boolean => {
  const source = state.copies[copy.source];
  return source !== undefined && 'move' in source && source.move === copy.id;
};

/**
 * Whether the destination of a VMotion may give up: before the switchover once its source has no
 * use for it, or does not hand over in time, and the source goes on without it; after it the VM is
 * here or nowhere, and only a source that has crashed leaves nothing to wait for (R33-9).
 */
export const mayDiscard = (state: State, copy: Arriving): boolean => {
  if (copy.handed !== null) return isSourceGone(state, copy);
  return isDue(state, copy.since, ({ timeout }) => timeout) || !isExpected(state, copy);
};

const without = (rules: QuiesceRules, copy: Movable): Movable => {
  if (copy.mode === 'replaying') return { ...copy, move: null };
  const isAsked = copy.mode === 'recording' && copy.isAskedForQuiet;
  const quiesce = rules.quieting(copy.devices, isAsked, false);
  return { ...withDevices(copy, { quiesce }), move: null };
};

const isAwaited = (state: State, id: CopyId | null): boolean => {
  const to: Vm | undefined = id === null ? undefined : state.copies[id];
  return to?.mode === 'arriving' && state.hosts[to.host].up;
};

/**
 * The VMotion is given up before its switchover, and the source goes on, as quiet as its backup
 * wants it (R33-8, R33-9).
 */
export const cancel = (rules: QuiesceRules): Action<'cancel'> =>
  inMode('cancel', ['recording', 'replaying', 'live'], (state, copy) => {
    const to = copy.move === null ? undefined : state.copies[copy.move];
    if (to === undefined) return 'it is not being moved';
    const since = to.mode === 'arriving' ? to.since : 0;
    if (isAwaited(state, copy.move) && !isDue(state, since, ({ timeout }) => timeout)) {
      return 'its destination is being copied to';
    }
    return moved(state, without(rules, copy));
  });
