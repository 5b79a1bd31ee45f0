import type { Io } from '../../model/disk.ts';
import type { Event } from '../../model/event.ts';
import { paper } from '../../model/paper.ts';
import { enabled } from '../../model/spec.ts';
import {
  befall,
  copyOn,
  isAwake,
  pairHosts,
  record,
  stateOf,
  unheard,
  vmOn,
  type World,
} from './pair-world.ts';
import type { PairHost, Performed } from './script.ts';
import type { Said } from './stimulus.ts';

const listed = (message: unknown): readonly unknown[] => (Array.isArray(message) ? message : []);

/** A disk operation goes to the storage or, while that is away, waits on its host (R34-11). */
export const submits = (world: World, host: PairHost, said: Said): void => {
  const { line, message } = said;
  if (line.did !== 'submit') return;
  if (!stateOf(world).hosts[host].storage) {
    unheard(world, host, line);
    world.disk.waiting[host].push(said);
    return;
  }
  record(world, host, line);
  const { disk } = world;
  disk.flights = [...disk.flights, { host, io: line.io, data: listed(message) }];
};

/** The storage is there again, and the host: for those that have not ended meanwhile. */
export const submitWaiting = (world: World, host: PairHost): void => {
  if (!isAwake(world, host) || !stateOf(world).hosts[host].storage) return;
  for (const said of world.disk.waiting[host].splice(0)) {
    if ('devices' in vmOn(world, host)) submits(world, host, said);
  }
};

const inFlight = (world: World, host: PairHost): readonly Io[] => {
  const { id } = vmOn(world, host);
  return stateOf(world)
    .storage.flights.filter(({ copy }) => copy === id)
    .map(({ io }) => io);
};

const isOf = (world: World, host: PairHost, event: Event): boolean =>
  'copy' in event && event.copy === vmOn(world, host).id;

const mayEnd = (world: World, host: PairHost): readonly Io[] => {
  const state = stateOf(world);
  if (state.storage.flights.length === 0) return [];
  const open = enabled(paper, state, 'perform').filter((event) => isOf(world, host, event));
  return inFlight(world, host).filter(({ number }) =>
    open.some((event) => 'io' in event && event.io === number),
  );
};

/** Whether the storage has something to do for the host. */
export const hasFlight = (world: World, host: PairHost): boolean => mayEnd(world, host).length > 0;

const taken = (world: World, host: PairHost, io: number): readonly unknown[] => {
  const { flights } = world.disk;
  const flight = flights.find((one) => one.host === host && one.io === io);
  world.disk.flights = flights.filter((one) => one !== flight);
  return flight?.data ?? [];
};

/** The blocks hold what was written there last; the storage refuses an old generation (R23-20). */
const transferred = (world: World, io: Io, count: number, data: readonly unknown[]) => {
  const { blocks } = world.disk;
  const places = io.blocks.slice(0, count);
  if (io.kind === 'read') return places.map((place) => blocks[place] ?? null);
  for (const [at, place] of places.entries()) blocks[place] = data[at] ?? null;
  return [];
};

const arrivedAt = (world: World, host: PairHost): number => {
  const copy = vmOn(world, host);
  return 'devices' in copy ? copy.devices.arrived.length : 0;
};

/** The storage performs a disk operation, or as many of its blocks as it can (R34-10). */
export const perform = (world: World, { host, which, blocks }: Omit<Performed, 'do'>): void => {
  const io = mayEnd(world, host).at(which === 'oldest' ? 0 : -1);
  if (io === undefined) return;
  const { storage } = stateOf(world);
  const { id } = vmOn(world, host);
  const flight = storage.flights.find((one) => one.copy === id && one.io === io);
  const isFenced = flight === undefined || flight.generation < storage.generation;
  const count = Math.min(blocks, io.blocks.length);
  const before = arrivedAt(world, host);
  const of = { copy: copyOn(host), io: io.number };
  if (count === io.blocks.length) befall(world, { did: 'perform', ...of });
  else befall(world, { did: 'failIo', ...of, transferred: count });
  const given = taken(world, host, io.number);
  const data = isFenced ? [] : transferred(world, io, count, given);
  if (arrivedAt(world, host) === before) return;
  const completion = { io: io.number, transferred: count, data };
  world.arrivals[host].push({ do: 'completed', host, ...completion });
};

/** All that the storage can do is done. */
export const performAll = (world: World): void => {
  for (const host of pairHosts) {
    while (hasFlight(world, host) && world.finding === null) {
      perform(world, { host, which: 'oldest', blocks: 2 });
    }
  }
};

/** What a host had submitted that has crashed is lost with it, sometimes (R34-6). */
export const loseIo = (world: World, host: PairHost): void => {
  const io = inFlight(world, host).at(-1);
  if (io === undefined || vmOn(world, host).mode !== 'crashed' || isAwake(world, host)) return;
  befall(world, { did: 'loseIo', copy: copyOn(host), io: io.number });
  taken(world, host, io.number);
};
