import { reset, vanish } from './connection.ts';
import type { Net } from './reported.ts';
import { type Connection, type Copy, happened, hostOf, pend, setCut, type World } from './world.ts';

const orphanOf = (connection: Connection, host: string): Copy | null => {
  const { opener, acceptor } = connection;
  if (opener.copy.host.name === host && opener.isOver) return acceptor.copy;
  return acceptor.copy.host.name === host && acceptor.isOver ? opener.copy : null;
};

/** The kernel of a host knows no connection of what was there before, and says so (R31-8). */
const disown = (world: World, name: string): void => {
  for (const connection of world.connections.values()) {
    const orphan = orphanOf(connection, name);
    if (orphan === null) continue;
    const { number } = connection;
    const way = { kind: 'reset' as const, from: name, to: orphan.host.name, copy: orphan.name };
    pend(world, { ...way, connection: number }, () => {
      if (world.connections.has(number)) reset(world, connection);
    });
  }
};

/**
 * A host stops, and with it all that is in its memory (R20-7). Nobody is told where the machine
 * stops; where only the process does, its kernel says so on each connection.
 */
export const crash = (
  world: World,
  name: string,
  kernel: 'is silent' | 'says so' = 'is silent',
): boolean => {
  const host = hostOf(world, name);
  if (!host.isUp) return false;
  happened(world, { what: 'crashed', host: name });
  const { copy } = host;
  Object.assign(host, { isUp: false, isPaused: false, copy: null });
  host.nic.length = 0;
  host.console.length = 0;
  host.held.length = 0;
  host.heardBeats.clear();
  for (const contest of world.storage.contests) {
    if (contest.copy === copy?.name && contest.pending.kind === 'reply') {
      contest.pending.isOver = true;
    }
  }
  world.storage.contests = world.storage.contests.filter(({ pending }) => !pending.isOver);
  if (copy !== null) {
    const lastPeer = copy.core?.status().peer ?? null;
    Object.assign(copy, { core: null, because: 'crashed', lastPeer });
    vanish(world, copy);
  }
  if (kernel === 'says so') disown(world, name);
  world.driver.onHealed(); // what waited for it to reach the storage waits no more
  return true;
};

/** The host boots again, empty (R31-8). */
export const repair = (world: World, name: string): boolean => {
  const host = hostOf(world, name);
  if (host.isUp) return false;
  Object.assign(host, { isUp: true, hasStorage: host.hasStorage, speedPercent: 100 });
  happened(world, { what: 'repaired', host: name });
  disown(world, name);
  world.driver.onHealed();
  return true;
};

/** A host stands still, with all that is on it, and remembers everything (R23-5). */
export const pause = (world: World, name: string): boolean => {
  const host = hostOf(world, name);
  if (!host.isUp || host.isPaused) return false;
  host.isPaused = true;
  happened(world, { what: 'paused', host: name });
  return true;
};

/** A host that stood still goes on where it was, with all that has come meanwhile. */
export const resume = (world: World, name: string): boolean => {
  const host = hostOf(world, name);
  if (!host.isPaused) return false;
  host.isPaused = false;
  happened(world, { what: 'resumed', host: name });
  for (const happen of host.held.splice(0)) happen();
  if (host.copy !== null) world.driver.onHandled(host.copy);
  world.driver.onHealed();
  return true;
};

/** The VM is stuck for good while its host lives (R23-3). */
export const wedge = (world: World, copy: Copy): boolean => {
  if (copy.core === null || copy.isWedged) return false;
  copy.isWedged = true;
  happened(world, { what: 'wedged', copy: copy.name });
  return true;
};

/** A network is partitioned in one direction (R20-7). */
export const cut = (world: World, net: Net, from: string, to: string): boolean => {
  if (from === to || !setCut(world, net, from, to, true)) return false;
  happened(world, { what: 'cut', net, from, to });
  return true;
};

/** A network carries again in that direction, and what waited goes on. */
export const heal = (world: World, net: Net, from: string, to: string): boolean => {
  if (!setCut(world, net, from, to, false)) return false;
  happened(world, { what: 'healed', net, from, to });
  world.driver.onHealed();
  return true;
};

/** The host cannot reach the shared storage any more (R23-17). */
export const loseStorage = (world: World, name: string): boolean => {
  const host = hostOf(world, name);
  if (!host.hasStorage) return false;
  host.hasStorage = false;
  happened(world, { what: 'storageLost', host: name });
  return true;
};

/** The host reaches the shared storage again (R23-17). */
export const regainStorage = (world: World, name: string): boolean => {
  const host = hostOf(world, name);
  if (host.hasStorage) return false;
  host.hasStorage = true;
  happened(world, { what: 'storageRegained', host: name });
  world.driver.onHealed();
  return true;
};

/** The clustering service goes away, or is back (R31-6). */
export const setService = (world: World, isUp: boolean): boolean => {
  if (world.isServiceUp === isUp) return false;
  world.isServiceUp = isUp;
  happened(world, { what: isUp ? 'serviceRegained' : 'serviceLost' });
  return true;
};

/** The clock that the guest reads jumps; no timeout reads it (R21-3). */
export const skew = (world: World, name: string, by: number): boolean => {
  hostOf(world, name).skew += by;
  happened(world, { what: 'skewed', host: name, by });
  return true;
};

/** The host's CPU is overcommitted, or no longer (R32-7). */
export const overcommit = (world: World, name: string, speedPercent: number): boolean => {
  const host = hostOf(world, name);
  if (host.speedPercent === speedPercent) return false;
  host.speedPercent = speedPercent;
  happened(world, { what: 'overcommitted', host: name, speedPercent });
  return true;
};
