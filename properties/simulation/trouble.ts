import { type Chooser, oneOf } from '../checker/chooser.ts';
import { reset } from './connection.ts';
import * as mishap from './mishap.ts';
import type { Net } from './reported.ts';
import { blockCountOf, loseContest, loseFlight, perform } from './storage.ts';
import type { Clockwork } from './timed-world.ts';
import { type Copy, type Host, isAble, isHeld, type World } from './world.ts';

/** The primary and the backup of a pair that could lose either (R20-9). */
export const pairOf = (world: World): readonly [Copy, Copy] | null => {
  for (const primary of world.copies.values()) {
    if (!isAble(primary) || primary.core?.status().mode !== 'recording') continue;
    const { generation, peer } = primary.core.status();
    const backup = peer === null ? undefined : world.copies.get(peer);
    if (backup === undefined || !isAble(backup)) continue;
    const status = backup.core?.status();
    if (status?.mode === 'replaying' && status.generation === generation) return [primary, backup];
  }
  return null;
};

/** Something that goes wrong, with how it ends; `null` where it cannot go wrong now. */
type Trouble = (works: Clockwork, chooser: Chooser) => (() => void) | null;

const anyHost = ({ world }: Clockwork, chooser: Chooser): Host => {
  const [first, ...rest] = [...world.hosts.values()];
  if (first === undefined) throw new Error('a world has hosts');
  return oneOf(chooser, [first, ...rest]);
};

/** Whether the VM can bear to lose a host: of a pair one, a clone not armed yet, or nothing. */
const isBearable = ({ world }: Clockwork, { copy }: Host): boolean => {
  if (copy === null || copy.core?.status().mode === 'cloning') return true;
  return pairOf(world)?.includes(copy) ?? false;
};

const bearable = (works: Clockwork, chooser: Chooser): Host | null => {
  const host = anyHost(works, chooser);
  return isBearable(works, host) ? host : null;
};

/** One that has asked something of the disk: what it asked goes on without it (R34-6). */
const askingTheDisk = (works: Clockwork): Host | null => {
  const [flight] = works.world.storage.flights;
  const host = works.world.copies.get(flight?.copy ?? '')?.host ?? null;
  return host !== null && isBearable(works, host) ? host : null;
};

const crashing = ({ world }: Clockwork, chooser: Chooser, { name, copy }: Host): boolean => {
  const kernel = oneOf(chooser, ['is silent', 'says so'] as const);
  if (!mishap.crash(world, name, kernel)) return false;
  const flights = world.storage.flights.filter((one) => one.copy === copy?.name);
  for (const flight of flights) if (chooser.below(2) === 0) loseFlight(world, flight);
  return true;
};

const crash: Trouble = (works, chooser) => {
  const host = bearable(works, chooser);
  if (host === null || !crashing(works, chooser, host)) return null;
  return () => mishap.repair(works.world, host.name);
};

/** It waits for somebody to ask something of the disk. */
const crashOnTheDisk: Trouble = (works, chooser) => {
  const { agenda, world } = works;
  if (world.witnessed.completions.size === 0) return null; // the guest has no use for it
  let struck: Host | null = null;
  let isOver = false;
  const watch = (): void => {
    if (isOver) return;
    const host = askingTheDisk(works);
    if (host !== null && crashing(works, chooser, host)) struck = host;
    else agenda.at(agenda.nowMs() + 1, watch);
  };
  watch();
  return () => {
    isOver = true;
    if (struck !== null) mishap.repair(world, struck.name);
  };
};

const pause: Trouble = (works, chooser) => {
  const host = bearable(works, chooser);
  if (host === null || !mishap.pause(works.world, host.name)) return null;
  return () => {
    const { copy } = host;
    // its timers are due before it reads what its network has kept
    if (copy !== null) host.held.unshift(() => works.world.give(copy, { type: 'wake' }));
    mishap.resume(works.world, host.name);
  };
};

/** Only an operator who boots the host anew ends it. */
const wedge: Trouble = (works, chooser) => {
  const host = bearable(works, chooser);
  const copy = host?.copy ?? null;
  if (host === null || copy === null || !mishap.wedge(works.world, copy)) return null;
  return () => {
    mishap.crash(works.world, host.name);
    mishap.repair(works.world, host.name);
  };
};

const cutNets: readonly [readonly Net[], ...(readonly Net[])[]] = [
  ['log'],
  ['heartbeat'],
  ['log', 'heartbeat'],
];

const cut: Trouble = (works, chooser) => {
  const { world } = works;
  const one = anyHost(works, chooser).name;
  const other = anyHost(works, chooser).name;
  const back: readonly (readonly [string, string])[] = chooser.below(2) === 0 ? [] : [[other, one]];
  const ways: readonly (readonly [string, string])[] = [[one, other], ...back];
  const made = oneOf(chooser, cutNets).flatMap((net) =>
    ways
      .filter(([from, to]) => mishap.cut(world, net, from, to))
      .map(
        ([from, to]) =>
          () =>
            mishap.heal(world, net, from, to),
      ),
  );
  if (made.length === 0) return null;
  return () => {
    for (const heal of made) heal();
  };
};

const loseStorage: Trouble = (works, chooser) => {
  const { name } = anyHost(works, chooser);
  if (!mishap.loseStorage(works.world, name)) return null;
  return () => mishap.regainStorage(works.world, name);
};

const loseService: Trouble = ({ world }) =>
  mishap.setService(world, false) ? () => mishap.setService(world, true) : null;

const overcommit: Trouble = (works, chooser) => {
  const { name } = anyHost(works, chooser);
  if (!mishap.overcommit(works.world, name, oneOf(chooser, [0, 5, 50]))) return null;
  return () => mishap.overcommit(works.world, name, 100);
};

const over = (): void => undefined;

const skew: Trouble = (works, chooser) => {
  mishap.skew(works.world, anyHost(works, chooser).name, chooser.below(2000) - 1000);
  return over;
};

const resetOne: Trouble = ({ world }, chooser) => {
  const all = [...world.connections.values()].filter(
    ({ opener, acceptor }) => opener.isOpen && acceptor.isOpen,
  );
  const connection = all[chooser.below(Math.max(1, all.length))];
  if (connection === undefined) return null;
  reset(world, connection);
  return over;
};

const loseAnswer: Trouble = ({ world }) => {
  const [contest] = world.storage.contests;
  if (contest === undefined) return null;
  loseContest(world, contest);
  return over;
};

const troubleDisk: Trouble = ({ world }, chooser) => {
  const { flights } = world.storage;
  const flight = flights[chooser.below(Math.max(1, flights.length))];
  if (flight === undefined) return null;
  if (isHeld(world, flight.pending)) return null;
  perform(world, flight, chooser.below(blockCountOf(flight.io)));
  return over;
};

const bad: readonly [Trouble, ...Trouble[]] = [
  ...[crash, crash, crash, crashOnTheDisk, pause, wedge, cut, cut, loseStorage],
  ...[loseService, overcommit, overcommit],
] as const;

const slight: readonly [Trouble, ...Trouble[]] = [skew, resetOne, loseAnswer, troubleDisk];

/** What goes wrong, again and again, until it is told to stop. */
export type Troubles = {
  /** Perhaps something goes wrong now: one bad thing at a time, as the design promises (R20-9). */
  readonly strike: () => void;
  /** What is wrong ends. */
  readonly end: () => void;
};

/** At most one thing at a time is bad, and lasts a while; slight ones may come on top. */
export const newTroubles = (works: Clockwork, chooser: Chooser, lastsMs: number): Troubles => {
  const { agenda, weather } = works;
  let ending: (() => void) | null = null;
  const end = (): void => {
    const last = ending;
    ending = null;
    last?.();
  };
  return {
    strike: () => {
      weather.change();
      oneOf(chooser, slight)(works, chooser);
      if (ending !== null || chooser.below(3) > 0) return;
      const made = oneOf(chooser, bad)(works, chooser);
      if (made === null) return;
      ending = made;
      const untilMs = agenda.nowMs() + 1 + chooser.below(lastsMs);
      agenda.at(untilMs, () => {
        if (ending === made) end();
      });
    },
    end: () => {
      weather.clearUp();
      end();
    },
  };
};
