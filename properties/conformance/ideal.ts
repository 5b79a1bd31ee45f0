import { match } from 'ts-pattern';
import { thisPair } from '../../model/actions/channel.ts';
import { connectionOf } from '../../model/actions/notation.ts';
import type { EventMap } from '../../model/event.ts';
import { type ConnectionId, type CopyId, copyId } from '../../model/ids.ts';
import { isRefusal, type Spec, type Step, step } from '../../model/spec.ts';
import type { Script } from '../checker/script.ts';
import type { Happening, Reported } from '../simulation/reported.ts';
import { nameOfCopy, saidBy, type Taken } from './ideal-voice.ts';

const ioOf = ({ before, event }: Taken, id: CopyId, io: number): Happening | null => {
  const { flights, generation: current } = before.storage;
  const flight = flights.find((one) => one.copy === id && one.io.number === io);
  if (flight === undefined) return null;
  const { generation } = flight;
  const tagged = { copy: nameOfCopy(before, id), generation, io };
  if (event.type === 'loseIo') return { what: 'lostIo', ...tagged };
  if (generation < current) return { what: 'refusedIo', ...tagged };
  const whole = flight.io.blocks.length;
  const transferredCount = event.type === 'failIo' ? event.transferred : whole;
  return { what: 'applied', ...tagged, transferredCount, isWhole: transferredCount === whole };
};

const arbitratedBy = ({ before, after }: Taken, id: CopyId): Happening => {
  const generation = before.storage.requests.find(({ copy }) => copy === id)?.generation ?? 0;
  const { owner, generation: now } = after.storage;
  const outcome = owner === id && now === generation + 1 ? 'won' : 'lost';
  return { what: 'arbitrated', copy: nameOfCopy(before, id), generation, outcome };
};

const placedBy = (
  { before, after }: Taken,
  { copy, host }: EventMap['place'],
  purpose: 'clone' | 'arrive',
): Happening => {
  const made = after.copies.at(-1);
  const name = made === undefined ? '?' : nameOfCopy(after, made.id);
  return { what: 'placed', source: nameOfCopy(before, copy), copy: name, host, purpose };
};

/** The end by which a loss of a connection is told is that of its backup. */
const endOf = ({ before }: Taken, connection: number): Happening | null => {
  const backup = before.copies.find(
    (copy) => copy.mode === 'replaying' && copy.connection === connection,
  );
  if (backup === undefined) return null;
  return { what: 'reset', copy: nameOfCopy(before, backup.id), connection };
};

const networkHappening = (taken: Taken): Happening | null => {
  const { network } = taken.before;
  return match(taken.event)
    .returnType<Happening | null>()
    .with({ type: 'send' }, () => ({ what: 'sent', packet: network.packets, host: network.port }))
    .with({ type: 'operate' }, ({ kind }) => ({
      what: 'operated',
      kind,
      number: network.operated,
    }))
    .with({ type: 'cut' }, ({ net, from, to }) => ({ what: 'cut', net, from, to }))
    .with({ type: 'heal' }, ({ net, from, to }) => ({ what: 'healed', net, from, to }))
    .with({ type: 'reset' }, ({ connection }) => endOf(taken, connection))
    .otherwise(() => null);
};

const happeningOf = (taken: Taken): Happening | null => {
  const { before } = taken;
  return match(taken.event)
    .returnType<Happening | null>()
    .with({ type: 'wedge' }, ({ copy }) => ({ what: 'wedged', copy: nameOfCopy(before, copy) }))
    .with({ type: 'crash' }, ({ host }) => ({ what: 'crashed', host }))
    .with({ type: 'repair' }, ({ host }) => ({ what: 'repaired', host }))
    .with({ type: 'pause' }, ({ host }) => ({ what: 'paused', host }))
    .with({ type: 'resume' }, ({ host }) => ({ what: 'resumed', host }))
    .with({ type: 'loseStorage' }, ({ host }) => ({ what: 'storageLost', host }))
    .with({ type: 'regainStorage' }, ({ host }) => ({ what: 'storageRegained', host }))
    .with({ type: 'loseService' }, () => ({ what: 'serviceLost' }))
    .with({ type: 'regainService' }, () => ({ what: 'serviceRegained' }))
    .with({ type: 'loseRequest' }, ({ copy }) => ({
      what: 'requestLost',
      copy: nameOfCopy(before, copy),
    }))
    .with({ type: 'loseReply' }, ({ copy }) => ({
      what: 'replyLost',
      copy: nameOfCopy(before, copy),
    }))
    .with({ type: 'arbitrate' }, ({ copy }) => arbitratedBy(taken, copy))
    .with({ type: 'perform' }, ({ copy, io }) => ioOf(taken, copy, io))
    .with({ type: 'failIo' }, ({ copy, io }) => ioOf(taken, copy, io))
    .with({ type: 'loseIo' }, ({ copy, io }) => ioOf(taken, copy, io))
    .with({ type: 'place' }, (event) => placedBy(taken, event, 'clone'))
    .with({ type: 'migrate' }, (event) => placedBy(taken, event, 'arrive'))
    .otherwise(() => networkHappening(taken));
};

/** Where a VM moves its destination has it all before the source is nothing any more. */
const heldBefore = ({ event, before }: Taken): readonly Reported[] => {
  const from = event.type === 'switchOver' ? before.copies[event.copy] : undefined;
  const to = from !== undefined && 'move' in from ? from.move : null;
  const host = to === null ? undefined : before.copies[to]?.host;
  if (to === null || host === undefined) return [];
  const copy = nameOfCopy(before, to);
  return [{ by: 'copy', copy, host, atMs: before.now, report: { did: 'gotAll', offer: 1 } }];
};

/** The lines that an ideal program would report of one step. */
const linesOf = (taken: Taken): readonly Reported[] => {
  const { event, before, after } = taken;
  const happening = happeningOf(taken);
  if (happening !== null) return [{ by: 'world', atMs: before.now, happening }];
  if (!('copy' in event)) return [];
  const id = event.copy;
  const host = before.copies[id]?.host ?? '?';
  const copy = nameOfCopy(after, id);
  const atMs = before.now;
  const said = saidBy({ ...taken, id });
  const own = said.map((report): Reported => ({ by: 'copy', copy, host, atMs, report }));
  return [...heldBefore(taken), ...own];
};

/** Who has opened each connection, and who has heard of it: more than a state remembers. */
type Heard = { readonly openers: Map<ConnectionId, CopyId>; readonly ends: Set<string> };

/** The first message that a primary reads of a connection says who has connected (R33-11). */
const connectedBefore = (
  { event, before }: Taken,
  { openers, ends }: Heard,
): readonly Reported[] => {
  for (const copy of before.copies) {
    if (copy.mode === 'replaying' && !openers.has(copy.connection)) {
      openers.set(copy.connection, copy.id);
    }
  }
  if (event.type !== 'readAck') return [];
  const { copy: id, connection } = event;
  const opener = openers.get(connection);
  const copy = before.copies[id];
  const from = connectionOf(before, connection);
  const end = `${id} ${connection}`;
  if (ends.has(end) || opener === undefined || from === undefined) return [];
  ends.add(end);
  if (copy?.mode !== 'recording' || !thisPair(copy, from)) return []; // that one is turned away
  const backup = nameOfCopy(before, opener);
  const { generation } = from;
  const report = { did: 'connected', connection, generation, backup } as const;
  const { host } = copy;
  return [{ by: 'copy', copy: nameOfCopy(before, id), host, atMs: before.now, report }];
};

/** The report that a program would give which does what the specification does in the script. */
export const ideal = (spec: Spec, { settings, events }: Script): readonly Reported[] => {
  let state = spec.init(settings);
  const copy = nameOfCopy(state, copyId(0));
  const lines: Reported[] = [
    { by: 'world', atMs: 0, happening: { what: 'booted', copy, host: 'A' } },
  ];
  const heard: Heard = { openers: new Map(), ends: new Set() };
  for (const event of events) {
    const outcome: Step | string = step(spec, state, event);
    if (isRefusal(outcome)) continue;
    const taken = { spec, before: state, after: outcome.state, event };
    lines.push(...connectedBefore(taken, heard), ...linesOf(taken));
    state = outcome.state;
  }
  return lines;
};
