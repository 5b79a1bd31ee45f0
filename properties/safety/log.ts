import type { LogEntry } from '../../model/log.ts';
import type { Recording, State, Vm, Withholding } from '../../model/state.ts';
import { pairWith } from '../history.ts';
import type { EveryStep, Sight, Sometimes } from '../property.ts';

const touched = ({ event, after }: Sight): Vm | undefined =>
  'copy' in event ? after.copies[event.copy] : undefined;

export const replayPrefix: EveryStep = {
  id: 'S4',
  kind: 'everyStep',
  needs: 'nothing',
  claim: 'at equal log positions, primary and backup are in equal states',
  cites: ['R21-1', 'R21-3', 'R21-4', 'R33-3', 'R34-10', 'R35-1', 'R35-2', 'R35-4'],
  holds: ({ event, before, history }) => {
    const copy = event.type === 'replay' ? before.copies[event.copy] : undefined;
    return copy === undefined || !(pairWith(history, copy.line)?.hasDiverged ?? false);
  },
};

const isRun = (buffer: readonly LogEntry[], from: number, to: number): boolean =>
  buffer.length === to - from && buffer.every(({ seq }, index) => seq === from + index + 1);

/** All that is not acknowledged; to free an entry later than one might breaks nothing. */
const keepsUnacked = ({ buffer, acked, logged }: Recording | Withholding): boolean =>
  buffer.length >= logged - acked && isRun(buffer, logged - buffer.length, logged);

const isIntact = (copy: Vm): boolean => {
  switch (copy.mode) {
    case 'recording':
    case 'withholding':
      return keepsUnacked(copy);
    case 'replaying':
    case 'frozen':
    case 'draining':
      return isRun(copy.buffer, copy.consumed, copy.received);
    default:
      return true;
  }
};

/** Where a backup says what it holds; a message that opens a connection does so too (R33-11). */
const firstOrLater: ReadonlySet<string> = new Set(['acknowledge', 'reconnect', 'arm', 'takeUp']);

const acksWhatItHolds = ({ event, before, after, past }: Sight): boolean => {
  if (!('copy' in event) || !firstOrLater.has(event.type)) return true;
  const copy = after.copies[event.copy];
  if (copy?.mode !== 'replaying' || before.copies[event.copy] === copy) return true;
  return copy.acked <= (pairWith(past, copy.line)?.held ?? 0);
};

/** What was acknowledged is in the log that a backup freezes (R22-14, R23-11). */
const keepsWhatItAcked = ({ event, before, after }: Sight): boolean => {
  if (event.type !== 'suspect') return true;
  const was = before.copies[event.copy];
  const is = after.copies[event.copy];
  return was?.mode !== 'replaying' || is?.mode !== 'frozen' || is.received >= was.acked;
};

export const logIntegrity: EveryStep = {
  id: 'S5',
  kind: 'everyStep',
  needs: 'nothing',
  claim: 'the log has no gap and no duplicate, and is freed only when acknowledged or consumed',
  cites: ['R21-7', 'R21-12', 'R22-6', 'R22-14', 'R23-11', 'R33-11'],
  holds: (sight) => {
    const copy = touched(sight);
    return (
      copy === undefined || (isIntact(copy) && acksWhatItHolds(sight) && keepsWhatItAcked(sight))
    );
  },
};

const isWithin = ({ settings }: State, copy: Vm): boolean => {
  if (!('buffer' in copy)) return true;
  const isPrimary = copy.mode === 'recording' || copy.mode === 'withholding';
  return copy.buffer.length <= (isPrimary ? settings.primaryCapacity : settings.backupCapacity);
};

export const bufferBounds: EveryStep = {
  id: 'S8',
  kind: 'everyStep',
  needs: 'nothing',
  claim: 'no log buffer holds more than its capacity',
  cites: ['R32-4', 'R32-13'],
  holds: (sight) => {
    const copy = touched(sight);
    return copy === undefined || isWithin(sight.after, copy);
  },
};

const consumes = ({ event, before }: Sight): readonly LogEntry[] => {
  if (event.type !== 'replay') return [];
  const copy = before.copies[event.copy];
  return copy?.mode === 'replaying' || copy?.mode === 'draining' ? copy.buffer : [];
};

export const replaysEvent: Sometimes = {
  id: 'W5',
  kind: 'sometimes',
  guards: ['S4'],
  claim: 'a backup replays an interrupt or packet that is followed by another entry',
  cites: ['R21-4'],
  holds: (sight) => {
    const [entry, next] = consumes(sight);
    return next !== undefined && (entry?.kind === 'TIMER' || entry?.kind === 'RX');
  },
};

export const freesAcked: Sometimes = {
  id: 'W6',
  kind: 'sometimes',
  guards: ['S5'],
  claim: 'an acknowledgment frees some entries of the primary and leaves others',
  cites: ['R21-12'],
  holds: ({ event, before, after }) => {
    if (event.type !== 'readAck') return false;
    const was = before.copies[event.copy];
    const is = after.copies[event.copy];
    if (was?.mode !== 'recording' || is?.mode !== 'recording') return false;
    return is.buffer.length > 0 && is.buffer.length < was.buffer.length;
  },
};

export const fillsBoth: Sometimes = {
  id: 'W8',
  kind: 'sometimes',
  guards: ['S8'],
  claim: 'the log buffers of both sides are full at once',
  cites: ['R32-4', 'R32-6'],
  holds: ({ after: { copies, settings } }) =>
    copies.some(
      (copy) => copy.mode === 'recording' && copy.buffer.length >= settings.primaryCapacity,
    ) &&
    copies.some(
      (copy) => copy.mode === 'replaying' && copy.buffer.length >= settings.backupCapacity,
    ),
};
