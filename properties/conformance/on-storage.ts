import { match } from 'ts-pattern';
import { compareAndSwap } from '../../model/actions/arbitration.ts';
import type { Event } from '../../model/event.ts';
import { type CopyId, generation } from '../../model/ids.ts';
import type { State } from '../../model/state.ts';
import type { Happening } from '../simulation/reported.ts';
import type { Ledger } from './ledger.ts';
import {
  type Reading,
  type Same,
  type Senseless,
  type Shown,
  senseless,
  stands,
  stutters,
} from './reading.ts';

/** Where a line about the world is read. */
export type Place = { readonly state: State; readonly ledger: Ledger };

/** A line about a copy that the specification has too. */
export const ofCopy = (
  { ledger }: Place,
  name: string,
  read: (id: CopyId) => Reading | Senseless,
): Reading | Senseless => {
  const id = ledger.copies.get(name);
  return id === undefined ? senseless(`there is no copy ${name}`) : read(id);
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

const isUnderWay = ({ storage }: State, copy: CopyId, { io, generation: tag }: Tagged): boolean =>
  storage.flights.some(
    (one) => one.copy === copy && one.io.number === io && one.generation === tag,
  );

const fenced = ({ storage }: State, { generation: tag }: Tagged): Same => ({
  what: 'whether the generation is over',
  program: true,
  specification: () => tag < storage.generation,
});

/** The storage refuses what is tagged with a generation that is over (R23-20). */
const refused = (place: Place, line: Tagged): Reading | Senseless =>
  ofCopy(place, line.copy, (copy) => {
    const isFenced = fenced(place.state, line);
    return isUnderWay(place.state, copy, line)
      ? stands([{ type: 'perform', copy, io: line.io }], [isFenced])
      : stutters(isFenced);
  });

/** What is lost on its way may be the older of two, which the specification has had refused. */
const lostOnItsWay = (place: Place, line: Tagged): Reading | Senseless =>
  ofCopy(place, line.copy, (copy) => {
    const { state } = place;
    const { io } = line;
    if (!isUnderWay(state, copy, line)) return stutters(fenced(state, line));
    return stands([...refusedBefore(state, copy, line), { type: 'loseIo', copy, io }]);
  });

/** What a line about the shared storage stands for. */
export const onStorage = (
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
    .with({ what: 'lostIo' }, (one) => lostOnItsWay(place, one))
    .exhaustive();
