import { deliver } from '../../model/actions/network.ts';
import { interrupt } from '../../model/actions/record.ts';
import { boot } from '../../model/boot.ts';
import type { Guest } from '../../model/guest.ts';
import { position } from '../../model/ids.ts';
import { paper, rules, specification } from '../../model/paper.ts';
import { defaultClock } from '../../model/settings.ts';
import { isRefusal } from '../../model/spec.ts';
import type { Mutant } from '../mutant.ts';
import { withRows } from './own-rows.ts';

const dropWhenFull: Mutant = {
  spec: specification('drop-when-full', {
    admit: (buffer, group, capacity) =>
      buffer.length + group.length <= capacity ? [...buffer, ...group] : buffer,
  }),
  breaks: ['S4', 'S2', 'S1'],
  because:
    'A primary whose log buffer is full drops the entry instead of stopping. The interrupt has ' +
    'been delivered, and the backup never hears of it.',
  cites: ['R32-4', 'R32-6', 'R21-10', 'R32-1'],
  settings: {},
};

const tooLate = { ...rules, loggedPosition: ({ position: at }: Guest) => position(at + 1) };

const effectBeforeLog: Mutant = {
  spec: withRows('effect-before-log', {
    interrupt: interrupt(tooLate),
    deliver: deliver(tooLate),
  }),
  breaks: ['S4'],
  because:
    'The guest sees an event before its entry exists, so that the entry carries a later ' +
    'position. The instruction in between has run with the event on the primary and runs ' +
    'without it on the backup.',
  cites: ['R21-10', 'R21-4'],
  settings: {},
};

const backupRunsAhead: Mutant = {
  spec: specification('backup-runs-ahead', {
    mayRunOn: () => true,
  }),
  breaks: ['S4'],
  because:
    'A backup with no entry in hand runs on. The entry that then arrives belongs to an ' +
    'instruction which it has passed.',
  cites: ['R21-8', 'R32-5', 'R21-1'],
  settings: { program: ['compute', 'reply'] },
};

const ringOverwrite: Mutant = {
  spec: specification('ring-overwrite', {
    hasRoom: () => true,
    enqueue: (buffer, entry, capacity) => [...buffer, entry].slice(-capacity),
  }),
  breaks: ['S5', 'S4', 'S1'],
  because:
    'A full log buffer of the backup is a ring: the newest entry overwrites the oldest one, ' +
    'which was acknowledged and is not consumed.',
  cites: ['R32-4'],
  settings: {},
};

const lazyFlush: Mutant = {
  spec: specification('lazy-flush', {
    mayFlush: ({ logged, sent }) => logged - sent >= 2,
  }),
  breaks: ['T4', 'T3'],
  because:
    'The log is flushed two entries at a time. The guest sends a request and idles until the ' +
    'reply comes; the output entry waits for company, and the request never leaves.',
  cites: ['R32-2', 'R35-5'],
  settings: { clock: { ...defaultClock, timerEvery: null } },
};

const unboundedBackupRead: Mutant = {
  spec: specification('unbounded-backup-read', { hasRoom: () => true }),
  breaks: ['S8', 'T1a'],
  because:
    'The backup reads and acknowledges whatever comes, room or not. The primary never stops, ' +
    'and the lag grows without bound.',
  cites: ['R32-4'],
  settings: {},
};

const ackAfterReplay: Mutant = {
  spec: specification('ack-after-replay', { ackPoint: (_, copy) => copy.consumed }),
  breaks: ['T4'],
  because:
    'An acknowledgment waits until the entry is replayed, though the setting says that ' +
    'receiving it is enough. That is safe, and adds the execution lag to each output.',
  cites: ['R22-5'],
  settings: { ackPoint: 'received', clock: defaultClock },
};

const ackBatching: Mutant = {
  spec: withRows('ack-batching', {
    acknowledge: {
      ...paper.actions.acknowledge,
      next: (state, event) =>
        isRefusal(paper.actions.receive.next(state, { type: 'receive', copy: event.copy }))
          ? paper.actions.acknowledge.next(state, event)
          : 'it first reads what else has arrived',
    },
  }),
  breaks: 'nothing',
  because:
    'The backup reads all that has arrived before it acknowledges any of it. Acknowledgments ' +
    'are cumulative, so one says as much as many.',
  cites: ['R22-6', 'R32-3'],
  settings: {},
};

const duplicateAcks: Mutant = {
  spec: withRows('duplicate-acks', {
    acknowledge: {
      ...paper.actions.acknowledge,
      next: (state, event) => {
        const outcome = paper.actions.acknowledge.next(state, event);
        if (isRefusal(outcome)) return outcome;
        const connections = outcome.state.connections.map((connection, index) =>
          connection === state.connections[index]
            ? connection
            : { ...connection, acks: [...connection.acks, ...connection.acks.slice(-1)] },
        );
        return { ...outcome, state: { ...outcome.state, connections } };
      },
    },
  }),
  breaks: 'nothing',
  because: 'Each acknowledgment is sent twice. The second one says nothing that is new.',
  cites: ['R22-6'],
  settings: {},
};

const largerBuffers: Mutant = {
  spec: {
    ...paper,
    name: 'larger-buffers',
    init: (settings) =>
      boot({
        ...settings,
        primaryCapacity: 4 * settings.primaryCapacity,
        wireCapacity: 4 * settings.wireCapacity,
        backupCapacity: 4 * settings.backupCapacity,
      }),
  },
  breaks: 'nothing',
  because:
    'Buffers and channel hold four times as much. The backup may lag further behind, by what ' +
    'they hold and no more.',
  cites: ['R32-4', 'R32-8'],
  settings: {},
};

/** B: the logging channel. */
export const loggingChannelMutants: readonly Mutant[] = [
  dropWhenFull,
  effectBeforeLog,
  backupRunsAhead,
  ringOverwrite,
  lazyFlush,
  unboundedBackupRead,
  ackAfterReplay,
  ackBatching,
  duplicateAcks,
  largerBuffers,
];
