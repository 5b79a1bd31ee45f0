import { arrived } from './devices.ts';
import { hasFlight, performAll } from './disk.ts';
import { unusable } from './finding.ts';
import {
  answer,
  arrives,
  type Course,
  carryAll,
  connect,
  mayConnect,
  replayAll,
  replyFor,
  tell,
} from './moves.ts';
import { arbitrate, isAwake, pairHosts, stateOf, vmOn, type World } from './pair-world.ts';
import type { PairHost } from './script.ts';

const isUnderWay = (world: World, host: PairHost): boolean =>
  arrives(world, 'log', host) ||
  arrives(world, 'heartbeat', host) ||
  isAsked(world, host) ||
  isToConnect(world, host) ||
  hasFlight(world, host) ||
  replyFor(world, host) !== undefined;

const isAsked = (world: World, host: PairHost): boolean =>
  stateOf(world).storage.requests.some(({ copy }) => copy === vmOn(world, host).id);

/** Once at a time: a program may leave some between two attempts. */
const isToConnect = (world: World, host: PairHost): boolean =>
  mayConnect(world, host) && world.notes[host].offered?.last !== world.now;

/** A guest that stands still for want of room goes on, once there is some (R32-6). */
const goesOn = function* (world: World): Course<boolean> {
  let hasMoved = false;
  for (const host of pairHosts) {
    const { stalled } = world.notes[host];
    const isThere = isAwake(world, host) && 'devices' in vmOn(world, host);
    if (stalled === null || !isThere) continue;
    yield* tell(world, host, stalled);
    hasMoved ||= world.notes[host].stalled === null;
  }
  return hasMoved;
};

const most = 1000;

/** Everything that is under way arrives, and what was received is replayed. */
export const settle = function* (world: World): Course<void> {
  for (let turn = 0; turn < most; turn++) {
    for (const host of pairHosts) {
      yield* carryAll(world, 'log', host);
      yield* carryAll(world, 'heartbeat', host);
      arbitrate(world, host);
      yield* answer(world, host);
      if (isToConnect(world, host)) yield* connect(world, host);
      yield* replayAll(world, host);
      performAll(world);
      yield* arrived(world, host);
    }
    const isQuiet = !pairHosts.some((host) => isUnderWay(world, host));
    const isOver = isQuiet && !(yield* goesOn(world));
    if (isOver || world.finding !== null) return;
  }
  const sentence = 'its hosts answer each other without end: every message leads to another';
  world.finding = unusable('without end', sentence);
};
