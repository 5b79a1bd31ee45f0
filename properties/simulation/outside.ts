import type { Operated } from '../../impl/guest/guest.ts';
import { clientsOf } from './clients.ts';
import { type Host, happened, hostOf, isAble, isServing, type World } from './world.ts';

/**
 * A client's packet, its number unless it is a `payload`, reaches the switch, which forwards it to
 * where it last saw the VM (R20-2). There it waits in the NIC, unless nobody serves there.
 */
export const send = (world: World, payload: Uint8Array | null = null): void => {
  const number = world.network.packetCount++;
  const bytes = payload ?? clientsOf(world.options.image).packet(number);
  const host = hostOf(world, world.network.port);
  world.witnessed.packets.push(bytes);
  happened(world, { what: 'sent', packet: number, host: host.name });
  if (!host.isUp || host.copy === null || !isServing(host.copy)) return;
  host.nic.push(bytes);
  world.driver.onPacket(host);
};

/** An operator presses a key or moves the mouse, at the console of whoever serves (R20-2). */
export const operate = (
  world: World,
  kind: Operated['kind'],
  keys: Uint8Array | null = null,
): void => {
  const number = world.network.operatedCount++;
  happened(world, { what: 'operated', kind, number });
  const host = hostOf(world, world.network.port);
  if (!host.isUp || host.copy === null || !isServing(host.copy)) return;
  const bytes = keys ?? clientsOf(world.options.image).operated(kind, number);
  host.console.push({ kind, bytes });
  world.driver.onOperated(host);
};

/** So many packets go to the hypervisor as one group, or as many as wait; false if none do. */
export const deliver = (world: World, host: Host, count: number): boolean => {
  const { copy } = host;
  if (copy === null || !isAble(copy) || host.nic.length === 0) return false;
  const packets = host.nic.splice(0, count);
  world.give(copy, { type: 'packets', packets });
  return true;
};

/**
 * The oldest key or movement goes to the hypervisor; false if there is none, or the VM is not here
 * any more: then it waits until it can go where the VM has gone (R33-10).
 */
export const feed = (world: World, host: Host): boolean => {
  const { copy } = host;
  if (copy === null || !isAble(copy) || !isServing(copy)) return false;
  const input = host.console.shift();
  if (input === undefined) return false;
  const fed = world.witnessed.fed.get(copy.name) ?? [];
  world.witnessed.fed.set(copy.name, [...fed, input]);
  world.give(copy, { type: 'operated', input });
  return true;
};

/** What a guest on that host reads from its clock, since some epoch (R21-3). */
export const readingOn = ({ nowMs }: World, { skew }: Host): number =>
  Math.max(0, Math.floor(nowMs()) + skew);

/** The CPU is the guest's for so many instructions; what it reads is its host's clock (R21-3). */
export const runFor = (world: World, host: Host, instructionCount: number): boolean => {
  const { copy } = host;
  if (copy === null || !isAble(copy)) return false;
  world.give(copy, { type: 'run', instructionCount, reading: readingOn(world, host) });
  return true;
};
