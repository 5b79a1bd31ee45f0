import { answered } from './answered.ts';
import type { Finding } from './finding.ts';
import { notDone } from './finding.ts';
import { answer, type Course, carry, pass, replay, settle, tell, tick } from './moves.ts';
import { owed } from './owed.ts';
import {
  arbitrate,
  befall,
  carriesTo,
  copyOn,
  type Episode,
  isAwake,
  otherThan,
  pairHosts,
  periods,
  resetFor,
  stateOf,
  vmOn,
  type World,
  worldFor,
} from './pair-world.ts';
import type { Execution, Happening, PairHost, Script } from './script.ts';

/** The stimuli of a script, one after the other, each given back its answer; then the verdict. */
export type Playing = Course<Finding | null>;

/** A script as it is played, and all that has happened so far. */
export type Play = { readonly playing: Playing; readonly episodes: readonly Episode[] };

/** What a script came to. */
export type Played = {
  readonly finding: Finding | null;
  readonly episodes: readonly Episode[];
};

const crash = function* (world: World, host: PairHost): Course<void> {
  if (!stateOf(world).hosts[host].up) return;
  befall(world, { did: 'crash', host });
  world.log[host] = [];
  world.heartbeat[host] = [];
  world.packets[host] = [];
  yield* tell(world, host, { do: 'crash', host });
};

/** Packets that have reached the host's network card are told, once it is awake. */
const arrived = function* (world: World, host: PairHost): Course<void> {
  while (isAwake(world, host) && world.finding === null) {
    const packet = world.packets[host].shift();
    if (packet === undefined) return;
    yield* tell(world, host, { do: 'packet', host, packet });
  }
};

const resume = function* (world: World, host: PairHost): Course<void> {
  if (!stateOf(world).hosts[host].paused) return;
  befall(world, { did: 'resume', host });
  world.notes[host].resumed = world.now;
  yield* tick(world, host);
  yield* arrived(world, host);
};

/**
 * Whether a copy has read all that has arrived at its host. In the specification what is not read
 * is still on the wire, so the network breaks only behind it.
 */
const hasReadAll = (world: World, to: PairHost): boolean => {
  const wire = to === 'A' ? 'acks' : 'entries';
  const { connections } = stateOf(world);
  const onWire = connections.reduce((sum, one) => sum + one[wire].length, 0);
  const coming = world.log[to].reduce((sum, one) => sum + (one === 'lost' ? 0 : one.lines), 0);
  return onWire === coming + world.notes[otherThan(to)].unsent;
};

const link = (world: World, did: 'cut' | 'heal', net: 'log' | 'heartbeat', to: PairHost): void => {
  if (carriesTo(world, net, to) === (did === 'heal')) return;
  if (did === 'cut' && net === 'log' && !hasReadAll(world, to)) return;
  befall(world, { did, net, from: otherThan(to), to });
};

const lose = (world: World): void => {
  const end = pairHosts.find((host) => 'connection' in vmOn(world, host));
  if (!world.isOpen || end === undefined) return;
  if (!pairHosts.every((host) => hasReadAll(world, host))) return;
  befall(world, { did: 'reset', copy: copyOn(end) });
  world.isOpen = false;
  for (const host of pairHosts) world.log[host] = ['lost'];
};

const send = function* (world: World): Course<void> {
  const { network } = stateOf(world);
  const packet = network.packets;
  befall(world, { did: 'send', packet });
  for (const host of pairHosts) {
    const copy = vmOn(world, host);
    const isThere = 'devices' in copy && copy.devices.nic.includes(packet);
    if (isThere) world.packets[host].push(packet);
    yield* arrived(world, host);
  }
};

const storageLink = (world: World, did: 'loseStorage' | 'regainStorage', host: PairHost): void => {
  if (stateOf(world).hosts[host].storage === (did === 'loseStorage')) befall(world, { did, host });
};

const loseOne = (world: World, did: 'loseRequest' | 'loseReply', host: PairHost): void => {
  const { requests, replies } = stateOf(world).storage;
  const { id } = vmOn(world, host);
  const all = did === 'loseRequest' ? requests : replies;
  const isGiven = did === 'loseReply' && world.notes[host].repliesGiven > 0;
  if (!isGiven && all.some(({ copy }) => copy === id)) befall(world, { did, copy: copyOn(host) });
};

const runs = (world: World, host: PairHost): boolean => {
  const { mode } = vmOn(world, host);
  const isServing = mode === 'recording' || mode === 'withholding' || mode === 'live';
  return isServing && isAwake(world, host);
};

/** The guest goes on where it runs: on the host named or, where that has none, on the other. */
const runningFrom = (world: World, host: PairHost): PairHost | null => {
  const other = otherThan(host);
  if (runs(world, host)) return host;
  return runs(world, other) ? other : null;
};

const interrupt = function* (world: World, named: PairHost): Course<void> {
  const host = runningFrom(world, named);
  if (host !== null) yield* tell(world, host, { do: 'interrupt', host });
};

const execute = function* (world: World, { host: named, does }: Execution): Course<void> {
  const host = runningFrom(world, named);
  if (host === null) return;
  const reading = ++world.reading;
  yield* tell(world, host, { do: 'execute', host, does, reading });
};

const elapse = function* (world: World, ticks: number): Course<void> {
  for (let count = 0; count < ticks && world.finding === null; count++) {
    yield* pass(world, 1);
    yield* settle(world);
  }
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
  | 'lose';

/** Something happens to the world, and no program is told. */
const disturb = (world: World, happening: Extract<Happening, { readonly do: Quiet }>): void => {
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
  }
};

const happen = function* (world: World, happening: Happening): Course<void> {
  switch (happening.do) {
    case 'execute':
      yield* execute(world, happening);
      break;
    case 'interrupt':
      yield* interrupt(world, happening.host);
      break;
    case 'send':
      yield* send(world);
      break;
    case 'replay':
      yield* replay(world, happening.host);
      break;
    case 'carry':
      yield* carry(world, happening.net, happening.to);
      break;
    case 'settle':
      yield* settle(world);
      break;
    case 'pass':
      yield* pass(world, happening.ticks);
      break;
    case 'elapse':
      yield* elapse(world, happening.ticks);
      break;
    case 'answer':
      yield* answer(world, happening.host);
      break;
    case 'crash':
      yield* crash(world, happening.host);
      break;
    case 'resume':
      yield* resume(world, happening.host);
      break;
    default:
      disturb(world, happening);
  }
};

/** In the calm nothing is broken any more, but for what cannot be mended: a crash. */
const mend = function* (world: World): Course<void> {
  for (const host of pairHosts) {
    yield* resume(world, host);
    storageLink(world, 'regainStorage', host);
    for (const net of ['log', 'heartbeat'] as const) link(world, 'heal', net, host);
  }
};

/** As long as a failure takes to be noticed on both sides and decided, and once more. */
const calmTicks = (4 * (periods.timeout + periods.retryEvery)) / periods.heartbeatEvery;

/** The faults stop, everything arrives, time passes: what is owed then is done (L1, L2, L4). */
const calm = function* (world: World): Course<void> {
  yield* mend(world);
  const hasAnnounced = (host: string): boolean =>
    pairHosts.some((one) => one === host && world.notes[one].hasAnnounced);
  for (let ticks = 0; world.finding === null; ticks++) {
    yield* settle(world);
    const due = owed(stateOf(world), ({ host }) => hasAnnounced(host));
    if (due === null || world.finding !== null) return;
    if (ticks < calmTicks) yield* pass(world, 1);
    else world.finding = notDone(`${copyOn(hostIn(due.copy.host))} on ${due.copy.host}`, due);
  }
};

const hostIn = (name: string): PairHost => (name === 'A' ? 'A' : 'B');

const course = function* (world: World, script: Script): Playing {
  const reset = resetFor(script);
  world.episodes.push({ kind: 'told', stimulus: reset });
  const said = yield reset;
  for (const one of said) answered(world, null, one, reset);
  for (const happening of script.events) {
    if (world.finding !== null) break;
    yield* happen(world, happening);
  }
  if (world.finding === null) yield* calm(world);
  return world.finding;
};

/** Plays a script to its end or to the first line that cannot be, and then the calm. */
export const play = (script: Script): Play => {
  const world = worldFor(script);
  return { playing: course(world, script), episodes: world.episodes };
};
