import type { Operated } from '../../impl/guest/guest.ts';
import { type Host, happened, hostOf, isAble, isServing, type World } from './world.ts';

/** A number as four bytes, the least significant first: what the fold machine takes. */
export const numbered = (number: number): Uint8Array =>
  Uint8Array.from([0, 8, 16, 24], (shift) => (number >>> shift) & 255);

/**
 * A client's packet, which is its number unless it is a `payload`, reaches the switch; that forwards
 * it to where it last saw the VM (R20-2). There it waits in the NIC, unless nobody serves there.
 */
export const send = (world: World, payload: Uint8Array | null = null): void => {
  const number = world.network.packetCount++;
  const bytes = payload ?? numbered(number);
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
  host.console.push({ kind, bytes: keys ?? numbered(number) });
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

/** The oldest key or movement goes to the hypervisor; false if there is none. */
export const feed = (world: World, host: Host): boolean => {
  const { copy } = host;
  if (copy === null || !isAble(copy)) return false;
  const input = host.console.shift();
  if (input === undefined) return false;
  const fed = world.witnessed.fed.get(copy.name) ?? [];
  world.witnessed.fed.set(copy.name, [...fed, input]);
  world.give(copy, { type: 'operated', input });
  return true;
};

/** The CPU is the guest's for so many instructions; what it reads is its host's clock (R21-3). */
export const runFor = (world: World, host: Host, instructionCount: number): boolean => {
  const { copy } = host;
  if (copy === null || !isAble(copy)) return false;
  const reading = Math.max(0, Math.floor(world.nowMs()) + host.skew); // since some epoch
  world.give(copy, { type: 'run', instructionCount, reading });
  return true;
};
