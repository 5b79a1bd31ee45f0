import { holderOf, reaches } from '../../model/actions/notation.ts';
import type { Live, Recording, State, Vm } from '../../model/state.ts';
import { recoveryTicks } from '../bounds.ts';
import { isAnswered, isHealthy, isToldOff } from '../health.ts';
import type { AfterCalm, Sometimes } from '../property.ts';

const newestIssued = (copy: Vm | undefined): number =>
  copy !== undefined && 'guest' in copy ? copy.guest.issued : 0;

/** A copy whose guest executes, and has its disk. */
const isServing = (state: State, copy: Vm): copy is Live | Recording =>
  (copy.mode === 'live' || isAnswered(state, copy)) &&
  isHealthy(state, copy) &&
  state.hosts[copy.host].storage &&
  !copy.guest.isOff;

/** An operation that a guest waited for before the calm, and waits for still. */
const isWaiting = (begun: State, { guest, line }: Live | Recording): boolean => {
  const [oldest] = guest.pending;
  return oldest !== undefined && oldest.number < newestIssued(holderOf(begun, line));
};

export const diskAnswers: AfterCalm = {
  id: 'L2a',
  kind: 'afterCalm',
  within: recoveryTicks,
  claim: 'a disk operation that the guest of a copy that serves waits for is completed in the end',
  cites: ['R34-6', 'R34-7', 'R23-20'],
  excuse: () => null,
  holds: ({ begun, state, isOver }) => {
    const serving = state.copies.filter((copy) => isServing(state, copy));
    return serving.length === 0 ? isOver : !serving.some((copy) => isWaiting(begun, copy));
  },
};

/** The VM has been handed over, and what is left of it does not come. */
const isHeldUp = (state: State, copy: Vm): boolean => {
  if (copy.mode !== 'arriving' || copy.handed === null) return false;
  const source = state.copies[copy.source];
  return source?.mode === 'halted' && !reaches(state, source.host, copy.host);
};

const isUnsettled = (state: State, copy: Vm): boolean => {
  if (!isHealthy(state, copy) || isHeldUp(state, copy)) return false;
  if (copy.mode === 'arriving') return true;
  if ('move' in copy && copy.move !== null) return true;
  return 'devices' in copy && copy.devices.quiesce !== 'none';
};

export const quiesceEnds: AfterCalm = {
  id: 'L5',
  kind: 'afterCalm',
  within: recoveryTicks,
  claim: 'every quiesce ends, and so does the VMotion that it is for',
  cites: ['R33-8', 'R33-9'],
  excuse: () => null,
  holds: ({ state }) => !state.copies.some((copy) => isUnsettled(state, copy)),
};

/** It knows of the power-off and still runs; a primary that cannot ask the arbiter waits. */
const isEnding = (state: State, copy: Vm): boolean => {
  const isOff = ('guest' in copy && copy.guest.isOff) || isToldOff(copy);
  const waits = copy.mode === 'withholding' && !state.hosts[copy.host].storage;
  return isOff && isHealthy(state, copy) && !waits;
};

export const powerOffEnds: AfterCalm = {
  id: 'L7',
  kind: 'afterCalm',
  within: recoveryTicks,
  claim: 'a VM that is powered off is gone in the end, or overruled by the copy that took over',
  cites: ['R33-2'],
  excuse: () => null,
  holds: ({ state }) => !state.copies.some((copy) => isEnding(state, copy)),
};

export const goesLiveWaiting: Sometimes = {
  id: 'W36',
  kind: 'sometimes',
  guards: ['L2a'],
  claim: 'a copy goes live while its guest waits for the disk',
  cites: ['R34-6'],
  holds: ({ event, before, after }) => {
    if (event.type !== 'goLive' && event.type !== 'learn') return false;
    const was = before.copies[event.copy];
    const is = after.copies[event.copy];
    return was?.mode !== 'live' && is?.mode === 'live' && is.guest.pending.length > 0;
  },
};

export const quiescedForBackup: Sometimes = {
  id: 'W37',
  kind: 'sometimes',
  guards: ['L5'],
  claim: 'a primary that was quiesced for its backup is told that the VMotion is over',
  cites: ['R33-8'],
  holds: ({ event, before, after }) => {
    if (event.type !== 'readAck') return false;
    const was = before.copies[event.copy];
    const is = after.copies[event.copy];
    if (was?.mode !== 'recording' || is?.mode !== 'recording') return false;
    return was.devices.quiesce !== 'none' && is.devices.quiesce === 'none';
  },
};

export const poweredOffByLog: Sometimes = {
  id: 'W38',
  kind: 'sometimes',
  guards: ['L7'],
  claim: 'a primary stops because its backup has acknowledged the power-off',
  cites: ['R33-2'],
  holds: ({ event, before }) =>
    event.type === 'stop' && before.copies[event.copy]?.mode === 'recording',
};
