import { heldOrReplayed, reconnect } from '../../model/actions/channel.ts';
import { seq } from '../../model/ids.ts';
import { paper, rules, specification } from '../../model/paper.ts';
import { type Action, isRefusal } from '../../model/spec.ts';
import type { Mutant } from '../mutant.ts';
import { asIf, withRows } from './own-rows.ts';

/** Whether the channel is connected or not, the backup opens another one. */
const reconnectAtWill: Action<'reconnect'> = {
  ...paper.actions.reconnect,
  next: (state, event) => {
    const connections = state.connections.map((connection) => ({ ...connection, open: false }));
    const outcome = paper.actions.reconnect.next({ ...state, connections }, event);
    if (isRefusal(outcome)) return outcome;
    const restored = outcome.state.connections.map(
      (connection) => state.connections.find(({ id }) => id === connection.id) ?? connection,
    );
    return { ...outcome, state: { ...outcome.state, connections: restored } };
  },
};

const buffers: readonly Mutant[] = [
  {
    spec: specification('buffer-one-over', {
      admit: (buffer, group, capacity) => rules.admit(buffer, group, capacity + 1),
    }),
    breaks: ['S8'],
    because: 'the primary stops one entry too late: its log buffer holds more than it can',
    cites: ['R32-4', 'R32-6'],
    settings: {},
  },
  {
    spec: specification('group-cut-short', {
      admit: (buffer, group, capacity) =>
        buffer.length < capacity ? [...buffer, ...group].slice(0, capacity) : null,
    }),
    breaks: ['S2', 'S4', 'S5'],
    because:
      'an instruction is let through if the first entry of its group fits; the rest, its output ' +
      'entry among them, is lost',
    cites: ['R32-13', 'R21-10'],
    settings: { program: ['stamp', 'compute'] },
  },
  {
    spec: specification('buffer-one-short', {
      admit: (buffer, group, capacity) => rules.admit(buffer, group, capacity - 1),
    }),
    breaks: ['T2'],
    because: 'the primary stops one entry too early; a group as large as the buffer never fits',
    cites: ['R32-6', 'R32-13'],
    settings: { program: ['transmit', 'stamp'], primaryCapacity: 2 },
  },
  {
    spec: specification('reads-one-over', {
      hasRoom: (buffer, capacity) => buffer.length <= capacity,
    }),
    breaks: ['S8'],
    because: 'the backup reads one entry more than its log buffer has room for',
    cites: ['R32-4'],
    settings: {},
  },
  {
    spec: specification('reads-one-short', {
      hasRoom: (buffer, capacity) => buffer.length < capacity - 1,
    }),
    breaks: ['L1', 'T3', 'T4'],
    because:
      'the backup stops reading with one place free: the second half of a group never gets in, ' +
      'and both sides wait',
    cites: ['R32-4', 'R32-13'],
    settings: { program: ['stamp', 'compute'], backupCapacity: 2 },
  },
  {
    spec: specification('newest-entry-first', { enqueue: (buffer, entry) => [entry, ...buffer] }),
    breaks: ['S5', 'S4'],
    because: 'the log buffer is a stack: the entry that arrived last is replayed first',
    cites: ['R21-7'],
    settings: {},
  },
  {
    spec: specification('frees-one-more', { mayFree: (entry, acked) => entry.seq <= acked + 1 }),
    breaks: ['S5'],
    because:
      'the primary frees the entry after the acknowledged one; if the connection is lost then, ' +
      'nobody has it',
    cites: ['R21-12'],
    settings: {},
  },
];

const sending: readonly Mutant[] = [
  {
    spec: specification('one-entry-at-a-time', { mayFlush: ({ sent, acked }) => sent === acked }),
    breaks: ['T4', 'T3', 'L1'],
    because:
      'an entry is sent when the one before is acknowledged; the first of a group is not ' +
      'acknowledged before the second has come',
    cites: ['R32-2', 'R35-5'],
    settings: { program: ['stamp', 'compute'] },
  },
  {
    spec: specification('flushes-for-outputs-only', {
      mayFlush: ({ buffer }) => buffer.some(({ kind }) => kind === 'OUT'),
    }),
    breaks: ['L4', 'T3', 'T1a'],
    because:
      'entries wait until an output entry pushes them: interrupts fill the buffer, no output ' +
      'entry finds room, and the primary stops for good',
    cites: ['R32-2', 'R35-5'],
    settings: {},
  },
  {
    spec: specification('duplicate-accepted', { isDuplicate: () => false }),
    breaks: ['S5', 'S4'],
    because: 'what is sent again after a reconnect is put into the log buffer a second time',
    cites: ['R33-11', 'R22-6'],
    settings: { connectionLoss: 'ignored' },
  },
  {
    spec: specification('last-one-again', { isDuplicate: (entry, held) => entry.seq < held }),
    breaks: ['S5', 'S4'],
    because:
      'of what is sent again the entry received last is taken for new: with half a group held ' +
      'when the connection was lost, it is the one that comes first',
    cites: ['R33-11'],
    settings: { connectionLoss: 'ignored' },
  },
  {
    spec: specification('drops-the-next', { isDuplicate: (entry, held) => entry.seq <= held + 1 }),
    breaks: ['S5'],
    because: 'the entry that the backup waits for is dropped as one that it already has',
    cites: ['R33-11'],
    settings: {},
  },
];

const connections: readonly Mutant[] = [
  {
    spec: specification('resumes-one-late', { resumeAt: (_, { upTo }) => seq(upTo + 1) }),
    breaks: ['S5'],
    because: 'after a reconnect the primary leaves out the first entry that the backup lacks',
    cites: ['R33-11'],
    settings: { connectionLoss: 'ignored' },
  },
  {
    spec: specification('resumes-where-it-was', { resumeAt: ({ sent }) => sent }),
    breaks: ['S5'],
    because:
      'after a reconnect the primary goes on where it was: what was on the lost connection is ' +
      'never sent again',
    cites: ['R33-11'],
    settings: { connectionLoss: 'ignored' },
  },
  {
    spec: specification('resumes-at-the-start', { resumeAt: () => seq(0) }),
    breaks: 'nothing',
    because: 'after a reconnect everything not yet freed is sent again, and dropped as duplicate',
    cites: ['R33-11'],
    settings: { connectionLoss: 'ignored' },
  },
  {
    spec: withRows('hello-claims-one-more', {
      reconnect: reconnect({
        ...rules,
        ackPoint: (state, copy) => seq(heldOrReplayed(state, copy) + 1),
      }),
    }),
    breaks: ['S5', 'S2'],
    because: 'the first message of a new connection names the entry wanted next, and is an ack',
    cites: ['R33-11', 'R22-6'],
    settings: { connectionLoss: 'ignored' },
  },
  {
    spec: specification('hello-not-believed', {
      isOurs: (copy, connection) => connection.id === copy.connection,
    }),
    breaks: ['L3', 'L2', 'L1'],
    because:
      'the primary listens only to the connection it has: no clone ever gets through to it, and ' +
      'after a reconnect it hears nothing',
    cites: ['R33-11', 'R31-2'],
    settings: {},
  },
  {
    spec: specification('ack-of-an-earlier-pair', {
      isOurs: (copy, connection) => connection.primary === copy.line,
    }),
    breaks: ['S2', 'S5', 'S1', 'S4'],
    because:
      'an acknowledgment that the backup of an earlier generation sent is read as the present ' +
      "one's: it speaks of another log",
    cites: ['R22-6'],
    settings: {},
  },
  {
    spec: specification('ack-of-an-older-connection', {
      isOurs: (copy, connection) =>
        connection.generation === copy.generation && connection.backup === copy.backup,
    }),
    breaks: 'nothing',
    because:
      'an acknowledgment left on an older connection of the same pair is true; a connection that ' +
      'is lost takes its acknowledgments with it, and one that a backup leaves to move has few',
    cites: ['R22-6', 'R33-11'],
    settings: {},
  },
  {
    spec: withRows('reconnects-at-will', { reconnect: reconnectAtWill }),
    breaks: 'nothing',
    because: 'the backup opens another connection while it has one: what was lost is sent again',
    cites: ['R33-11'],
    settings: { connectionLoss: 'ignored', clock: null },
  },
  {
    spec: withRows('reconnects-in-spite-of-evidence', {
      reconnect: asIf(paper.actions.reconnect, (settings) => ({
        ...settings,
        connectionLoss: 'ignored',
      })),
    }),
    breaks: 'nothing',
    because: 'where the loss of the connection is evidence, a backup may still try another one',
    cites: ['R33-11', 'R23-6'],
    settings: { connectionLoss: 'evidence', clock: null },
  },
];

/** Mistakes in the log buffers and the logging channel (3.2). */
export const ownChannel: readonly Mutant[] = [...buffers, ...sending, ...connections];
