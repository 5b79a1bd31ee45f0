import { match } from 'ts-pattern';
import type { Report } from '../../impl/hypervisor/report.ts';
import { heldOrReplayed, thisPair } from '../../model/actions/channel.ts';
import { connectionOf, holderOf } from '../../model/actions/notation.ts';
import type { Event } from '../../model/event.ts';
import { type ConnectionId, type CopyId, connectionId } from '../../model/ids.ts';
import type { Connection } from '../../model/log.ts';
import type { Replaying, State, Vm } from '../../model/state.ts';
import { bridged, firstPasses } from './bridge.ts';
import {
  ackSent,
  acksLost,
  ackTaken,
  bindEnd,
  connectionAt,
  isBound,
  type Late,
} from './ledger.ts';
import {
  type Reading,
  type Same,
  type Scene,
  type Senseless,
  sameOf,
  senseless,
  stands,
  stutters,
} from './reading.ts';

/** What a copy says of the logging channel. */
export type Channel = Extract<
  Report,
  {
    readonly did:
      | 'connected'
      | 'entrySent'
      | 'entryReceived'
      | 'ackSent'
      | 'ackRead'
      | 'disconnected';
  }
>;

const present = ({ copy }: Scene): ConnectionId | null => connectionIn(copy);

/** The copy speaks on the connection that the specification has it speak on. */
const sameConnection = (scene: Scene, connection: number): Same => ({
  what: 'connection',
  program: connectionAt(scene.ledger, scene.name, connection) ?? null,
  specification: () => present(scene),
});

type EntrySent = Extract<Report, { readonly did: 'entrySent' }>;

/**
 * A side that suspects closes the connection for both in the specification; here the other may not
 * have heard of it, and what it says gets nowhere.
 */
const isOpen = (scene: Scene): boolean => connectionOf(scene.state, present(scene))?.open ?? false;

/**
 * The ack of an entry that is sent a second time may come when a part of it is on its way. Here it
 * is not sent any more then; in the program its frame is ended first, and the backup drops it.
 */
const isHalfSent = ({ copy, ledger }: Scene, seq: number): boolean => {
  if (copy.mode !== 'recording' || copy.connection === null) return false;
  if (seq > copy.acked || seq !== copy.sent + 1) return false;
  if (ledger.halfSent.has(copy.connection)) return false;
  ledger.halfSent.set(copy.connection, seq);
  return true;
};

const entrySent = (scene: Scene, { connection, seq }: EntrySent): Reading => {
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

/** The connection that a copy does not know to be lost, and reads on (R20-7). */
const lateOn = ({ ledger, id }: Scene, connection: ConnectionId | null): Late | null =>
  ledger.late.find((one) => one.copy === id && one.lost.id === connection) ?? null;

const isDropped = ({ copy, ledger }: Scene, { seq, isDuplicate }: EntryReceived): boolean =>
  isDuplicate &&
  copy.mode === 'replaying' &&
  copy.connection !== null &&
  ledger.halfSent.get(copy.connection) === seq &&
  seq <= copy.received;

const entryReceived = (scene: Scene, report: EntryReceived): Reading => {
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

type AckSent = Extract<Report, { readonly did: 'ackSent' }>;

const sameAcked = (scene: Scene, upTo: number): Same =>
  sameOf(scene, 'acknowledged', upTo, (copy) => ('acked' in copy ? copy.acked : null));

const sameWish = (scene: Scene, wantsQuiet: boolean): Same =>
  sameOf(scene, 'asks for a quiet disk', wantsQuiet, (copy) =>
    copy.mode === 'replaying' ? copy.asks : null,
  );

const connectionIn = (copy: Vm | undefined): ConnectionId | null =>
  copy !== undefined && 'connection' in copy ? copy.connection : null;

const isThere = ({ copies }: State, destination: CopyId): boolean => {
  const copy = copies[destination];
  return copy?.mode === 'arriving' && !copy.wedged;
};

/**
 * A backup that wants the disk quiet knows that its destination has been copied to (R33-7). If that
 * is gone, the backup speaks before it has heard of it.
 */
const wishing = (
  scene: Scene,
  { move, host }: Replaying,
  wantsQuiet: boolean,
  events: readonly Event[],
  same: readonly Same[],
): Reading => {
  const { state } = scene;
  const to = move === null ? undefined : state.copies[move]?.host;
  const passes = bridged(state, to, host, wantsQuiet ? firstPasses(state, move) : []);
  const reading = stands([...passes, ...events], [...same, sameWish(scene, wantsQuiet)]);
  if (!wantsQuiet || move === null || isThere(state, move)) return reading;
  return { ...reading, belated: [[{ type: 'precopy', copy: move }, ...events], events] };
};

/** Whoever answers for a primary that has handed over is not it: it is said to nobody. */
const isOnItsWay = (primary: Vm | undefined): boolean =>
  primary?.mode === 'halted' && primary.because === 'moved';

/**
 * The first message of a backup on a connection. The one of a clone, or of the destination of a
 * VMotion, is a part of `arm` or `takeUp`; any other is `reconnect`. The program speaks after it
 * has connected: that the network may have been cut since makes no difference to anybody, and that
 * the old connection is lost is no news, whichever end knew it first.
 */
const helloSent = (scene: Scene, backup: Replaying, report: AckSent): Reading => {
  const { connection, upTo, wantsQuiet } = report;
  const { state, ledger, name, id } = scene;
  const { connection: known } = backup;
  if (!isBound(ledger, name, known)) {
    bindEnd(ledger, name, connection, known);
    ackSent(ledger, known, true);
    return stutters(sameAcked(scene, upTo));
  }
  const primary = holderOf(state, backup.primary);
  if (isOnItsWay(primary)) return stutters();
  const old = connectionOf(state, known);
  // nobody has read the first message yet: said again, where its primary is now, it is the same
  const isUnread = old?.acks.length === 1 && connectionIn(primary) !== known;
  if (old?.open === true && isUnread && upTo === backup.acked) {
    bindEnd(ledger, name, connection, known);
    acksLost(ledger, known);
    ackSent(ledger, known, true);
    return stutters(sameAcked(scene, upTo));
  }
  const next = connectionId((state.connections.at(-1)?.id ?? -1) + 1);
  bindEnd(ledger, name, connection, next);
  ackSent(ledger, next, true);
  const lost: readonly Event[] = old?.open === true ? [{ type: 'reset', connection: known }] : [];
  const reconnecting = bridged(state, primary?.host, backup.host, [
    { type: 'reconnect', copy: id },
  ]);
  const events = [...lost, ...reconnecting];
  return wishing(scene, backup, wantsQuiet, events, [sameAcked(scene, upTo)]);
};

/**
 * An ack is one of the specification's if it says anything new there: more entries, or another wish
 * for a quiet disk. What else it carries is the lag's, and keeps the channel alive (R32-9, Q9).
 */
const ordinaryAck = (scene: Scene, backup: Replaying, report: AckSent): Reading => {
  const { connection, upTo, wantsQuiet } = report;
  const { state, ledger } = scene;
  const isKnown = connectionAt(ledger, scene.name, connection) !== undefined;
  const isToNobody = !isKnown && isOnItsWay(holderOf(state, backup.primary));
  if (!isOpen(scene) || isToNobody) {
    const held: Same = {
      what: 'held or replayed',
      program: upTo,
      specification: () => heldOrReplayed(state, backup),
    };
    return stutters(held, ...(isKnown ? [sameConnection(scene, connection)] : []));
  }
  const isNews = heldOrReplayed(state, backup) > backup.acked || wantsQuiet !== backup.asks;
  ackSent(ledger, backup.connection, isNews);
  const same = [sameConnection(scene, connection), sameAcked(scene, upTo)];
  if (!isNews) return stutters(...same);
  const acknowledge: Event = { type: 'acknowledge', copy: scene.id };
  return wishing(scene, backup, wantsQuiet, [acknowledge], same);
};

const ackedBy = (scene: Scene, report: AckSent): Reading | Senseless => {
  const { copy } = scene;
  if (copy.mode !== 'replaying') return senseless(`a ${copy.mode} copy acknowledges nothing`);
  return report.isHello ? helloSent(scene, copy, report) : ordinaryAck(scene, copy, report);
};

type AckRead = Extract<Report, { readonly did: 'ackRead' }>;

const unsent = 'it reads an acknowledgment that nobody has sent';

/**
 * The connection that a primary hears from under a number that is new: of those that it has not
 * heard of, the first whose message is as it says, for each end numbers for itself.
 */
const heardOn = ({ state, ledger, name, copy }: Scene, report: AckRead) => {
  const known = connectionAt(ledger, name, report.connection);
  if (known !== undefined) return known;
  const fresh = state.connections.filter(
    ({ id, primary, acks }) =>
      primary === copy.line && acks.length > 0 && !isBound(ledger, name, id),
  );
  const fits = (one: Connection): boolean =>
    copy.mode === 'recording' &&
    thisPair(copy, one) === report.isOurs &&
    one.acks[0]?.upTo === report.upTo;
  const heard = fresh.find(fits) ?? fresh[0];
  if (heard !== undefined) bindEnd(ledger, name, report.connection, heard.id);
  return heard?.id;
};

/** What a primary reads of a connection that it does not know to be lost. */
const ackReadLate = (scene: Scene, late: Late, report: AckRead): Reading | Senseless => {
  const { copy, id } = scene;
  const { lost } = late;
  const isOurs = copy.mode === 'recording' && thisPair(copy, lost);
  const ours: Same = { what: 'is ours', program: report.isOurs, specification: () => isOurs };
  const isEvent = late.acks.shift();
  if (isEvent === undefined) return senseless(unsent);
  if (!isEvent || copy.mode !== 'recording') return stutters(ours);
  const ack = lost.acks[late.acksRead++];
  const upTo: Same = {
    what: 'acknowledged',
    program: report.upTo,
    specification: () => ack?.upTo ?? null,
  };
  const events: readonly Event[] = [{ type: 'readAck', copy: id, connection: lost.id }];
  return { ...stands(events, [ours, upTo]), late };
};

const ackRead = (scene: Scene, report: AckRead): Reading | Senseless => {
  const { copy, id, state, ledger } = scene;
  const connection = heardOn(scene, report);
  const late = lateOn(scene, connection ?? null);
  if (late !== null) return ackReadLate(scene, late, report);
  // only a primary that records heeds acks: those of a pair that is over are ignored (R22-6)
  if (copy.mode !== 'recording') {
    if (connection !== undefined) ackTaken(ledger, connection);
    return stutters({ what: 'is ours', program: report.isOurs, specification: () => false });
  }
  const isEvent = connection === undefined ? undefined : ackTaken(ledger, connection);
  if (connection === undefined || isEvent === undefined) return senseless(unsent);
  const from = connectionOf(state, connection);
  if (from === undefined) return stutters(); // read before, and over
  const isOurs = thisPair(copy, from);
  const ours: Same = { what: 'is ours', program: report.isOurs, specification: () => isOurs };
  // what was on its way when an end moved is lost in the specification, and said again (R33-11)
  if (!isEvent || from.isHandover) return stutters(ours);
  const [ack] = from.acks;
  const upTo: Same = {
    what: 'acknowledged',
    program: report.upTo,
    specification: () => ack?.upTo ?? null,
  };
  const backup = holderOf(state, from.backup)?.host;
  return stands(bridged(state, backup, copy.host, [{ type: 'readAck', copy: id, connection }]), [
    ours,
    upTo,
  ]);
};

/** From here on it knows: it reads no more of that connection. */
const heardOfLoss = ({ ledger, name, id }: Scene, connection: number): Reading => {
  const lost = connectionAt(ledger, name, connection);
  ledger.late = ledger.late.filter((one) => one.copy !== id || one.lost.id !== lost);
  return stutters();
};

/** What a line about the logging channel stands for. */
export const onChannel = (scene: Scene, report: Channel): Reading | Senseless =>
  match(report)
    .returnType<Reading | Senseless>()
    .with({ did: 'entrySent' }, (line) => entrySent(scene, line))
    .with({ did: 'entryReceived' }, (line) => entryReceived(scene, line))
    .with({ did: 'ackSent' }, (line) => ackedBy(scene, line))
    .with({ did: 'ackRead' }, (line) => ackRead(scene, line))
    // a connection begins with its first message, and is lost for the world or by a suspicion
    .with({ did: 'connected' }, () => stutters())
    .with({ did: 'disconnected' }, ({ connection }) => heardOfLoss(scene, connection))
    .exhaustive();
