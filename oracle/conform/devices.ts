import type { Operated } from '../../model/guest.ts';
import type { Vm } from '../../model/state.ts';
import { type Course, tell } from './moves.ts';
import { befall, isAwake, pairHosts, stateOf, vmOn, type World } from './pair-world.ts';
import type { PairHost } from './script.ts';

const devicesOf = (copy: Vm) => ('devices' in copy ? copy.devices : null);

/** What has reached the devices of the host's VM is told, once it is awake. */
export const arrived = function* (world: World, host: PairHost): Course<void> {
  while (isAwake(world, host) && world.finding === null) {
    const arrival = world.arrivals[host].shift();
    if (arrival === undefined) return;
    yield* tell(world, host, arrival);
  }
};

/** A client sends a packet. */
export const send = function* (world: World): Course<void> {
  const packet = stateOf(world).network.packets;
  befall(world, { did: 'send', packet });
  for (const host of pairHosts) {
    const isThere = devicesOf(vmOn(world, host))?.nic.includes(packet);
    if (isThere === true) world.arrivals[host].push({ do: 'packet', host, packet });
    yield* arrived(world, host);
  }
};

/** An operator presses a key or moves the mouse. */
export const operate = function* (world: World, kind: Operated['kind']): Course<void> {
  const number = stateOf(world).network.operated;
  befall(world, { did: 'operate', kind });
  for (const host of pairHosts) {
    const isThere = devicesOf(vmOn(world, host))?.console.some((one) => one.number === number);
    if (isThere === true) world.arrivals[host].push({ do: 'operated', host, kind, number });
    yield* arrived(world, host);
  }
};
