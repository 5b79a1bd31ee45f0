import type { LogEntry } from '../../../impl/hypervisor/entry.ts';
import { grouped, ordered, reconnecting, type WrongProgram } from './wrong-program.ts';

/** Where a backup would stop that does so by the next entry, or by what is made of its position. */
const upTo =
  (of: (head: LogEntry) => number) =>
  (next: LogEntry | null, position: number): number =>
    next === null ? position : Math.max(position, of(next));

/** The backup's log buffer, and what it executes. */
export const ofReplay: readonly WrongProgram[] = [
  {
    name: 'backup-runs-ahead',
    mistake: 'the backup runs beyond the next entry',
    cites: ['R21-8'],
    policies: { mayRunTo: (next, position) => (next?.position ?? position) + 1 },
  },
  {
    name: 'event-at-wrong-position',
    mistake: 'the backup delivers an event at the next even position',
    cites: ['R21-4', 'R21-6'],
    policies: { mayRunTo: upTo(({ position }) => position + (position % 2)) },
  },
  {
    name: 'timer-one-early',
    mistake: 'the backup delivers an interrupt one instruction before its place',
    cites: ['R21-4'],
    policies: { mayRunTo: upTo(({ kind, position }) => position - (kind === 'TIMER' ? 1 : 0)) },
  },
  {
    name: 'local-events-leak',
    mistake: "the timer of the backup's host reaches the guest that replays",
    cites: ['R20-4'],
    policies: { takesLocalEvents: () => true },
  },
  {
    name: 'replays-half-a-group',
    mistake: 'each entry is thought to be the last of its group by who logs it',
    cites: ['R21-9'],
    policies: { endsGroup: () => true },
    fixed: grouped,
  },
  {
    name: 'duplicate-accepted',
    mistake: 'what is sent again after a reconnect is put into the log buffer a second time',
    cites: ['R33-11', 'R22-6'],
    policies: { admits: () => 'held' },
    fixed: { ...reconnecting, ackPoint: 'received' },
  },
  {
    name: 'last-one-again',
    mistake: 'of what is sent again the entry received last is taken for new',
    cites: ['R33-11'],
    policies: { admits: (seq, received) => (seq >= received ? 'held' : 'duplicate') },
    fixed: reconnecting,
    answersTo: ['last-one-again', 'received-is-forgotten'],
  },
  {
    name: 'drops-the-next',
    mistake: 'the entry that the backup waits for is dropped as one that it already has',
    cites: ['R33-11'],
    policies: { admits: (seq, received) => (seq <= received + 1 ? 'duplicate' : 'gap') },
  },
  {
    name: 'clone-one-entry-ahead',
    mistake: 'a clone counts entries as if the first were in its snapshot',
    cites: ['R31-3', 'R21-7'],
    policies: { startsAfter: () => 1 },
    fixed: { start: 'unprotected' },
  },
  {
    name: 'hello-claims-one-more',
    mistake: 'the first message of a connection names the entry wanted next, and is an ack',
    cites: ['R33-11', 'R22-6'],
    policies: { claims: (received) => received + 1 },
    fixed: reconnecting,
    answersTo: ['hello-claims-one-more', 'acked-one-more-after-the-move'],
  },
  {
    name: 'resumes-one-late',
    mistake: 'after a reconnect the primary leaves out the first entry that the backup lacks',
    cites: ['R33-11'],
    policies: { resumesAfter: (claimed, sent) => Math.min(sent, claimed + 1) },
    fixed: reconnecting,
  },
  {
    name: 'resumes-where-it-was',
    mistake: 'after a reconnect the primary goes on where it was',
    cites: ['R33-11'],
    policies: { resumesAfter: (_, sent) => sent },
    fixed: reconnecting,
  },
  {
    name: 'hello-not-believed',
    mistake: 'the primary lets nobody connect who holds nothing yet',
    cites: ['R33-11', 'R31-2'],
    policies: { isWelcome: (claimed) => claimed > 0 },
  },
  {
    name: 'told-by-any-control-entry',
    mistake: 'a backup that was told of more resources stops as if it had been the power-off',
    cites: ['R33-2', 'R33-3'],
    policies: { tellsOfEnd: (kind) => kind === 'OFF' || kind === 'SHARE' },
    fixed: ordered,
  },
  {
    name: 'unbounded-backup-read',
    mistake: 'the backup reads and acknowledges whatever comes, room or not',
    cites: ['R32-4'],
    policies: { readable: () => 1 << 30 },
  },
  {
    name: 'reads-one-over',
    mistake: 'the backup reads one entry more than its log buffer has room for',
    cites: ['R32-4'],
    policies: { readable: (freeBytes) => freeBytes + 96 },
  },
];
