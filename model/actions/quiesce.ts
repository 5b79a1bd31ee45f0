import type { Action } from '../spec.ts';
import type { Arriving, Devices, Live, Recording, Replaying, State } from '../state.ts';
import { inMode, moved, withDevices } from './notation.ts';
import { type Entry, full, logging, type RecordRules } from './record.ts';

/**
 * How a primary follows who wants its disk quiet: its backup, by the last ack, for a VMotion of the
 * backup's; or itself, for one of its own (R33-7, R33-8).
 */
export type Quieting = (devices: Devices, isAsked: boolean, moves: boolean) => Devices['quiesce'];

/** It quiesces its disk for as long as it is asked to, or moves itself: neither ends the other. */
export const asAsked: Quieting = ({ quiesce }, isAsked, moves) => {
  if (isAsked) return quiesce === 'none' ? 'asked' : quiesce;
  return moves ? quiesce : 'none';
};

/** How the quiescing is itself replayed (R33-7). */
export type QuiesceEntries = readonly Entry[];

/** By an entry at the point from which on no disk operation is outstanding. */
export const atThePoint: QuiesceEntries = [{ kind: 'QUIESCE' }];

/** The decisions about a quiet disk (R33-7). */
export type QuiesceRules = RecordRules & {
  readonly quieting: Quieting;
  readonly quiesceEntries: QuiesceEntries;
};

/** The destination of a copy that has been copied to while its source ran on (R33-5). */
export const readyFor = (state: State, copy: Recording | Replaying | Live): Arriving | null => {
  const to = copy.move === null ? undefined : state.copies[copy.move];
  return to?.mode === 'arriving' && to.image !== null ? to : null;
};

/** Whether a backup asks its primary for a quiet disk: its final switchover is next (R33-7). */
export const asksForQuiet = (state: State, copy: Replaying): boolean =>
  readyFor(state, copy) !== null;

/**
 * No disk operation is outstanding, and none is begun: the primary says so in the log, so that its
 * backup comes to the same point (R33-7).
 */
export const quiesce = (rules: QuiesceRules): Action<'quiesce'> =>
  inMode('quiesce', ['recording', 'live'], (state, copy) => {
    if (copy.guest.isOff) return 'the guest is powered off';
    const isOwn = copy.devices.quiesce === 'none' && readyFor(state, copy) !== null;
    if (isOwn) return moved(state, withDevices(copy, { quiesce: 'asked' }));
    if (copy.devices.quiesce !== 'asked') return 'nobody asks for a quiet disk';
    if (copy.guest.pending.length > 0) return 'disk operations are outstanding';
    const quiet = withDevices(copy, { quiesce: 'reached' });
    if (quiet.mode === 'live') return moved(state, quiet);
    const recorded = logging(rules, state, quiet, rules.quiesceEntries);
    return recorded === null ? full : moved(state, recorded);
  });
