import { match, P } from 'ts-pattern';
import { compareAndSwap } from '../../model/actions/arbitration.ts';
import { holderOf } from '../../model/actions/notation.ts';
import type { Event, HostEventType } from '../../model/event.ts';
import { type CopyId, copyId, generation, type HostId } from '../../model/ids.ts';
import type { Connection } from '../../model/log.ts';
import { paper } from '../../model/paper.ts';
import { isRefusal, step } from '../../model/spec.ts';
import type { State } from '../../model/state.ts';
import type { Happening, Net } from '../simulation/reported.ts';
import { putOff } from './bridge.ts';
import { acksLost, connectionAt, hostNamed, type Late, type Ledger } from './ledger.ts';
import {
  type Reading,
  type Same,
  type Senseless,
  type Shown,
  senseless,
  stands,
  stutters,
} from './reading.ts';

type Place = { readonly state: State; readonly ledger: Ledger };

type PlainHostEvent = Exclude<HostEventType, 'place' | 'migrate' | 'skew' | 'overcommit'>;

const onHost = ({ ledger }: Place, type: PlainHostEvent, name: string): Reading | Senseless => {
  const host = hostNamed(ledger, name);
  return host === undefined ? senseless(`there is no host ${name}`) : stands([{ type, host }]);
};

const crashed = (place: Place, name: string): Reading | Senseless => {
  const { state, ledger } = place;
  const host = hostNamed(ledger, name);
  if (host === undefined) return senseless(`there is no host ${name}`);
  const { copies } = state;
  for (const [destination, source] of ledger.leaving) {
    // both ends of a switchover are gone then, and nobody can tell whether it has been
    const isLost = copies[source]?.host === host && copies[destination]?.mode !== 'arriving';
    if (isLost) ledger.leaving.delete(destination);
  }
  const leaving = putOff(state, ledger, (copy) => copy.host === host);
  return stands([...leaving, { type: 'crash', host }]);
};

const onNet = (
  { ledger }: Place,
  type: 'cut' | 'heal',
  line: { readonly net: Net; readonly from: string; readonly to: string },
): Reading | Senseless => {
  const from = hostNamed(ledger, line.from);
  const to = hostNamed(ledger, line.to);
  if (from === undefined || to === undefined) return senseless('there is no such host');
  return stands([{ type, net: line.net, from, to }]);
};

const sameHost = (ledger: Ledger, name: string, host: HostId | undefined): Same => ({
  what: 'host',
  program: hostNamed(ledger, name) ?? null,
  specification: () => host ?? null,
});

const ofCopy = (
  { ledger }: Place,
  name: string,
  read: (id: CopyId) => Reading | Senseless,
): Reading | Senseless => {
  const id = ledger.copies.get(name);
  return id === undefined ? senseless(`there is no copy ${name}`) : read(id);
};

type Placed = Extract<Happening, { readonly what: 'placed' }>;

/** Whether the service may have picked that host: no living copy is there (R20-1, R33-4). */
const mayHost = ({ copies, hosts }: State, host: HostId): boolean =>
  hosts[host].up &&
  hosts[host].storage &&
  !copies.some((copy) => copy.host === host && copy.mode !== 'halted' && copy.mode !== 'crashed');

/** What the source has said while the service was away, and it hears now that it is back. */
const heardNow = ({ state, ledger }: Place, source: CopyId, { purpose }: Placed) => {
  const copy = state.copies[source];
  const isNews = copy?.mode === 'live' && !copy.told && ledger.unheard.delete(source);
  const isHeard = isNews && purpose === 'clone' && state.service.up;
  return isHeard ? [{ type: 'requestBackup', copy: source } as const] : [];
};

const isPossible = (state: State, events: readonly Event[]): boolean => {
  let now = state;
  return events.every((event) => {
    const outcome = step(paper, now, event);
    if (!isRefusal(outcome)) now = outcome.state;
    return !isRefusal(outcome);
  });
};

/**
 * The service reserves a host and tells the source. One that is busy, or is gone, or is itself a
 * destination of which nobody wants anything, wants nothing of it, and there is no such destination
 * then in the specification; the source must never say that there is one.
 */
const placed = (place: Place, line: Placed): Reading | Senseless => {
  const { state, ledger } = place;
  const host = hostNamed(ledger, line.host);
  if (host === undefined) return senseless(`there is no host ${line.host}`);
  const unwanted = (): Reading => {
    ledger.unwanted.add(line.copy);
    return stutters();
  };
  if (ledger.unwanted.has(line.source) && mayHost(state, host)) return unwanted();
  return ofCopy(place, line.source, (source) => {
    const type = line.purpose === 'clone' ? 'place' : 'migrate';
    const events: readonly Event[] = [
      ...heardNow(place, source, line),
      { type, copy: source, host },
    ];
    if (!isPossible(state, events) && mayHost(state, host)) return unwanted();
    ledger.copies.set(line.copy, copyId(state.copies.length));
    return stands(events);
  });
};

type Arbitrated = Extract<Happening, { readonly what: 'arbitrated' }>;

/**
 * One atomic test-and-set. Of a question that was asked twice the second decision changes nothing,
 * whoever has asked; where the specification has lost the first, the second is asked now (R23-21).
 */
const arbitrated = (place: Place, line: Arbitrated): Reading | Senseless =>
  ofCopy(place, line.copy, (copy) => {
    const { storage } = place.state;
    const request = { copy, generation: generation(line.generation) };
    const outcome: Same = {
      what: 'outcome',
      program: line.outcome,
      specification: () => compareAndSwap(storage, request),
    };
    const isUnderWay = storage.requests.some(
      (one) => one.copy === copy && one.generation === line.generation,
    );
    if (isUnderWay) return stands([{ type: 'arbitrate', copy }], [outcome]);
    if (storage.generation !== request.generation) return stutters(outcome);
    if (place.ledger.asked.get(copy) !== line.generation) {
      return senseless('nobody has asked for that');
    }
    return stands([
      { type: 'testAndSet', copy },
      { type: 'arbitrate', copy },
    ]);
  });

/** What is lost may be the repetition of what the specification has lost, or read, already. */
const lost = (place: Place, type: 'loseRequest' | 'loseReply', name: string): Reading | Senseless =>
  ofCopy(place, name, (copy) => {
    const { requests, replies } = place.state.storage;
    const isThere = (type === 'loseRequest' ? requests : replies).some((one) => one.copy === copy);
    return isThere ? stands([{ type, copy }]) : stutters();
  });

type Tagged = { readonly copy: string; readonly generation: number; readonly io: number };

/**
 * A copy that has submitted an operation again, under the generation that it won, has two of them
 * under way; the storage refuses the older one sooner or later, and that changes nothing.
 */
const refusedBefore = ({ storage }: State, copy: CopyId, { io, generation: tag }: Tagged) =>
  storage.flights
    .filter((flight) => flight.copy === copy && flight.io.number === io)
    .filter((flight) => flight.generation < tag)
    .map((): Event => ({ type: 'perform', copy, io }));

type Applied = Extract<Happening, { readonly what: 'applied' }>;

const applied = (place: Place, line: Applied): Reading | Senseless =>
  ofCopy(place, line.copy, (copy) => {
    const { io, generation: tag, transferredCount: transferred, isWhole } = line;
    const { state } = place;
    const flight = state.storage.flights.find(
      (one) => one.copy === copy && one.io.number === io && one.generation === tag,
    );
    if (flight === undefined) return senseless('no such disk operation is under way');
    const isWrite = flight.io.kind === 'write' && transferred > 0;
    const shown: readonly Shown[] = isWrite ? [{ type: 'write', io }] : [];
    const done: Event = isWhole
      ? { type: 'perform', copy, io }
      : { type: 'failIo', copy, io, transferred };
    const count: Same = {
      what: 'blocks transferred',
      program: transferred,
      specification: () => (isWhole ? flight.io.blocks.length : transferred),
    };
    return stands([...refusedBefore(state, copy, line), done], [count], shown);
  });

/** The storage refuses what is tagged with a generation that is over (R23-20). */
const refused = (place: Place, line: Tagged): Reading | Senseless =>
  ofCopy(place, line.copy, (copy) => {
    const { storage } = place.state;
    const isFenced: Same = {
      what: 'whether the generation is over',
      program: true,
      specification: () => line.generation < storage.generation,
    };
    const isThere = storage.flights.some(
      (one) => one.copy === copy && one.io.number === line.io && one.generation === line.generation,
    );
    return isThere
      ? stands([{ type: 'perform', copy, io: line.io }], [isFenced])
      : stutters(isFenced);
  });

type Reset = Extract<Happening, { readonly what: 'reset' }>;

/** The ends of a connection whose hosts stand still: they hear of its loss when they go on. */
const lateEndsOf = (state: State, ledger: Ledger, lost: Connection): readonly Late[] =>
  [holderOf(state, lost.primary), holderOf(state, lost.backup)].flatMap((copy) => {
    if (copy === undefined || !state.hosts[copy.host].paused) return [];
    const acks = [...(ledger.acks.get(lost.id) ?? [])];
    return [{ copy: copy.id, lost, entriesRead: 0, acksRead: 0, acks }];
  });

const reset = ({ state, ledger }: Place, line: Reset): Reading => {
  const connection = connectionAt(ledger, line.copy, line.connection);
  const known = state.connections.find(({ id }) => id === connection);
  // before its first message a connection is none in the specification, and after a suspicion it
  // is closed there
  if (known === undefined || !known.open) return stutters();
  ledger.late = [...ledger.late, ...lateEndsOf(state, ledger, known)];
  acksLost(ledger, known.id);
  return stands([{ type: 'reset', connection: known.id }]);
};

/** Of a copy that has handed its VM over only the remains can be stuck. */
const wedged = ({ state }: Place, copy: CopyId): Reading =>
  state.copies[copy]?.mode === 'halted' ? stutters() : stands([{ type: 'wedge', copy }]);

type Booted = Extract<Happening, { readonly what: 'booted' }>;

const booted = ({ state, ledger }: Place, line: Booted): Reading | Senseless => {
  if (ledger.copies.size > 0) return senseless('the VM boots only once');
  ledger.copies.set(line.copy, copyId(0));
  return stutters(sameHost(ledger, line.host, state.copies[0]?.host));
};

const onStorage = (
  place: Place,
  line: Extract<
    Happening,
    {
      readonly what:
        | 'requestLost'
        | 'replyLost'
        | 'arbitrated'
        | 'applied'
        | 'refusedIo'
        | 'lostIo';
    }
  >,
): Reading | Senseless =>
  match(line)
    .returnType<Reading | Senseless>()
    .with({ what: 'requestLost' }, ({ copy }) => lost(place, 'loseRequest', copy))
    .with({ what: 'replyLost' }, ({ copy }) => lost(place, 'loseReply', copy))
    .with({ what: 'arbitrated' }, (one) => arbitrated(place, one))
    .with({ what: 'applied' }, (one) => applied(place, one))
    .with({ what: 'refusedIo' }, (one) => refused(place, one))
    .with({ what: 'lostIo' }, ({ copy: name, io }) =>
      ofCopy(place, name, (copy) => stands([{ type: 'loseIo', copy, io }])),
    )
    .exhaustive();

/** What a line about the world stands for. */
export const onWorld = (place: Place, happening: Happening): Reading | Senseless => {
  const { network } = place.state;
  return (
    match(happening)
      .returnType<Reading | Senseless>()
      .with({ what: 'booted' }, (line) => booted(place, line))
      .with({ what: 'sent' }, ({ packet, host }) =>
        stands(
          [{ type: 'send' }],
          [
            { what: 'packet', program: packet, specification: () => network.packets },
            sameHost(place.ledger, host, network.port),
          ],
        ),
      )
      .with({ what: 'operated' }, ({ kind, number }) =>
        stands(
          [{ type: 'operate', kind }],
          [{ what: 'number', program: number, specification: () => network.operated }],
        ),
      )
      .with({ what: 'crashed' }, ({ host }) => crashed(place, host))
      .with({ what: 'repaired' }, ({ host }) => onHost(place, 'repair', host))
      .with({ what: 'paused' }, ({ host }) => onHost(place, 'pause', host))
      .with({ what: 'resumed' }, ({ host }) => onHost(place, 'resume', host))
      .with({ what: 'storageLost' }, ({ host }) => onHost(place, 'loseStorage', host))
      .with({ what: 'storageRegained' }, ({ host }) => onHost(place, 'regainStorage', host))
      .with({ what: 'cut' }, (line) => onNet(place, 'cut', line))
      .with({ what: 'healed' }, (line) => onNet(place, 'heal', line))
      .with({ what: 'reset' }, (line) => reset(place, line))
      .with({ what: 'serviceLost' }, () => stands([{ type: 'loseService' }]))
      .with({ what: 'serviceRegained' }, () => stands([{ type: 'regainService' }]))
      .with({ what: 'placed' }, (line) => placed(place, line))
      .with({ what: 'wedged' }, ({ copy: name }) =>
        place.ledger.unwanted.has(name)
          ? stutters()
          : ofCopy(place, name, (copy) => wedged(place, copy)),
      )
      // every reading of a clock says what it read, and here time has no speed
      .with({ what: P.union('skewed', 'overcommitted') }, () => stutters())
      .otherwise((line) => onStorage(place, line))
  );
};
