import type { Event, EventType } from '../../model/event.ts';
import { reset } from './connection.ts';
import * as mishap from './mishap.ts';
import * as outside from './outside.ts';
import { land, type Stage, settle } from './scripted-world.ts';
import { blockCountOf, loseContest, loseFlight, perform } from './storage.ts';
import { type Flight, isHeld } from './world.ts';

/** What an event of a script does to the stage; false if it means nothing there now. */
export type Hint<T extends EventType> = (stage: Stage, event: Event<T>) => boolean;

/** One for each kind of event. */
export type Hints = { readonly [T in EventType]: Hint<T> };

/** That which names a copy. */
export type Named = { readonly copy: number };

const flightOf = ({ world }: Stage, copy: number, io: number): Flight | undefined =>
  world.storage.flights.find((one) => one.copy === String(copy) && one.io.number === io);

const lost =
  (kind: 'request' | 'reply') =>
  (stage: Stage, { copy }: Named): boolean => {
    const { contests } = stage.world.storage;
    const found = contests.find((one) => one.copy === String(copy) && one.pending.kind === kind);
    if (found !== undefined) loseContest(stage.world, found);
    return found !== undefined;
  };

/** So much time passes in a tick of the specification. */
export const tickMs = 500;
const steps = 5;

const ticked: Hint<'tick'> = (stage) => {
  for (let step = 0; step < steps; step++) {
    stage.nowMs += tickMs / steps;
    settle(stage);
  }
  return true;
};

const onDisk: Pick<Hints, 'perform' | 'complete' | 'failIo' | 'loseIo'> = {
  perform: (stage, { copy, io }) =>
    land(stage, (one) => one.kind === 'io' && one.copy === String(copy) && one.io === io),
  complete: (stage, { copy, io }) =>
    land(stage, (one) => one.kind === 'done' && one.copy === String(copy) && one.io === io),
  failIo: (stage, { copy, io, transferred }) => {
    const flight = flightOf(stage, copy, io);
    if (flight === undefined || isHeld(stage.world, flight.pending)) return false;
    if (transferred >= blockCountOf(flight.io)) return false;
    perform(stage.world, flight, transferred);
    return true;
  },
  loseIo: (stage, { copy, io }) => {
    const flight = flightOf(stage, copy, io);
    const hasCrashed = stage.world.copies.get(String(copy))?.because === 'crashed';
    if (flight === undefined || !hasCrashed) return false;
    loseFlight(stage.world, flight);
    return true;
  },
};

const ofHosts: Pick<
  Hints,
  'crash' | 'repair' | 'pause' | 'resume' | 'loseStorage' | 'regainStorage' | 'skew' | 'overcommit'
> = {
  crash: ({ world }, { host }) => mishap.crash(world, host),
  repair: ({ world }, { host }) => mishap.repair(world, host),
  pause: ({ world }, { host }) => mishap.pause(world, host),
  resume: ({ world }, { host }) => mishap.resume(world, host),
  loseStorage: ({ world }, { host }) => mishap.loseStorage(world, host),
  regainStorage: ({ world }, { host }) => mishap.regainStorage(world, host),
  skew: ({ world }, { host, by }) => mishap.skew(world, host, by),
  overcommit: ({ world }, { host, speed }) => mishap.overcommit(world, host, speed),
};

const ofWorld: Pick<
  Hints,
  | 'tick'
  | 'send'
  | 'operate'
  | 'wedge'
  | 'cut'
  | 'heal'
  | 'reset'
  | 'loseRequest'
  | 'loseReply'
  | 'loseService'
  | 'regainService'
> = {
  tick: ticked,
  send: ({ world }) => {
    outside.send(world);
    return true;
  },
  operate: ({ world }, { kind }) => {
    if (!world.options.hasConsole) return false;
    outside.operate(world, kind);
    return true;
  },
  wedge: ({ world }, { copy }) => {
    const found = world.copies.get(String(copy));
    return found !== undefined && mishap.wedge(world, found);
  },
  cut: ({ world }, { net, from, to }) => mishap.cut(world, net, from, to),
  heal: ({ world }, { net, from, to }) => mishap.heal(world, net, from, to),
  reset: ({ world }) => {
    const newest = [...world.connections.values()].findLast(
      ({ opener, acceptor }) => opener.isOpen && acceptor.isOpen,
    );
    if (newest !== undefined) reset(world, newest);
    return newest !== undefined;
  },
  loseRequest: lost('request'),
  loseReply: lost('reply'),
  loseService: ({ world }) => mishap.setService(world, false),
  regainService: ({ world }) => mishap.setService(world, true),
};

/** What befalls the world, and what the storage does. */
export const worldHints: typeof onDisk & typeof ofHosts & typeof ofWorld = {
  ...onDisk,
  ...ofHosts,
  ...ofWorld,
};
