import type { Report } from '../../impl/hypervisor/report.ts';
import { connectionOf, holderOf } from '../../model/actions/notation.ts';
import type { Event } from '../../model/event.ts';
import { bridged } from './bridge.ts';
import { isOpen, lateOn, present, sameConnection } from './channel-end.ts';
import { type Reading, type Same, type Scene, sameOf, stands, stutters } from './reading.ts';

type EntrySent = Extract<Report, { readonly did: 'entrySent' }>;

/**
 * The ack of an entry that is sent a second time may come when a part of it is on its way. Here it
 * is not sent any more then; in the program its frame is ended first, and the backup drops it.
 */
const isHalfSent = ({ copy, ledger }: Scene, seq: number): boolean => {
  if (copy.mode !== 'recording' || copy.connection === null) return false;
  if (seq > copy.acked || seq !== copy.sent + 1) return false;
  const all = ledger.halfSent.get(copy.connection) ?? [];
  if (all.includes(seq)) return false;
  ledger.halfSent.set(copy.connection, [...all, seq]);
  return true;
};

/** An entry has left the primary. */
export const entrySent = (scene: Scene, { connection, seq }: EntrySent): Reading => {
  const same = sameConnection(scene, connection);
  if (scene.copy.mode === 'recording' && !isOpen(scene)) {
    return stutters(
      same,
      sameOf(scene, 'is in the log', true, (copy) => 'logged' in copy && seq <= copy.logged),
    );
  }
  if (isHalfSent(scene, seq)) return stutters(same);
  return stands(
    [{ type: 'flush', copy: scene.id }],
    [same, sameOf(scene, 'sent', seq, (copy) => ('sent' in copy ? copy.sent : null))],
  );
};

type EntryReceived = Extract<Report, { readonly did: 'entryReceived' }>;

/**
 * What is sent a second time, and is not on the channel in the specification: an entry that was
 * half sent, or one on its way when its primary moved, to whom all had been acknowledged by then.
 */
const isDropped = (
  { state, copy, ledger }: Scene,
  { seq, isDuplicate }: EntryReceived,
): boolean => {
  if (!isDuplicate || copy.mode !== 'replaying' || seq > copy.received) return false;
  if (connectionOf(state, copy.connection)?.isHandover === true) return true;
  const [first, ...others] = ledger.halfSent.get(copy.connection) ?? [];
  if (first !== seq) return false;
  ledger.halfSent.set(copy.connection, others);
  return true;
};

/** An entry has reached its backup. */
export const entryReceived = (scene: Scene, report: EntryReceived): Reading => {
  const { connection, seq, isDuplicate } = report;
  const { copy, id, state } = scene;
  const same = sameConnection(scene, connection);
  const late = lateOn(scene, present(scene));
  const [next] = connectionOf(state, present(scene))?.entries ?? [];
  const head = late === null ? next : late.lost.entries[late.entriesRead++];
  if (head?.seq !== seq && isDropped(scene, report)) return stutters(same);
  const isHeld = 'received' in copy && head !== undefined && head.seq <= copy.received;
  const from = copy.mode === 'replaying' ? holderOf(state, copy.primary)?.host : undefined;
  const receiving: readonly Event[] = [{ type: 'receive', copy: id }];
  const events = late === null ? bridged(state, from, copy.host, receiving) : receiving;
  const all: readonly Same[] = [
    same,
    { what: 'seq', program: seq, specification: () => head?.seq ?? null },
    { what: 'held already', program: isDuplicate, specification: () => isHeld },
  ];
  return { ...stands(events, all), late };
};
