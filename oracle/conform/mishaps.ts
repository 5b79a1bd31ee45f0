import { connectionOf } from '../../model/actions/notation.ts';
import { arrived } from './devices.ts';
import { loseIo, submitWaiting } from './disk.ts';
import { type Course, tell, tick } from './moves.ts';
import {
  arbitrate,
  befall,
  carriesTo,
  copyOn,
  isAwake,
  otherThan,
  pairHosts,
  stateOf,
  unread,
  vmOn,
  type World,
} from './pair-world.ts';
import type { Happening, PairHost } from './script.ts';

/** A host stops, with all that is on its way to it. */
export const crash = function* (world: World, host: PairHost): Course<void> {
  if (!stateOf(world).hosts[host].up) return;
  befall(world, { did: 'crash', host });
  world.log[host] = [];
  world.heartbeat[host] = [];
  world.arrivals[host] = [];
  world.disk.waiting[host] = [];
  yield* tell(world, host, { do: 'crash', host });
};

/** A host that stood still goes on, and is told what has come meanwhile. */
export const resume = function* (world: World, host: PairHost): Course<void> {
  if (!stateOf(world).hosts[host].paused) return;
  befall(world, { did: 'resume', host });
  world.notes[host].resumed = world.now;
  submitWaiting(world, host);
  yield* tick(world, host);
  yield* arrived(world, host);
};

/**
 * In the specification what is not read is still on the wire, so the network breaks only behind it.
 */
const hasReadAll = (world: World, to: PairHost): boolean => unread(world, to) === 0;

/** A network is cut in one direction, or carries again. */
export const link = (
  world: World,
  did: 'cut' | 'heal',
  net: 'log' | 'heartbeat',
  to: PairHost,
): void => {
  if (carriesTo(world, net, to) === (did === 'heal')) return;
  if (did === 'cut' && net === 'log' && !hasReadAll(world, to)) return;
  befall(world, { did, net, from: otherThan(to), to });
};

/** Whether the copy there has the connection that is open now. */
const hasOpen = (world: World, host: PairHost): boolean => {
  const copy = vmOn(world, host);
  const connection = 'connection' in copy ? copy.connection : null;
  return connectionOf(stateOf(world), connection)?.open === true;
};

const lose = (world: World): void => {
  const end = pairHosts.find((host) => hasOpen(world, host));
  if (!world.isOpen || end === undefined) return;
  if (!pairHosts.every((host) => hasReadAll(world, host))) return;
  befall(world, { did: 'reset', copy: copyOn(end) });
  world.isOpen = false;
  for (const host of pairHosts) {
    world.log[host] = ['lost'];
    world.notes[host].unsent = 0;
  }
};

/** A host loses the shared storage, or reaches it again. */
export const storageLink = (
  world: World,
  did: 'loseStorage' | 'regainStorage',
  host: PairHost,
): void => {
  if (stateOf(world).hosts[host].storage !== (did === 'loseStorage')) return;
  befall(world, { did, host });
  if (did === 'regainStorage') submitWaiting(world, host);
};

const loseOne = (world: World, did: 'loseRequest' | 'loseReply', host: PairHost): void => {
  const { requests, replies } = stateOf(world).storage;
  const { id } = vmOn(world, host);
  const all = did === 'loseRequest' ? requests : replies;
  const isGiven = did === 'loseReply' && world.notes[host].repliesGiven > 0;
  if (!isGiven && all.some(({ copy }) => copy === id)) befall(world, { did, copy: copyOn(host) });
};

type Quiet =
  | 'arbitrate'
  | 'pause'
  | 'loseStorage'
  | 'regainStorage'
  | 'loseRequest'
  | 'loseReply'
  | 'cut'
  | 'heal'
  | 'lose'
  | 'loseIo';

/** Something happens to the world, and no program is told. */
export const disturb = (
  world: World,
  happening: Extract<Happening, { readonly do: Quiet }>,
): void => {
  switch (happening.do) {
    case 'arbitrate':
      arbitrate(world, happening.host);
      break;
    case 'pause':
      if (isAwake(world, happening.host)) befall(world, { did: 'pause', host: happening.host });
      break;
    case 'loseStorage':
    case 'regainStorage':
      storageLink(world, happening.do, happening.host);
      break;
    case 'loseRequest':
    case 'loseReply':
      loseOne(world, happening.do, happening.host);
      break;
    case 'cut':
    case 'heal':
      link(world, happening.do, happening.net, happening.to);
      break;
    case 'lose':
      lose(world);
      break;
    case 'loseIo':
      loseIo(world, happening.host);
      break;
  }
};
