import type { Completion, Io } from '../disk.ts';
import { race } from '../disk.ts';
import type { Effect } from '../effect.ts';
import { completed, contentOf, type Guest, type Output } from '../guest.ts';
import type { Generation } from '../ids.ts';
import type { Action, Refusal, Step } from '../spec.ts';
import type { Flight, Live, Recording, State, Storage, Vm, Withholding } from '../state.ts';
import { inMode, moved, silent, withCopy, withDevices } from './notation.ts';
import { full, type Logging, logging, off, type RecordRules } from './record.ts';

type Serving = Recording | Withholding | Live;

/** Whether a disk operation waits for others before it goes to the storage (R34-1). */
export type MustWait = (copy: Serving, io: Io) => boolean;

/**
 * While an earlier one that it races with is outstanding, or its completion is not known to be
 * logged on the backup: a copy that takes over would submit that one again (R34-9, R34-11).
 */
export const behindRaces: MustWait = ({ guest, devices }, io) =>
  guest.pending.some((earlier) => earlier.number < io.number && race(earlier, io)) ||
  devices.settled.some((earlier) => race(earlier, io));

/** What a write puts on the disk (R34-4). */
export type Payload = (io: Io, guest: Guest) => readonly number[];

/** Its bounce buffer: the guest may have changed the memory since. */
export const bounced: Payload = ({ data }) => data;

/** What becomes of the guest when a disk operation has physically ended (R34-3). */
export type OnArrived = (guest: Guest, io: Io, completion: Completion) => Guest;

/** Nothing: the data waits in the bounce buffer until the completion is handed over. */
export const memoryUntouched: OnArrived = (guest) => guest;

/** Whether the storage refuses a disk operation, by its tag (R23-20). */
export type IsFenced = (storage: Storage, tag: Generation) => boolean;

/** All that were submitted under an earlier generation than the one that was won last. */
export const olderGeneration: IsFenced = ({ generation }, tag) => tag < generation;

/** What of a completion is logged (R34-10). */
export type LoggedCompletion = (io: Io, completion: Completion) => Completion;

/** Status and data. */
export const statusAndData: LoggedCompletion = (_, completion) => completion;

/** The decisions about disk operations (section 3.4 of the paper). */
export type DiskRules = RecordRules & {
  readonly mustWait: MustWait;
  readonly payload: Payload;
  readonly onArrived: OnArrived;
  readonly isFenced: IsFenced;
  readonly loggedCompletion: LoggedCompletion;
};

const outputOf = (io: Io): Output | null =>
  io.ordinal === null
    ? null
    : { device: 'disk', ordinal: io.ordinal, number: io.number, content: contentOf(io.data) };

const isWithheld = ({ withheld }: Serving, number: number): boolean =>
  withheld.some((output) => output.device === 'disk' && output.number === number);

/** What waits in the queue of the device: issued, let go of, and not submitted. */
const isQueued = (copy: Serving, { number }: Io): boolean =>
  !copy.devices.submitted.includes(number) && !isWithheld(copy, number);

type OfIo = { readonly io: number };

const none: readonly OfIo[] = [];

const queued = (_: State, copy: Serving): readonly OfIo[] =>
  copy.guest.pending.length === 0
    ? none
    : copy.guest.pending.filter((io) => isQueued(copy, io)).map(({ number }) => ({ io: number }));

/**
 * The host submits a disk operation from its queue. Of a write the Output Rule has let go of, and
 * of a read at once; a copy that has gone live submits again all that is outstanding, for it cannot
 * know what has become of it (R34-6, R34-7). Nothing changes if it was done already (R34-8).
 */
export const submit = (rules: DiskRules): Action<'submit'> =>
  inMode(
    'submit',
    ['recording', 'withholding', 'live'],
    (state, copy, { io: number }): Step | Refusal => {
      const io = copy.guest.pending.find((one) => one.number === number);
      if (io === undefined || !isQueued(copy, io)) return 'no such disk operation is in its queue';
      if (!state.hosts[copy.host].storage) return 'the storage cannot be reached: it waits';
      if (rules.mustWait(copy, io)) return 'it would race with an earlier disk operation';
      const { id, host, generation } = copy;
      const sent = io.kind === 'write' ? { ...io, data: rules.payload(io, copy.guest) } : io;
      const flights = [...state.storage.flights, { copy: id, generation, io: sent }];
      const submitted = [...copy.devices.submitted, number];
      const effect: Effect = {
        type: 'submit',
        ...{ copy: id, host, generation, io: number, output: outputOf(sent) },
      };
      const gone = withCopy(state, withDevices(copy, { submitted }));
      return { state: { ...gone, storage: { ...gone.storage, flights } }, effects: [effect] };
    },
    { instances: queued },
  );

const submitters = [
  'recording',
  'withholding',
  'replaying',
  'frozen',
  'draining',
  'live',
  'halted',
  'crashed',
] as const;

const inFlight = ({ storage }: State, { id }: Vm): readonly OfIo[] =>
  storage.flights.length === 0
    ? none
    : storage.flights.filter(({ copy }) => copy === id).map(({ io }) => ({ io: io.number }));

const flightOf = ({ storage }: State, { id }: Vm, number: number): Flight | undefined =>
  storage.flights.find(({ copy, io }) => copy === id && io.number === number);

const landed = (state: State, flight: Flight): State => ({
  ...state,
  storage: { ...state.storage, flights: state.storage.flights.filter((one) => one !== flight) },
});

/** The storage's answer reaches the host that submitted, if it still waits for it. */
const answered = (
  rules: DiskRules,
  state: State,
  { copy: id, generation, io }: Flight,
  completion: Completion,
): State => {
  const copy = state.copies[id];
  if (copy === undefined || !('devices' in copy) || copy.generation !== generation) return state;
  const arrived = [...copy.devices.arrived, completion];
  const guest = rules.onArrived(copy.guest, io, completion);
  return withCopy(state, { ...withDevices(copy, { arrived }), guest });
};

/** What is not in the fabric yet stays with a host that stands still or is cut off. */
const isHeldBack = ({ hosts }: State, { mode, host }: Vm): boolean =>
  mode !== 'crashed' && (hosts[host].paused || !hosts[host].storage);

const notThere = 'it has no such disk operation under way';
const withHost = 'it has not left its host';

/** So many blocks of a disk operation are done, unless the storage refuses it (R23-20). */
const performed = (rules: DiskRules, state: State, flight: Flight, transferred: number): Step => {
  const { storage } = state;
  const { io, copy } = flight;
  const rest = landed(state, flight);
  if (rules.isFenced(storage, flight.generation)) return silent(rest);
  const blocks = io.blocks.slice(0, transferred);
  if (io.kind === 'read') {
    const data = blocks.map((block) => storage.blocks[block] ?? 0);
    return silent(answered(rules, rest, flight, { io: io.number, transferred, data }));
  }
  const data = io.data.slice(0, transferred);
  const written = blocks.reduce((now, block, index) => {
    return now.with(block, data[index] ?? 0);
  }, storage.blocks);
  const done = { ...rest, storage: { ...rest.storage, blocks: written } };
  const after = answered(rules, done, flight, { io: io.number, transferred, data: [] });
  const effect: Effect = { type: 'write', copy, io: io.number, blocks, data };
  return { state: after, effects: blocks.length === 0 ? [] : [effect] };
};

/** The storage performs a disk operation, whatever has become of the copy that submitted it. */
export const perform = (rules: DiskRules): Action<'perform'> =>
  inMode(
    'perform',
    submitters,
    (state, copy, { io }) => {
      const flight = flightOf(state, copy, io);
      if (flight === undefined) return notThere;
      if (isHeldBack(state, copy)) return withHost;
      return performed(rules, state, flight, flight.io.blocks.length);
    },
    { needs: 'nothing', instances: inFlight },
  );

/** A disk operation fails, or ends short: an ordinary error of an ordinary disk (R34-10). */
export const failIo = (rules: DiskRules): Action<'failIo'> =>
  inMode(
    'failIo',
    submitters,
    (state, copy, { io, transferred }) => {
      const flight = flightOf(state, copy, io);
      if (flight === undefined) return notThere;
      const isShort = transferred >= 0 && transferred < flight.io.blocks.length;
      if (!isShort) return 'that would not be a failure';
      if (isHeldBack(state, copy)) return withHost;
      return performed(rules, state, flight, transferred);
    },
    {
      needs: 'nothing',
      by: 'world',
      instances: (state, copy) =>
        inFlight(state, copy).flatMap(({ io }) => [
          { io, transferred: 0 },
          { io, transferred: 1 },
        ]),
    },
  );

/** What a host that has crashed had submitted may be lost with it (R34-6). */
export const loseIo: Action<'loseIo'> = inMode(
  'loseIo',
  ['crashed'],
  (state, copy, { io }) => {
    const flight = flightOf(state, copy, io);
    return flight === undefined ? notThere : silent(landed(state, flight));
  },
  { needs: 'nothing', by: 'world', instances: inFlight },
);

const withEntry = (
  rules: DiskRules,
  state: State,
  copy: Logging,
  io: Io,
  completion: Completion,
): Logging | null => {
  const logged = rules.loggedCompletion(io, completion);
  const recorded = logging(rules, state, copy, [{ kind: 'DONE', completion: logged }]);
  if (recorded === null) return null;
  const { kind, blocks, pages } = io;
  const settled = [...copy.devices.settled, { kind, blocks, pages, seq: recorded.logged }];
  return withDevices(recorded, { settled });
};

/**
 * A completion is handed to the guest and is logged with its status and data (R34-10). The guest
 * does not execute while its memory changes (R34-3).
 */
export const complete = (rules: DiskRules): Action<'complete'> =>
  inMode(
    'complete',
    ['recording', 'withholding', 'live'],
    (state, copy, { io: number }): Step | Refusal => {
      if (copy.guest.isOff) return off;
      const completion = copy.devices.arrived.find(({ io }) => io === number);
      const io = copy.guest.pending.find((one) => one.number === number);
      if (completion === undefined || io === undefined) return 'no such completion has arrived';
      const guest = completed(copy.guest, completion);
      if (guest === null) return 'no such completion has arrived';
      const taken = withDevices(copy, {
        arrived: copy.devices.arrived.filter((one) => one !== completion),
        submitted: copy.devices.submitted.filter((one) => one !== number),
      });
      if (taken.mode === 'live') return moved(state, { ...taken, guest });
      const recorded = withEntry(rules, state, taken, io, completion);
      return recorded === null ? full : moved(state, { ...recorded, guest });
    },
    { instances: (_, { devices }) => devices.arrived.map(({ io }) => ({ io })) },
  );
