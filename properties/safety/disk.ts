import { type Io, race } from '../../model/disk.ts';
import type { State } from '../../model/state.ts';
import { pairWith } from '../history.ts';
import type { EveryStep, Sight, Sometimes } from '../property.ts';

export const diskConsistency: EveryStep = {
  id: 'S7',
  kind: 'everyStep',
  needs: 'nothing',
  claim:
    'no block goes back to an older write, and a read gives what its own execution has written',
  cites: ['R23-20', 'R34-3', 'R34-4', 'R34-7', 'R34-8', 'R34-9', 'R34-11'],
  holds: ({ history }) => !history.disk.wentBack && !history.disk.isMisread,
};

const submittedIn = ({ event, before }: Sight): Io | null => {
  if (event.type !== 'submit') return null;
  const copy = before.copies[event.copy];
  if (copy === undefined || !('guest' in copy)) return null;
  return copy.guest.pending.find(({ number }) => number === event.io) ?? null;
};

/**
 * Earlier ones of the same execution that the guest waits for, or whose end the backup may miss.
 */
const earlierThan = ({ before, event, past }: Sight, io: Io): readonly Io[] => {
  const copy = 'copy' in event ? before.copies[event.copy] : undefined;
  if (copy === undefined || !('guest' in copy)) return [];
  const pending = copy.guest.pending.filter(({ number }) => number < io.number);
  const hasBackup = copy.mode === 'recording' || copy.mode === 'withholding';
  const pair = past.pairs.findLast(({ primary }) => primary === copy.line);
  const finished = hasBackup ? (pair?.finished ?? []) : [];
  return [...pending, ...finished.map((one) => one.io)];
};

/** Operations of one execution that the storage has at once; those it will refuse do not count. */
const isRacing = ({ storage }: State): boolean =>
  storage.flights.some((one, index) =>
    storage.flights
      .slice(index + 1)
      .some(
        (other) =>
          one.generation >= storage.generation &&
          other.generation >= storage.generation &&
          one.copy === other.copy &&
          one.io.number !== other.io.number &&
          race(one.io, other.io),
      ),
  );

export const noRace: EveryStep = {
  id: 'S7a',
  kind: 'everyStep',
  needs: 'nothing',
  claim:
    'of two disk operations that race, the later waits until the backup knows the earlier done',
  cites: ['R34-1', 'R34-9', 'R34-11'],
  holds: (sight) => {
    const io = submittedIn(sight);
    if (io === null) return true;
    return !isRacing(sight.after) && !earlierThan(sight, io).some((earlier) => race(earlier, io));
  },
};

export const submitsAgain: Sometimes = {
  id: 'W7',
  kind: 'sometimes',
  guards: ['S7'],
  claim: 'a copy that has gone live submits a disk operation that another one had submitted',
  cites: ['R34-7'],
  holds: ({ event, before, past }) => {
    if (event.type !== 'submit') return false;
    const copy = before.copies[event.copy];
    const earlier = past.disk.submitter[event.io];
    return copy?.mode === 'live' && earlier !== undefined && earlier !== copy.line;
  },
};

export const isFencedOff: Sometimes = {
  id: 'W7a',
  kind: 'sometimes',
  guards: ['S7', 'S3'],
  claim: 'the storage refuses a write that a copy of an earlier generation had submitted',
  cites: ['R23-20'],
  holds: ({ event, before, after, effects }) => {
    if (event.type !== 'perform' || effects.length > 0) return false;
    const gone = before.storage.flights.find((flight) => !after.storage.flights.includes(flight));
    return gone?.io.kind === 'write' && gone.generation < before.storage.generation;
  },
};

export const waitsForAck: Sometimes = {
  id: 'W7b',
  kind: 'sometimes',
  guards: ['S7a'],
  claim:
    'a disk operation waits for nothing but that the backup holds the end of one it races with',
  cites: ['R34-11'],
  holds: ({ event, before, after }) => {
    if (event.type !== 'readAck') return false;
    const was = before.copies[event.copy];
    const is = after.copies[event.copy];
    if (was?.mode !== 'recording' || is?.mode !== 'recording') return false;
    const free = was.devices.settled.filter((one) => !is.devices.settled.includes(one));
    const waiting = is.guest.pending.filter(
      ({ number }) =>
        !is.devices.submitted.includes(number) &&
        !is.withheld.some((output) => output.device === 'disk' && output.number === number),
    );
    return free.some((done) => waiting.some((io) => race(done, io)));
  },
};

export const readsTheOldPrimarys: Sometimes = {
  id: 'W7d',
  kind: 'sometimes',
  guards: ['S7'],
  claim: 'a copy that took over reads a block that its primary had the storage write',
  cites: ['R34-7'],
  holds: ({ event, before, past }) => {
    const copy = event.type === 'complete' ? before.copies[event.copy] : undefined;
    if (copy?.mode !== 'live' || event.type !== 'complete') return false;
    const io = copy.guest.pending.find(({ number }) => number === event.io);
    const hasTakenOver = past.takeovers.some(({ line }) => line === copy.line);
    if (io?.kind !== 'read' || !hasTakenOver) return false;
    return io.blocks.some((block) => {
      const writer = past.disk.submitter[past.disk.applied[block] ?? -1];
      return writer !== undefined && writer !== copy.line;
    });
  },
};

/** The backup holds the completion of an operation that its primary may go on from. */
export const replaysCompletion: Sometimes = {
  id: 'W7c',
  kind: 'sometimes',
  guards: ['S4'],
  claim: 'a backup replays the completion of a disk operation that failed or ended short',
  cites: ['R34-10'],
  holds: ({ event, before, history }) => {
    if (event.type !== 'replay') return false;
    const copy = before.copies[event.copy];
    if (copy?.mode !== 'replaying' || pairWith(history, copy.line) === undefined) return false;
    const [entry] = copy.buffer;
    const io = copy.guest.pending.find(({ number }) => number === entry?.completion?.io);
    return io !== undefined && (entry?.completion?.transferred ?? 0) < io.blocks.length;
  },
};
