import { match } from 'ts-pattern';
import type { Report } from '../../impl/hypervisor/report.ts';
import { heldOrReplayed, thisPair } from '../../model/actions/channel.ts';
import { connectionOf, holderOf } from '../../model/actions/notation.ts';
import type { Event } from '../../model/event.ts';
import { type CopyId, connectionId } from '../../model/ids.ts';
import type { Connection } from '../../model/log.ts';
import type { Replaying, State, Vm } from '../../model/state.ts';
import { bridged, firstPasses } from './bridge.ts';
import { connectionIn, isOpen, lateOn, sameConnection } from './channel-end.ts';
import {
  ackSent,
  acksLost,
  ackTaken,
  bindEnd,
  calledBy,
  callerOf,
  connectionAt,
  isBound,
  type Late,
} from './ledger.ts';
import { entryReceived, entrySent } from './on-entries.ts';
import {
  type Reading,
  type Same,
  type Scene,
  type Senseless,
  sameOf,
  senseless,
  stands,
  stutters,
  times,
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

type Connected = Extract<Report, { readonly did: 'connected' }>;

type AckSent = Extract<Report, { readonly did: 'ackSent' }>;

const sameAcked = (scene: Scene, upTo: number): Same =>
  sameOf(scene, 'acknowledged', upTo, (copy) => ('acked' in copy ? copy.acked : null));

const sameWish = (scene: Scene, wantsQuiet: boolean): Same =>
  sameOf(scene, 'asks for a quiet disk', wantsQuiet, (copy) =>
    copy.mode === 'replaying' ? copy.asks : null,
  );

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
  const earlier = bridged(state, to, host, [{ type: 'precopy', copy: move }]);
  return { ...reading, belated: [[...earlier, ...events], events] };
};

/** Whoever answers for a primary that has handed over is not it: it is said to nobody. */
const isOnItsWay = (primary: Vm | undefined): boolean =>
  primary?.mode === 'halted' && primary.because === 'moved';

/**
 * The first message of a backup on a connection. The one of a clone, or of the destination of a
 * VMotion, is a part of `arm` or `takeUp`, and by the time it is said there may be more to
 * acknowledge (V1): then it is two, which are read as one. Any other is `reconnect`. The program
 * speaks after it has connected: that the network may have been cut since makes no difference to
 * anybody, and that the old connection is lost is no news, whichever end knew it first.
 */
const helloSent = (scene: Scene, backup: Replaying, report: AckSent): Reading => {
  const { connection, upTo, wantsQuiet } = report;
  const { state, ledger, name, id } = scene;
  const { connection: known } = backup;
  if (!isBound(ledger, name, known)) {
    bindEnd(ledger, name, connection, known);
    const isMore = upTo > backup.acked && heldOrReplayed(state, backup) > backup.acked;
    ackSent(ledger, known, isMore ? 2 : 1);
    return stands(isMore ? [{ type: 'acknowledge', copy: id }] : [], [sameAcked(scene, upTo)]);
  }
  const primary = holderOf(state, backup.primary);
  if (isOnItsWay(primary)) return stutters();
  const old = connectionOf(state, known);
  // nobody has read the first message yet: said again, where its primary is now, it is the same
  const isUnread = old?.acks.length === 1 && connectionIn(primary) !== known;
  if (old?.open === true && isUnread && upTo === backup.acked) {
    bindEnd(ledger, name, connection, known);
    acksLost(ledger, known);
    ackSent(ledger, known, 1);
    return stutters(sameAcked(scene, upTo));
  }
  const next = connectionId((state.connections.at(-1)?.id ?? -1) + 1);
  bindEnd(ledger, name, connection, next);
  ackSent(ledger, next, 1);
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
  ackSent(ledger, backup.connection, isNews ? 1 : 0);
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
 * The connection that a primary hears from under a number that is new, for each end numbers for
 * itself: of those that it has not heard of, and that this copy has opened, the first whose message
 * is as it says. A backup that moves is two copies, which may say the same.
 */
const heardOn = ({ state, ledger, name, copy }: Scene, report: AckRead) => {
  const known = connectionAt(ledger, name, report.connection);
  if (known !== undefined) return known;
  const caller = callerOf(ledger, name, report.connection);
  const fresh = state.connections.filter(
    ({ id, primary, acks }) =>
      primary === copy.line &&
      acks.length > 0 &&
      !isBound(ledger, name, id) &&
      (caller === undefined || isBound(ledger, caller, id)),
  );
  const fits = (one: Connection): boolean =>
    copy.mode === 'recording' &&
    thisPair(copy, one) === report.isOurs &&
    one.acks[(ledger.acks.get(one.id)?.[0] ?? 1) - 1]?.upTo === report.upTo;
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
  const count = late.acks.shift();
  if (count === undefined) return senseless(unsent);
  if (count === 0 || copy.mode !== 'recording') return stutters(ours);
  late.acksRead += count;
  const ack = lost.acks[late.acksRead - 1];
  const upTo: Same = {
    what: 'acknowledged',
    program: report.upTo,
    specification: () => ack?.upTo ?? null,
  };
  const reading: Event = { type: 'readAck', copy: id, connection: lost.id };
  return { ...stands(times(count, reading), [ours, upTo]), late };
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
  const count = connection === undefined ? undefined : ackTaken(ledger, connection);
  if (connection === undefined || count === undefined) return senseless(unsent);
  const from = connectionOf(state, connection);
  if (from === undefined) return stutters(); // read before, and over
  const isOurs = thisPair(copy, from);
  const ours: Same = { what: 'is ours', program: report.isOurs, specification: () => isOurs };
  if (count === 0) return stutters(ours);
  const ack = from.acks[count - 1];
  const upTo: Same = {
    what: 'acknowledged',
    program: report.upTo,
    specification: () => ack?.upTo ?? null,
  };
  const backup = holderOf(state, from.backup)?.host;
  const reading = times(count, { type: 'readAck', copy: id, connection });
  return stands(bridged(state, backup, copy.host, reading), [ours, upTo]);
};

/**
 * A connection begins with its first message. Which copy that is from is said here: copies of which
 * one has moved to the other are one backup in the specification.
 */
const connected = (scene: Scene, { connection, backup }: Connected): Reading | Senseless => {
  const { ledger, name, state, copy } = scene;
  const id = ledger.copies.get(backup);
  if (id === undefined) return senseless(`there is no copy ${backup}`);
  calledBy(ledger, name, connection, backup);
  if (copy.mode !== 'recording') return stutters();
  const line = state.copies[id]?.line ?? null;
  return stutters({ what: 'backup', program: line, specification: () => copy.backup });
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
    .with({ did: 'connected' }, (line) => connected(scene, line))
    // it is lost for the world, or by a suspicion
    .with({ did: 'disconnected' }, ({ connection }) => heardOfLoss(scene, connection))
    .exhaustive();
